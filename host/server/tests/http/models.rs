//! Models behind the rules: who answers, what is asked of whom, who is asked when one fails, and what people read of it.
//!
//! Servers are [`crate::vendors`]' replays, through the real gate and the real components. A real Ollama is asked too, where
//! `KUBECHAT_OLLAMA_URL` says where it is.

use std::time::Duration;

use kubechat_harness::{Outcome, Plane, User};
use serde_json::{Value, json};

use crate::door::{DEADLINE, Door, components};
use crate::vendors::{ANTHROPIC, GEMINI, KEY, LIMITED, LOGGED_OUT, OLLAMA, OPENAI, Seat, Vendor, host, ollama};

/// Nothing our rules know.
pub(crate) const SENTENCE: &str = "compose a haiku about rollouts";
/// Longest wait for a real model: the scripted one reads letter by letter.
const REAL_DEADLINE: Duration = Duration::from_secs(110);

pub(crate) async fn ask(door: &Door, sentence: &str) -> Value {
    ask_within(DEADLINE, door, sentence).await
}

async fn ask_within(deadline: Duration, door: &Door, sentence: &str) -> Value {
    ended(deadline, door, &json!({"sentence": sentence})).await
}

/// A turn of mira's, asked for with this body, once it has ended.
pub(crate) async fn ended(deadline: Duration, door: &Door, body: &Value) -> Value {
    let asked = door.post("mira", "/api/v1/prompts", &body.to_string()).await;
    let path = format!("/api/v1/turns/{}", asked.json()["turn"].as_str().unwrap_or_else(|| panic!("{asked:?}")));
    let look = async {
        loop {
            let now = door.get("mira", &path).await.json();
            if now["state"] != "working" {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(deadline, look).await.expect("it ends")
}

pub(crate) fn texts<'a>(turn: &'a Value, part: &str) -> Vec<&'a str> {
    let parts = turn["parts"].as_array().unwrap().iter().filter(|each| each["part"] == part);
    parts.filter_map(|each| each["text"].as_str()).collect()
}

#[tokio::test]
async fn every_vendor_answers_what_the_rules_do_not_understand_with_the_key_the_host_adds() {
    let none = None;
    for (provider, model, script, key, path) in [
        ("provider-ollama", "qwen3:8b", OLLAMA, none, "/api/chat"),
        ("provider-openai", "gpt-5.4", OPENAI, Some(("authorization", "Bearer ")), "/v1/chat/completions"),
        ("provider-anthropic", "claude-sonnet-5", ANTHROPIC, Some(("x-api-key", "")), "/v1/messages"),
        ("provider-gemini", "gemini-3.8-flash", GEMINI, Some(("x-goog-api-key", "")), "/v1beta/models/"),
    ] {
        let vendor = Vendor::plays(script);
        let Some(door) = host(&[Seat { provider, model, vendor: Some(&vendor), key }]).await else { return };
        let turn = ask(&door, SENTENCE).await;
        assert_eq!((&turn["state"], texts(&turn, "text")), (&json!("answered"), vec!["Pods drift by"]), "{turn}");
        assert_eq!((&turn["provider"], &turn["rules"]), (&json!(format!("{model} · {provider} 0.1.0")), &json!(false)));
        let asked = vendor.asked();
        let last = asked.last().unwrap_or_else(|| panic!("{provider} asked nobody"));
        assert!(last.split(' ').nth(1).unwrap().starts_with(path) && last.contains(SENTENCE), "{last}");
        if let Some((header, prefix)) = key {
            assert!(last.contains(&format!("{header}: {prefix}{KEY}\r\n")), "{last}");
        }
        assert!(!turn.to_string().contains(KEY), "a key is nobody's to read");
    }
}

#[tokio::test]
async fn what_the_rules_understand_never_reaches_a_model() {
    let vendor = Vendor::plays(OLLAMA);
    let Some(door) = host(&[ollama(&vendor)]).await else { return };
    let turn = ask(&door, "help").await;
    assert_eq!((&turn["rules"], &turn["provider"]), (&json!(true), &json!("provider-rules 0.1.0")), "{turn}");
    assert_eq!(vendor.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_model_that_fails_hands_on_to_the_next_and_its_reason_is_read() {
    let (limited, logged_out, works) = (Vendor::plays(LIMITED), Vendor::plays(LOGGED_OUT), Vendor::plays(OLLAMA));
    let seats = [
        Seat { provider: "provider-gemini", model: "g", vendor: None, key: None },
        Seat {
            provider: "provider-openai",
            model: "o",
            vendor: Some(&limited),
            key: Some(("authorization", "Bearer ")),
        },
        Seat { provider: "provider-anthropic", model: "a", vendor: Some(&logged_out), key: Some(("x-api-key", "")) },
        ollama(&works),
    ];
    let Some(door) = host(&seats).await else { return };
    let turn = ask(&door, SENTENCE).await;
    assert_eq!((&turn["state"], texts(&turn, "text")), (&json!("answered"), vec!["Pods drift by"]), "{turn}");
    let notes = texts(&turn, "note");
    for (who, why) in [
        ("g · provider-gemini", "unavailable"),
        ("o · provider-openai", "rate-limited"),
        ("a · provider-anthropic", "auth"),
    ] {
        let said = |note: &&str| note.starts_with(who) && note.contains("did not answer") && note.contains(why);
        assert!(notes.iter().any(said), "{who}, {why}: {notes:?}");
    }
    assert_eq!((limited.asked().len(), logged_out.asked().len()), (1, 1), "nobody is asked twice");
    let log = door.get("mira", "/api/v1/egress/log").await.json();
    let reached = log["items"].as_array().unwrap().iter().filter(|entry| entry["status"].is_u64());
    let mut reached: Vec<_> = reached.filter_map(|entry| entry["destination"].as_str()).collect();
    reached.sort_unstable();
    reached.dedup();
    assert_eq!(reached, ["anthropic", "ollama", "openai"], "{log}");
}

#[tokio::test]
async fn when_nobody_is_left_the_last_reason_and_its_next_step_are_the_answer() {
    let limited = Vendor::plays(LIMITED);
    let seats = [
        Seat { provider: "provider-gemini", model: "g", vendor: None, key: None },
        Seat { provider: "provider-openai", model: "o", vendor: Some(&limited), key: None },
    ];
    let Some(door) = host(&seats).await else { return };
    let turn = ask(&door, SENTENCE).await;
    let problem = &turn["parts"].as_array().unwrap().last().unwrap()["problem"];
    assert_eq!(turn["state"], "failed", "{turn}");
    assert!(problem["detail"].as_str().unwrap().contains("rate-limited"), "{problem}");
    assert!(!problem["hint"].as_str().unwrap().is_empty(), "{problem}");
    let again = json!({"sentence": "help", "thread": turn["thread"]}).to_string();
    assert_eq!(door.post("mira", "/api/v1/prompts", &again).await.status, 202, "the thread survives");
}

#[tokio::test]
async fn a_secret_in_a_sentence_stays_here() {
    let vendor = Vendor::plays(OLLAMA);
    let Some(door) = host(&[ollama(&vendor)]).await else { return };
    let secret = concat!("ghp_", "wJ4kQ9zT2mX7bN5cR8vL1dF6hG3sP0aYqUiE");
    let turn = ask(&door, &format!("compose a haiku about the token {secret}")).await;
    assert_eq!(turn["masked"].as_array().map(Vec::len), Some(1), "{turn}");
    let asked = vendor.asked();
    assert!(asked.iter().any(|request| request.contains("haiku")), "{asked:?}");
    assert!(!asked.iter().any(|request| request.contains(secret)) && !turn.to_string().contains(secret));
}

#[tokio::test]
async fn a_real_ollama_is_asked_what_its_model_can_and_one_without_tools_is_refused_with_the_way_on() {
    let (Ok(url), Some(components)) = (std::env::var("KUBECHAT_OLLAMA_URL"), components()) else {
        println!("skipped: no KUBECHAT_OLLAMA_URL; `cargo xtask ollama up` starts one and says it");
        return;
    };
    let first = "models = [{provider = 'provider-ollama', settings = {model = 'smollm2'}}]";
    let bound = format!("[egress.ollama]\nurl = '{url}'\ninternal = true\n");
    let door = Door::tables(first, &bound, Some(&components), &[]).await;
    let turn = ask(&door, SENTENCE).await;
    assert_eq!(
        (&turn["state"], &turn["provider"]),
        (&json!("failed"), &json!("smollm2 · provider-ollama 0.1.0")),
        "{turn}"
    );
    let detail = turn["parts"][0]["problem"]["detail"].as_str().unwrap();
    assert!(detail.contains("can't call tools") && detail.contains("ollama pull"), "{detail}");
    let log = door.get("mira", "/api/v1/egress/log").await.json();
    let paths: Vec<_> =
        log["items"].as_array().unwrap().iter().map(|entry| (&entry["path"], &entry["status"])).collect();
    assert_eq!(paths, [(&json!("/api/show"), &json!(200))], "{log}");
}

#[tokio::test]
async fn a_plan_of_a_real_ollama_is_tried_shown_carried_out_and_taken_back() -> Outcome {
    let (Ok(url), Some(components)) = (std::env::var("KUBECHAT_OLLAMA_URL"), components()) else {
        println!("skipped: no KUBECHAT_OLLAMA_URL; `cargo xtask ollama up` starts one and says it");
        return Ok(());
    };
    let shop = Plane::shared().await?.namespace("ollama-plan").await?;
    shop.deploy("web", "web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let settings = "mode = 'guarded'\nmodels = [{provider = 'provider-ollama', settings = {model = 'scripted'}}]";
    let bound = format!("[egress.ollama]\nurl = '{url}'\ninternal = true\n");
    let kubeconfig = shop.kubeconfig(User::Editor);
    let door = Door::tables_on(kubeconfig.to_str().unwrap(), settings, &bound, Some(&components), &[]).await;
    let turn = ask_within(REAL_DEADLINE, &door, "five of them should carry the evening").await;
    assert_eq!(turn["state"], "planned", "{turn}");
    let plan = turn["parts"].as_array().unwrap().iter().find_map(|part| part["plan"].as_str()).unwrap();
    let path = format!("/api/v1/plans/{plan}");
    let shown = door.get("mira", &path).await.json();
    assert_eq!(shown["provenance"], json!(["scripted · provider-ollama 0.1.0"]), "{shown}");
    assert_eq!(shown["steps"][0]["diff"][0]["after"], 5, "{shown}");
    let told: Vec<_> = shown["chosen"].as_array().unwrap().iter().map(|one| (&one["choice"], &one["value"])).collect();
    assert_eq!(
        told,
        [(&json!("verb"), &json!("scale")), (&json!("name"), &json!("web"))],
        "nobody named them: {shown}"
    );
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 1, "nothing happens before it is executed");
    let run = door.post("mira", &format!("{path}/execute"), "{}").await;
    assert_eq!(run.status, 202, "{run:?}");
    settled(&door, &path, "succeeded").await;
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 5);
    let back = door.post("mira", &format!("{path}/rollback"), "{}").await.json();
    let back = format!("/api/v1/plans/{}", back["id"].as_str().unwrap());
    assert_eq!(door.post("mira", &format!("{back}/execute"), "{}").await.status, 202);
    settled(&door, &back, "succeeded").await;
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 1);
    Ok(())
}

/// Waits until a plan stands so.
pub(crate) async fn settled(door: &Door, path: &str, state: &str) {
    let look = async {
        loop {
            let now = door.get("mira", path).await.json();
            if now["state"] == state {
                return;
            }
            assert!(["ready", "running"].contains(&now["state"].as_str().unwrap()), "{now}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(DEADLINE, look).await.expect("it settles");
}
