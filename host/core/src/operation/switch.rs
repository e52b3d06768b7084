//! A field that is either on or off: pausing, suspending, cordoning. One merge patch of that field alone.
//!
//! Off is written as absent: the server puts its default there where it has one.

use serde_json::{Value, json};

use super::LowerError;
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation};
use crate::object::ObjectRef;

/// Whether the field is on.
pub(super) fn is_on(object: &Value, keys: &[&str]) -> bool {
    FieldPath::of(keys).get(object).and_then(Value::as_bool) == Some(true)
}

/// The write that turns the field; `already` says what it is when there is nothing to turn.
pub(super) fn turn(
    (target, object): (ObjectRef, &Value),
    keys: &[&str],
    on: bool,
    already: &str,
) -> Result<Vec<Mutation>, LowerError> {
    if is_on(object, keys) == on {
        return Err(LowerError::NothingToDo(format!("{target} {already}")));
    }
    let value = if on { json!(true) } else { Value::Null };
    let body = keys.iter().rev().fold(value, |below, key| json!({*key: below}));
    Ok(vec![Mutation { target, action: Action::MergePatch { body }, touches: vec![FieldPath::of(keys)] }])
}
