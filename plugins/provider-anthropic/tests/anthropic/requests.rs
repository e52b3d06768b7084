//! The requests as they go out, byte for byte, and where the cache marks stand.

use provider_anthropic::Anthropic;
use replay::{Listener, Recorded, Replay, question};
use wire::{Assistant, Call, Message, Outgoing, Provider as _, Request, ToolResult};

use crate::streams::TEXT;

const MARK: &str = ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"5m\"}";

fn sent(settings: &str, request: &Request) -> Outgoing {
    let wire = Replay::of([Recorded::new(200, TEXT)]);
    Anthropic::new(settings).expect("settings").complete(request, &wire, &mut Listener::default()).expect("an answer");
    wire.asked().remove(0)
}

fn body(settings: &str, request: &Request) -> String {
    String::from_utf8(sent(settings, request).body).expect("text")
}

fn second_round() -> Request {
    let mut request = question("claude-sonnet-5", "scale web to 5");
    let call = |id: &str| Call {
        id: id.to_owned(),
        name: "scale".to_owned(),
        arguments_json: "{\"name\": \"web\"}".to_owned(),
    };
    request.messages.push(Message::Assistant(Assistant {
        text: "Now.\n".to_owned(),
        calls: vec![call("toolu_1"), call("call:2")],
    }));
    for (id, is_error) in [("toolu_1", false), ("call:2", true)] {
        let (call_id, name) = (id.to_owned(), "scale".to_owned());
        request.messages.push(Message::Tool(ToolResult { call_id, name, content_json: "{}".to_owned(), is_error }));
    }
    request
}

#[test]
fn a_question_goes_out_as_written_here() {
    let golden = concat!(
        "{\"model\":\"claude-sonnet-5\",\"max_tokens\":4096,\"tools\":[{\"name\":\"scale\",\"description\":\"Sets the replicas of a workload.\",",
        "\"input_schema\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"replicas\":{\"type\":\"integer\"}},\"required\":[\"name\",\"replicas\"]}}],",
        "\"system\":[{\"type\":\"text\",\"text\":\"You plan changes of a cluster.\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"5m\"}}],",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Context (data): {\\\"cluster\\\":\\\"demo\\\",\\\"namespace\\\":\\\"shop\\\"}\"},",
        "{\"type\":\"text\",\"text\":\"scale web to 5\"}]}],\"stream\":true}",
    );
    let sent = sent("{}", &question("claude-sonnet-5", "scale web to 5"));
    assert_eq!(String::from_utf8(sent.body).expect("text"), golden);
    assert_eq!(sent.path, "/v1/messages");
    assert!(sent.headers.contains(&("anthropic-version", "2023-06-01".to_owned())));
}

#[test]
fn results_of_one_step_go_together_and_the_round_is_marked() {
    let body = body("{}", &second_round());
    let round = concat!(
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Now.\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"scale\",\"input\":{\"name\": \"web\"}},",
        "{\"type\":\"tool_use\",\"id\":\"call_2\",\"name\":\"scale\",\"input\":{\"name\": \"web\"}}]},",
        "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":\"{}\",\"is_error\":false},",
        "{\"type\":\"tool_result\",\"tool_use_id\":\"call_2\",\"content\":\"{}\",\"is_error\":true,\"cache_control\"",
    );
    assert!(body.contains(round), "{body}");
    assert_eq!(body.matches(MARK).count(), 2);
}

#[test]
fn the_second_round_begins_with_all_of_the_first() {
    let (first, second) = (body("{}", &question("claude-sonnet-5", "scale web to 5")), body("{}", &second_round()));
    assert!(second.starts_with(first.strip_suffix("],\"stream\":true}").expect("it ends so")));
}

#[test]
fn without_a_system_the_last_tool_is_marked_and_off_marks_nothing() {
    let bare = Request { system: String::new(), ..question("m", "hi") };
    let body = |settings: &str| body(settings, &bare);
    assert!(body("{}").contains(&format!("]}}{MARK}}}],\"messages\"")));
    assert!(!body("{\"cache_ttl\":\"off\"}").contains("cache_control"));
    assert!(body("{\"cache_ttl\":\"1h\"}").contains("\"ttl\":\"1h\""));
}

#[test]
fn thinking_effort_and_a_schema_go_out_when_they_are_set() {
    let body = body(
        "{\"thinking\":\"adaptive\",\"effort\":\"low\",\"output_schema_json\":\"{\\\"type\\\":\\\"object\\\"}\"}",
        &question("m", "hi"),
    );
    assert!(body.contains("\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}"), "{body}");
    assert!(sent("{\"thinking\":\"off\"}", &question("m", "hi")).body.windows(8).any(|bytes| bytes == b"disabled"));
}

#[test]
fn an_assistant_that_said_nothing_is_left_out() {
    let mut request = question("m", "hi");
    request.messages.insert(0, Message::Assistant(Assistant { text: " \n".to_owned(), calls: Vec::new() }));
    assert!(!body("{}", &request).contains("assistant"));
}
