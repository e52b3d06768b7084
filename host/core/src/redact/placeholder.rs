//! Placeholders as they are written: `[[secret:password:1:5f0c2a9b]]`, their look-alikes, and what is made of those.
//!
//! Only the form is judged here; whose a placeholder is, its vault knows. Longest: [`PLACEHOLDER_BYTES_MAX`].

/// How one begins.
pub(super) const OPEN: &str = "[[secret:";
/// How far a look back from any word inside finds that it is one.
pub(super) const LEAD: &str = "[[";
/// How one ends.
pub(super) const CLOSE: &str = "]]";
/// What stands in place of a look-alike, or of its beginning.
pub(super) const FORGED: &str = "[(look-alike)]";
/// Letters of a tag.
const TAG_BYTES: usize = 8;
/// Longest placeholder, bytes.
pub(super) const PLACEHOLDER_BYTES_MAX: usize = 64;

/// Whether a text holds what has the form of a placeholder, whosever it is.
pub(super) fn holds(text: &str) -> bool {
    first(text).is_some()
}

/// Whether the other text is this one with something else in place of its placeholders.
pub(super) fn is_filled(text: &str, other: &str) -> bool {
    let (mut rest, mut left) = (text, Some(other));
    while let Some((at, length)) = first(rest) {
        let begins = left.and_then(|left| left.strip_prefix(&rest[..at]));
        rest = &rest[at + length..];
        // What was filled in ends where the text that follows begins; at the end of the text, with the other's end.
        let follows = first(rest).map_or(rest, |(at, _)| &rest[..at]);
        left = match begins {
            Some(left) if first(rest).is_none() => left.ends_with(follows).then_some(follows),
            Some(left) => left.find(follows).map(|at| &left[at..]),
            None => None,
        };
    }
    left == Some(rest)
}

/// The first placeholder's place and length.
fn first(text: &str) -> Option<(usize, usize)> {
    text.match_indices(OPEN).find_map(|(at, _)| Some((at, form_at(text, at)?)))
}

/// The text with a mask in place of whatever has the form of a placeholder.
pub(super) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let length = form_at(rest, at);
        out.push_str(&rest[..at]);
        out.push_str(if length.is_some() { super::MASK } else { OPEN });
        rest = &rest[at + length.unwrap_or(OPEN.len())..];
    }
    out + rest
}

/// Whether the whole value has the form of a placeholder.
pub(super) fn has_form(value: &str) -> bool {
    form_at(value, 0) == Some(value.len())
}

/// Length of what has the form of a placeholder there, whosever it is.
pub(super) fn form_at(text: &str, at: usize) -> Option<usize> {
    let rest = cut(text.get(at..)?).strip_prefix(OPEN)?;
    let inner = &rest[..rest.find(CLOSE)?];
    let mut parts = inner.split(':');
    let (kind, number, tag) = (parts.next()?, parts.next()?, parts.next()?);
    let well = !kind.is_empty()
        && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && (1..=5).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && tag.len() == TAG_BYTES
        && tag.bytes().all(|byte| byte.is_ascii_hexdigit())
        && parts.next().is_none();
    well.then_some(OPEN.len() + inner.len() + CLOSE.len())
}

/// At most as much of it as a placeholder is long.
pub(super) fn cut(text: &str) -> &str {
    let mut end = text.len().min(PLACEHOLDER_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Text in which nothing looks like a placeholder.
pub(super) fn unforged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        out.push_str(&rest[..at]);
        out.push_str(FORGED);
        rest = &rest[at + form_at(rest, at).unwrap_or(OPEN.len())..];
    }
    out + rest
}
