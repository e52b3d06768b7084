//! Values behind telling names: `password=…`, `token: …`, `"apiKey": "…"`, `--api-key …`, YAML blocks, `Bearer …`.
//!
//! Starts at a word that most secrets' names hold (a stem), reads the whole name around it, and looks at what follows. It
//! can't know a secret that looks like a word and has no name. Limits: [`VALUE_BYTES_MAX`] are looked at, what is longer is
//! swallowed; names up to [`NAME_BYTES_MAX`].

use super::kind::{Kind, MASK, Span, is_mask};
use super::names::{NAME_BYTES_MAX, is_password_name, is_secret_name};
use super::placeholder;
use super::said;
use super::until::{Reach, Until};
use super::view::{More, View, is_word};

/// Every name that says secret holds one of these; a test holds the two lists together.
pub(super) const STEMS: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "cred",
    "key",
    "auth",
    "cookie",
    "jwt",
    "docker",
    "dsn",
    "otp",
    "shared",
    "connection",
    "webhook",
];
/// Words behind which a credential follows.
pub(super) const SCHEMES: &[&str] = &["bearer ", "basic "];
/// Longest value that is looked at as a whole, bytes.
pub(super) const VALUE_BYTES_MAX: usize = 4096;
/// Most blanks between a separator and its value.
const BLANKS_MAX: usize = 64;
/// Most quotes, backslashes and blanks between a name and its separator.
const QUOTES_MAX: usize = 8;

type Detected = Result<Option<Span>, More>;

/// Names of the rules here, as they are reported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) named: u16,
    pub(super) flag: u16,
    pub(super) scheme: u16,
    /// With words between, in a person's sentence.
    pub(super) said: u16,
}

/// What follows the name that this stem is in.
pub(super) fn at_stem(view: &View<'_>, rules: Rules, from: usize, to: usize) -> Detected {
    let part_of_name = |byte: u8| is_word(byte) || byte == b'/';
    let end = view.find(to, NAME_BYTES_MAX, |byte| !part_of_name(byte))?;
    let mut start = from;
    while from - start < NAME_BYTES_MAX && view.before(start).is_some_and(part_of_name) {
        start -= 1;
    }
    let start = if view.said { said::whole_name(view, start, end) } else { start };
    let name = &view.text[start..end];
    if name.len() > NAME_BYTES_MAX {
        return Ok(None);
    }
    if name.starts_with('-')
        && let Some(span) = flag(view, rules.flag, start, end)?
    {
        return Ok(Some(span));
    }
    let at = view.find(end, QUOTES_MAX, |byte| !matches!(byte, b' ' | b'"' | b'\'' | b'\\'))?;
    if !matches!(view.byte(at)?, Some(b':' | b'=')) {
        let said = view.said && !in_placeholder(view, from)?;
        return if said { said::at_name(view, rules.said, start, end) } else { Ok(None) };
    }
    let name = name.trim_start_matches('-');
    let docker_auth = name == "auth";
    if !docker_auth && !is_secret_name(name) {
        return Ok(None);
    }
    if in_placeholder(view, from)? {
        return Ok(None);
    }
    let found =
        if docker_auth { quoted_auth(view, rules.named, at)? } else { assigned(view, rules.named, start, end, at)? };
    Ok(found.map(|span| Span { name: Some((span.from - (end - name.len()), name.len())), ..span }))
}

/// Whether this is a word of a placeholder, whosever it is.
fn in_placeholder(view: &View<'_>, at: usize) -> Result<bool, More> {
    let floor = at.saturating_sub(placeholder::PLACEHOLDER_BYTES_MAX);
    let open = view.bytes()[floor..at]
        .windows(placeholder::LEAD.len())
        .rposition(|window| window == placeholder::LEAD.as_bytes());
    let Some(open) = open.map(|open| floor + open) else { return Ok(false) };
    view.ahead(open, placeholder::PLACEHOLDER_BYTES_MAX)?;
    Ok(placeholder::form_at(view.text, open).is_some_and(|length| open + length > at))
}

