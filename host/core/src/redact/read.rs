//! What a Secret holds that the host read: which of its values a conversation's vault learns.
//!
//! A value is learnt so that it is found in a log line or an event later on, without a name beside it. Not learnt: what is
//! shorter than [`READ_VALUE_BYTES_MIN`] (it is everywhere by chance), longer than [`READ_VALUE_BYTES_MAX`], no text, public by
//! its key (`username`, `tls.crt`), or a plain word under a key that does not say secret (`mode: production`): to look for
//! those would eat the words a conversation is about. Limits: [`READ_VALUES_MAX`] values and [`READ_BYTES_MAX`] bytes of them
//! in one conversation; beyond, a Secret is still masked by its schema.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::names::is_secret_name;

/// Shortest value learnt, bytes.
pub const READ_VALUE_BYTES_MIN: usize = 8;
/// Longest value learnt, bytes.
pub const READ_VALUE_BYTES_MAX: usize = 8 << 10;
/// Most values learnt in one conversation.
pub const READ_VALUES_MAX: usize = 2_048;
/// Most bytes of them together; each is held in about fourteen forms, from both ends.
pub const READ_BYTES_MAX: usize = 256 << 10;
/// From this length on a value under any key is more than a word, bytes.
const WORD_BYTES_MAX: usize = 20;

/// Keys of what is no secret.
const PUBLIC_KEYS: &[&str] = &[
    "ca.crt",
    "crt",
    "database",
    "db",
    "dbname",
    "host",
    "hostname",
    "name",
    "namespace",
    "port",
    "tls.crt",
    "type",
    "url",
    "user",
    "username",
];

/// How much was learnt.
#[derive(Debug, Default)]
pub(super) struct ReadSoFar {
    values: usize,
    bytes: usize,
}

impl ReadSoFar {
    /// Takes room for this value, if there is any.
    pub(super) fn has_room(&mut self, value: &str) -> bool {
        let room = self.values < READ_VALUES_MAX && self.bytes + value.len() <= READ_BYTES_MAX;
        if room {
            self.values += 1;
            self.bytes += value.len();
        }
        room
    }
}

/// The values of a Secret that are worth to be looked for, by key, as they mean; none of any other object.
pub(super) fn held(object: &Value) -> Vec<(String, String)> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    if text("kind") != "Secret" || !matches!(text("apiVersion"), "v1" | "") {
        return Vec::new();
    }
    let field = |name: &str| object.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter);
    let decoded = field("data")
        .filter_map(|(key, value)| Some((key, String::from_utf8(STANDARD.decode(value.as_str()?).ok()?).ok()?)));
    let plain = field("stringData").filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())));
    decoded.chain(plain).filter(|(key, value)| is_worth(key, value)).map(|(key, value)| (key.clone(), value)).collect()
}

fn is_worth(key: &str, value: &str) -> bool {
    let value = value.trim();
    let fits = (READ_VALUE_BYTES_MIN..=READ_VALUE_BYTES_MAX).contains(&value.len());
    let word = value.len() < WORD_BYTES_MAX
        && value.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'.'));
    fits && !PUBLIC_KEYS.contains(&key.to_ascii_lowercase().as_str()) && (is_secret_name(key) || !word)
}
