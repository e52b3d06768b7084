//! Keys and values of labels, annotations and taints, checked as the API machinery checks them.
//!
//! Source: `k8s.io/apimachinery/pkg/util/validation` (IsQualifiedName, IsValidLabelValue). A key that passes is plain
//! ASCII and safe in a sentence.

use super::LowerError;
use crate::redact;

/// Longest name part of a key and longest label value, characters.
const NAME_CHARS_MAX: usize = 63;
/// Longest prefix of a key, characters.
const PREFIX_CHARS_MAX: usize = 253;

/// Letters, digits, `-`, `_` and `.`, with a letter or digit at either end.
fn is_name(text: &str) -> bool {
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    text.len() <= NAME_CHARS_MAX
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}

/// A DNS subdomain.
fn is_prefix(text: &str) -> bool {
    let label = |part: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !part.is_empty() && part.bytes().all(inner) && !part.starts_with('-') && !part.ends_with('-')
    };
    text.len() <= PREFIX_CHARS_MAX && text.split('.').all(label)
}

/// Whether a text can be the key of a label, annotation, taint or extended resource.
pub(super) fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_prefix(prefix) && is_name(name),
        None => is_name(text),
    }
}

/// Refuses what can't be a key.
pub(super) fn key(text: &str) -> Result<(), LowerError> {
    if is_key(text) {
        return Ok(());
    }
    let rule = "letters, digits, '-', '_' and '.', at most 63, perhaps after a DNS name and '/'";
    Err(LowerError::BadValue(format!("{:?} is no key: {rule}", shortened(text))))
}

/// Refuses what can't be a label's or taint's value.
pub(super) fn value(text: &str) -> Result<(), LowerError> {
    // What stands for a secret is judged by the server, when it is filled in.
    if text.is_empty() || is_name(text) || redact::is_filled(text, "") {
        return Ok(());
    }
    let rule = "letters, digits, '-', '_' and '.', at most 63, a letter or digit at either end";
    Err(LowerError::BadValue(format!("{:?} is no label value: {rule}", shortened(text))))
}

/// A foreign text as far as an error shows it.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_follow_the_api_servers_own_rules() {
        for good in ["app", "a", "App.kubernetes.io_x-1", "example.com/team", "a.b.c/d", &"x".repeat(63)] {
            assert!(key(good).is_ok(), "{good}");
        }
        let long = format!("{}/a", "x".repeat(254));
        for bad in
            ["", "-a", "a-", "a b", "a/b/c", "/a", "a/", "UP.com/a", "a..b/c", "ä", "a\n", &"x".repeat(64), &long]
        {
            assert!(key(bad).is_err(), "{bad:?}");
        }
        for good in ["", "front", "1.2_3-x"] {
            assert!(value(good).is_ok(), "{good}");
        }
        for bad in ["a b", "-x", "x/y", "$(reboot)", &"x".repeat(64)] {
            assert!(value(bad).is_err(), "{bad:?}");
        }
    }
}