/// `--api-key VALUE`.
fn flag(view: &View<'_>, rule: u16, start: usize, end: usize) -> Detected {
    if view.byte(end)? != Some(b' ') || !is_secret_name(view.text[start..end].trim_start_matches('-')) {
        return Ok(None);
    }
    let reach = Until::Blank.reach(view, end + 1, VALUE_BYTES_MAX)?;
    let value = &view.text[end + 1..reach.to()];
    let name = view.text[start..end].trim_start_matches('-').len();
    let span = Span { name: Some((name + 1, name)), ..Span::reaching(end + 1, reach, Kind::Password, rule) };
    Ok((!value.starts_with('-') && !is_placeholder(value)).then_some(span))
}

/// `"auth": "…"` of a container registry, which holds no blank; words behind it are what is said about an `auth`.
fn quoted_auth(view: &View<'_>, rule: u16, at: usize) -> Detected {
    let from = after_blanks(view, at)?;
    let Some((from, reach)) = quoted(view, from)? else { return Ok(None) };
    let words = view.bytes()[from..reach.to()].iter().any(u8::is_ascii_whitespace);
    if words || reach.to() - from < 8 { Ok(None) } else { value(view, rule, from, reach) }
}

/// `name=value`, `name: value`, `"name": "value"`, the latter also with escaped quotes.
fn assigned(view: &View<'_>, rule: u16, start: usize, end: usize, at: usize) -> Detected {
    let from = after_blanks(view, at)?;
    if let Some((from, reach)) = quoted(view, from)? {
        return value(view, rule, from, reach);
    }
    let leads = leads_line(view, start) && in_lines(view, start, from)?;
    if leads && opens_block(view, from)? {
        let indent = start - line_start(view, start);
        return value(view, rule, from, Until::Block { indent, inside: true }.reach(view, from, VALUE_BYTES_MAX)?);
    }
    // At the start of a line it is configuration, and the value is the whole rest; elsewhere it is one word of prose.
    // A person's goes on to the blank, but for JSON.
    let reach = match view.byte(end)? {
        _ if leads => Until::Line.reach(view, from, VALUE_BYTES_MAX)?,
        Some(b'"' | b'\'' | b'\\') => Until::Word.reach(view, from, VALUE_BYTES_MAX)?,
        _ if view.said => said::value_reach(view, from)?,
        _ => Until::Word.reach(view, from, VALUE_BYTES_MAX)?,
    };
    let spaced = view.byte(at)? == Some(b':') && from > at + 1;
    let name = &view.text[start..end];
    let telling = is_password_name(name) || (view.said && said::is_variable(name));
    let prose = spaced && !leads && !telling && !looks_secret(&view.bytes()[from..reach.to()]);
    if prose { Ok(None) } else { value(view, rule, from, reach) }
}

fn after_blanks(view: &View<'_>, at: usize) -> Result<usize, More> {
    view.find(at + 1, BLANKS_MAX, |byte| !matches!(byte, b' ' | b'\t'))
}

fn quoted(view: &View<'_>, from: usize) -> Result<Option<(usize, Reach)>, More> {
    let at = view.find(from, QUOTES_MAX, |byte| byte != b'\\')?;
    let Some(quote @ (b'"' | b'\'')) = view.byte(at)? else { return Ok(None) };
    let until = Until::Quote { quote, escaped: at > from };
    Ok(Some((at + 1, until.reach(view, at + 1, VALUE_BYTES_MAX)?)))
}

fn value(view: &View<'_>, rule: u16, from: usize, reach: Reach) -> Detected {
    let text = &view.text[from..reach.to()];
    // `Authorization: Bearer …`: the scheme's name stays readable.
    let scheme = SCHEMES.iter().find(|s| text.get(..s.len()).is_some_and(|head| head.eq_ignore_ascii_case(s)));
    let from = from + scheme.map_or(0, |scheme| scheme.len());
    // The name of a scheme alone: what follows it is the scheme's own find.
    if SCHEMES.iter().any(|scheme| text.eq_ignore_ascii_case(scheme.trim_end())) {
        return Ok(None);
    }
    let masked = from < reach.to() && !is_placeholder(&view.text[from..reach.to()]);
    Ok(masked.then(|| Span::reaching(from, reach, Kind::Password, rule)))
}

