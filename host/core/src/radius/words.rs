//! How the radius puts things into words: counts, lists of names, one line at most so long.

/// Names shown in a sentence; more are counted.
const SHOWN_MAX: usize = 3;

/// Longest sentence, bytes.
const SENTENCE_BYTES_MAX: usize = 500;

/// A text on one line, at most so long.
pub(super) fn plain(text: String) -> String {
    let hostile = text.len() > SENTENCE_BYTES_MAX || text.contains(char::is_control);
    if !hostile {
        return text;
    }
    let mut text = text.replace(char::is_control, " ");
    if text.len() > SENTENCE_BYTES_MAX {
        text.truncate(text.floor_char_boundary(SENTENCE_BYTES_MAX - '…'.len_utf8()));
        text.push('…');
    }
    text
}

/// `a, b, c and 4 more`.
pub(super) fn some(names: &[String]) -> String {
    let shown = names.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `1 pod`, `2 pods`.
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
