//! Masking by schema: what of an object never leaves the host, decided by the kind the *server* parsed.
//!
//! `Redacted<T>` is the only type that provider, audit and log ports take, and only this module makes one. Masked are:
//! all of a Secret's data, values behind telling names (environment, arguments, ConfigMap keys, any string field), Helm
//! releases, container and cluster credentials inside texts ([`text`]), and `last-applied` annotations; managedFields are
//! dropped. A mark tells a class of length, never the length. In diffs a changed secret shows *that* it changed. Pure,
//! linear in the size of the value. Not here yet: exact values of secrets the host holds, entropy.

mod schema;
mod secret_name;
mod text;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diff::FieldChange;
use crate::field::Segment;
use crate::object::ApiType;

/// A value that went through masking. Only this module makes one.
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

/// An object, or anything that holds objects, safe to show.
pub fn object(object: &Value) -> Value {
    schema::mask(object, &schema::Place::default())
}

/// The result of a read, safe to show: each object in it by its own kind.
pub fn value(value: &Value) -> Redacted<Value> {
    Redacted(object(value))
}

/// A log line or message, safe to show.
pub fn text(text: &str) -> Redacted<String> {
    Redacted(self::text::mask(text))
}

/// Several lines of one log, safe to show: a private key that runs over lines is masked as a whole.
pub fn lines(lines: &[String]) -> Redacted<Vec<String>> {
    Redacted(schema::mask_lines(lines.iter().map(String::as_str)))
}

/// The lines of one log as they come, one by one: as [`lines`], for a log that does not end.
#[derive(Debug, Clone, Default)]
pub struct Lines(schema::LineMask);

impl Lines {
    /// The next line, safe to show.
    pub fn next(&mut self, line: &str) -> Redacted<String> {
        Redacted(self.0.next(line))
    }
}

/// Whether a text holds a mask instead of what it stood for.
pub fn is_in(text: &str) -> bool {
    text.contains(self::text::MASK)
}

/// Changes of an object of this type, safe to show; a changed secret reads `••••` before and `•••• (changed)` after.
pub fn changes(api: &ApiType, changes: &[FieldChange]) -> Vec<FieldChange> {
    changes.iter().map(|change| masked(api, change)).collect()
}

fn masked(api: &ApiType, change: &FieldChange) -> FieldChange {
    let place = schema::Place::at(api, &change.path);
    let mask = |side: &Option<Value>| side.as_ref().map(|value| schema::mask(value, &place));
    let (mut before, mut after) = (mask(&change.before), mask(&change.after));
    if let (Some(old), Some(new), Some(before), Some(after)) = (&change.before, &change.after, &mut before, &mut after)
    {
        tell_changes(old, new, before, after);
    }
    // A path into a list by an item's value could spell out what the value masks.
    let mut path = change.path.clone();
    for segment in &mut path.0 {
        if let Segment::Item { value, .. } = segment {
            *value = self::text::mask(value);
        }
    }
    FieldChange { path, before, after }
}

/// Where two values differ and their masks don't, the mask says so.
fn tell_changes(old: &Value, new: &Value, before: &mut Value, after: &mut Value) {
    match (old, new, before, after) {
        (Value::Object(old), Value::Object(new), Value::Object(before), Value::Object(after)) => {
            for (key, old) in old {
                if let (Some(new), Some(before), Some(after)) = (new.get(key), before.get_mut(key), after.get_mut(key))
                {
                    tell_changes(old, new, before, after);
                }
            }
        }
        (Value::Array(old), Value::Array(new), Value::Array(before), Value::Array(after)) => {
            for (((old, new), before), after) in old.iter().zip(new).zip(before).zip(after) {
                tell_changes(old, new, before, after);
            }
        }
        (old, new, Value::String(before), Value::String(after)) if old != new => {
            let marks = before.starts_with(self::text::MASK) && after.starts_with(self::text::MASK);
            if marks {
                self::text::MASK.clone_into(before);
                *after = format!("{} (changed)", self::text::MASK);
            } else if before == after {
                after.push_str(" (changed)");
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
