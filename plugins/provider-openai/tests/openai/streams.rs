//! Streams as OpenAI documents them, and as gateways send them. Each means the same wherever it is cut.

use provider_openai::Chunks;
use replay::{Heard, same_at_every_split};
use wire::{Call, Error, Event, Finish, Reason, Usage};

pub(crate) const TEXT: &str = concat!(
    "data: {\"id\":\"chatcmpl-123\",\"object\":\"chat.completion.chunk\",\"created\":1694268190,\"model\":\"gpt-5.4\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null,\"obfuscation\":\"x9\"}\n\n",
    "data: {\"id\":\"chatcmpl-123\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüß\"},\"finish_reason\":null}],\"usage\":null}\n\n",
    "data: {\"id\":\"chatcmpl-123\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" dich 😀\"},\"finish_reason\":null}],\"usage\":null}\n\n",
    "data: {\"id\":\"chatcmpl-123\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n",
    "data: {\"id\":\"chatcmpl-123\",\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":10,\"total_tokens\":29,\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}\n\n",
    "data: [DONE]\n\n",
);

pub(crate) const CALLS: &str = concat!(
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_abc\",\"type\":\"function\",\"function\":{\"name\":\"scale\",\"arguments\":\"\"}}]},\"finish_reason\":null}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"na\"}}]},\"finish_reason\":null}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"me\\\": \\\"web\\\"}\"}},{\"index\":1,\"id\":\"call_def\",\"type\":\"function\",\"function\":{\"name\":\"logs\",\"arguments\":\"{}\"}}]},\"finish_reason\":null}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":80,\"completion_tokens\":30}}\n\n",
    "data: [DONE]\n\n",
);

fn heard(stream: &str) -> Heard {
    same_at_every_split(|| Chunks::new("gpt-5.4"), stream.as_bytes())
}

fn text(text: &str) -> Event {
    Event::Text(text.to_owned())
}

fn call(id: &str, name: &str, arguments: &str) -> Event {
    Event::Call(Call { id: id.to_owned(), name: name.to_owned(), arguments_json: arguments.to_owned() })
}

fn end(reason: Reason, input_tokens: u64, output_tokens: u64) -> Result<Finish, Error> {
    Ok(Finish { reason, usage: Some(Usage { input_tokens, output_tokens }) })
}

fn reason(stream: &str) -> Reason {
    heard(stream).1.expect("an end").reason
}

#[test]
fn text_is_told_as_it_comes_with_what_it_cost() {
    assert_eq!(heard(TEXT), (vec![text("Grüß"), text(" dich 😀")], end(Reason::Stop, 19, 10)));
}

#[test]
fn calls_in_pieces_are_made_when_they_are_whole() {
    let calls = vec![call("call_abc", "scale", "{\"name\": \"web\"}"), call("call_def", "logs", "{}")];
    assert_eq!(heard(CALLS), (calls, end(Reason::ToolCalls, 80, 30)));
}

#[test]
fn comments_and_line_ends_of_gateways_change_nothing() {
    let gateway = TEXT.replace('\n', "\r\n").replace("data: [DONE]", ": OPENROUTER PROCESSING\r\n\r\ndata: [DONE]");
    assert_eq!(heard(&gateway), heard(TEXT));
}

#[test]
fn an_answer_without_done_is_whole_if_it_has_its_reason() {
    assert_eq!(heard(TEXT.trim_end_matches("data: [DONE]\n\n")), heard(TEXT));
    let bare = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n";
    assert_eq!(heard(bare), (vec![text("a")], Ok(Finish { reason: Reason::Stop, usage: None })));
}

#[test]
fn an_answer_without_its_reason_is_a_fragment_even_with_done() {
    for tail in ["", "data: [DONE]\n\n"] {
        let (events, end) = heard(&format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\"}}}}]}}\n\n{tail}"));
        assert_eq!(events, [text("a")]);
        assert!(matches!(end, Err(Error::Unavailable(why)) if why.contains("fragment")));
    }
}

#[test]
fn a_stream_cut_anywhere_before_its_reason_is_never_a_complete_answer() {
    let until = TEXT.find("\"stop\"").expect("it has a reason");
    for bytes in 0..until {
        let (_, end) = replay::heard(Chunks::new("m"), [&TEXT.as_bytes()[..bytes]]);
        assert!(end.is_err(), "{bytes}");
    }
}

#[test]
fn reasons_are_told_apart() {
    let with = |reason: &str| {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\"}},\"finish_reason\":\"{reason}\"}}]}}\n\n")
    };
    assert_eq!(reason(&with("length")), Reason::Length);
    assert!(matches!(reason(&with("content_filter")), Reason::Refused(_)));
    assert!(matches!(reason(&with("tool_calls")), Reason::Other(why) if why.contains("called none")));
    assert!(matches!(reason(&with("eos")), Reason::Other(why) if why.contains("`eos`")));
    let stop = CALLS.replace("\"tool_calls\"}]", "\"stop\"}]");
    assert_eq!(reason(&stop), Reason::ToolCalls);
}

#[test]
fn a_refusal_in_pieces_is_the_reason_and_no_text() {
    let stream = concat!(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"I can't \"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"do that.\"},\"finish_reason\":\"stop\"}]}\n\n",
    );
    let refused = Finish { reason: Reason::Refused("I can't do that".to_owned()), usage: None };
    assert_eq!(heard(stream), (Vec::new(), Ok(refused)));
}

#[test]
fn a_call_that_the_limit_cut_is_not_made() {
    let cut = CALLS.replace("\"tool_calls\"}]", "\"length\"}]");
    let (events, end) = heard(&cut);
    assert!(matches!(events.as_slice(), [Event::Note(note)] if note.contains("not made")));
    assert_eq!(end.expect("an end").reason, Reason::Length);
}

#[test]
fn arguments_that_are_no_object_are_said_and_not_passed_on() {
    let bad = CALLS.replace("{\\\"na", "[\\\"na");
    let (events, end) = heard(&bad);
    assert!(events.is_empty());
    assert!(matches!(end, Err(Error::BadResponse(why)) if why.contains("`scale`")));
}

#[test]
fn an_error_in_the_middle_ends_it_in_its_own_words() {
    let with = |error: &str| {
        heard(&format!(
            "data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\"}}}}]}}\n\ndata: {{\"error\":{error}}}\n\n"
        ))
    };
    let (events, end) = with("{\"message\":\"The server had an error\",\"type\":\"server_error\",\"code\":null}");
    assert_eq!(events, [text("a")]);
    assert!(matches!(end, Err(Error::Unavailable(_))));
    assert_eq!(with("{\"message\":\"slow down\",\"code\":429}").1, Err(Error::RateLimited(None)));
    assert_eq!(with("{\"message\":\"m\",\"code\":\"context_length_exceeded\"}").1, Err(Error::ContextTooLong));
    assert!(matches!(with("\"worker died\"").1, Err(Error::Unavailable(why)) if why.contains("worker died")));
}

#[test]
fn what_is_no_json_is_said() {
    for bad in ["data: {\"choices\":[{\n\n", "data: oops\n\n", "data: {\"choices\":7}\n\n"] {
        assert!(matches!(heard(bad).1, Err(Error::BadResponse(why)) if why.contains("OpenAI sent")));
    }
}

#[test]
fn other_choices_are_not_read() {
    let two = "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}},{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n";
    assert_eq!(heard(two).0, [text("a")]);
}
