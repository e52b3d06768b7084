//! The requests as they go out, byte for byte, and the window they ask for.

use provider_ollama::Ollama;
use replay::{Listener, Recorded, Replay, question};
use wire::{Assistant, Call, Message, Provider as _, Request, ToolResult};

use crate::{failures::SHOWN, streams::TEXT};

fn sent(settings: &str, shown: &str, request: &Request) -> String {
    let wire = Replay::of([Recorded::new(200, shown), Recorded::new(200, TEXT)]);
    // How it ends is others' business: a long question is found to have been cut.
    let _ = Ollama::new(settings).expect("settings").complete(request, &wire, &mut Listener::default());
    let asked = wire.asked();
    assert_eq!(asked.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["/api/show", "/api/chat"]);
    wire.last_body()
}

fn window(settings: &str, request: &Request) -> Option<u64> {
    let body: serde_json::Value = serde_json::from_str(&sent(settings, SHOWN, request)).expect("JSON");
    body["options"]["num_ctx"].as_u64()
}

#[test]
fn a_question_goes_out_as_written_here() {
    let golden = concat!(
        "{\"model\":\"qwen3:8b\",\"messages\":[{\"role\":\"system\",\"content\":\"You plan changes of a cluster.\"},",
        "{\"role\":\"user\",\"content\":\"Context (data): {\\\"cluster\\\":\\\"demo\\\",\\\"namespace\\\":\\\"shop\\\"}\\n\\nscale web to 5\"}],",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"scale\",\"description\":\"Sets the replicas of a workload.\",",
        "\"parameters\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"replicas\":{\"type\":\"integer\"}},\"required\":[\"name\",\"replicas\"]}}}],",
        "\"stream\":true,\"keep_alive\":1800,\"truncate\":false,\"shift\":false,\"options\":{\"num_ctx\":8192,\"num_predict\":2048}}",
    );
    assert_eq!(sent("{}", SHOWN, &question("qwen3:8b", "scale web to 5")), golden);
}

#[test]
fn calls_and_their_results_go_back_as_they_came() {
    let mut request = question("m", "scale web");
    let call =
        Call { id: "call_1".to_owned(), name: "scale".to_owned(), arguments_json: "{\"b\": 1, \"a\": 2}".to_owned() };
    request.messages.push(Message::Assistant(Assistant { text: "Now".to_owned(), calls: vec![call] }));
    let (call_id, name) = ("call_1".to_owned(), "scale".to_owned());
    request.messages.push(Message::Tool(ToolResult { call_id, name, content_json: "{}".to_owned(), is_error: false }));
    let body = sent("{}", SHOWN, &request);
    assert!(body.contains("{\"role\":\"assistant\",\"content\":\"Now\",\"tool_calls\":[{\"id\":\"call_1\",\"function\":{\"name\":\"scale\",\"arguments\":{\"b\": 1, \"a\": 2}}}]}"), "{body}");
    assert!(
        body.contains("{\"role\":\"tool\",\"content\":\"{}\",\"tool_name\":\"scale\",\"tool_call_id\":\"call_1\"}"),
        "{body}"
    );
}

#[test]
fn the_window_grows_in_steps_with_the_conversation() {
    let with = |words: usize| question("m", &"replica ".repeat(words));
    assert_eq!(window("{}", &with(10)), Some(8192));
    assert_eq!(window("{}", &with(2_000)), Some(8192));
    assert_eq!(window("{}", &with(4_000)), Some(16384));
    assert_eq!(window("{\"num_ctx\":20000}", &with(10)), Some(20000));
}

#[test]
fn the_window_is_never_more_than_the_model_takes() {
    let small = SHOWN.replace("32768", "4096");
    assert!(sent("{}", &small, &question("m", "hi")).contains("\"num_ctx\":4096"));
    let silent = "{\"capabilities\":[\"tools\"]}";
    assert!(sent("{}", silent, &question("m", "hi")).contains("\"num_ctx\":8192"));
}

#[test]
fn only_a_model_that_thinks_is_told_not_to() {
    let thinks = SHOWN.replace("\"tools\"]", "\"tools\",\"thinking\"]");
    assert!(sent("{}", &thinks, &question("m", "hi")).contains("\"think\":false"));
    assert!(!sent("{}", SHOWN, &question("m", "hi")).contains("think"));
    assert!(!sent("{\"thinking\":\"default\"}", &thinks, &question("m", "hi")).contains("think"));
    assert!(sent("{\"thinking\":\"on\"}", &thinks, &question("m", "hi")).contains("\"think\":true"));
}

#[test]
fn a_schema_of_the_answer_goes_out_as_format() {
    let settings = "{\"output_schema_json\":\"{\\\"type\\\":\\\"object\\\"}\"}";
    assert!(sent(settings, SHOWN, &question("m", "hi")).contains("\"format\":{\"type\":\"object\"}"));
}
