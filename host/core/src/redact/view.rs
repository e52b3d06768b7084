//! A text that may go on: looking past its known end is an error, so that no decision hangs on where a stream was cut.
//!
//! Offsets are bytes. Every byte looked at is counted, which is how tests know that the work is linear.

use std::cell::Cell;

/// More text is needed to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct More;

/// A text as far as it is known.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) text: &'a str,
    /// A person's sentence.
    pub(super) said: bool,
    /// Nothing follows.
    pub(super) whole: bool,
    /// Bytes looked at so far.
    pub(super) looked: &'a Cell<u64>,
}

impl<'a> View<'a> {
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The byte there; none behind the end.
    pub(super) fn byte(&self, at: usize) -> Result<Option<u8>, More> {
        self.looked.set(self.looked.get() + 1);
        match self.bytes().get(at) {
            Some(byte) => Ok(Some(*byte)),
            None if self.whole => Ok(None),
            None => Err(More),
        }
    }

    /// The byte before.
    pub(super) fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|at| self.bytes().get(at)).copied()
    }

    /// The first byte from there on that stops, at most `cap` bytes further; the end stops as well.
    pub(super) fn find(&self, from: usize, cap: usize, stop: impl Fn(u8) -> bool) -> Result<usize, More> {
        let to = from.saturating_add(cap).min(self.len());
        let found = self.bytes().get(from..to).unwrap_or_default().iter().position(|byte| stop(*byte));
        let looked = found.unwrap_or(to.saturating_sub(from)) + 1;
        self.looked.set(self.looked.get() + looked as u64);
        match found {
            Some(length) => Ok(from + length),
            None if self.whole || to == from.saturating_add(cap) => Ok(to.max(from.min(self.len()))),
            None => Err(More),
        }
    }

    /// The text from there on, `bytes` long or less where all of it ends before.
    pub(super) fn ahead(&self, from: usize, bytes: usize) -> Result<&'a [u8], More> {
        let to = from.saturating_add(bytes);
        if to > self.len() && !self.whole {
            return Err(More);
        }
        let part = self.bytes().get(from..to.min(self.len())).unwrap_or_default();
        self.looked.set(self.looked.get() + part.len() as u64);
        Ok(part)
    }

    /// The border of a character at or before.
    pub(super) fn floor(&self, mut at: usize) -> usize {
        at = at.min(self.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// The border of a character at or behind.
    pub(super) fn ceil(&self, mut at: usize) -> usize {
        at = at.min(self.len());
        while !self.text.is_char_boundary(at) {
            at += 1;
        }
        at
    }
}

/// A letter of a name or token.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// A letter of a token that may be base64.
pub(super) fn is_token(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'/' | b'+' | b'=')
}
