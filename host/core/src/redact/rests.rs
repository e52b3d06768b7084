//! Rests of known values beside a mask: what is shown to people is masked by rules that don't know what a conversation
//! holds, and a rule may take a part of a held value; so may a line's cut. The rest is no value any more that is known.
//!
//! Looked for where a mask, a placeholder or a cut ends or begins: the longest end of the text before it that a known form
//! begins with, and the longest beginning of the text behind it that one ends with. What is found goes into the mask beside
//! it. Rests shorter than [`REST_BYTES_MIN`] stay, and so does a part between two masks that holds neither end of a form.

use super::kind::MASK;
use super::known::Known;
use super::placeholder::{OPEN, form_at};

/// Shortest rest that is taken for one, bytes: shorter ones are everywhere by chance.
pub(super) const REST_BYTES_MIN: usize = 4;
/// What a text that was cut ends with.
const CUT: char = '…';

/// The text without rests of known values; none when there are none.
pub(super) fn without(text: &str, known: &Known) -> Option<String> {
    if known.is_empty() {
        return None;
    }
    let masks = masks(text);
    let cut = text.ends_with(CUT).then(|| text.len() - CUT.len_utf8());
    let mut out = String::new();
    let (mut at, mut found) = (0, false);
    for index in 0..=masks.len() {
        let mask = masks.get(index);
        let to = mask.map_or_else(|| cut.unwrap_or(text.len()).max(at), |(from, _)| *from);
        let piece = &text[at..to];
        let head = if index > 0 { behind(piece, known) } else { 0 };
        let tail = if mask.is_some() || cut.is_some() { before(piece, known) } else { piece.len() };
        found |= head > 0 || tail < piece.len();
        out.push_str(piece.get(head..tail).unwrap_or_default());
        match mask {
            Some((from, end)) => {
                out.push_str(&text[*from..*end]);
                at = *end;
            }
            None => {
                // Nothing else stands beside a cut.
                if tail < piece.len() {
                    out.push_str(MASK);
                }
                out.push_str(&text[to..]);
            }
        }
    }
    found.then_some(out)
}

/// Where masks and placeholders stand: from and to, in order, apart.
fn masks(text: &str) -> Vec<(usize, usize)> {
    let marks = text.match_indices(MASK).map(|(at, mark)| (at, at + mark.len()));
    let placeholders = text.match_indices(OPEN).filter_map(|(at, _)| Some((at, at + form_at(text, at)?)));
    let mut found: Vec<(usize, usize)> = marks.chain(placeholders).collect();
    found.sort_unstable();
    found
}

/// Where the rest of a value that ends at this text's end begins.
fn before(piece: &str, known: &Known) -> usize {
    let rest = known.begun_at_end(piece.as_bytes(), REST_BYTES_MIN).unwrap_or(0);
    piece.floor_char_boundary(piece.len() - rest)
}

/// Where the rest of a value that begins at this text's beginning ends.
fn behind(piece: &str, known: &Known) -> usize {
    piece.ceil_char_boundary(known.ended_at_start(piece.as_bytes(), REST_BYTES_MIN).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holding(values: &[&str]) -> Known {
        let mut known = Known::new();
        values.iter().for_each(|value| assert!(known.add(value.as_bytes())));
        known
    }

    #[test]
    fn a_rest_beside_a_mask_a_placeholder_or_a_cut_goes_into_it_and_nothing_else_does() {
        let known = holding(&["correct horse battery staple", "s3_cr-et.k~ey/x"]);
        for (text, wanted) in [
            ("password=•••• horse battery staple, then", "password=••••, then"),
            ("see correct ho•••• and", "see •••• and"),
            ("see [[secret:data:1:00000007]]ttery staple.", "see [[secret:data:1:00000007]]."),
            ("see correct hor…", "see ••••…"),
            ("a correct hor••••tery staple••••", "a ••••••••"),
            ("url=https%3A%2F%2Fu%3As3%5Fcr%2D••••/z", "url=https%3A%2F%2Fu%3A••••/z"),
        ] {
            assert_eq!(without(text, &known).as_deref(), Some(wanted), "{text}");
        }
        for harmless in ["password=•••• horse and cart", "correct horse", "a cor••••", "•••• …", "…"]
        {
            assert_eq!(without(harmless, &known), None, "{harmless}");
        }
    }

    #[test]
    fn no_character_is_cut_in_two() {
        let known = holding(&["pässwörter-öffnen"]);
        assert_eq!(without("x pässw•••• y", &known).as_deref(), Some("x •••• y"));
        assert_eq!(without("x ••••öffnen y", &known).as_deref(), Some("x •••• y"));
    }

    proptest! {
        #[test]
        fn whatever_part_of_a_held_value_a_rule_takes_the_rest_goes_too(
            value in "[a-zA-Z0-9_./~-]{6,40}", before in "[ -~]{0,20}", behind in "[ -~]{0,20}", from in 0..40_usize, to in 0..=40_usize
        ) {
            let (from, to) = (from.min(value.len()), to.min(value.len()));
            prop_assume!(from < to && value.bytes().any(|byte| byte != value.as_bytes()[0]));
            let known = holding(&[&value]);
            let text = format!("{before}{}••••{}{behind}", &value[..from], &value[to..]);
            let shown = without(&text, &known).unwrap_or(text);
            let (left, right) = shown.split_once(MASK).unwrap();
            if from >= REST_BYTES_MIN {
                prop_assert!(!left.ends_with(&value[..from]), "{shown}");
            }
            if value.len() - to >= REST_BYTES_MIN {
                prop_assert!(!right.starts_with(&value[to..]), "{shown}");
            }
        }
    }
}
