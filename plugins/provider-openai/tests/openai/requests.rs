//! The requests as they go out, byte for byte.

use provider_openai::OpenAi;
use replay::{Listener, Recorded, Replay, question};
use wire::{Assistant, Call, Message, Outgoing, Provider as _, Request, ToolResult};

use crate::streams::TEXT;

fn sent(settings: &str, request: &Request) -> Outgoing {
    let wire = Replay::of([Recorded::new(200, TEXT)]);
    OpenAi::new(settings).expect("settings").complete(request, &wire, &mut Listener::default()).expect("an answer");
    wire.asked().remove(0)
}

fn body(settings: &str, request: &Request) -> String {
    String::from_utf8(sent(settings, request).body).expect("text")
}

fn second_round() -> Request {
    let mut request = question("gpt-5.4", "scale web to 5");
    let call =
        Call { id: "call_1".to_owned(), name: "scale".to_owned(), arguments_json: "{\"name\": \"web\"}".to_owned() };
    request.messages.push(Message::Assistant(Assistant { text: String::new(), calls: vec![call] }));
    let (call_id, name) = ("call_1".to_owned(), "scale".to_owned());
    request.messages.push(Message::Tool(ToolResult {
        call_id,
        name,
        content_json: "{\"ok\":true}".to_owned(),
        is_error: false,
    }));
    request
}

#[test]
fn a_question_goes_out_as_written_here() {
    let golden = concat!(
        "{\"model\":\"gpt-5.4\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"scale\",\"description\":\"Sets the replicas of a workload.\",",
        "\"parameters\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"replicas\":{\"type\":\"integer\"}},\"required\":[\"name\",\"replicas\"]}}}],",
        "\"messages\":[{\"role\":\"system\",\"content\":\"You plan changes of a cluster.\"},",
        "{\"role\":\"user\",\"content\":\"Context (data): {\\\"cluster\\\":\\\"demo\\\",\\\"namespace\\\":\\\"shop\\\"}\\n\\nscale web to 5\"}],",
        "\"max_completion_tokens\":4096,\"store\":false,\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
    );
    assert_eq!(body("{}", &question("gpt-5.4", "scale web to 5")), golden);
}

#[test]
fn calls_and_their_results_go_back_as_they_came() {
    let sent = body("{}", &second_round());
    assert!(sent.contains("{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"scale\",\"arguments\":\"{\\\"name\\\": \\\"web\\\"}\"}}]}"), "{sent}");
    assert!(
        sent.contains("{\"role\":\"tool\",\"content\":\"{\\\"ok\\\":true}\",\"tool_call_id\":\"call_1\"}"),
        "{sent}"
    );
}

#[test]
fn the_second_round_begins_with_all_of_the_first() {
    let (first, second) = (body("{}", &question("gpt-5.4", "scale web to 5")), body("{}", &second_round()));
    let prefix = first.split("],\"max_completion_tokens\"").next().expect("it is there");
    assert!(second.starts_with(prefix));
}

#[test]
fn another_context_changes_nothing_before_the_last_sentence() {
    let one = question("gpt-5.4", "scale web to 5");
    let two = Request { context_json: "{\"cluster\":\"other\"}".to_owned(), ..one.clone() };
    let prefix = |text: String| text.split("Context (data)").next().map(str::to_owned);
    assert_eq!(prefix(body("{}", &one)), prefix(body("{}", &two)));
}

#[test]
fn gateways_are_spoken_to_in_words_they_know() {
    let settings = "{\"dialect\":\"compatible\",\"base_path\":\"/openai/v1\",\"api_version\":\"2026-01-01\",\"max_output_tokens\":100}";
    let sent = sent(settings, &question("m", "hello"));
    assert_eq!(sent.path, "/openai/v1/chat/completions?api-version=2026-01-01");
    let body = String::from_utf8(sent.body).expect("text");
    assert!(
        body.contains("\"max_tokens\":100") && !body.contains("store") && !body.contains("max_completion_tokens"),
        "{body}"
    );
}

#[test]
fn the_hosts_limit_goes_before_the_settings() {
    let mut request = question("m", "hello");
    request.limits.max_output_tokens = 60;
    assert!(body("{}", &request).contains("\"max_completion_tokens\":60"));
    request.limits.max_output_tokens = 100_000;
    assert!(body("{}", &request).contains("\"max_completion_tokens\":4096"));
}

#[test]
fn a_schema_of_the_answer_and_the_other_settings_go_out() {
    let settings = "{\"output_schema_json\":\"{\\\"type\\\":\\\"object\\\"}\",\"reasoning_effort\":\"low\",\"prompt_cache_key\":\"kubechat\"}";
    let body = body(settings, &question("m", "hello"));
    assert!(body.contains("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}"), "{body}");
    assert!(
        body.contains("\"reasoning_effort\":\"low\"") && body.contains("\"prompt_cache_key\":\"kubechat\""),
        "{body}"
    );
}

#[test]
fn no_header_is_one_the_host_sets() {
    let sent = sent("{}", &question("m", "hello"));
    let names: Vec<&str> = sent.headers.iter().map(|(name, _)| *name).collect();
    assert_eq!((names, sent.destination), (vec!["content-type", "accept"], "openai"));
}
