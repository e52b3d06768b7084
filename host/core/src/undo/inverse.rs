//! The inverse of a change to an existing object, field by field, against what is there now.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Conflict, Pin, meets, patch};
use crate::diff::{FieldChange, all_changes};
use crate::field::{FieldPath, Segment};
use crate::object::uid;
use crate::operation::set_image::split_image;

/// The changes that are ours: at, below or above a touched field; in a part that came to be with one; and everything that
/// went, because a server fills in by itself but does not take away.
pub(super) fn ours(before: &Value, after: &Value, touches: &[FieldPath]) -> Vec<FieldChange> {
    let touched = |path: &FieldPath| touches.iter().any(|touch| meets(path, touch));
    let mut changes = all_changes(Some(before), Some(after));
    changes.retain(|change| {
        let came = change.before.is_none() && touched(&first_absent(&change.path, before));
        change.after.is_none() || touched(&change.path) || came
    });
    changes
}

/// Changes still to be put back, and those somebody else has changed since.
pub(super) fn three_way(ours: &[FieldChange], live: &Value) -> (Vec<FieldChange>, Vec<Conflict>) {
    let (mut open, mut conflicts) = (Vec::new(), Vec::new());
    for change in ours {
        let now = change.path.get(live);
        if now == change.before.as_ref() {
            continue;
        }
        if now == change.after.as_ref() {
            open.push(change.clone());
        } else {
            let FieldChange { path, before, after } = change.clone();
            conflicts.push(Conflict { path, before, ours: after, now: now.cloned() });
        }
    }
    (open, conflicts)
}

/// The shortest beginning of the path that leads nowhere in this object; the path itself when all of it is there.
fn first_absent(path: &FieldPath, object: &Value) -> FieldPath {
    let beginnings = (1..=path.0.len()).map(|length| FieldPath(path.0[..length].to_vec()));
    beginnings.into_iter().find(|start| start.get(object).is_none()).unwrap_or_else(|| path.clone())
}

/// The JSON patch that puts the open changes back, each tested for what we left there.
///
/// Operations are tried on a copy as they are made, so that list positions hold for the one after. `None` when a place
/// can't be addressed, which three-way comparison should have called a conflict.
pub(super) fn patch(before: &Value, after: &Value, live: &Value, open: &[FieldChange]) -> Option<Value> {
    let mut writing = Writing { work: live.clone(), operations: Vec::new() };
    writing.push(json!({"op": "test", "path": "/metadata/uid", "value": uid(live)}))?;
    let mut done = BTreeSet::new();
    for change in open {
        match (&change.before, &change.after) {
            (Some(old), Some(ours)) => {
                let at = change.path.pointer(&writing.work)?;
                writing.push(json!({"op": "test", "path": at, "value": ours}))?;
                writing.push(json!({"op": "replace", "path": at, "value": old}))?;
            }
            // We added it: what came to be with it goes with it, unless somebody put more in there since.
            (None, Some(_)) => {
                let whole = first_absent(&change.path, before);
                let untouched = whole.get(live) == whole.get(after);
                let path = if untouched { whole } else { change.path.clone() };
                if done.insert(path.clone()) {
                    let at = path.pointer(&writing.work)?;
                    writing.push(json!({"op": "test", "path": at, "value": path.get(after)?}))?;
                    writing.push(json!({"op": "remove", "path": at}))?;
                }
            }
            // We removed it: what went with it comes back with it.
            (Some(old), None) => {
                let whole = first_absent(&change.path, after);
                let absent = whole.get(&writing.work).is_none();
                let (path, value) =
                    if absent { (whole.clone(), whole.get(before)?) } else { (change.path.clone(), old) };
                if done.insert(whole) || !absent {
                    writing.add(before, &path, value)?;
                }
            }
            (None, None) => {}
        }
    }
    Some(Value::Array(writing.operations))
}

struct Writing {
    work: Value,
    operations: Vec<Value>,
}

impl Writing {
    fn push(&mut self, operation: Value) -> Option<()> {
        patch::apply(&Value::Array(vec![operation.clone()]), &mut self.work).ok()?;
        self.operations.push(operation);
        Some(())
    }

    /// Adds a value, and the empty containers on the way that somebody else has removed since.
    fn add(&mut self, before: &Value, path: &FieldPath, value: &Value) -> Option<()> {
        let parent = path.parent()?;
        if parent.get(&self.work).is_none() {
            let empty = if parent.get(before)?.is_array() { json!([]) } else { json!({}) };
            self.add(before, &parent, &empty)?;
        }
        let at = match path.0.last()? {
            Segment::Field(_) => path.pointer(&self.work)?,
            Segment::Item { .. } => {
                let length = parent.get(&self.work)?.as_array()?.len();
                let index: usize = path.pointer(before)?.rsplit('/').next()?.parse().ok()?;
                format!("{}/{}", parent.pointer(&self.work)?, index.min(length))
            }
        };
        self.push(json!({"op": "add", "path": at, "value": value}))
    }
}

/// What to say about image tags that are put back, and the references that mean what ran then.
pub(super) fn image_notes(
    open: &[FieldChange],
    then: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> (Vec<Pin>, Vec<String>) {
    let (mut pins, mut notes) = (Vec::new(), Vec::new());
    for change in open.iter().filter(|change| change.path.last_key() == "image") {
        let Some(image) = change.before.as_ref().and_then(Value::as_str) else { continue };
        let (repository, _, digest) = split_image(image);
        let Some(ran) = then.get(image).and_then(|id| sha256(id)).filter(|_| digest.is_none()) else { continue };
        let means = now.get(image).and_then(|id| sha256(id));
        if means == Some(ran) {
            continue;
        }
        let pinned = format!("{repository}@{ran}");
        if let Some(means) = means {
            let short = |digest: &str| digest.chars().take(19).collect::<String>();
            notes.push(format!(
                "{image} ran as {} then and means {} now; {pinned} is what ran",
                short(ran),
                short(means)
            ));
        }
        pins.push(Pin { path: change.path.clone(), image: image.to_owned(), pinned });
    }
    (pins, notes)
}

/// The digest in an `imageID`, whatever runtime wrote it: `docker-pullable://r/web@sha256:…`, `sha256:…`.
fn sha256(id: &str) -> Option<&str> {
    let digest = id.rsplit('@').next()?;
    let hex = digest.strip_prefix("sha256:")?;
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digest)
}
