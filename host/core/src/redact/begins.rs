//! Byte strings that are looked for by how they begin, in one pass over a text.
//!
//! A text is looked at once: one bit of a filter per position, then one ordered look-up where a string may begin. The
//! filter grows with the set, so that few positions pass it by chance. Strings shorter than [`WINDOW_BYTES`] are not held.

use std::collections::BTreeSet;
use std::ops::Bound;

use zeroize::Zeroize as _;

/// Bytes that the filter knows of each string.
pub(super) const WINDOW_BYTES: usize = 6;
/// Fewest bits of the filter's index.
const FILTER_BITS_MIN: u32 = 14;
/// Bits of the filter for each string.
const FILTER_BITS_PER_STRING: usize = 32;
/// Most strings looked at for the longest one that a text begins with: of more that lie one in the other, what the text
/// shares with the last is taken, so that no set of strings makes a look long.
const NESTED_MAX: usize = 16;

/// A set of strings, by their beginnings.
#[derive(Default)]
pub(super) struct Begins {
    strings: BTreeSet<Vec<u8>>,
    /// A bit per hash of the first [`WINDOW_BYTES`] bytes.
    filter: Vec<u64>,
    filter_bits: u32,
    /// Length of the longest string, bytes.
    longest: usize,
}

impl Drop for Begins {
    fn drop(&mut self) {
        std::mem::take(&mut self.strings).into_iter().for_each(|mut string| string.zeroize());
    }
}

impl Begins {
    pub(super) fn len(&self) -> usize {
        self.strings.len()
    }

    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Takes one in.
    pub(super) fn insert(&mut self, string: Vec<u8>) {
        debug_assert!(string.len() >= WINDOW_BYTES, "the filter knows no shorter one");
        self.longest = self.longest.max(string.len());
        if self.filter.is_empty() || self.strings.len() * FILTER_BITS_PER_STRING > 1 << self.filter_bits {
            self.widen();
        }
        let bit = self.hash(&string);
        self.filter[bit >> 6] |= 1 << (bit & 63);
        self.strings.insert(string);
    }

    /// Four times the filter, made anew; which happens seldom enough to cost each string a few insertions at most.
    fn widen(&mut self) {
        self.filter_bits = (self.filter_bits + 2).max(FILTER_BITS_MIN);
        let mut filter = vec![0; 1 << (self.filter_bits - 6)];
        for string in &self.strings {
            let bit = self.hash(string);
            filter[bit >> 6] |= 1 << (bit & 63);
        }
        self.filter = filter;
    }

    fn hash(&self, string: &[u8]) -> usize {
        let window = string[..WINDOW_BYTES].iter().fold(0, |window, byte| rolled(window, *byte));
        spread(window, self.filter_bits)
    }

    /// Where strings may begin, from `from` on and before `to`. Every byte of every text passes here, so the window rolls in
    /// one register instead of being read anew at each position.
    pub(super) fn starts(&self, text: &[u8], from: usize, to: usize, mut start: impl FnMut(usize)) {
        let filter = self.filter.as_slice();
        let end = text.len().min(to + WINDOW_BYTES - 1);
        let part = text.get(from..end).and_then(|part| part.split_at_checked(WINDOW_BYTES - 1));
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

    /// Length of the longest string that this text begins with; of very many nested ones, of a little more than that.
    pub(super) fn prefix_of(&self, text: &[u8]) -> Option<usize> {
        let mut text = &text[..text.len().min(self.longest)];
        // The greatest string that is no greater is the longest prefix, or shares less with the text than any prefix has.
        for looked in 0.. {
            if text.len() < WINDOW_BYTES || looked == NESTED_MAX {
                break;
            }
            let near = self.strings.range::<[u8], _>((Bound::Unbounded, Bound::Included(text))).next_back()?;
            let shared = near.iter().zip(text).take_while(|(a, b)| a == b).count();
            if shared == near.len() {
                return Some(shared);
            }
            text = &text[..shared];
        }
        (text.len() >= WINDOW_BYTES).then_some(text.len())
    }

    /// Whether this stands somewhere in a longer string: a look through all of those.
    pub(super) fn holds_inside(&self, part: &str) -> bool {
        let mut longer = self.strings.iter().filter(|string| string.len() > part.len());
        longer.any(|string| std::str::from_utf8(string).is_ok_and(|string| string.contains(part)))
    }

    /// Length of the longest end of this text, `least` bytes or more, that some string begins with.
    pub(super) fn begun_at_end(&self, text: &[u8], least: usize) -> Option<usize> {
        let text = &text[text.len().saturating_sub(self.longest)..];
        let begins = |at: usize| {
            let end = &text[at..];
            let next = self.strings.range::<[u8], _>((Bound::Included(end), Bound::Unbounded)).next();
            next.is_some_and(|string| string.starts_with(end))
        };
        let mut first = None;
        self.starts(text, 0, text.len(), |at| first = first.or_else(|| begins(at).then_some(at)));
        // The filter does not know shorter ones.
        let short = (text.len().saturating_sub(WINDOW_BYTES - 1)..text.len()).filter(|at| text.len() - at >= least);
        first.or_else(|| short.into_iter().find(|at| begins(*at))).map(|at| text.len() - at)
    }
}

/// The window of the last [`WINDOW_BYTES`] bytes, one byte further.
#[inline(always)]
fn rolled(window: u64, byte: u8) -> u64 {
    (window >> 8) | (u64::from(byte) << (8 * (WINDOW_BYTES - 1)))
}

/// A bit of a filter with so many bits of index.
#[inline(always)]
fn spread(window: u64, bits: u32) -> usize {
    window.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_shr(64 - bits) as usize
}
