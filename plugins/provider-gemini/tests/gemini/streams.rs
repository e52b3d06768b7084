//! Streams as Google documents them. Each means the same wherever it is cut.

use provider_gemini::Contents;
use replay::{Heard, same_at_every_split};
use wire::{Call, Error, Event, Finish, Reason, Usage};

pub(crate) const TEXT: &str = concat!(
    "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"hm\",\"thought\": true}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 8,\"totalTokenCount\": 8},\"modelVersion\": \"gemini-3.8-flash\",\"responseId\": \"x\"}\r\n\r\n",
    "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Grüß\"}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 8,\"candidatesTokenCount\": 1}}\r\n\r\n",
    "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \" dich 😀\",\"thoughtSignature\": \"EjQKMgEM\"}],\"role\": \"model\"},\"finishReason\": \"STOP\",\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 8,\"candidatesTokenCount\": 6,\"thoughtsTokenCount\": 20,\"totalTokenCount\": 34}}\r\n\r\n",
);

pub(crate) const CALLS: &str = concat!(
    "data: {\"candidates\": [{\"content\": {\"parts\": [{\"functionCall\": {\"id\": \"a1\",\"name\": \"scale\",\"args\": {\"name\": \"web\"}},\"thoughtSignature\": \"EjQKMgEM\"},{\"functionCall\": {\"name\": \"logs\",\"args\": {}}}],\"role\": \"model\"},\"index\": 0}]}\r\n\r\n",
    "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"\"}],\"role\": \"model\"},\"finishReason\": \"STOP\",\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 70,\"candidatesTokenCount\": 9}}\r\n\r\n",
);

fn heard(stream: &str) -> Heard {
    same_at_every_split(|| Contents::new("gemini-3.8-flash"), stream.as_bytes())
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

#[test]
fn text_is_told_thoughts_are_not_and_both_are_paid() {
    assert_eq!(heard(TEXT), (vec![text("Grüß"), text(" dich 😀")], end(Reason::Stop, 8, 26)));
}

#[test]
fn several_calls_in_one_chunk_are_all_made() {
    let calls = vec![call("a1", "scale", "{\"name\": \"web\"}"), call("call-2", "logs", "{}")];
    assert_eq!(heard(CALLS), (calls, end(Reason::ToolCalls, 70, 9)));
}

#[test]
fn a_stream_without_a_finish_reason_is_a_fragment() {
    for stream in [TEXT, CALLS] {
        for bytes in 0..stream.find("\"finishReason\"").expect("it is there") {
            let (_, end) = replay::heard(Contents::new("m"), [&stream.as_bytes()[..bytes]]);
            assert!(matches!(end, Err(Error::Unavailable(_))), "{bytes}");
        }
    }
}

#[test]
fn reasons_are_told_apart() {
    let reason = |word: &str| heard(&TEXT.replace("STOP", word)).1.expect("an end").reason;
    assert_eq!(reason("MAX_TOKENS"), Reason::Length);
    for refused in ["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "SPII", "BLOCKLIST"] {
        assert!(matches!(reason(refused), Reason::Refused(why) if why.contains(refused)));
    }
    for unreadable in ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"] {
        assert!(matches!(reason(unreadable), Reason::Other(why) if why.contains("ask again")));
    }
    assert!(matches!(reason("TOMORROW"), Reason::Other(_)));
}

#[test]
fn a_blocked_prompt_is_a_refusal() {
    let blocked = "data: {\"promptFeedback\": {\"blockReason\": \"PROHIBITED_CONTENT\"},\"usageMetadata\": {\"promptTokenCount\": 8}}\n\n";
    assert!(
        matches!(heard(blocked).1, Ok(Finish { reason: Reason::Refused(why), .. }) if why.contains("PROHIBITED_CONTENT"))
    );
}

#[test]
fn an_error_in_the_middle_ends_it_in_its_own_words() {
    let with = |status: &str| {
        heard(&TEXT.replacen("data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \" dich", &format!("data: {{\"error\":{{\"code\":503,\"message\":\"m\",\"status\":\"{status}\"}}}}\r\n\r\ndata: {{\"candidates\": [{{\"content\": {{\"parts\": [{{\"text\": \" dich"), 1))
    };
    let (events, end) = with("UNAVAILABLE");
    assert_eq!(events, [text("Grüß")]);
    assert!(matches!(end, Err(Error::Unavailable(_))));
    assert_eq!(with("RESOURCE_EXHAUSTED").1, Err(Error::RateLimited(None)));
    assert!(matches!(with("TOMORROW").1, Err(Error::Unavailable(why)) if why.contains("fragment")));
}

#[test]
fn arguments_that_are_no_object_and_data_that_is_no_json_are_said() {
    let bad = heard(&CALLS.replace("{\"name\": \"web\"}", "[1]"));
    assert!(matches!(bad.1, Err(Error::BadResponse(why)) if why.contains("`scale`")));
    for bad in ["data: {\"candidates\":\n\n", "data: [{}]\n\n", "data: {\"candidates\":{}}\n\n"] {
        assert!(matches!(heard(bad).1, Err(Error::BadResponse(why)) if why.contains("Gemini sent")), "{bad}");
    }
}
