//! The one place where what is shown passes through masking.

use serde_json::Value;

use crate::inert::hides;
use crate::redact;

/// Longest line shown, characters; longer ones are cut with a mark.
const LINE_CHARS_MAX: usize = 2_000;

/// An object as it may be shown.
pub(crate) fn object(object: &Value) -> Value {
    redact::object(object)
}

/// A line of text as it may be shown: masked, on one line, without control characters, cut.
pub(crate) fn line(text: &str) -> String {
    // Cleaned first: a mark inside of `pass\u{1b}[0mword=` must not hide a name from the mask.
    cut(redact::text(&clean(text)).get(), LINE_CHARS_MAX)
}

/// Lines of one log as they may be shown.
pub(crate) fn lines(log: &[String]) -> Vec<String> {
    let clean: Vec<String> = log.iter().map(|line| clean(line)).collect();
    redact::lines(&clean).get().iter().map(|line| cut(line, LINE_CHARS_MAX)).collect()
}

/// Without what a terminal would obey, and without what makes a text read as another one: colours go, so do control
/// characters; marks that reorder or hide text become visible.
pub(crate) fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(after) = colour(rest) {
            rest = after;
            continue;
        }
        match character {
            '\n' | '\t' => shown.push(' '),
            c if hides(c) => shown.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => {}
            c => shown.push(c),
        }
        rest = &rest[character.len_utf8()..];
    }
    shown
}

/// What follows a colour of a terminal (`ESC [ … m`), if the text begins with one.
fn colour(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("\u{1b}[")?;
    rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').strip_prefix('m')
}

/// A text cut at so many characters, with a mark.
pub(crate) fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().nth(chars_max).is_none() {
        return text.to_owned();
    }
    let mut shown: String = text.chars().take(chars_max - 1).collect();
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_neither_steer_a_terminal_nor_carry_a_password() {
        assert_eq!(line("a\u{1b}[2Jb\nc"), "a[2Jb c");
        assert!(!line("connecting with password=hunter2-and-more").contains("hunter2"));
        assert!(!line("pass\u{1b}[0mword=hunter2-and-more").contains("hunter2"), "a colour hides no name");
        assert_eq!(line(&"x".repeat(5_000)).chars().count(), LINE_CHARS_MAX);
    }

    #[test]
    fn a_line_reads_as_it_is_written() {
        assert_eq!(line("\u{1b}[31;1mERROR\u{1b}[0m down"), "ERROR down");
        assert_eq!(line("web\u{202e}dorp\u{2066}"), "web\u{fffd}dorp\u{fffd}");
        assert_eq!(lines(&["a\u{200b}b".to_owned(), "\u{7}".to_owned()]), ["a\u{fffd}b", ""]);
    }
}
