//! Where a value ends: at a quote, a blank, a line, a key's last line, or an indented block's.
//!
//! A value is looked at for a bounded number of bytes; one that is longer goes on, and what it goes on to is remembered, so
//! that the rest of it is swallowed wherever a stream was cut.

use super::view::{More, View, is_token};

const KEY_END: &[u8] = b"-----END ";
/// Longest last line of a key, bytes.
const KEY_END_BYTES_MAX: usize = 128;

/// What ends a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// The end of the line.
    Line,
    /// What ends a word in a sentence or a query.
    Word,
    /// White space.
    Blank,
    /// The closing quote; with `escaped` it stands behind a backslash.
    Quote { quote: u8, escaped: bool },
    /// The first byte that is no token's.
    Token,
    /// The last line of a private key.
    KeyEnd,
    /// The first line of YAML that is not indented deeper; `inside` a line, or at its end.
    Block { indent: usize, inside: bool },
}

/// How far a value reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// It ends there.
    At(usize),
    /// It goes on behind there, until that.
    Beyond(usize, Until),
}

impl Reach {
    /// How far it was looked at.
    pub(super) fn to(self) -> usize {
        match self {
            Self::At(to) | Self::Beyond(to, _) => to,
        }
    }
}

impl Until {
    /// Looks for the end, at most `cap` bytes further.
    pub(super) fn reach(self, view: &View<'_>, from: usize, cap: usize) -> Result<Reach, More> {
        match self {
            Self::Line => self.first(view, from, cap, |byte| matches!(byte, b'\n' | b'\r')),
            Self::Word => self.first(view, from, cap, ends_word),
            Self::Blank => self.first(view, from, cap, |byte| byte.is_ascii_whitespace()),
            Self::Token => self.first(view, from, cap, |byte| !is_token(byte)),
            Self::Quote { quote, escaped } => closing(view, from, cap, quote, escaped),
            Self::KeyEnd => key_end(view, from, cap),
            Self::Block { indent, inside } => block_end(view, from, cap, indent, inside),
        }
    }

    fn first(self, view: &View<'_>, from: usize, cap: usize, stop: impl Fn(u8) -> bool) -> Result<Reach, More> {
        let to = view.find(from, cap, stop)?;
        let beyond = to == from + cap && to < view.len();
        Ok(if beyond { Reach::Beyond(view.floor(to), self) } else { Reach::At(to) })
    }
}

fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, b',' | b';' | b'&' | b'"' | b'\'' | b'`' | b')' | b']' | b'}' | b'<' | b'>')
}

fn closing(view: &View<'_>, from: usize, cap: usize, quote: u8, escaped: bool) -> Result<Reach, More> {
    let mut at = from;
    while at < from + cap {
        at = view.find(at, from + cap - at, |byte| byte == b'\\' || byte == quote)?;
        match view.byte(at)? {
            None => return Ok(Reach::At(view.len())),
            _ if at == from + cap => break,
            Some(b'\\') => match view.byte(at + 1)? {
                Some(next) if escaped && next == quote => return Ok(Reach::At(at)),
                Some(next) if next.is_ascii() => at += 2,
                Some(_) => at += 1,
                None => return Ok(Reach::At(view.len())),
            },
            Some(_) => return Ok(Reach::At(at)),
        }
    }
    Ok(Reach::Beyond(view.floor(at), Until::Quote { quote, escaped }))
}

fn key_end(view: &View<'_>, from: usize, cap: usize) -> Result<Reach, More> {
    let known = &view.bytes()[from..view.len().min(from + cap)];
    let found = known.windows(KEY_END.len()).position(|window| window.eq_ignore_ascii_case(KEY_END));
    view.looked.set(view.looked.get() + known.len() as u64);
    let Some(length) = found else {
        if known.len() < cap {
            return if view.whole { Ok(Reach::At(view.len())) } else { Err(More) };
        }
        // The last line may begin right at the border.
        return Ok(Reach::Beyond(view.floor(from + cap - KEY_END.len()), Until::KeyEnd));
    };
    let last = |byte| matches!(byte, b'\n' | b'\\' | b'"' | b'\'');
    Ok(Reach::At(view.floor(view.find(from + length, KEY_END_BYTES_MAX, last)?)))
}

fn block_end(view: &View<'_>, from: usize, cap: usize, indent: usize, mut inside: bool) -> Result<Reach, More> {
    let mut at = from;
    loop {
        if inside {
            at = view.find(at, (from + cap).saturating_sub(at), |byte| byte == b'\n')?;
            if at >= from + cap && at < view.len() {
                return Ok(Reach::Beyond(view.floor(at), Until::Block { indent, inside: true }));
            }
        }
        if at >= view.len() {
            return Ok(Reach::At(view.len()));
        }
        if at >= from + cap {
            return Ok(Reach::Beyond(at, Until::Block { indent, inside: false }));
        }
        let text = view.find(at + 1, indent + 1, |byte| byte == b'\n' || !byte.is_ascii_whitespace())?;
        inside = match view.byte(text)? {
            Some(b'\n') => false,
            _ if text - (at + 1) > indent => true,
            None => return Ok(Reach::At(view.len())),
            Some(_) => return Ok(Reach::At(at)),
        };
        at = text;
    }
}
