//! Images, tags and selectors as texts: what a word after "to" can be.

use crate::objects::is_name;
use crate::tokens::Token;
use crate::vocabulary::reserved;

/// Longest image reference, characters, as the host has it.
const IMAGE_CHARS_MAX: usize = 512;
/// Longest tag.
const TAG_CHARS_MAX: usize = 128;

pub(crate) fn reserved_image(token: &Token) -> bool {
    reserved(token) && token.low != "latest" && !token.low.bytes().all(|b| b.is_ascii_digit())
}

pub(crate) fn is_selector(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._/=!,".contains(c);
    text.contains('=') && text.len() <= 253 && text.chars().all(allowed) && !text.starts_with(['=', '-', ','])
}

fn tag_like(text: &str) -> bool {
    let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()) || text == "latest"
}

fn is_tag(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    !text.is_empty() && text.len() <= TAG_CHARS_MAX && text.chars().all(allowed) && !text.starts_with(['-', '.'])
}

/// A whole reference, or `:tag`.
pub(crate) fn full_image(text: &str) -> Option<Result<String, String>> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._/:@".contains(c);
    let fits = text.len() <= IMAGE_CHARS_MAX && text.chars().all(allowed) && !text.ends_with([':', '/', '@']);
    if let Some(tag) = text.strip_prefix(':') {
        return is_tag(tag).then(|| Ok(text.to_owned()));
    }
    let whole = text.contains(['/', ':', '@']) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    (fits && whole).then(|| Ok(text.to_owned()))
}

/// Where an image was asked for: a tag, or a reference, if need be without a tag.
pub(crate) fn image_text(text: &str) -> Option<Result<String, String>> {
    full_image(text)
        .or_else(|| (is_tag(text) && tag_like(text)).then(|| Ok(format!(":{text}"))))
        .or_else(|| is_tag(text).then(|| Ok(text.to_owned())))
        .or_else(|| Some(Err(text.to_owned())))
}

/// After `upgrade … to`: a tag or a whole reference; a bare word could be either.
pub(crate) fn version_text(text: &str) -> Option<Result<String, String>> {
    full_image(text)
        .or_else(|| (is_tag(text) && tag_like(text)).then(|| Ok(format!(":{text}"))))
        .or_else(|| Some(Err(text.to_owned())))
}

/// After `change … to`: as a version, but a bare number could also mean replicas.
pub(crate) fn release_text(text: &str) -> Option<Result<String, String>> {
    if text.bytes().all(|b| b.is_ascii_digit()) { Some(Err(text.to_owned())) } else { version_text(text) }
}

/// After the word `tag` or `version`.
pub(crate) fn tag_text(text: &str) -> Option<Result<String, String>> {
    Some(if is_tag(text) { Ok(format!(":{text}")) } else { Err(text.to_owned()) })
}

/// `app=nginx:1.27`.
pub(crate) fn assign(text: &str) -> Option<(String, Result<String, String>)> {
    let (container, image) = text.split_once('=')?;
    ((container == "*" || is_name(container)) && !image.is_empty())
        .then(|| Some((container.to_owned(), image_text(image)?)))?
}