/// `Bearer …` and `Basic …`; short plain words behind them are prose.
pub(super) fn at_scheme(view: &View<'_>, rules: Rules, from: usize, to: usize) -> Detected {
    if view.before(from).is_some_and(is_word) {
        return Ok(None);
    }
    let reach = Until::Word.reach(view, to, VALUE_BYTES_MAX)?;
    let value = &view.text[to..reach.to()];
    let secret = looks_secret(value.as_bytes()) && !is_placeholder(value);
    Ok(secret.then(|| Span::reaching(to, reach, Kind::Token, rules.scheme)))
}

fn line_start(view: &View<'_>, start: usize) -> usize {
    let floor = start.saturating_sub(NAME_BYTES_MAX);
    view.bytes()[floor..start].iter().rposition(|byte| *byte == b'\n').map_or(floor, |newline| floor + newline + 1)
}

/// Whether only indentation, a list dash, `export` or quotes stand before it on its line.
fn leads_line(view: &View<'_>, start: usize) -> bool {
    let from = line_start(view, start);
    let line = &view.bytes()[from..start];
    let whole = from == 0 || view.before(from) == Some(b'\n');
    let line = line.strip_prefix(b"export ").unwrap_or(line);
    whole && line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'"' | b'\'' | b'\\'))
}

/// Whether there is more than one line here: configuration rather than a message.
fn in_lines(view: &View<'_>, start: usize, from: usize) -> Result<bool, More> {
    if view.before(line_start(view, start)) == Some(b'\n') {
        return Ok(true);
    }
    let end = view.find(from, VALUE_BYTES_MAX, |byte| byte == b'\n')?;
    Ok(view.byte(end)? == Some(b'\n'))
}

/// `|`, `>-` and the like, and nothing else on the line.
fn opens_block(view: &View<'_>, from: usize) -> Result<bool, More> {
    if !matches!(view.byte(from)?, Some(b'|' | b'>')) {
        return Ok(false);
    }
    let end = view.find(from, BLANKS_MAX, |byte| byte == b'\n')?;
    Ok(matches!(view.text[from..view.floor(end)].trim_end(), "|" | "|-" | "|+" | ">" | ">-" | ">+"))
}

/// Long, or with a digit or sign in it: more than a word of prose.
fn looks_secret(value: &[u8]) -> bool {
    value.len() >= 20 || (value.len() >= 6 && value.iter().any(|byte| !byte.is_ascii_alphabetic()))
}

/// Values that say where a secret comes from, or that there is none.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let variable = value.strip_prefix("$(").or_else(|| value.strip_prefix("${"));
    let named = |name: &str| name.trim_end_matches([')', '}']).bytes().all(is_word);
    value.is_empty()
        || matches!(
            value,
            "true" | "false" | "null" | "nil" | "none" | "None" | "<nil>" | "<none>" | "\"\"" | "{}" | "[]"
        )
        || matches!(value, "{" | "[" | "{{")
        || is_mask(value)
        || is_masked(value)
        || placeholder::has_form(value)
        || variable.is_some_and(named)
        || (value.starts_with("{{") && value.ends_with("}}"))
        || value.bytes().all(|byte| byte == b'*')
}

/// Nothing but masks and the signs around them.
fn is_masked(value: &str) -> bool {
    value.contains(MASK) && !value.replace(MASK, "").contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::super::names::spelled;
    use super::*;

    #[test]
    fn every_word_that_makes_a_name_secret_has_a_stem() {
        for word in spelled() {
            assert!(STEMS.iter().any(|stem| word.contains(stem)), "{word}");
        }
    }
}
