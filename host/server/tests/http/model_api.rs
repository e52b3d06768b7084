//! Models as an operator sees them over the API: their order, trials, what could be used, and what each came to today.

use kubechat_server::http::openapi::document;
use serde_json::{Value, json};

use crate::described::misfits;
use crate::door::{Door, components};
use crate::models::{SENTENCE, ask};
use crate::vendors::{LOGGED_OUT, OLLAMA, OPENAI, Script, Seat, Vendor, host, ollama};

/// Ollama without the model, and one that it has.
const NOT_PULLED: Script = &[
    ("/api/show", 404, r#"{"error":"model 'qwen3:8b' not found"}"#),
    (
        "/api/tags",
        200,
        r#"{"models":[{"name":"smollm2:135m","model":"smollm2:135m","size":270898672,"details":{"parameter_size":"134.5M"}}]}"#,
    ),
];

/// Ollama and OpenAI behind one address.
const BOTH: Script = &[OLLAMA[0], OLLAMA[1], OPENAI[0]];

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
    for (index, said) in
        [(0, "kubechat egress bind gemini"), (1, "kubechat egress bind anthropic"), (2, "ollama pull qwen3:8b")]
    {
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
    for (place, code) in
        [("0", "not-found"), ("first", "bad-input"), ("-1", "bad-input"), ("provider-ollama", "bad-input")]
    {
        assert_eq!(door.post("mira", &format!("/api/v1/models/{place}/test"), "").await.code(), code, "{place}");
        assert_eq!(door.get("mira", &format!("/api/v1/models/{place}/offered")).await.code(), code, "{place}");
    }
    assert_eq!(described(&door, "/api/v1/models", "Models").await, json!({"items": [], "rules_first": true}));
}

/// A host with this list of models, all bound to one vendor, and what the file says besides.
async fn listed(vendor: &Vendor, models: &str) -> Option<Door> {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return None;
    };
    let bound = ["ollama", "openai"]
        .map(|name| format!("[egress.{name}]\nurl = 'http://{}'\ninternal = true\n", vendor.address()));
    Some(Door::tables(&format!("mode = 'guarded'\nmodels = [{models}]"), &bound.concat(), Some(&components), &[]).await)
}

const QWEN: &str = "provider = 'provider-ollama', settings = {model = 'qwen3:8b'}";

#[tokio::test]
async fn a_turn_says_its_model_and_what_was_used() {
    let vendor = Vendor::plays(OLLAMA);
    let Some(door) = host(&[unbound(), ollama(&vendor)]).await else { return };
    let turn = fits("Turn", ask(&door, SENTENCE).await);
    assert_eq!((text(&turn, "/model"), &turn["rules"]), ("qwen3:8b", &json!(false)));
    assert_eq!(turn["usage"], json!({"input_tokens": 900, "output_tokens": 8, "rounds": 1}));
    let rules = fits("Turn", ask(&door, "help").await);
    assert_eq!((rules.get("usage"), rules.get("model")), (None, None), "{rules}");
}

#[tokio::test]
async fn a_spent_budget_hands_on_to_the_next_with_its_reason_and_is_kept_over_a_restart() {
    let vendor = Vendor::plays(BOTH);
    let models = format!(
        "{{{QWEN}, budget = {{tokens_per_day = 500, cost_per_day = '1', input_per_million = '1000', output_per_million = '0'}}}}, \
        {{provider = 'provider-openai', settings = {{model = 'gpt-5.4'}}}}"
    );
    let Some(door) = listed(&vendor, &models).await else { return };
    assert_eq!(text(&ask(&door, SENTENCE).await, "/model"), "qwen3:8b", "the first call may go over it");
    let model = described(&door, "/api/v1/models", "Models").await["items"][0].clone();
    assert_eq!((text(&model, "/state"), text(&model, "/usage_today/cost")), ("spent", "0.90"));
    assert_eq!(model["budget"]["left"], json!({"tokens": 0, "cost": "0.10"}));
    let door = door.restarted().await;
    let turn = ask(&door, SENTENCE).await;
    assert_eq!(text(&turn, "/model"), "gpt-5.4", "{turn}");
    let note = turn["parts"][0]["text"].as_str().unwrap();
    assert!(note.contains("did not answer") && note.contains("budget of qwen3:8b is spent until 00:00 UTC"), "{note}");
    let trial = tried(&door, 0).await;
    assert!(text(&trial, "/problem/detail").contains("is spent until"), "{trial}");
    let asked = vendor.asked().iter().filter(|request| request.starts_with("POST /api/chat")).count();
    assert_eq!(asked, 1, "a spent one is not asked");
    let metrics = door.get("mira", "/metrics").await.body;
    let line = r#"kubechat_model_tokens_total{provider="provider-openai",model="gpt-5.4",direction="input"} 900"#;
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn a_model_without_the_task_is_passed_over() {
    let vendor = Vendor::plays(BOTH);
    let models = format!(
        "{{{QWEN}, tasks = ['explain', 'summarise']}}, {{provider = 'provider-openai', settings = {{model = 'gpt-5.4'}}, tasks = ['plan']}}"
    );
    let Some(door) = listed(&vendor, &models).await else { return };
    let turn = ask(&door, SENTENCE).await;
    assert_eq!((text(&turn, "/state"), text(&turn, "/model")), ("answered", "gpt-5.4"), "{turn}");
    assert_eq!(turn["parts"].as_array().unwrap().len(), 1, "that is no failure, and nothing anybody has to read");
    let listed = described(&door, "/api/v1/models", "Models").await;
    assert_eq!(
        (&listed["items"][0]["tasks"], &listed["items"][1]["tasks"]),
        (&json!(["explain", "summarise"]), &json!(["plan"]))
    );
}
