//! `patch`: a patch in the API's own words: merge (any kind), strategic (built-in kinds), or JSON (RFC 6902).
//!
//! What a plan could not show is refused: identity, status, what servers and controllers keep in metadata, all annotations
//! at once (some of them stand in no diff), owners and finalizers (they decide whether the garbage collector deletes the
//! object). So is what we could not bind: strategic directives other than `$patch: delete` of an item of a keyed list. A JSON patch must fit the
//! object as it is; because its places are counted, it rests on every list it counts in. Reversibility: exact.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::apply::{leaves, stored_as_data};
use super::qualified::shortened;
use super::{LowerError, Reversibility, Target, Write};
use crate::facts::{FactQuery, Snapshot};
use crate::field::{FieldPath, Segment};
use crate::fingerprint::{CONTROLLER_ANNOTATIONS, SERVER_MADE};
use crate::limits::{JSON_DEPTH_MAX, MANIFEST_BYTES_MAX};
use crate::mutation::{Action, Mutation};
use crate::object::ObjectRef;
use crate::undo::apply_json_patch;

/// Most operations of a JSON patch.
pub const PATCH_OPERATIONS_MAX: usize = 100;

/// Which words a patch is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatchType {
    /// JSON merge patch, RFC 7396: lists are replaced.
    Merge,
    /// Strategic merge patch: lists are merged by key.
    Strategic,
    /// JSON patch, RFC 6902.
    Json,
}

/// Patch an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// The object.
    pub target: Target,
    /// Which words the patch is in.
    #[serde(rename = "type")]
    pub kind: PatchType,
    /// The patch.
    pub patch: Value,
}

fn bad<T>(text: impl Into<String>) -> Result<T, LowerError> {
    Err(LowerError::BadValue(text.into()))
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Of strategic directives only the deletion of one named item is taken: `{"name": "sidecar", "$patch": "delete"}`. The
/// others remove what the patch does not name, and nobody would see that in it.
fn check_directives(value: &Value, is_item: bool) -> Result<(), LowerError> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| check_directives(item, true)),
        Value::Object(map) => {
            let named = map.iter().any(|(key, value)| !key.starts_with('$') && !value.is_null());
            for (key, value) in map {
                let known = key == "$patch" && value == "delete" && is_item && named;
                if key.starts_with('$') && !known {
                    let shown = shortened(key);
                    return bad(format!("the directive {shown:?} is not taken here; write the wanted values out"));
                }
                check_directives(value, false)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A part with a directive counts as one value, so that all it does lies inside what is touched.
fn touched(patch: &Value, at: &FieldPath, out: &mut Vec<FieldPath>) {
    match patch {
        Value::Object(map) if map.contains_key("$patch") => out.push(at.clone()),
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| touched(value, &at.field(key), out));
        }
        Value::Array(items) => {
            let mut below = Vec::new();
            leaves(patch, at, &mut below);
            // Leaves go into keyed items; where one of those has a directive, the whole item is meant.
            let directive = |path: &FieldPath| path.last_key() == "$patch";
            if items.iter().any(|item| !item.is_object()) {
                out.push(at.clone());
            } else {
                out.extend(
                    below
                        .into_iter()
                        .map(|path| if directive(&path) { path.parent().unwrap_or_default() } else { path }),
                );
            }
        }
        _ => out.push(at.clone()),
    }
}

/// The place a JSON pointer names, as far as the first list: positions in a list are only as good as the whole list.
fn place(pointer: &str, object: &Value) -> Option<FieldPath> {
    let rest = pointer.strip_prefix('/')?;
    let mut path = FieldPath::root();
    let mut at = Some(object);
    for token in rest.split('/') {
        if at.is_some_and(Value::is_array) {
            break;
        }
        let key = token.replace("~1", "/").replace("~0", "~");
        path = path.field(&key);
        at = at.and_then(|value| value.get(&key));
    }
    Some(path)
}

/// What nobody writes by a patch, because no diff shows it or it is the object's identity.
fn forbidden(path: &FieldPath) -> bool {
    let keys: Vec<&str> = path
        .0
        .iter()
        .map(|segment| match segment {
            Segment::Field(key) => key.as_str(),
            Segment::Item { .. } => "",
        })
        .collect();
    match keys.as_slice() {
        []
        | ["apiVersion" | "kind" | "status" | "metadata"]
        | ["metadata", "annotations"]
        | ["metadata", "name" | "namespace" | "generateName" | "ownerReferences" | "finalizers", ..] => true,
        ["metadata", "annotations", key, ..] => CONTROLLER_ANNOTATIONS.contains(key),
        ["metadata", key, ..] => SERVER_MADE.contains(key),
        ["status", ..] => true,
        _ => false,
    }
}

