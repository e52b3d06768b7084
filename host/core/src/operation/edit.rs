//! `edit`: a person changed an object's YAML; what was changed, and only that, is sent as a merge patch.
//!
//! `base` is the object as it was shown, `wanted` as it was left. Because the object was shown masked, a mask that stands
//! where it stood means the value that is there; a mask anywhere else is refused, so that none is ever written and no value
//! wanders to another place. A field that moved in the cluster since it was shown is refused as stale, unless it already is
//! as wanted. What the server makes (status and most metadata) is not edited: left out it stays, changed it is refused.
//! Limits: those of a manifest. It does not force anything: fields of other managers are said in the plan's radius.
//! Reversibility: exact.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::manifest::parse_manifest;
use super::patch::{Patch, PatchType};
use super::{LowerError, Reversibility, Target, Write};
use crate::diff::{FieldChange, all_changes};
use crate::facts::{FactQuery, Snapshot};
use crate::field::{FieldPath, key_text, merge_key};
use crate::fingerprint::SERVER_MADE;
use crate::mutation::Mutation;
use crate::object::text;
use crate::redact;

/// How many changed fields the sentence names.
const FIELDS_NAMED_MAX: usize = 3;
/// Longest value quoted in a refusal, characters.
const QUOTED_CHARS_MAX: usize = 60;

/// Change an object as its YAML was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The object.
    pub target: Target,
    /// Its YAML as it was shown when editing began, masks included.
    pub base: String,
    /// Its YAML as it was left.
    pub wanted: String,
}

impl Edit {
    /// What was changed, as a merge patch of this object.
    fn patch(&self, live: &Value) -> Result<Value, LowerError> {
        let base = one(&self.base, "what was shown")?;
        let wanted = one(&self.wanted, "what was edited")?;
        for place in ["/apiVersion", "/kind", "/metadata/name", "/metadata/namespace"] {
            let (shown, edited, there) = (text(&base, place), text(&wanted, place), text(live, place));
            if shown != edited {
                return Err(LowerError::BadValue(format!("{} can't be edited", dotted(place))));
            }
            if shown != there {
                let detail = format!("what was shown has {} {shown:?}, the object has {there:?}", dotted(place));
                return Err(LowerError::BadValue(detail));
            }
        }
        let sides = Sides { shown: &redact::object(live), live };
        let patch = difference(&base, &wanted, sides, &FieldPath::root())?;
        if patch.is_empty() {
            return Err(LowerError::NothingToDo(format!("{} already is as edited", self.target.plain())));
        }
        Ok(Value::Object(patch))
    }
}

/// The object now: as it would be shown, and as it is.
#[derive(Clone, Copy)]
struct Sides<'a> {
    shown: &'a Value,
    live: &'a Value,
}

impl<'a> Sides<'a> {
    fn field(self, key: &str) -> Self {
        Self { shown: &self.shown[key], live: &self.live[key] }
    }
}

/// The one object of a text.
fn one(yaml: &str, what: &str) -> Result<Value, LowerError> {
    let mut objects = parse_manifest(yaml)?;
    match (objects.pop(), objects.is_empty()) {
        (Some(object @ Value::Object(_)), true) => Ok(object),
        _ => Err(LowerError::BadValue(format!("{what} is not one object"))),
    }
}

/// Merge-patch members that lead from `base` to `wanted` (RFC 7396), with every mask replaced by what it stands for.
fn difference(base: &Value, wanted: &Value, now: Sides<'_>, at: &FieldPath) -> Result<Map<String, Value>, LowerError> {
    let (empty, mut patch) = (Map::new(), Map::new());
    let (before, after) = (base.as_object().unwrap_or(&empty), wanted.as_object().unwrap_or(&empty));
    let added = after.keys().filter(|key| !before.contains_key(*key));
    for key in before.keys().chain(added) {
        let (shown, edited) = (&base[key.as_str()], &wanted[key.as_str()]);
        let (path, now) = (at.field(key), now.field(key));
        if shown == edited || (edited.is_null() && server_made(&path)) {
            continue;
        }
        if server_made(&path) {
            return Err(LowerError::BadValue(format!("{path} can't be edited; the server makes it")));
        }
        if shown.is_object() && edited.is_object() {
            let below = difference(shown, edited, now, &path)?;
            if !below.is_empty() {
                patch.insert(key.clone(), Value::Object(below));
            }
            continue;
        }
        let filled = filled(edited, shown, now, &path)?;
        if filled == *now.live {
            continue;
        }
        if shown != now.shown {
            return Err(moved(&path, shown, now.shown));
        }
        patch.insert(key.clone(), filled);
    }
    Ok(patch)
}

