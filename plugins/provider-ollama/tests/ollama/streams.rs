//! Lines of `/api/chat` as Ollama 0.24.0 sent them to these tests' own requests. Each means the same wherever it is cut.

use provider_ollama::Chat;
use replay::{Heard, same_at_every_split};
use wire::{Call, Error, Event, Finish, Reason, Usage};

/// SmolLM2 with `num_predict` 3.
pub(crate) const TEXT: &str = concat!(
    "{\"model\":\"smollm2\",\"created_at\":\"2026-11-29T04:30:23.200389758Z\",\"message\":{\"role\":\"assistant\",\"content\":\"I\"},\"done\":false}\n",
    "{\"model\":\"smollm2\",\"created_at\":\"2026-11-29T04:30:23.289104402Z\",\"message\":{\"role\":\"assistant\",\"content\":\"'m\"},\"done\":false}\n",
    "{\"model\":\"smollm2\",\"created_at\":\"2026-11-29T04:30:23.380464039Z\",\"message\":{\"role\":\"assistant\",\"content\":\" so é😀\"},\"done\":false}\n",
    "{\"model\":\"smollm2\",\"created_at\":\"2026-11-29T04:30:23.810306378Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":2284902531,\"load_duration\":770987557,\"prompt_eval_count\":12,\"prompt_eval_duration\":901308765,\"eval_count\":8,\"eval_duration\":607138295}\n",
);

/// The scripted model's one call.
pub(crate) const CALL: &str = concat!(
    "{\"model\":\"scripted\",\"created_at\":\"2026-11-29T04:30:21.501833802Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"call_sxt5qwug\",\"function\":{\"index\":0,\"name\":\"scale\",\"arguments\":{\"name\":\"web\",\"replicas\":5}}}]},\"done\":false}\n",
    "{\"model\":\"scripted\",\"created_at\":\"2026-11-29T04:30:21.504289651Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":456979137,\"load_duration\":303613942,\"prompt_eval_count\":107,\"prompt_eval_duration\":148752569,\"eval_count\":2,\"eval_duration\":2755852}\n",
);

fn heard(stream: &str) -> Heard {
    same_at_every_split(|| Chat::new("smollm2"), stream.as_bytes())
}

fn text(text: &str) -> Event {
    Event::Text(text.to_owned())
}

fn call(id: &str, arguments: &str) -> Event {
    Event::Call(Call { id: id.to_owned(), name: "scale".to_owned(), arguments_json: arguments.to_owned() })
}

fn end(reason: Reason, input_tokens: u64, output_tokens: u64) -> Result<Finish, Error> {
    Ok(Finish { reason, usage: Some(Usage { input_tokens, output_tokens }) })
}

/// A line with this message, without its end.
fn line(message: &str, more: &str) -> String {
    format!("{{\"model\":\"m\",\"message\":{{\"role\":\"assistant\",{message}}},{more}}}\n")
}

#[test]
fn text_is_told_as_it_comes_with_what_it_cost() {
    assert_eq!(heard(TEXT), (vec![text("I"), text("'m"), text(" so é😀")], end(Reason::Stop, 12, 8)));
}

#[test]
fn a_call_comes_whole_and_is_the_reason() {
    assert_eq!(
        heard(CALL),
        (vec![call("call_sxt5qwug", "{\"name\":\"web\",\"replicas\":5}")], end(Reason::ToolCalls, 107, 2))
    );
}

#[test]
fn several_calls_in_one_line_and_text_beside_them_are_all_told() {
    let calls = "\"content\":\"Now\",\"tool_calls\":[{\"function\":{\"name\":\"scale\",\"arguments\":{}}},{\"function\":{\"name\":\"scale\"}}]";
    let stream = line(calls, "\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":1,\"eval_count\":1");
    assert_eq!(
        heard(&stream),
        (vec![text("Now"), call("call-1", "{}"), call("call-2", "{}")], end(Reason::ToolCalls, 1, 1))
    );
}

#[test]
fn what_a_model_thinks_aloud_and_fields_of_tomorrow_are_not_shown() {
    let stream = line("\"content\":\"\",\"thinking\":\"hm\"", "\"done\":false,\"tomorrow\":[1]") + TEXT;
    assert_eq!(heard(&stream), heard(TEXT));
}

#[test]
fn a_last_line_without_its_end_is_taken() {
    assert_eq!(heard(TEXT.trim_end()), heard(TEXT));
}

#[test]
fn a_stream_cut_anywhere_before_done_is_never_a_complete_answer() {
    for stream in [TEXT, CALL] {
        for bytes in 0..stream.len() - 2 {
            let (_, end) = replay::heard(Chat::new("m"), [&stream.as_bytes()[..bytes]]);
            assert!(end.is_err(), "{bytes}");
        }
    }
}

#[test]
fn lines_that_end_without_done_are_a_fragment() {
    let (events, end) = heard(&line("\"content\":\"ha\"", "\"done\":false").repeat(3));
    assert_eq!(events.len(), 3);
    assert!(matches!(end, Err(Error::Unavailable(why)) if why.contains("without its end mark")));
}

#[test]
fn reasons_are_told_apart() {
    let reason = |word: &str| {
        heard(&line("\"content\":\"a\"", &format!("\"done\":true,\"done_reason\":\"{word}\"")))
            .1
            .expect("an end")
            .reason
    };
    assert_eq!(reason("length"), Reason::Length);
    assert!(matches!(reason("load"), Reason::Other(why) if why.contains("`load`")));
    assert!(matches!(reason(""), Reason::Other(why) if why.contains("without saying why")));
}

#[test]
fn an_error_in_the_middle_ends_it_with_the_next_step() {
    let with =
        |error: &str| heard(&(line("\"content\":\"a\"", "\"done\":false") + &format!("{{\"error\":\"{error}\"}}\n")));
    let (events, end) = with("an error was encountered while running the model: unexpected EOF");
    assert_eq!(events, [text("a")]);
    assert!(matches!(end, Err(Error::Unavailable(why)) if why.contains("fragment")));
    let died = with(
        "model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details",
    );
    assert!(matches!(died.1, Err(Error::Unavailable(why)) if why.contains("memory") && why.contains("ollama ps")));
}

#[test]
fn arguments_that_are_no_object_and_lines_that_are_no_json_are_said() {
    let call = "\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"scale\",\"arguments\":\"web 5\"}}]";
    assert!(
        matches!(heard(&line(call, "\"done\":false")).1, Err(Error::BadResponse(why)) if why.contains("no JSON object"))
    );
    for bad in ["<html>\n", "{\"done\":\n", "[]\n", "{\"done\":\"yes\"}\n"] {
        assert!(matches!(heard(bad).1, Err(Error::BadResponse(why)) if why.contains("Ollama sent")), "{bad}");
    }
}
