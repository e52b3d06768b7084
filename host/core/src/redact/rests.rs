//! Rests of known values beside a mask: what is shown to people is masked by rules that don't know what a conversation
//! holds, and a rule may take a part of a held value; so may a line's cut. The rest is no value any more that is known.
//!
//! Looked for where a mask (or what a cut left of one), a placeholder or a cut ends or begins: the longest end of the text
//! before it that a known form begins with, and the longest beginning of the text behind it that one ends with. Between two
//! cuts also a part from the middle of a form. What is found goes into the mask beside it. Rests shorter than
//! [`REST_BYTES_MIN`], or without a letter or digit, or that are a URL's scheme alone, stay; so does a part between two masks
//! that holds neither end of a form.

use super::kind::MASK;
use super::known::Known;
use super::placeholder::form_at;

/// Shortest rest that is taken for one, bytes: shorter ones are everywhere by chance.
pub(super) const REST_BYTES_MIN: usize = 4;
/// Shortest part from the middle of a form, bytes: a line of a paged reading that lies within one is longer. For each such
/// part all longer forms are looked through, so short ones would let a hostile log make that often.
const MIDDLE_BYTES_MIN: usize = 300;
/// What stands where a text was cut, on the side where it was.
const CUT: char = '…';
/// What a mask is made of.
const DOT: char = '•';

/// Something beside which a rest may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Border {
    from: usize,
    to: usize,
    is_cut: bool,
}

/// The text without rests of known values; none when there are none.
pub(super) fn without(text: &str, known: &Known) -> Option<String> {
    if known.is_empty() {
        return None;
    }
    let borders = borders(text);
    let mut out = String::new();
    let (mut at, mut found) = (0, false);
    let mut left = None::<Border>;
    for right in borders.into_iter().map(Some).chain([None]) {
        let to = right.map_or(text.len(), |border| border.from);
        let piece = &text[at..to];
        let (head, tail) = rests(piece, left, right, known);
        found |= head > 0 || tail < piece.len();
        // A mask swallows what stands beside it; beside a cut it is put there.
        if head > 0 && left.is_some_and(|border| border.is_cut) {
            out.push_str(MASK);
        }
        out.push_str(piece.get(head..tail).unwrap_or_default());
        if tail < piece.len() && right.is_some_and(|border| border.is_cut) && !(head >= tail && out.ends_with(MASK)) {
            out.push_str(MASK);
        }
        if let Some(border) = right {
            out.push_str(&text[border.from..border.to]);
            at = border.to;
        }
        left = right;
    }
    found.then_some(out)
}

/// What is kept of a piece between two borders: from and to.
fn rests(piece: &str, left: Option<Border>, right: Option<Border>, known: &Known) -> (usize, usize) {
    let cut = |border: Option<Border>| border.is_some_and(|border| border.is_cut);
    if cut(left) && cut(right) && piece.len() >= MIDDLE_BYTES_MIN && known.holds_inside(piece) {
        return (piece.len(), piece.len());
    }
    (left.map_or(0, |_| behind(piece, known)), right.map_or(piece.len(), |_| before(piece, known)))
}

/// Where masks, placeholders and cuts stand, in order, apart.
fn borders(text: &str) -> Vec<Border> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find([DOT, CUT, '[']).map(|next| at + next) {
        let rest = &text[next..];
        let dots = rest.len() - rest.trim_start_matches(DOT).len();
        let (length, is_cut) = match form_at(text, next) {
            Some(length) => (length, false),
            None if dots > 0 => (dots, false),
            None if rest.starts_with(CUT) => (CUT.len_utf8(), true),
            None => {
                at = next + 1;
                continue;
            }
        };
        at = next + length;
        found.push(Border { from: next, to: at, is_cut });
    }
    found
}

/// Where the rest of a value that ends at this text's end begins.
fn before(piece: &str, known: &Known) -> usize {
    let rest = known.begun_at_end(piece.as_bytes(), REST_BYTES_MIN).unwrap_or(0);
    let from = piece.floor_char_boundary(piece.len() - rest);
    if is_telling(&piece[from..]) { from } else { piece.len() }
}

/// Where the rest of a value that begins at this text's beginning ends.
fn behind(piece: &str, known: &Known) -> usize {
    let to = piece.ceil_char_boundary(known.ended_at_start(piece.as_bytes(), REST_BYTES_MIN).unwrap_or(0));
    if is_telling(&piece[..to]) { to } else { 0 }
}

/// Whether a rest tells anything of a secret.
fn is_telling(rest: &str) -> bool {
    let scheme = rest.strip_suffix("://").is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    !scheme && rest.chars().any(char::is_alphanumeric)
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
            ("3: see correct hor… (×2)", "3: see ••••… (×2)"),
            ("…rse battery staple is it", "…•••• is it"),
            ("see correct hor••…", "see ••…"),
            ("see •••••ttery staple", "see •••••"),
            ("a correct hor••••tery staple••••", "a ••••••••"),
            ("url=https%3A%2F%2Fu%3As3%5Fcr%2D••••/z", "url=https%3A%2F%2Fu%3A••••/z"),
        ] {
            assert_eq!(without(text, &known).as_deref(), Some(wanted), "{text}");
        }
        for harmless in [
            "password=•••• horse and cart",
            "correct horse",
            "a cor••••",
            "•••• …",
            "…",
            "…horse and cart…",
            "[[x correct h",
        ] {
            assert_eq!(without(harmless, &known), None, "{harmless}");
        }
    }

    #[test]
    fn between_two_cuts_a_long_part_of_a_value_is_one_and_a_short_one_is_not_looked_for() {
        let value: String =
            std::iter::successors(Some(7_u32), |at| Some(at.wrapping_mul(1_103_515_245).wrapping_add(12_345)))
                .take(900)
                .map(|at| char::from(b'a' + (at >> 16) as u8 % 26))
                .collect();
        let known = holding(&[&value]);
        let middle = |bytes: usize| format!("…{}…", &value[100..100 + bytes]);
        assert_eq!(without(&middle(MIDDLE_BYTES_MIN), &known).as_deref(), Some("…••••…"));
        assert_eq!(without(&middle(MIDDLE_BYTES_MIN - 1), &known), None);
    }

    #[test]
    fn signs_and_schemes_alone_are_no_rest() {
        let known = holding(&["https://token-of-the-shop:9", "{\"auths\":{\"r\":{\"auth\":\"aGV5\"}}}"]);
        for harmless in ["get https://••••@git", "{\"token\":\"••••\"}}}"] {
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
            if from >= REST_BYTES_MIN && is_telling(&value[..from]) {
                prop_assert!(!left.ends_with(&value[..from]), "{shown}");
            }
            if value.len() - to >= REST_BYTES_MIN && is_telling(&value[to..]) {
                prop_assert!(!right.starts_with(&value[to..]), "{shown}");
            }
        }
    }
}
