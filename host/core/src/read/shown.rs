//! The one place where what is shown passes through masking.

use serde_json::Value;

use crate::mask;

/// Longest line shown, characters; longer ones are cut with a mark.
const LINE_CHARS_MAX: usize = 2_000;

/// An object as it may be shown.
pub(crate) fn object(object: &Value) -> Value {
    mask::object(object)
}

/// A line of text as it may be shown: masked, on one line, without control characters, cut.
pub(crate) fn line(text: &str) -> String {
    printable(mask::text(text).get())
}

/// Lines of one log as they may be shown.
pub(crate) fn lines(log: &[String]) -> Vec<String> {
    mask::lines(log).get().iter().map(|line| printable(line)).collect()
}

/// A terminal must not obey what a cluster's log says.
fn printable(text: &str) -> String {
    let clean = |c: char| match c {
        '\n' | '\t' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    };
    let mut shown: String = text.chars().filter_map(clean).take(LINE_CHARS_MAX + 1).collect();
    if shown.chars().nth(LINE_CHARS_MAX).is_some() {
        shown = shown.chars().take(LINE_CHARS_MAX - 1).collect();
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_neither_steer_a_terminal_nor_carry_a_password() {
        assert_eq!(line("a\u{1b}[2Jb\nc"), "a[2Jb c");
        assert!(!line("connecting with password=hunter2-and-more").contains("hunter2"));
        assert_eq!(line(&"x".repeat(5_000)).chars().count(), LINE_CHARS_MAX);
    }
}
