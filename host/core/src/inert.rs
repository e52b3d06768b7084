//! Characters that make a text read as another one, wherever text of a cluster, a model or a person is shown. Pure.
//!
//! The console marks the same ones (`ui/src/ui/inert-text.ts`), and the selectors of an emoji's looks besides, which here
//! would turn every `⚠️` of a log into two signs. Control characters are not among them: a terminal, a file and a log each
//! have their own that they need.

/// Whether a character turns text around, or takes part in a text without being seen.
///
/// Directions after [UAX #9](https://www.unicode.org/reports/tr9/), the rest after `Default_Ignorable_Code_Point` of
/// [UAX #44](https://www.unicode.org/reports/tr44/), with the line and paragraph separators, interlinear annotations and
/// the blank Braille pattern.
pub fn hides(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_text_around_or_is_not_seen_is_told_from_what_is_written() {
        let hidden = "\u{61c}\u{202e}\u{2067}\u{200b}\u{2062}\u{ad}\u{3164}\u{fff3}\u{1d173}\u{2800}\u{e0041}\u{2028}";
        assert_eq!(hidden.chars().filter(|c| !hides(*c)).collect::<String>(), "");
        let written = "web-1: größer → 東京 ⚠\u{fe0f} عربى עברית";
        assert_eq!(written.chars().filter(|c| hides(*c)).collect::<String>(), "");
    }
}
