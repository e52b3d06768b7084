//! Streams as Anthropic documents them. Each means the same wherever it is cut.

use provider_anthropic::Messages;
use replay::{Heard, same_at_every_split};
use wire::{Call, Error, Event, Finish, Reason, Usage};

pub(crate) const TEXT: &str = concat!(
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"claude-sonnet-5\",\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":25,\"cache_creation_input_tokens\":100,\"cache_read_input_tokens\":300,\"output_tokens\":1}}}\n\n",
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
    "event: ping\ndata: {\"type\":\"ping\"}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Grüß\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" dich 😀\"}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":15}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
);

pub(crate) const CALLS: &str = concat!(
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":472,\"output_tokens\":2}}}\n\n",
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"EqQBCgIYAhIM\"}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_01\",\"name\":\"scale\",\"input\":{}}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"name\\\": \\\"we\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"b\\\"}\"}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n\n",
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_02\",\"name\":\"logs\",\"input\":{}}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":2}\n\n",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":89}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
);

fn heard(stream: &str) -> Heard {
    same_at_every_split(|| Messages::new("claude-sonnet-5"), stream.as_bytes())
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

fn ending(delta: &str) -> Heard {
    heard(&TEXT.replace("\"stop_reason\":\"end_turn\",\"stop_sequence\":null", delta))
}

#[test]
fn text_is_told_as_it_comes_and_what_was_cached_counts_as_input() {
    assert_eq!(heard(TEXT), (vec![text("Grüß"), text(" dich 😀")], end(Reason::Stop, 425, 15)));
}

#[test]
fn calls_in_pieces_are_made_when_their_block_stops_and_thinking_is_not_shown() {
    let calls = vec![call("toolu_01", "scale", "{\"name\": \"web\"}"), call("toolu_02", "logs", "{}")];
    assert_eq!(heard(CALLS), (calls, end(Reason::ToolCalls, 472, 89)));
}

#[test]
fn events_and_blocks_of_tomorrow_are_passed_over() {
    let more = concat!(
        "event: tomorrow\ndata: {\"type\":\"tomorrow\",\"x\":1}\n\n",
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":7,\"content_block\":{\"type\":\"hologram\"}}\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":7,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\"}}\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":7,\"delta\":{\"type\":\"light\"}}\n\n",
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":7}\n\n",
        "event: message_delta",
    );
    assert_eq!(heard(&TEXT.replace("event: message_delta", more)), heard(TEXT));
}

#[test]
fn reasons_are_told_apart() {
    let reason = |word: &str| ending(&format!("\"stop_reason\":\"{word}\"")).1.expect("an end").reason;
    assert_eq!(reason("stop_sequence"), Reason::Stop);
    assert_eq!(reason("max_tokens"), Reason::Length);
    assert_eq!(reason("model_context_window_exceeded"), Reason::Length);
    assert!(matches!(reason("refusal"), Reason::Refused(_)));
    assert!(matches!(reason("pause_turn"), Reason::Other(why) if why.contains("`pause_turn`")));
    assert!(matches!(reason("tool_use"), Reason::Other(why) if why.contains("called none")));
    let told = ending(
        "\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\",\"category\":\"cyber\",\"explanation\":\"It could harm.\"}",
    );
    assert_eq!(told.1.expect("an end").reason, Reason::Refused("It could harm".to_owned()));
}

#[test]
fn a_stream_without_message_stop_is_a_fragment() {
    for stream in [TEXT, CALLS] {
        for bytes in 0..stream.find("\"message_stop\"").expect("it is there") {
            let (_, end) = replay::heard(Messages::new("m"), [&stream.as_bytes()[..bytes]]);
            assert!(matches!(end, Err(Error::Unavailable(_))), "{bytes}");
        }
    }
}

#[test]
fn a_call_that_the_limit_cut_is_not_made() {
    let cut = CALLS
        .replace("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":2}\n\n", "")
        .replace("tool_use\",\"stop_sequence", "max_tokens\",\"stop_sequence");
    let (events, end) = heard(&cut);
    assert!(matches!(&events[..], [Event::Call(_), Event::Note(note)] if note.contains("not made")));
    assert_eq!(end.expect("an end").reason, Reason::Length);
}

#[test]
fn an_error_in_the_middle_ends_it_in_its_own_words() {
    let with = |kind: &str| {
        heard(&TEXT.replace("event: message_delta", &format!("event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"{kind}\",\"message\":\"m\"}}}}\n\nevent: message_delta")))
    };
    let (events, end) = with("overloaded_error");
    assert_eq!(events.len(), 2);
    assert!(matches!(end, Err(Error::Unavailable(why)) if why.contains("overloaded")));
    assert_eq!(with("rate_limit_error").1, Err(Error::RateLimited(None)));
    assert!(matches!(with("api_error").1, Err(Error::Unavailable(why)) if why.contains("fragment")));
}

#[test]
fn arguments_that_are_no_object_and_data_that_is_no_json_are_said() {
    let bad = heard(&CALLS.replace("{\\\"name", "[\\\"name"));
    assert!(matches!(bad.1, Err(Error::BadResponse(why)) if why.contains("`scale`")));
    for bad in ["data: {\"type\":\n\n", "data: []\n\n", "data: {\"no\":\"type\"}\n\n"] {
        assert!(matches!(heard(bad).1, Err(Error::BadResponse(why)) if why.contains("Anthropic sent")), "{bad}");
    }
}
