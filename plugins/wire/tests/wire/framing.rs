//! Lines and server-sent events, as the WHATWG specification has them, wherever the bytes are cut.

use proptest::prelude::*;
use wire::{DATA_BYTES_MAX, Framer, Framing};

/// Every frame as `name|data`, or what was wrong.
fn frames<'a>(framing: Framing, pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<String>, String> {
    let mut framer = Framer::new(framing);
    let mut heard = Vec::new();
    for piece in pieces {
        framer.feed(
            piece,
            |what| what,
            |frame| {
                heard.push(format!("{}|{}", frame.name, frame.data));
                Ok(())
            },
        )?;
    }
    heard.extend(framer.rest()?.map(|rest| format!("|{rest}")));
    Ok(heard)
}

fn events(stream: &str) -> Vec<String> {
    frames(Framing::Events, [stream.as_bytes()]).expect("a stream of text")
}

#[test]
fn an_event_is_its_data_lines_joined_and_ends_at_a_blank_line() {
    assert_eq!(events("data: YHOO\ndata: +2\ndata: 10\n\n"), ["|YHOO\n+2\n10"]);
    assert_eq!(events("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n"), ["add|73857293", "remove|2153"]);
}

#[test]
fn one_space_after_the_colon_is_none_of_the_value() {
    assert_eq!(events("data:test\n\ndata: test\n\ndata:  two\n\n"), ["|test", "|test", "| two"]);
}

#[test]
fn empty_data_is_an_event_and_no_data_is_none() {
    assert_eq!(events("data\n\ndata\ndata\n\ndata:"), ["|", "|\n"]);
    assert_eq!(events("event: ping\n\nid: 1\nretry: 10\n\n"), Vec::<String>::new());
}

#[test]
fn comments_keep_a_connection_alive_and_mean_nothing() {
    assert_eq!(events(": OPENROUTER PROCESSING\n\n:\ndata: a\n: in between\ndata: b\n\n"), ["|a\nb"]);
}

#[test]
fn an_event_without_its_blank_line_is_dropped() {
    assert_eq!(events("data: whole\n\ndata: half\n"), ["|whole"]);
}

#[test]
fn a_byte_order_mark_opens_a_stream_and_is_data_later() {
    assert_eq!(events("\u{feff}data: a\n\n\u{feff}data: b\n\n"), ["|a"]);
}

#[test]
fn all_three_line_ends_end_a_line() {
    assert_eq!(events("data: a\r\n\r\ndata: b\r\rdata: c\n\n"), ["|a", "|b", "|c"]);
}

#[test]
fn a_last_json_line_needs_no_end() {
    let lines = frames(Framing::Lines, [b"{\"a\":1}\n\n  \n{\"b\":".as_slice(), b"2}"]).expect("text");
    assert_eq!(lines, ["|{\"a\":1}", "|{\"b\":2}"]);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    for framing in [Framing::Events, Framing::Lines] {
        let refused = frames(framing, [b"data: \xff\n\n".as_slice()]).expect_err("no text");
        assert!(refused.contains("UTF-8"), "{refused}");
    }
    assert!(frames(Framing::Lines, [b"\xff".as_slice()]).is_err());
}

#[test]
fn a_line_that_never_ends_and_an_event_that_never_ends_are_refused() {
    let endless = vec![b'a'; 64 << 10];
    let refused = frames(Framing::Lines, std::iter::repeat_n(endless.as_slice(), 17)).expect_err("too long");
    assert!(refused.contains("line of more than"), "{refused}");
    let line = format!("data: {}\n", "a".repeat(64 << 10));
    let refused = frames(Framing::Events, std::iter::repeat_n(line.as_bytes(), DATA_BYTES_MAX / (64 << 10) + 1));
    assert!(refused.expect_err("too long").contains("event of more than"));
}

proptest! {
    #[test]
    fn a_cut_anywhere_changes_nothing(
        parts in prop::collection::vec("(data|event|id|:|\u{feff}|)?:? ?[aé😀:]{0,4}(\n|\r\n|\r|\n\n|\r\r)", 0..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let stream = parts.concat();
        let bytes = stream.as_bytes();
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        let pieces: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        for framing in [Framing::Events, Framing::Lines] {
            prop_assert_eq!(frames(framing, pieces.clone()), frames(framing, [bytes]));
        }
    }

    #[test]
    fn hostile_bytes_are_frames_or_an_error_and_nothing_else(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for framing in [Framing::Events, Framing::Lines] {
            prop_assert_eq!(frames(framing, bytes.chunks(1)), frames(framing, [bytes.as_slice()]));
        }
    }
}
