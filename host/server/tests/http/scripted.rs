//! Answers of a provider that plays a script: they grow, stop, break off, and each way of failing has its words.

use std::time::Duration;

use kubechat_core::limits::{TURN_ROUNDS_MAX, TURN_TOOL_CALLS_MAX};
use serde_json::{Value, json};

use crate::door::{DEADLINE, Door, components};

/// A host whose provider plays this script; none where the components were not built.
async fn playing(answers: &str) -> Option<Door> {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return None;
    };
    let settings = format!("provider = 'provider-scripted'\nprovider_settings = {{ answers = [{answers}] }}");
    Some(Door::open(&settings, Some(&components), &[("mira", "")]).await)
}

async fn ask(door: &Door, sentence: &str) -> String {
    let asked = door.post("mira", "/api/v1/prompts", &json!({"sentence": sentence}).to_string()).await.json();
    asked["turn"].as_str().unwrap().to_owned()
}

/// The turn once this holds of it.
async fn until(door: &Door, turn: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let look = async {
        loop {
            let now = door.get("mira", &format!("/api/v1/turns/{turn}")).await.json();
            if holds(&now) {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(DEADLINE, look).await.expect("it comes about")
}

fn ended(turn: &Value) -> bool {
    turn["state"] != "working"
}

#[tokio::test]
async fn an_answer_grows_while_it_is_spoken_and_is_whole_at_its_end() {
    let script = "{ rounds = [[{ text = 'one two ' }, { wait_ms = 1500, text = 'three' }]] }";
    let Some(door) = playing(script).await else { return };
    let turn = ask(&door, "count").await;
    let half = until(&door, &turn, |turn| !turn["parts"].as_array().unwrap().is_empty()).await;
    assert_eq!(half["parts"], json!([{"part": "text", "text": "one two", "partial": true}]));
    assert_eq!((&half["state"], &half["rules"]), (&json!("working"), &json!(false)));
    let mut stream = door.stream("mira", &format!("/api/v1/turns/{turn}/stream"), "").await;
    let (id, _, data) = stream.next().await;
    assert_eq!(
        (id.as_str(), &data["parts"][0]["partial"]),
        ("", &json!(true)),
        "what still grows has no id to resume after"
    );
    let whole = until(&door, &turn, ended).await;
    assert_eq!(whole["parts"], json!([{"part": "text", "text": "one two three", "unproven": true}]));
    let (id, _, data) = stream.next().await;
    assert_eq!((id.as_str(), &data["parts"]), ("0", &whole["parts"]));
}

#[tokio::test]
async fn half_a_secret_is_never_shown() {
    let script = "{ rounds = [[{ text = 'the token is ghp_abcdefghij' }, { wait_ms = 700, text = 'klmnopqrstuvwxyz0123456789 and that is all' }]] }";
    let Some(door) = playing(script).await else { return };
    let turn = ask(&door, "say it").await;
    let half = until(&door, &turn, |turn| !turn["parts"].as_array().unwrap().is_empty()).await;
    assert_eq!(half["parts"][0]["text"], "the token is");
    let whole = until(&door, &turn, ended).await;
    assert_eq!(whole["parts"][0]["text"], "the token is •••• and that is all");
}

#[tokio::test]
async fn every_way_a_provider_fails_has_its_words_and_keeps_what_was_said() {
    for (fail, words) in [
        ("auth", "credential"),
        ("rate-limited", "wait"),
        ("context-too-long", "new thread"),
        ("model-not-found", "models"),
        ("unavailable", "model server"),
        ("bad-response", "model server"),
        ("bad-request", "another way"),
        ("other", ""),
        ("trap", ""),
    ] {
        let script =
            format!("{{ rounds = [[{{ text = 'so far ' }}, {{ fail = '{fail}', why = 'w', retry_after_s = 7 }}]] }}");
        let Some(door) = playing(&script).await else { return };
        let turn = ask(&door, "go on").await;
        let turn = until(&door, &turn, ended).await;
        assert_eq!(turn["state"], "failed", "{fail}");
        assert_eq!(turn["parts"][0], json!({"part": "text", "text": "so far", "partial": true}), "{fail}");
        let problem = &turn["parts"][1]["problem"];
        assert!(problem["detail"].as_str().unwrap().contains(fail), "{problem}");
        assert!(problem["hint"].as_str().unwrap().contains(words), "{problem}");
        let thread = turn["thread"].as_str().unwrap();
        let again = json!({"sentence": "once more", "thread": thread}).to_string();
        assert_eq!(door.post("mira", "/api/v1/prompts", &again).await.status, 202, "the thread survives {fail}");
    }
}

#[tokio::test]
async fn an_answer_is_stopped_within_a_second_and_what_was_said_stays() {
    let script = "{ rounds = [[{ text = 'I begin ' }, { wait_ms = 60000, text = 'and never end' }]] }";
    let Some(door) = playing(script).await else { return };
    let turn = ask(&door, "tell me").await;
    until(&door, &turn, |turn| !turn["parts"].as_array().unwrap().is_empty()).await;
    assert_eq!(door.post("mira", &format!("/api/v1/turns/{turn}/cancel"), "").await.status, 202);
    let stopped = until(&door, &turn, ended).await;
    assert_eq!(stopped["state"], "cancelled");
    assert_eq!(stopped["parts"][0], json!({"part": "text", "text": "I begin", "partial": true}));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off_at_its_limit() {
    let line = format!("{{ text = '{}' }}, ", "word ".repeat(2_000));
    let script = format!("{{ rounds = [[{}]] }}", line.repeat(40));
    let Some(door) = playing(&script).await else { return };
    let turn = ask(&door, "go on").await;
    let turn = until(&door, &turn, ended).await;
    assert_eq!((&turn["state"], &turn["parts"][0]["partial"]), (&json!("failed"), &json!(true)));
    assert!(turn["parts"][1]["problem"]["detail"].as_str().unwrap().contains("ANSWER_BYTES_MAX"));
}

/// A round of one call.
fn calls(name: &str, arguments: &Value) -> String {
    format!("[{{ call = '{name}', arguments_json = '{arguments}' }}]")
}

/// Problems of the calls, each with its code and words; of one that went well, none.
fn problems<'a>(turn: &'a Value) -> Vec<(&'a str, &'a str)> {
    let calls = turn["parts"].as_array().unwrap().iter().filter(|part| part["part"] == "tool");
    let words = |call: &'a Value, name: &str| call["problem"][name].as_str().unwrap_or_default();
    calls.map(|call| (words(call, "code"), words(call, "detail"))).collect()
}

/// How a turn ended that failed: its last problem's code, words and next step.
fn failed(turn: &Value) -> [&str; 3] {
    assert_eq!(turn["state"], "failed", "{turn}");
    let problem = &turn["parts"].as_array().unwrap().last().unwrap()["problem"];
    ["code", "detail", "hint"].map(|word| problem[word].as_str().unwrap_or_else(|| panic!("no {word}: {turn}")))
}

#[tokio::test]
async fn a_call_is_put_right_once_and_the_second_bad_one_ends_the_turn_with_what_was_wrong() {
    let wrong = |replicas: &str| json!({"target": {"kind": "deployment", "name": "web"}, "replicas": replicas});
    let rounds = [wrong("many"), wrong("more"), wrong("most")].map(|arguments| calls("scale", &arguments));
    let Some(door) = playing(&format!("{{ rounds = [{}] }}", rounds.join(", "))).await else { return };
    let turn = ask(&door, "go on").await;
    let turn = until(&door, &turn, ended).await;
    let [code, detail, hint] = failed(&turn);
    assert_eq!(problems(&turn).len(), 2, "the third is never asked for: {turn}");
    assert!(code == "bad-input" && detail.contains("\"more\"") && hint.contains("provider list"), "{turn}");
}

#[tokio::test]
async fn a_tool_there_is_not_is_told_by_its_name_and_the_turn_goes_on() {
    let script = format!("{{ rounds = [{}, [{{ text = 'never mind' }}]] }}", calls("dance", &json!({})));
    let Some(door) = playing(&script).await else { return };
    let turn = ask(&door, "go on").await;
    let turn = until(&door, &turn, ended).await;
    assert_eq!((&turn["state"], problems(&turn)), (&json!("answered"), vec![("bad-input", "there is no tool dance")]));
}

#[tokio::test]
async fn the_same_call_is_never_made_twice_in_a_turn() {
    let list = |kind: &str| calls("list", &json!({"kind": kind}));
    let rounds = [list("pods"), list("pods"), list("services"), "[{ text = 'done' }]".to_owned()].join(", ");
    let Some(door) = playing(&format!("{{ rounds = [{rounds}] }}")).await else { return };
    let turn = ask(&door, "go on").await;
    let turn = until(&door, &turn, ended).await;
    let problems = problems(&turn);
    let (second, others) = (problems[1], [problems[0], problems[2]]);
    assert_eq!(second, ("wrong-state", "list was called with this before in this turn"), "{turn}");
    assert!(others.iter().all(|(code, _)| *code == "cluster-unreachable"), "these were made: {others:?}");
}

#[tokio::test]
async fn rounds_and_calls_of_a_turn_have_an_end() {
    let list = |number: usize| json!({"kind": "pods", "namespace": format!("n{number}")});
    let rounds: Vec<_> = (0..TURN_ROUNDS_MAX + 2).map(|number| calls("list", &list(number))).collect();
    let lines: Vec<_> = (0..=TURN_TOOL_CALLS_MAX)
        .map(|number| format!("{{ call = 'list', arguments_json = '{}' }}", list(number)))
        .collect();
    for (script, most, limit) in [
        (rounds.join(", "), TURN_ROUNDS_MAX, "TURN_ROUNDS_MAX"),
        (format!("[{}]", lines.join(", ")), TURN_TOOL_CALLS_MAX, "TURN_TOOL_CALLS_MAX"),
    ] {
        let Some(door) = playing(&format!("{{ rounds = [{script}] }}")).await else { return };
        let turn = ask(&door, "go on").await;
        let turn = until(&door, &turn, ended).await;
        let [code, detail, hint] = failed(&turn);
        assert_eq!((code, problems(&turn).len()), ("limit-exceeded", most), "{turn}");
        assert!(detail.contains(limit) && hint.contains("provider list"), "{turn}");
    }
}

#[tokio::test]
async fn settings_that_do_not_fit_are_named_where_people_look() {
    let Some(components) = components() else { return };
    let settings = "provider = 'provider-scripted'\nprovider_settings = { answer = [] }";
    let door = Door::open(settings, Some(&components), &[("mira", "")]).await;
    let ready = door.get("mira", "/readyz?verbose").await.body;
    assert!(ready.contains("bad-settings") && ready.contains("answer"), "{ready}");
    let turn = ask(&door, "hello").await;
    let turn = until(&door, &turn, ended).await;
    assert!(turn["parts"][0]["problem"]["detail"].as_str().unwrap().contains("bad-settings"), "{turn}");
}

#[tokio::test]
async fn a_model_is_not_asked_while_one_types() {
    let Some(door) = playing("{ rounds = [[{ call = 'scale' }]] }").await else { return };
    let preview = door.post("mira", "/api/v1/preview", r#"{"sentence": "scale web to 4"}"#).await.json();
    assert_eq!((&preview["reads_as"], &preview["steps"]), (&json!("nothing"), &json!([])));
}
