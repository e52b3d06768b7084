//! Values known to be secrets, in every form in which they travel: looked for wherever text leaves the host.
//!
//! Adding one costs its own length and rebuilds nothing. A text is looked at once: one bit of a filter per position, then
//! one ordered look-up where it may begin. Limits: shorter than [`VALUE_BYTES_MIN`] is everywhere by chance and not held;
//! longer than [`PIECE_BYTES_MAX`] is held in pieces, each of which is found by itself; at most [`FORMS_MAX`] forms.

use std::collections::BTreeSet;
use std::ops::Bound;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use zeroize::Zeroize as _;

/// Shortest value that is held, bytes.
pub const VALUE_BYTES_MIN: usize = 6;
/// Longest piece of a value that is compared at once, bytes.
pub const PIECE_BYTES_MAX: usize = 2048;
/// Most forms held; ten thousand secrets have about 180,000.
pub const FORMS_MAX: usize = 400_000;
/// Fewest bits of the filter's index; it grows with the set, so that few positions pass it by chance.
const FILTER_BITS_MIN: u32 = 14;
/// Bits of the filter for each form.
const FILTER_BITS_PER_FORM: usize = 32;

/// The set of known secrets.
#[derive(Default)]
pub struct Known {
    forms: BTreeSet<Vec<u8>>,
    /// A bit per hash of the first [`VALUE_BYTES_MIN`] bytes.
    filter: Vec<u64>,
    filter_bits: u32,
    /// Length of the longest form, bytes.
    longest: usize,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Known({} forms)", self.forms.len())
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        std::mem::take(&mut self.forms).into_iter().for_each(|mut form| form.zeroize());
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
        self.forms.is_empty()
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

    /// Length of the longest form.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    fn hold(&mut self, form: Vec<u8>) {
        for piece in form.chunks(PIECE_BYTES_MAX).filter(|piece| piece.len() >= VALUE_BYTES_MIN) {
            self.longest = self.longest.max(piece.len());
            self.forms.insert(piece.to_vec());
            if self.filter.is_empty() || self.forms.len() * FILTER_BITS_PER_FORM > 1 << self.filter_bits {
                self.widen();
            } else {
                let bit = self.hash(piece);
                self.filter[bit >> 6] |= 1 << (bit & 63);
            }
        }
    }

    /// Four times the filter, made anew; which happens seldom enough to cost each form a few insertions at most.
    fn widen(&mut self) {
        self.filter_bits = (self.filter_bits + 2).max(FILTER_BITS_MIN);
        let mut filter = vec![0; 1 << (self.filter_bits - 6)];
        for form in &self.forms {
            let bit = self.hash(form);
            filter[bit >> 6] |= 1 << (bit & 63);
        }
        self.filter = filter;
    }

    fn hash(&self, form: &[u8]) -> usize {
        let window = form[..VALUE_BYTES_MIN].iter().fold(0, |window, byte| rolled(window, *byte));
        spread(window, self.filter_bits)
    }

    /// Where forms may begin, from `from` on and before `to`. Every byte of every text passes here, so the window rolls in
    /// one register instead of being read anew at each position.
    pub(super) fn starts(&self, text: &[u8], from: usize, to: usize, mut start: impl FnMut(usize)) {
        let filter = self.filter.as_slice();
        let end = text.len().min(to + VALUE_BYTES_MIN - 1);
        let part = text.get(from..end).and_then(|part| part.split_at_checked(VALUE_BYTES_MIN - 1));
        let Some((head, rest)) = part.filter(|_| !filter.is_empty()) else { return };
        let mut window = head.iter().fold(0, |window, byte| rolled(window, *byte));
        for (at, byte) in rest.iter().enumerate() {
            window = rolled(window, *byte);
            let bit = spread(window, self.filter_bits);
            if filter[bit >> 6] & (1 << (bit & 63)) != 0 {
                start(from + at);
            }
        }
    }

    /// Length of the longest form that this text begins with.
    pub(super) fn prefix_of(&self, text: &[u8]) -> Option<usize> {
        let mut text = &text[..text.len().min(self.longest)];
        // The greatest form that is no greater is the longest prefix, or shares less with the text than any prefix has.
        while text.len() >= VALUE_BYTES_MIN {
            let near = self.forms.range::<[u8], _>((Bound::Unbounded, Bound::Included(text))).next_back()?;
            let shared = near.iter().zip(text).take_while(|(a, b)| a == b).count();
            if shared == near.len() {
                return Some(shared);
            }
            text = &text[..shared];
        }
        None
    }
}

/// The window of the last [`VALUE_BYTES_MIN`] bytes, one byte further.
#[inline(always)]
fn rolled(window: u64, byte: u8) -> u64 {
    (window >> 8) | (u64::from(byte) << (8 * (VALUE_BYTES_MIN - 1)))
}

/// A bit of a filter with so many bits of index.
#[inline(always)]
fn spread(window: u64, bits: u32) -> usize {
    window.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_shr(64 - bits) as usize
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
        forms.extend([escaped(&once), once, escaped_html(text)].map(String::into_bytes));
    }
    // RFC 3986 and its readings in use, and the encoders that leave nothing but letters and digits.
    for keep in [&b""[..], b"-._~", b"-._~!'()*", b"-_.!~*'();/?:@&=+$,#", b"-._~/"] {
        for upper in [true, false] {
            forms.push(in_url(secret, keep, upper, false));
        }
        forms.push(in_url(secret, keep, true, true));
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

/// As Go's encoder escapes for HTML.
fn escaped_html(text: &str) -> String {
    escaped(text).replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
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
