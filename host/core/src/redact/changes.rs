//! Changes of an object, safe to show: a changed secret tells that it changed, and nothing else.

use serde_json::Value;

use super::kind::{MASK, OneWay};
use super::schema::{Place, Walk};
use super::{held, masked};
use crate::diff::FieldChange;
use crate::field::Segment;
use crate::object::ApiType;

/// Changes of an object of this type, safe to show; a changed secret reads `••••` before and `•••• (changed)` after.
pub fn changes(api: &ApiType, changes: &[FieldChange]) -> Vec<FieldChange> {
    changes.iter().map(|change| shown(api, change)).collect()
}

fn shown(api: &ApiType, change: &FieldChange) -> FieldChange {
    let place = Place::at(api, &change.path);
    let mask = |side: &Option<Value>| {
        side.as_ref().map(|value| held::looking(|eyes| Walk { eyes, sink: &mut OneWay }.value(value, &place)))
    };
    let (mut before, mut after) = (mask(&change.before), mask(&change.after));
    if let (Some(old), Some(new), Some(before), Some(after)) = (&change.before, &change.after, &mut before, &mut after)
    {
        tell_changes(old, new, before, after);
    }
    // A path into a list by an item's value could spell out what the value masks.
    let mut path = change.path.clone();
    for segment in &mut path.0 {
        if let Segment::Item { value, .. } = segment {
            *value = masked(value);
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
            let marks = before.starts_with(MASK) && after.starts_with(MASK);
            if marks {
                MASK.clone_into(before);
                *after = format!("{MASK} (changed)");
            } else if before == after {
                after.push_str(" (changed)");
            }
        }
        _ => {}
    }
}
