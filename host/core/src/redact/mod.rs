//! The redactor: what of an object or a text never leaves the host, and what stands in its place.
//!
//! In order: by schema, for the kind the *server* parsed (all of a Secret's data, values behind telling names in
//! environments, arguments, headers and ConfigMaps, Helm releases, `last-applied` annotations; managedFields are dropped),
//! by exact value of every known secret in the forms it travels in ([`Known`]; the host's own always, [`hold`]), by rules ([`Rules`]: published ones and our
//! own, found by one automaton), by entropy. `Redacted<T>` is the only type that provider, audit and log ports take, and
//! only this module makes one. Marks tell a class of length, never the length; in a diff a changed secret shows *that* it
//! changed. Where a secret may have to come back, a [`Vault`] puts a placeholder instead. Pure, linear in the size of the
//! value, never fails. It can't know a secret that looks like a word, has no name, and was never read.

mod allow;
mod begins;
mod changes;
mod explain;
mod held;
mod kept;
mod kind;
mod known;
mod leading;
mod named;
mod names;
mod placeholder;
mod random;
mod read;
mod rests;
mod rule;
mod rules;
mod said;
mod scan;
mod schema;
mod shapes;
mod text;
mod until;
mod vault;
mod view;
mod words;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use changes::changes;
pub use explain::{EXPLAIN_FINDS_MAX, Explained, Find, explain};
pub use held::{HELD_BYTES_MIN, HELD_MAX, hold, hold_for_now, without_held};
pub use kind::Kind;
pub(crate) use kind::MASK;
pub use known::{FORMS_MAX, Known, PIECE_BYTES_MAX, VALUE_BYTES_MIN};
pub use read::{READ_BYTES_MAX, READ_VALUE_BYTES_MAX, READ_VALUE_BYTES_MIN, READ_VALUES_MAX};
pub use rule::RuleText;
pub use rules::{Rules, published};
pub use text::{HOLD_BYTES_MAX, Stream};
pub use vault::{Masked, Place, SECRETS_MAX, Unknown, Vault};

use kind::OneWay;
use scan::{Eyes, Look};

/// A value that went through redaction. Only this module makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// The value, safe to show.
    pub fn get(&self) -> &T {
        &self.0
    }
    /// The value, safe to show.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// Whether a value holds what has the form of a placeholder, in a text or a key.
pub fn holds_placeholder(value: &Value) -> bool {
    match value {
        Value::String(text) => placeholder::holds(text),
        Value::Array(items) => items.iter().any(holds_placeholder),
        Value::Object(map) => map.iter().any(|(key, value)| placeholder::holds(key) || holds_placeholder(value)),
        _ => false,
    }
}

/// Whether the other text is this one with something in place of its placeholders.
pub fn is_filled(text: &str, other: &str) -> bool {
    placeholder::is_filled(text, other)
}

/// Our own words about a write, with a mask where a placeholder stands.
pub fn without_placeholders(text: &str) -> String {
    placeholder::masked(text)
}

/// As [`without_placeholders`], for every text of a value.
pub fn value_without_placeholders(mut value: Value) -> Value {
    fn mask(value: &mut Value) {
        match value {
            Value::String(text) if placeholder::holds(text) => *text = placeholder::masked(text),
            Value::Array(items) => items.iter_mut().for_each(mask),
            Value::Object(map) => map.values_mut().for_each(mask),
            _ => {}
        }
    }
    mask(&mut value);
    value
}

/// Whether a value holds a mask instead of what it stood for.
pub fn is_in_value(value: &Value) -> bool {
    match value {
        Value::String(text) => is_in(text),
        Value::Array(items) => items.iter().any(is_in_value),
        Value::Object(map) => map.iter().any(|(key, value)| is_in(key) || is_in_value(value)),
        _ => false,
    }
}

/// An object, or anything that holds objects, safe to show.
pub fn object(object: &Value) -> Value {
    held::looking(|eyes| schema::Walk { eyes, sink: &mut OneWay }.value(object, &schema::Place::default()))
}

/// The result of a read, safe to show: each object in it by its own kind.
pub fn value(value: &Value) -> Redacted<Value> {
    Redacted(object(value))
}

/// A log line or message, safe to show.
pub fn text(text: &str) -> Redacted<String> {
    Redacted(masked(text))
}

/// What a person says, safe to show: in a sentence a value also stands behind its name with words between.
pub fn said(sentence: &str) -> Redacted<String> {
    let masked = held::looking(|eyes| text::whole(sentence, Eyes { look: Look::Said, ..eyes }, "", &mut OneWay));
    Redacted(masked.unwrap_or_else(|| sentence.to_owned()))
}

/// As [`text`], by these rules and with these known values.
pub fn text_by(rules: &Rules, known: Option<&Known>, text: &str) -> Redacted<String> {
    let masked = text::whole(text, Eyes { rules, known, look: Look::Everything }, "", &mut OneWay);
    Redacted(masked.unwrap_or_else(|| text.to_owned()))
}

fn masked(text: &str) -> String {
    held::looking(|eyes| text::whole(text, eyes, "", &mut OneWay)).unwrap_or_else(|| text.to_owned())
}

/// Several lines of one log, safe to show: a private key that runs over lines is masked as a whole.
pub fn lines(lines: &[String]) -> Redacted<Vec<String>> {
    let mut mask = Lines::default();
    Redacted(lines.iter().map(|line| mask.next(line).into_inner()).collect())
}

/// The lines of one log as they come, one by one: as [`lines`], for a log that does not end.
#[derive(Debug, Clone, Default)]
pub struct Lines(schema::LineMask);

impl Lines {
    /// The next line, safe to show.
    pub fn next(&mut self, line: &str) -> Redacted<String> {
        Redacted(held::looking(|eyes| self.0.next(line, eyes, "", &mut OneWay)))
    }
}

/// Whether a text holds a mask instead of what it stood for.
pub fn is_in(text: &str) -> bool {
    text.contains(kind::MASK)
}

#[cfg(test)]
mod tests;
