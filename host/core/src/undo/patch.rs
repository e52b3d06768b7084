//! JSON patch (RFC 6902) on a value, without `copy`: what a patch adds stands in it, so it is as large as its text.
//!
//! Errors name the operation that did not fit; the value may then be half changed, so callers patch a copy.

use serde_json::Value;

/// Why a patch did not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("operation {index} of the patch does not fit: {why}")]
pub struct PatchError {
    index: usize,
    why: &'static str,
}

impl PatchError {
    /// What did not fit, in words.
    pub fn why(&self) -> &'static str {
        self.why
    }
}

/// Applies a patch, operation by operation.
pub fn apply(patch: &Value, object: &mut Value) -> Result<(), PatchError> {
    let operations = patch.as_array().ok_or(PatchError { index: 0, why: "a patch is a list" })?;
    operations.iter().enumerate().try_for_each(|(index, op)| one(op, object).map_err(|why| PatchError { index, why }))
}

fn one(operation: &Value, object: &mut Value) -> Result<(), &'static str> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str);
    let (op, path) = (text("op").ok_or("no op")?, text("path").ok_or("no path")?);
    let value = || operation.get("value").cloned().ok_or("no value");
    match op {
        "test" => (object.pointer(path) == Some(&value()?)).then_some(()).ok_or("the tested value is another"),
        "replace" => {
            *object.pointer_mut(path).ok_or("nothing there to replace")? = value()?;
            Ok(())
        }
        "add" => add(object, path, value()?),
        "remove" => remove(object, path),
        // A copy of a part into itself doubles it: forty operations would be a terabyte.
        "copy" => Err("copy is not taken; add the value itself"),
        "move" => {
            let from = text("from").ok_or("no from")?;
            if path.strip_prefix(from).is_some_and(|rest| rest.starts_with('/')) {
                return Err("a value can't be moved into itself");
            }
            let value = object.pointer(from).cloned().ok_or("nothing there to move")?;
            remove(object, from)?;
            add(object, path, value)
        }
        _ => Err("no operation of RFC 6902"),
    }
}

fn split(path: &str) -> Option<(&str, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

fn add(object: &mut Value, path: &str, value: Value) -> Result<(), &'static str> {
    let Some((parent, last)) = split(path) else {
        *object = value;
        return Ok(());
    };
    match object.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.insert(last, value);
            Ok(())
        }
        Some(Value::Array(list)) => {
            let index =
                if last == "-" { Some(list.len()) } else { last.parse().ok().filter(|index| *index <= list.len()) };
            list.insert(index.ok_or("no such place in the list")?, value);
            Ok(())
        }
        _ => Err("nothing there to add to"),
    }
}

fn remove(object: &mut Value, path: &str) -> Result<(), &'static str> {
    let (parent, last) = split(path).ok_or("the root can't be removed")?;
    match object.pointer_mut(parent) {
        Some(Value::Object(map)) => map.remove(&last).map(drop).ok_or("nothing there to remove"),
        Some(Value::Array(list)) => {
            let index = last.parse().ok().filter(|index: &usize| *index < list.len()).ok_or("no such item")?;
            list.remove(index);
            Ok(())
        }
        _ => Err("nothing there to remove from"),
    }
}
