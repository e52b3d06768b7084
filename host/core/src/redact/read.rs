//! What a Secret holds that the host read: which of its values a conversation's vault learns.
//!
//! A value is learnt so that it is found in a log line or an event later on, without a name beside it. Beside the whole of it
//! are learnt: as it is shown (in one line, without control characters), secrets that rules find in it, and of several lines
//! those that look like tokens. Not learnt: what is shorter than [`READ_VALUE_BYTES_MIN`] (it is everywhere by chance), longer
//! than [`READ_VALUE_BYTES_MAX`], public by its key (`username`, `tls.crt`), what stands in place of a secret already, or under
//! a key that does not say secret a plain word or setting (`mode: production`, `10.0.0.0/8`, `localhost:5432`, `/var/run/app`):
//! to look for those would eat the words a conversation is about. Values that are no text are learnt, and have no
//! placeholder. Limits: [`READ_VALUES_MAX`] values and [`READ_BYTES_MAX`] bytes of them in one conversation; beyond, a Secret
//! is still masked by its schema.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::kind::{Found, MASK, Sink};
use super::names::is_secret_name;
use super::placeholder::{FORGED, OPEN};
use super::text;
use crate::read::shown::clean;

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
    /// Takes room for a value of so many bytes, if there is any.
    pub(super) fn has_room(&mut self, bytes: usize) -> bool {
        let room = self.values < READ_VALUES_MAX && self.bytes + bytes <= READ_BYTES_MAX;
        if room {
            self.values += 1;
            self.bytes += bytes;
        }
        room
    }
}

/// The values of a Secret that are worth to be looked for, by key, as they mean; none of any other object.
pub(super) fn held(object: &Value) -> Vec<(String, String)> {
    let decoded = data(object).filter_map(|(key, bytes)| Some((key, String::from_utf8(bytes).ok()?)));
    let plain = field(object, "stringData").filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    decoded.chain(plain).filter(|(key, value)| is_worth(key, value)).collect()
}

/// The values of a Secret that are no text.
pub(super) fn held_bytes(object: &Value) -> impl Iterator<Item = Vec<u8>> {
    let fits = |value: &Vec<u8>| (READ_VALUE_BYTES_MIN..=READ_VALUE_BYTES_MAX).contains(&value.len());
    data(object).filter_map(|(_, bytes)| String::from_utf8(bytes).err()).map(|error| error.into_bytes()).filter(fits)
}

fn data(object: &Value) -> impl Iterator<Item = (String, Vec<u8>)> {
    field(object, "data").filter_map(|(key, value)| Some((key.clone(), STANDARD.decode(value.as_str()?).ok()?)))
}

/// An object of a Secret; nothing of anything else.
fn field<'a>(object: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_secret = text("kind") == "Secret" && matches!(text("apiVersion"), "v1" | "");
    object.get(name).filter(|_| is_secret).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// What is looked for of a value beside the whole of it.
pub(super) fn parts(key: &str, value: &str) -> Vec<String> {
    let mut found = Finds(Vec::new());
    super::held::looking(|eyes| text::whole(value, eyes, "", &mut found));
    let Finds(mut parts) = found;
    parts.retain(|part| part.len() >= READ_VALUE_BYTES_MIN);
    if value.contains(char::is_control) {
        let is_token = |line: &&str| {
            !line.contains(char::is_whitespace) && line.contains(|c: char| c.is_ascii_digit()) && is_worth(key, line)
        };
        parts.extend(value.lines().map(str::trim).filter(is_token).map(str::to_owned));
    }
    let shown = clean(value);
    parts.extend((shown != value).then_some(shown));
    parts
}

/// Keeps what is found.
struct Finds(Vec<String>);

impl Sink for Finds {
    fn put(&mut self, found: &Found<'_>, _: &mut String) {
        self.0.push(found.secret.to_owned());
    }
}

fn is_worth(key: &str, value: &str) -> bool {
    let value = value.trim();
    let fits = (READ_VALUE_BYTES_MIN..=READ_VALUE_BYTES_MAX).contains(&value.len());
    let stands_for_another = [MASK, OPEN, FORGED].iter().any(|mark| value.contains(mark));
    let named = is_secret_name(key);
    let public = PUBLIC_KEYS.contains(&key.to_ascii_lowercase().as_str());
    fits && !stands_for_another && !public && (named || !(value.len() < WORD_BYTES_MAX && is_setting(value)))
}

/// Whether a short value is a word, or what settings are: an address, a path, a date, a media type, `name=word`, `word-2`.
fn is_setting(value: &str) -> bool {
    let word = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'.' | b'_'));
    let number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b':' | b'/'));
    let few_digits = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let numbered = |part: &str| part.split(['-', '_', '.']).all(|part| word(part) || few_digits(part));
    // A long number may be a key.
    let address = number(value) && value.contains(['-', '.', ':', '/']);
    address
        || numbered(value)
        || value.split_once('=').is_some_and(|(name, value)| word(name) && word(value))
        || value.rsplit_once(':').is_some_and(|(host, port)| numbered(host) && number(port) && port.len() <= 5)
        || (value.contains('/') && value.split('/').all(numbered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_from_secrets_where_no_key_says_which() {
        for setting in [
            "us-east-1",
            "10.0.0.0/8",
            "localhost:5432",
            "application/json",
            "2026-11-29",
            "level=info",
            "redis:6379",
            "/var/run/app",
            "shop_prod",
            "production",
            "db-0.shop.svc",
            "192.168.0.1:80",
        ] {
            assert!(!is_worth("k", setting), "{setting}");
            assert!(is_worth("password", setting), "{setting}");
        }
        for secret in [
            "hunter2hunter2",
            "correct horse battery staple",
            "8473625190",
            "Xy7-aB9-kQ2",
            "pa55=w0rd99",
            "a9f3/b7c2/d1",
        ] {
            assert!(is_worth("k", secret), "{secret}");
        }
        assert!(!is_worth("password", "•••• is a mask") && !is_worth("password", "[[secret:data:1:00000007]]"));
    }

    #[test]
    fn of_several_lines_tokens_and_what_rules_find_are_looked_for_and_no_prose() {
        let env = "# the shop's\nDB_PASSWORD=hunter2-and-more\nMODE: fast 1\nfirst-part-Xy7\n";
        let parts = parts("env", env);
        for wanted in ["hunter2-and-more", "first-part-Xy7"] {
            assert!(parts.iter().any(|part| part == wanted), "{wanted}: {parts:?}");
        }
        assert!(!parts.iter().any(|part| part.contains("MODE") && part.len() < 20), "{parts:?}");
    }
}
