//! Fuzz target: any text, cut anywhere, to the redactor's stream: it gives what the whole text gives, and holds back no more
//! than it may.
//!
//! The first byte says how many cuts there are, two bytes each say where. The same rule runs by seed in
//! `host/core/src/redact/tests/splits.rs`, wherever tests run.

#![no_main]

use kubechat_core::redact::{HOLD_BYTES_MAX, Known, Rules, Stream, text_by};
use libfuzzer_sys::fuzz_target;

/// Most cuts through one text.
const CUTS_MAX: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    let Some((count, rest)) = bytes.split_first() else { return };
    let (cuts, text) = rest.split_at((usize::from(*count) % (CUTS_MAX + 1) * 2).min(rest.len()));
    let text = String::from_utf8_lossy(text);
    let at = |pair: &[u8]| {
        let at = pair.iter().fold(0, |at, byte| at << 8 | usize::from(*byte)) % (text.len() + 1);
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let mut borders: Vec<usize> = cuts.chunks(2).map(at).chain([0, text.len()]).collect();
    borders.sort_unstable();
    let mut known = Known::new();
    known.add(b"hunter2hunter2");
    let mut stream = Stream::masking(Some(&known));
    let mut out = String::new();
    for two in borders.windows(2) {
        out.push_str(stream.push(&text[two[0]..two[1]]).get());
        assert!(stream.held_bytes() <= HOLD_BYTES_MAX);
    }
    out.push_str(stream.finish().get());
    assert_eq!(out, *text_by(Rules::standard(), Some(&known), &text).get(), "cut at {borders:?}");
    assert!(!out.contains("hunter2hunter2"));
});
