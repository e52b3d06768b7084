//! Values known to be secrets, in every form in which they travel: looked for wherever text leaves the host.
//!
//! Adding one costs its own length and rebuilds nothing. Forms are held as they read and turned around, so that a rest of one
//! is found by its beginning and by its end. Limits: shorter than [`VALUE_BYTES_MIN`] is everywhere by chance and not held;
//! longer than [`PIECE_BYTES_MAX`] is held in pieces that overlap, each of which is found by itself; at most [`FORMS_MAX`]
//! forms. An encoder that writes plain letters and digits otherwise than here is not known.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::begins::{Begins, WINDOW_BYTES};

/// Shortest value that is held, bytes.
pub const VALUE_BYTES_MIN: usize = WINDOW_BYTES;
/// Longest piece of a value that is compared at once, bytes.
pub const PIECE_BYTES_MAX: usize = 2048;
/// How far the pieces of a value overlap, bytes: no line of a reading is longer, so each lies in one piece.
const OVERLAP_BYTES: usize = 512;
/// Most forms held; ten thousand secrets have about 180,000.
pub const FORMS_MAX: usize = 400_000;

/// The set of known secrets.
#[derive(Default)]
pub struct Known {
    forms: Begins,
    /// The forms from their ends to their beginnings.
    reversed: Begins,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Known({} forms)", self.forms.len())
    }
}

impl Known {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many forms are held.
    pub fn len(&self) -> usize {
        self.forms.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.forms.len() == 0
    }

    /// Learns a secret in all its forms. False when it is too short, or the set is full: then nothing was added.
    pub fn add(&mut self, secret: &[u8]) -> bool {
        let trimmed = secret.trim_ascii();
        if trimmed.len() < VALUE_BYTES_MIN || trimmed.iter().all(|byte| *byte == trimmed[0]) {
            return false;
        }
        let forms = forms(trimmed);
        if self.forms.len() + forms.len() > FORMS_MAX {
            return false;
        }
        forms.into_iter().for_each(|form| self.hold(form));
        true
    }

    fn hold(&mut self, form: Vec<u8>) {
        for piece in pieces(&form).filter(|piece| piece.len() >= VALUE_BYTES_MIN) {
            self.reversed.insert(piece.iter().rev().copied().collect());
            self.forms.insert(piece.to_vec());
        }
    }

    /// Length of the longest form.
    pub(super) fn longest(&self) -> usize {
        self.forms.longest()
    }

    /// Where forms may begin, from `from` on and before `to`.
    pub(super) fn starts(&self, text: &[u8], from: usize, to: usize, start: impl FnMut(usize)) {
        self.forms.starts(text, from, to, start);
    }

    /// Length of the longest form that this text begins with.
    pub(super) fn prefix_of(&self, text: &[u8]) -> Option<usize> {
        self.forms.prefix_of(text)
    }

    /// Whether this is a form from its beginning to its end.
    pub(super) fn is(&self, value: &[u8]) -> bool {
        let held = |piece: &[u8]| piece.len() >= VALUE_BYTES_MIN && self.forms.prefix_of(piece) == Some(piece.len());
        pieces(value.trim_ascii()).all(held)
    }

    /// Whether this stands inside a form.
    pub(super) fn holds_inside(&self, part: &str) -> bool {
        self.forms.holds_inside(part)
    }

    /// Length of the longest end of this text, `least` bytes or more, that a form begins with.
    pub(super) fn begun_at_end(&self, text: &[u8], least: usize) -> Option<usize> {
        self.forms.begun_at_end(text, least)
    }

    /// Length of the longest beginning of this text, `least` bytes or more, that a form ends with.
    pub(super) fn ended_at_start(&self, text: &[u8], least: usize) -> Option<usize> {
        let reversed: Vec<u8> = text.iter().take(self.longest()).rev().copied().collect();
        self.reversed.begun_at_end(&reversed, least)
    }
}

/// What is held of a form. The last piece is as long as the others: a short one would be found everywhere.
fn pieces(form: &[u8]) -> impl Iterator<Item = &[u8]> {
    let last = form.len().saturating_sub(PIECE_BYTES_MAX);
    let starts = (0..last).step_by(PIECE_BYTES_MAX - OVERLAP_BYTES).chain([last]);
    starts.map(|at| &form[at..form.len().min(at + PIECE_BYTES_MAX)])
}

/// A secret as it stands and as it is written inside other things.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.to_vec(), hex::encode(secret).into_bytes(), hex::encode_upper(secret).into_bytes()];
    for shift in 0..3 {
        forms.extend(in_base64(secret, shift));
    }
    if let Ok(text) = std::str::from_utf8(secret) {
        // Escaped once, and once more inside a text that is escaped itself.
        let once = escaped(text);
        forms.extend([escaped(&once), escaped_html(text, false), once.replace('/', "\\/")].map(String::into_bytes));
        for upper in [true, false] {
            forms.extend([ascii(&once, upper), ascii(&escaped_html(text, true), upper)].map(String::into_bytes));
        }
        forms.push(once.into_bytes());
    }
    // RFC 3986 and its readings in use, Go's for users and paths, and the encoders that leave nothing but letters and digits.
    for keep in
        [&b""[..], b"-._~", b"-._~!'()*", b"-_.!~*'();/?:@&=+$,#", b"-._~/", b"-._~$&+,;=", b"-._~$&+=:@", b"-_.!*()"]
    {
        for upper in [true, false] {
            forms.push(in_url(secret, keep, upper, false));
            forms.push(in_url(secret, keep, upper, true));
        }
    }
    forms.retain(|form| form.len() >= VALUE_BYTES_MIN);
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The letters of base64 that hang on the secret alone when `shift` bytes stand before it, in both alphabets.
fn in_base64(secret: &[u8], shift: usize) -> Vec<Vec<u8>> {
    let shifted = [&[0_u8; 2][..shift], secret].concat();
    let first = (shift * 8).div_ceil(6);
    let last = shifted.len() * 8 / 6;
    let part = |encoded: String| encoded.as_bytes()[first..last].to_vec();
    vec![part(STANDARD.encode(&shifted)), part(URL_SAFE.encode(&shifted))]
}