impl Patch {
    fn check(&self) -> Result<(), LowerError> {
        let bytes = self.patch.to_string().len();
        if bytes > MANIFEST_BYTES_MAX {
            let (what, limit) = ("the patch", "MANIFEST_BYTES_MAX");
            return Err(LowerError::Limit { what, actual: bytes, limit, max: MANIFEST_BYTES_MAX });
        }
        let levels = depth(&self.patch);
        if levels > JSON_DEPTH_MAX {
            let (what, limit) = ("the patch's nesting", "JSON_DEPTH_MAX");
            return Err(LowerError::Limit { what, actual: levels, limit, max: JSON_DEPTH_MAX });
        }
        match (self.kind, &self.patch) {
            (PatchType::Json, Value::Array(operations)) if operations.is_empty() => bad("the patch is empty"),
            (PatchType::Json, Value::Array(operations)) if operations.len() > PATCH_OPERATIONS_MAX => {
                let (what, limit) = ("the number of operations", "PATCH_OPERATIONS_MAX");
                Err(LowerError::Limit { what, actual: operations.len(), limit, max: PATCH_OPERATIONS_MAX })
            }
            (PatchType::Json, Value::Array(_)) => Ok(()),
            (PatchType::Json, _) => bad("a JSON patch is a list of operations"),
            (_, Value::Object(map)) if map.is_empty() => bad("the patch is empty"),
            (PatchType::Strategic, patch @ Value::Object(_)) => check_directives(patch, false),
            (PatchType::Merge, Value::Object(_)) => Ok(()),
            _ => bad("a merge patch is an object"),
        }
    }

    /// The fields a JSON patch touches; refused unless each operation fits the object.
    fn json_touches(&self, object: &Value) -> Result<Vec<FieldPath>, LowerError> {
        let mut work = object.clone();
        let mut touches = Vec::new();
        for (index, operation) in self.patch.as_array().into_iter().flatten().enumerate() {
            let member = |key: &str| operation.get(key).and_then(Value::as_str);
            let number = index + 1;
            for pointer in [member("path"), member("from")].into_iter().flatten() {
                match place(pointer, &work) {
                    Some(path) => touches.push(path),
                    None => {
                        return bad(format!(
                            "operation {number}: {:?} is no pointer below the root",
                            shortened(pointer)
                        ));
                    }
                }
            }
            let one = Value::Array(vec![operation.clone()]);
            apply_json_patch(&one, &mut work)
                .map_err(|error| LowerError::BadValue(format!("operation {number} does not fit: {}", error.why())))?;
        }
        Ok(touches)
    }

    fn touches(&self, target: &ObjectRef, object: &Value) -> Result<Vec<FieldPath>, LowerError> {
        let mut touches = Vec::new();
        match self.kind {
            PatchType::Json => touches = self.json_touches(object)?,
            PatchType::Merge => leaves_of_merge(&self.patch, &FieldPath::root(), &mut touches),
            PatchType::Strategic => touched(&self.patch, &FieldPath::root(), &mut touches),
        }
        if let Some(path) = touches.iter().find(|path| forbidden(path)) {
            let shown = if path.0.is_empty() { "the whole object".to_owned() } else { path.to_string() };
            return bad(format!("{shown} is not for a patch to write"));
        }
        if target.api.is("", "Secret") {
            touches.iter_mut().for_each(stored_as_data);
        }
        touches.sort();
        touches.dedup();
        Ok(touches)
    }
}

/// A merge patch replaces lists whole.
fn leaves_of_merge(patch: &Value, at: &FieldPath, out: &mut Vec<FieldPath>) {
    match patch {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| leaves_of_merge(value, &at.field(key), out));
        }
        _ => out.push(at.clone()),
    }
}

impl Write for Patch {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        self.check()?;
        let (target, object) = self.target.object(known)?;
        if self.kind == PatchType::Strategic && !target.api.is_built_in() {
            let works_for = "built-in kinds; use a merge patch";
            return Err(LowerError::WrongKind { what: "a strategic patch", kind: target.api.kind, works_for });
        }
        let touches = self.touches(&target, object)?;
        let body = self.patch.clone();
        let action = match self.kind {
            PatchType::Merge => Action::MergePatch { body },
            PatchType::Strategic => Action::StrategicPatch { body },
            PatchType::Json => Action::JsonPatch { body },
        };
        Ok(vec![Mutation { target, action, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("patch {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        let kind = match self.kind {
            PatchType::Merge => "merge",
            PatchType::Strategic => "strategic",
            PatchType::Json => "json",
        };
        // The patch itself may hold secrets; what it changes stands masked in the diff.
        format!("kubectl patch {} --type={kind} -p …", self.target.kubectl())
    }
}
