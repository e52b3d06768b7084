//! Secrets known by their shape alone: passwords in URLs, private key blocks, tokens with a telling beginning.
//!
//! Limits: a URL's user information is looked for in [`USERINFO_BYTES_MAX`], a key in [`KEY_BLOCK_BYTES_MAX`]; what is longer
//! is swallowed up to its end.

use super::kind::{Kind, Span};
use super::named::VALUE_BYTES_MAX;
use super::until::Until;
use super::view::{More, View, is_word};

/// How far a URL's user information may reach, bytes; keeps scanning linear.
const USERINFO_BYTES_MAX: usize = 1024;
/// Longest key block that is looked at as a whole, bytes.
pub(super) const KEY_BLOCK_BYTES_MAX: usize = 16 << 10;
/// Longest first line of a key block, bytes.
const KEY_HEAD_BYTES_MAX: usize = 128;
/// How a key block begins.
pub(super) const KEY_BEGIN: &str = "-----begin ";
const KEY_END: &str = "-----END ";

/// Beginnings of tokens known by their shape, with how long such a token is at least.
pub(super) const KNOWN_TOKENS: &[(&str, usize)] = &[
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("eyJ", 20),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("glrt-", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxr-", 10),
    ("xapp-", 10),
    ("sk-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("rk_live_", 16),
    ("npm_", 30),
    ("pypi-", 30),
    ("hf_", 30),
    ("dckr_pat_", 16),
    ("hvs.", 20),
    ("ya29.", 20),
    ("SG.", 30),
    ("AGE-SECRET-KEY-", 20),
];

type Detected = Result<Option<Span>, More>;

/// A token that begins like one of [`KNOWN_TOKENS`].
pub(super) fn token(view: &View<'_>, rule: u16, from: usize, which: usize) -> Detected {
    let (head, least) = KNOWN_TOKENS[which];
    if view.before(from).is_some_and(is_word) || !view.bytes()[from..].starts_with(head.as_bytes()) {
        return Ok(None);
    }
    let reach = Until::Token.reach(view, from, VALUE_BYTES_MAX)?;
    Ok((reach.to() - from >= least).then(|| Span::reaching(from, reach, Kind::Token, rule)))
}

/// A block that begins here and says that it is a private key.
pub(super) fn key_block(view: &View<'_>, rule: u16, from: usize) -> Detected {
    if !says_private(view.ahead(from, KEY_HEAD_BYTES_MAX)?) {
        return Ok(None);
    }
    let reach = Until::KeyEnd.reach(view, from, KEY_BLOCK_BYTES_MAX)?;
    Ok(Some(Span::reaching(from, reach, Kind::PrivateKey, rule)))
}

fn says_private(head: &[u8]) -> bool {
    let line = head.iter().position(|byte| *byte == b'\n').map_or(head, |end| &head[..end]);
    line.windows(12).any(|w| w.eq_ignore_ascii_case(b"PRIVATE KEY-") || w.eq_ignore_ascii_case(b"PRIVATE KEY "))
}

/// `scheme://user:password@host`: the password; a lone user part is a token.
pub(super) fn userinfo(view: &View<'_>, rule: u16, from: usize) -> Detected {
    let border = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`');
    let end = view.find(from, USERINFO_BYTES_MAX, border)?;
    let part = &view.bytes()[from..end];
    let authority = part.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(part.len());
    let colon = part.iter().position(|byte| *byte == b':').filter(|colon| *colon < authority);
    let port = |colon: usize| part[colon + 1..authority].iter().all(u8::is_ascii_digit);
    // A password may hold an unescaped slash: then what looks like a port is not a number.
    let reach = if colon.is_some_and(|colon| !port(colon)) { part.len() } else { authority };
    let Some(at) = part[..reach].iter().rposition(|byte| *byte == b'@') else { return Ok(None) };
    let start = match colon.filter(|colon| *colon < at) {
        Some(colon) => from + colon + 1,
        None if at >= 16 => from,
        None => return Ok(None),
    };
    let value = &view.text[start..from + at];
    let marked = super::kind::is_mask(value) || super::placeholder::has_form(value);
    Ok((!marked).then(|| Span::new(start, from + at, Kind::Url, rule)))
}

/// Whether a private key block is still open at the end of this text: the rest of it comes in the next line.
pub(super) fn opens_key_block(text: &str) -> bool {
    let begins = text.match_indices("-----").map(|(at, _)| at).find(|at| {
        let head = &text.as_bytes()[*at..text.len().min(at + KEY_HEAD_BYTES_MAX)];
        head.get(..KEY_BEGIN.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(KEY_BEGIN.as_bytes()))
            && says_private(head)
    });
    begins.is_some_and(|begin| !closes_key_block(&text[begin..]))
}

/// Whether an open private key block ends in this text.
pub(super) fn closes_key_block(text: &str) -> bool {
    text.contains(KEY_END)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_block_cut_into_lines_is_known_to_be_open() {
        assert!(opens_key_block("x -----BEGIN PRIVATE KEY-----"));
        assert!(!opens_key_block("-----BEGIN CERTIFICATE-----"));
        assert!(!opens_key_block("-----BEGIN EC PRIVATE KEY-----a-----END EC PRIVATE KEY-----"));
    }
}
