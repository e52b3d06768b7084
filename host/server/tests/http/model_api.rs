//! Models as an operator sees them over the API: their order, trials, what could be used, and what each came to today.

use kubechat_server::http::openapi::document;
use serde_json::{Value, json};

use crate::described::misfits;
use crate::door::Door;
use crate::models::{LOGGED_OUT, OLLAMA, SENTENCE, Script, Seat, Vendor, ask, host, ollama};

/// Ollama without the model, and one that it has.
const NOT_PULLED: Script = &[
    ("/api/show", 404, r#"{"error":"model 'qwen3:8b' not found"}"#),
    ("/api/tags", 200, r#"{"models":[{"name":"smollm2:135m","model":"smollm2:135m","size":270898672,"details":{"parameter_size":"134.5M"}}]}"#),
];

/// What this path answers, once it fits its schema.
async fn described(door: &Door, path: &str, schema: &str) -> Value {
    let reply = door.get("mira", path).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    fits(schema, reply.json())
}

fn fits(schema: &str, value: Value) -> Value {
    let mut found = Vec::new();
    misfits(&document()["components"]["schemas"][schema], &value, schema, &mut found);
    assert!(found.is_empty(), "{found:#?}\n{value:#}");
    value
}

async fn tried(door: &Door, index: usize) -> Value {
    let reply = door.post("mira", &format!("/api/v1/models/{index}/test"), "").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    fits("ModelTrial", reply.json())
}

fn unbound() -> Seat<'static> {
    Seat { provider: "provider-gemini", model: "gemini-3.8-flash", vendor: None, key: None }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {value:#}"))
}

#[tokio::test]
async fn models_are_listed_in_their_order_with_what_stands_in_the_way() {
    let vendor = Vendor::plays(OLLAMA);
    let Some(door) = host(&[unbound(), ollama(&vendor)]).await else { return };
    let listed = described(&door, "/api/v1/models", "Models").await;
    assert_eq!((&listed["rules_first"], listed["items"].as_array().unwrap().len()), (&json!(true), 2));
    let [gemini, ollama] = [&listed["items"][0], &listed["items"][1]];
    assert_eq!((&gemini["index"], text(gemini, "/state")), (&json!(0), "not-bound"));
    assert!(text(gemini, "/reason").contains("`kubechat egress bind gemini https://"), "{gemini}");
    assert_eq!((text(ollama, "/model"), text(ollama, "/state"), &ollama["local"]), ("qwen3:8b", "ready", &json!(true)));
    assert!(text(ollama, "/destinations/0/origin").starts_with("http://127.0.0.1:"), "{ollama}");
    assert_eq!(vendor.asked(), Vec::<String>::new(), "nobody is asked");
}

#[tokio::test]
async fn a_trial_is_a_real_answer_with_nothing_of_a_cluster_and_its_tokens_count() {
    let vendor = Vendor::plays(OLLAMA);
    let Some(door) = host(&[ollama(&vendor)]).await else { return };
    let trial = tried(&door, 0).await;
    assert_eq!((&trial["ok"], text(&trial, "/text")), (&json!(true), "Pods drift by"), "{trial}");
    assert_eq!(trial["usage"], json!({"input_tokens": 900, "output_tokens": 8}));
    assert!(trial["first_token_ms"].as_u64().unwrap() <= trial["ms"].as_u64().unwrap(), "{trial}");
    let asked = vendor.asked();
    let sent = asked.iter().find(|request| request.starts_with("POST /api/chat")).unwrap();
    assert!(sent.contains("Say ready.") && sent.contains(r#""num_predict":64"#), "{sent}");
    for of_a_cluster in ["Kubernetes", "namespace", "deployment"] {
        assert!(!sent.contains(of_a_cluster), "{of_a_cluster}: {sent}");
    }
    let model = described(&door, "/api/v1/models", "Models").await["items"][0].clone();
    assert_eq!(model["usage_today"], json!({"input_tokens": 900, "output_tokens": 8, "estimated": false}));
    assert_eq!((text(&model, "/last/outcome"), text(&model, "/state")), ("ok", "ready"));
}

#[tokio::test]
async fn a_turn_counts_as_a_trial_does() {
    let vendor = Vendor::plays(OLLAMA);
    let Some(door) = host(&[ollama(&vendor)]).await else { return };
    ask(&door, SENTENCE).await;
    let model = described(&door, "/api/v1/models", "Models").await["items"][0].clone();
    assert_eq!(model["usage_today"], json!({"input_tokens": 900, "output_tokens": 8, "estimated": false}));
    assert_eq!(text(&model, "/last/outcome"), "ok");
}

#[tokio::test]
async fn a_trial_that_fails_says_what_to_do_next() {
    let (logged_out, not_pulled) = (Vendor::plays(LOGGED_OUT), Vendor::plays(NOT_PULLED));
    let key = Some(("x-api-key", ""));
    let anthropic = Seat { provider: "provider-anthropic", model: "a", vendor: Some(&logged_out), key };
    let Some(door) = host(&[unbound(), anthropic, ollama(&not_pulled)]).await else { return };
    for (index, said) in [(0, "kubechat egress bind gemini"), (1, "kubechat egress bind anthropic"), (2, "ollama pull qwen3:8b")] {
        let trial = tried(&door, index).await;
        assert_eq!((&trial["ok"], text(&trial, "/problem/code")), (&json!(false), "component"));
        assert!(text(&trial, "/problem/detail").contains(said), "{said}: {trial}");
        assert!(!text(&trial, "/problem/hint").is_empty());
    }
    let listed = described(&door, "/api/v1/models", "Models").await;
    let states = listed["items"].as_array().unwrap().iter().map(|model| text(model, "/state"));
    assert_eq!(states.collect::<Vec<_>>(), ["not-bound", "failed", "failed"]);
    assert!(text(&listed, "/items/2/reason").contains("ollama pull"), "{listed}");
}

#[tokio::test]
async fn what_a_component_could_use_is_as_its_vendor_lists_it() {
    let vendor = Vendor::plays(NOT_PULLED);
    let Some(door) = host(&[ollama(&vendor), unbound()]).await else { return };
    let offered = door.get("mira", "/api/v1/models/0/offered").await.json();
    let first = fits("OfferedModel", offered["items"][0].clone());
    assert_eq!(text(&first, "/id"), "smollm2:135m");
    let closed = door.get("mira", "/api/v1/models/1/offered").await;
    assert_eq!((closed.status, closed.code().as_str()), (502, "component"), "{closed:?}");
    assert!(text(&closed.json(), "/detail").contains("kubechat egress bind gemini"), "{closed:?}");
}

#[tokio::test]
async fn a_place_where_no_model_stands_is_said_to_be_empty() {
    let door = Door::without_cluster().await;
    for (place, code) in [("0", "not-found"), ("first", "bad-input"), ("-1", "bad-input")] {
        assert_eq!(door.post("mira", &format!("/api/v1/models/{place}/test"), "").await.code(), code, "{place}");
        assert_eq!(door.get("mira", &format!("/api/v1/models/{place}/offered")).await.code(), code, "{place}");
    }
    assert_eq!(described(&door, "/api/v1/models", "Models").await, json!({"items": [], "rules_first": true}));
}