fn escaped(text: &str) -> String {
    serde_json::to_string(text).map_or_else(|_| text.to_owned(), |quoted| quoted[1..quoted.len() - 1].to_owned())
}

/// As Go's encoder escapes for HTML, and as those do that escape quotes and signs as well.
fn escaped_html(text: &str, signs: bool) -> String {
    let more: &[char] = if signs { &['\'', '=', '+', '`'] } else { &[] };
    let mut out = String::new();
    for character in escaped(text).chars() {
        match character {
            '<' | '>' | '&' => out += &format!("\\u{:04x}", u32::from(character)),
            sign if more.contains(&sign) => out += &format!("\\u{:04x}", u32::from(sign)),
            other => out.push(other),
        }
    }
    out
}

/// Escaped text in ASCII alone, its hexadecimal digits in one case.
fn ascii(escaped: &str, upper: bool) -> String {
    let digits = |unit: u16| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
    let mut out = String::new();
    let mut rest = escaped;
    while let Some(character) = rest.chars().next() {
        let (after, written) = match rest.strip_prefix("\\u").and_then(|rest| rest.get(..4)) {
            Some(code) if upper => (&rest[6..], format!("\\u{}", code.to_uppercase())),
            Some(code) => (&rest[6..], format!("\\u{code}")),
            None if character.is_ascii() => (&rest[1..], character.to_string()),
            None => {
                let mut units = [0; 2];
                let written = character.encode_utf16(&mut units).iter().map(|unit| digits(*unit)).collect();
                (&rest[character.len_utf8()..], written)
            }
        };
        out += &written;
        rest = after;
    }
    out
}

fn in_url(secret: &[u8], keep: &[u8], upper: bool, form: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(secret.len() * 3);
    for byte in secret {
        match byte {
            b' ' if form => out.push(b'+'),
            byte if byte.is_ascii_alphanumeric() || keep.contains(byte) => out.push(*byte),
            byte if upper => out.extend(format!("%{byte:02X}").bytes()),
            byte => out.extend(format!("%{byte:02x}").bytes()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_form_that_a_text_begins_with_is_found_among_neighbours() {
        let mut known = Known::new();
        for value in ["abcdef", "abcdefgh", "abcdefgz", "abcdefghij-x"] {
            known.hold(value.as_bytes().to_vec());
        }
        for (text, wanted) in [
            ("abcdefghij-y", Some(8)),
            ("abcdefgz!", Some(8)),
            ("abcdefg", Some(6)),
            ("abcdefghij-xyz", Some(12)),
            ("abcdeg", None),
            ("abc", None),
        ] {
            assert_eq!(known.prefix_of(text.as_bytes()), wanted, "{text}");
        }
    }

    #[test]
    fn every_form_begins_where_the_rolling_window_says_wherever_a_block_ends() {
        let mut known = Known::new();
        known.add(b"hunter2!");
        let text = b"xhunter2! ahunter2!hunter2! 68756e7465723221 hunter";
        let wanted: Vec<usize> = (0..text.len()).filter(|at| known.prefix_of(&text[*at..]).is_some()).collect();
        assert_eq!(wanted, [1, 11, 19, 28]);
        for border in 0..=text.len() {
            let mut found = Vec::new();
            known.starts(text, 0, border, |at| found.push(at));
            known.starts(text, border, text.len(), |at| found.push(at));
            assert!(found.is_sorted() && wanted.iter().all(|at| found.contains(at)), "border {border}: {found:?}");
        }
    }

    #[test]
    fn base64_of_a_secret_is_known_wherever_it_stands_in_the_encoded_text() {
        let secret = b"correct horse battery";
        for before in ["", "a", "ab", "abc"] {
            let whole = STANDARD.encode([before.as_bytes(), secret, b"tail"].concat());
            let found = (0..3)
                .flat_map(|shift| in_base64(secret, shift))
                .any(|form| whole.as_bytes().windows(form.len()).any(|window| window == form));
            assert!(found, "{before}");
        }
    }

    #[test]
    fn a_secret_is_known_in_a_url_however_much_of_it_is_escaped() {
        for written in
            ["s3_cr-et.k~ey/x", "s3%5Fcr%2Det%2Ek%7Eey%2Fx", "s3%5fcr%2det%2ek%7eey%2fx", "s3_cr-et.k~ey%2Fx"]
        {
            assert!(forms(b"s3_cr-et.k~ey/x").iter().any(|form| form == written.as_bytes()), "{written}");
        }
    }

    #[test]
    fn what_is_everywhere_by_chance_is_not_held() {
        let mut known = Known::new();
        assert!(!known.add(b"12345") && !known.add(b"aaaaaaaaaa") && !known.add(b"   abc   "));
        assert!(known.is_empty());
        assert!(known.add(b"hunter2"));
    }
}
