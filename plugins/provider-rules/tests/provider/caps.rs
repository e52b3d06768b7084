//! What the contract and the host's operations allow is what goes out.

use provider_rules::{Message, Reply, Request, complete};
use serde_json::Value;

use crate::world::{context, play, tools};

#[test]
fn only_offered_tools_are_called() {
    let request = Request {
        messages: vec![Message::User("restart web".to_owned())],
        tools: tools().into_iter().filter(|tool| tool != "resolve").collect(),
        context_json: context().to_string(),
        ..Request::default()
    };
    let Reply { calls, text, .. } = complete(&request).expect("a conversation");
    assert_eq!(calls, []);
    assert!(text.contains("does not offer"), "{text}");
}

#[test]
fn another_model_is_not_found_and_our_own_is() {
    let request = |model: &str| Request {
        model: model.to_owned(),
        messages: vec![Message::User("help".to_owned())],
        tools: tools(),
        ..Request::default()
    };
    assert!(complete(&request("gpt")).is_err());
    assert!(complete(&request("rules")).is_ok() && complete(&request("")).is_ok());
}

#[test]
fn a_conversation_without_a_sentence_is_refused() {
    assert!(complete(&Request::default()).is_err());
}

#[test]
fn an_unreadable_context_leaves_everything_unknown() {
    for context in ["", "[]", "{", "{\"previous\":7}", "{\"clusters\":{}}"] {
        let messages = vec![Message::User("restart it".to_owned())];
        let request = Request { messages, tools: tools(), context_json: context.to_owned(), ..Request::default() };
        let reply = complete(&request).expect("a conversation");
        assert!(reply.calls.is_empty() && reply.text.contains("nothing was named before"), "{context}: {reply:?}");
    }
}

#[test]
fn sentences_and_words_beyond_their_limits_are_not_read() {
    let long = format!("scale web to 5 {}", "a".repeat(provider_rules::SENTENCE_BYTES_MAX));
    assert!(play(&long).text.contains("SENTENCE_BYTES_MAX"));
    let many = "web ".repeat(provider_rules::WORDS_MAX + 1);
    assert!(play(&many).text.contains("WORDS_MAX"));
}

#[test]
fn a_manifest_beyond_its_limit_or_without_a_name_is_not_applied() {
    let big = format!("apply {{\"apiVersion\":\"{}\"}}", "v".repeat(provider_rules::MANIFEST_BYTES_MAX));
    assert!(play(&big).text.contains("MANIFEST_BYTES_MAX"));
    for bad in [
        "apply {\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}",
        "apply {\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}} and delete web",
        "apply {",
        "apply []",
        "apply [1]",
    ] {
        let played = play(bad);
        assert!(played.call.is_none() && played.text.contains("can't be applied"), "{bad}: {played:?}");
    }
    let nested = format!("apply {}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(play(&nested).call.is_none());
}

#[test]
fn resolve_is_asked_with_the_words_that_were_said() {
    let asked = |said: &str| play(said).resolve.expect("a name to resolve").to_string();
    assert_eq!(asked("restart web"), r#"{"name":"web","verb":"restart"}"#);
    assert_eq!(
        asked("scale deploy web in shop to 5"),
        r#"{"kind":"deployment","name":"web","namespace":"shop","verb":"scale"}"#
    );
    assert_eq!(asked("set image of pay/api to :2"), r#"{"name":"api","namespace":"pay","verb":"set-image"}"#);
    assert_eq!(asked("delete it"), r#"{"kind":"deployment","name":"web","namespace":"shop","verb":"delete"}"#);
    assert_eq!(asked("logs of Web"), r#"{"name":"Web","verb":"logs"}"#);
}

#[test]
fn the_manifest_asks_for_what_the_component_imports() {
    let manifest: Value = serde_json::from_str(include_str!("../../manifest.json")).expect("the manifest is JSON");
    assert_eq!(manifest["capabilities"][0]["name"], "events");
    assert_eq!(manifest["capabilities"].as_array().map(Vec::len), Some(1));
}

#[test]
fn hostile_text_gets_a_bounded_plain_answer() {
    let long = "drain node-3 and ".repeat(200);
    let many = "restart web and cart, ".repeat(12);
    for said in [
        long.as_str(),
        many.as_str(),
        "restart we\u{200b}b",
        "restart web\u{202e}",
        "drain node-3\u{0}",
        "\u{1b}[31mdelete web",
        "scale \u{ff57}eb to 5",
        "r\u{0435}start web",
        "restart w\u{0435}b",
        "delete pod web\u{2010}1\u{2063}",
    ] {
        let played = play(said);
        assert!(played.call.is_none(), "{said:?}: {played:?}");
        assert!(played.text.len() <= provider_rules::ANSWER_BYTES_MAX && !played.text.is_empty());
        assert!(!played.text.chars().any(|sign| sign.is_control() && sign != '\n'), "{said:?}: {}", played.text);
    }
}

#[test]
fn no_more_requests_than_the_limit_are_taken_at_once() {
    let nodes: Vec<String> = (0..=provider_rules::CLAUSES_MAX).map(|index| format!("cordon node-{index}")).collect();
    assert_eq!(play(&nodes.join(" and ")).call, None);
}