fn server_made(path: &FieldPath) -> bool {
    *path == FieldPath::of(&["status"]) || SERVER_MADE.iter().any(|key| *path == FieldPath::of(&["metadata", key]))
}

/// The value to send: what was wanted, with each mask that stands where it was shown replaced by the value there.
fn filled(wanted: &Value, base: &Value, now: Sides<'_>, at: &FieldPath) -> Result<Value, LowerError> {
    match wanted {
        Value::String(text) if redact::is_in(text) => {
            let one = matches!(now.live, Value::String(_) | Value::Number(_) | Value::Bool(_));
            let stands = wanted == base && wanted == now.shown && one;
            if stands { Ok(now.live.clone()) } else { Err(masked(at)) }
        }
        Value::Object(map) => {
            let below = map.iter().map(|(key, value)| {
                let filled = filled(value, &base[key.as_str()], now.field(key), &at.field(key))?;
                Ok((key.clone(), filled))
            });
            below.collect::<Result<_, _>>().map(Value::Object)
        }
        Value::Array(items) => {
            let below = items.iter().enumerate().map(|(index, item)| {
                let was = counterpart(base, items, index, at);
                let shown = counterpart(now.shown, items, index, at);
                let live = counterpart(now.live, items, index, at);
                filled(item, was, Sides { shown, live }, at)
            });
            below.collect::<Result<_, _>>().map(Value::Array)
        }
        other => Ok(other.clone()),
    }
}

/// The item of `list` that stands for the item of `items` at this index: by the list's merge key, else by position in a
/// list of the same length; null where there is none.
fn counterpart<'a>(list: &'a Value, items: &[Value], index: usize, at: &FieldPath) -> &'a Value {
    let others: &[Value] = list.as_array().map_or(&[], Vec::as_slice);
    let key = |items: &[Value]| merge_key(at.last_key(), items);
    let found = match (key(items), key(others)) {
        (Some(key), Some(_)) => others.iter().find(|other| key_text(&other[key]) == key_text(&items[index][key])),
        _ if others.len() == items.len() => others.get(index),
        _ => None,
    };
    found.unwrap_or(&Value::Null)
}

fn masked(at: &FieldPath) -> LowerError {
    LowerError::BadValue(format!("{at} holds a mask that stands for no value there; write the whole value out"))
}

/// Says what moved: inside a list, which goes whole, the first field that did.
fn moved(at: &FieldPath, shown: &Value, now: &Value) -> LowerError {
    let under_its_name = |value: &Value| json!({at.last_key(): value});
    let change = all_changes(Some(&under_its_name(shown)), Some(&under_its_name(now))).into_iter().next();
    let (path, was, is) = match change {
        Some(FieldChange { path, before, after }) => {
            let above = at.parent().unwrap_or_default();
            (FieldPath([above.0, path.0].concat()), quoted(before.as_ref()), quoted(after.as_ref()))
        }
        None => (at.clone(), quoted(Some(shown)), quoted(Some(now))),
    };
    LowerError::Moved(format!("{path} was {was} when it was shown and is {is} now"))
}

fn quoted(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "absent".to_owned(),
        Some(value) => {
            let text = value.to_string();
            let cut: String = text.chars().take(QUOTED_CHARS_MAX).collect();
            if cut.len() < text.len() { format!("{cut}…") } else { cut }
        }
    }
}

fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

impl Write for Edit {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        let (_, live) = self.target.object(known)?;
        Patch { target: self.target.clone(), kind: PatchType::Merge, patch: self.patch(live)? }.lower(known)
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("edit {}", self.target.plain())
    }

    fn told(&self, mutation: &Mutation, _: &Snapshot) -> Option<String> {
        let named: Vec<_> = mutation.touches.iter().take(FIELDS_NAMED_MAX).map(ToString::to_string).collect();
        let more = mutation.touches.len() - named.len();
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        // By the kind's own name: the target is as it was said, which may be `deployments.apps`.
        Some(format!("edit {}: {}{rest}", mutation.target, named.join(", ")))
    }

    fn kubectl(&self) -> String {
        format!("kubectl edit {}", self.target.kubectl())
    }
}
