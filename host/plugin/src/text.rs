//! Text that came out of a guest, made harmless to show: terminals, logs and browsers get plain characters only.
//!
//! Removed are control characters (tab and line break stay where several lines make sense), and the invisible
//! characters that reorder or hide text. Nothing here judges meaning: what a guest says stays untrusted data.

/// Cleans a text of several lines; line breaks and tabs stay.
pub(crate) fn block(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\t') || is_plain(*c)).collect()
}

/// Cleans a text of one line; line breaks and tabs become spaces.
pub(crate) fn line(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned(); // nearly every sentence: nothing to look for
    }
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).filter(|c| is_plain(*c)).collect()
}

/// Cuts at the last character boundary at or below `bytes_max`.
pub(crate) fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

/// One cleaned line of at most `bytes_max` bytes of the original.
pub(crate) fn short_line(text: &str, bytes_max: usize) -> String {
    line(cut(text, bytes_max))
}

fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_reordering_are_taken_out() {
        assert_eq!(line("a\u{1b}[31mred\r\nb\u{202e}c\u{e0041}"), "a[31mred  bc");
        assert_eq!(block("one\n\ttwo\u{9b}"), "one\n\ttwo");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("aä", 2), "a");
        assert_eq!(cut("aä", 3), "aä");
        assert_eq!(cut("a", 300), "a");
    }
}
