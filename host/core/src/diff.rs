//! The normalised difference between two versions of an object: which fields change, from what to what.
//!
//! Left out on both sides: what [`crate::fingerprint::normalise`] leaves out, and the paths named volatile. Keyed lists are
//! compared by key ([`crate::field`]), so reordering is no change. Maps are followed to their leaves; an item that joins or
//! leaves a keyed list is one change; a whole object that appears or goes is told leaf by leaf. Order: by path. Limit:
//! [`DIFF_CHANGES_MAX`]. Pure; masking for people is [`crate::redact`]'s, on the result.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{CanonicalError, to_bytes_lossless};
use crate::digest::Digest;
use crate::field::{FieldPath, Segment, key_text, merge_key};
use crate::fingerprint::normalise;

/// Most changes told one by one. A part of an object with more is one change: its whole value before and after.
pub const DIFF_CHANGES_MAX: usize = 1_000;

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// Where.
    pub path: FieldPath,
    /// Before; absent when the field is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// After; absent when the field goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// Digest of a diff; numbers outside the canonical profile are kept.
pub fn digest(changes: &[FieldChange]) -> Result<Digest, CanonicalError> {
    let value = serde_json::to_value(changes).map_err(|e| CanonicalError::Serialise(e.to_string()))?;
    Ok(Digest::of("kubechat/diff/v1", &to_bytes_lossless(&value)?))
}

/// What changes between two versions of an object; absent means the object is not there.
pub fn changes(before: Option<&Value>, after: Option<&Value>, volatile: &[FieldPath]) -> Vec<FieldChange> {
    bounded(before, after, volatile, DIFF_CHANGES_MAX)
}

/// The same without the limit, for undo: a cut change would claim fields nobody touched.
pub(crate) fn all_changes(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    bounded(before, after, &[], usize::MAX)
}

/// Paths that differ between two dry-runs of the same write: server-made, so neither shown nor bound.
///
/// An item whose key differs each time (a token volume's random name) makes its whole list volatile: the next try will
/// have a third key.
pub fn volatile(first: &Value, second: &Value) -> Vec<FieldPath> {
    let differing = bounded(Some(first), Some(second), &[], usize::MAX);
    let paths = differing.into_iter().map(|change| match change.path.0.last() {
        Some(Segment::Item { .. }) => change.path.parent().unwrap_or_default(),
        _ => change.path,
    });
    paths.collect::<BTreeSet<_>>().into_iter().collect()
}

fn bounded(before: Option<&Value>, after: Option<&Value>, volatile: &[FieldPath], max: usize) -> Vec<FieldChange> {
    let prepare = |object: &Value| {
        let mut object = normalise(object);
        for path in volatile {
            path.remove(&mut object);
        }
        object
    };
    let (before, after) = (before.map(prepare), after.map(prepare));
    let compare = Compare { whole: before.is_none() || after.is_none(), max };
    let mut changes = compare.at(&FieldPath::root(), before.as_ref(), after.as_ref());
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

struct Compare {
    /// One side has no object at all, so list items are followed to their leaves too.
    whole: bool,
    max: usize,
}

impl Compare {
    fn at(&self, path: &FieldPath, before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
        if before == after {
            return Vec::new();
        }
        match self.below(path, before, after) {
            Some(changes) if changes.len() <= self.max => changes,
            _ => vec![FieldChange { path: path.clone(), before: before.cloned(), after: after.cloned() }],
        }
    }

    /// The changes inside two containers of one sort (or one and nothing); absent when they are compared as one value.
    fn below(&self, path: &FieldPath, before: Option<&Value>, after: Option<&Value>) -> Option<Vec<FieldChange>> {
        match (before, after) {
            (Some(Value::Object(_)) | None, Some(Value::Object(_)) | None) => {
                let keys: BTreeSet<&String> = [before, after]
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_object)
                    .flat_map(|map| map.keys())
                    .collect();
                let below = |key: &String| self.at(&path.field(key), field(before, key), field(after, key));
                (!keys.is_empty()).then(|| keys.into_iter().flat_map(below).collect())
            }
            (Some(Value::Array(_)) | None, Some(Value::Array(_)) | None) => self.items(path, list(before), list(after)),
            _ => None,
        }
    }

    fn items(&self, path: &FieldPath, before: &[Value], after: &[Value]) -> Option<Vec<FieldChange>> {
        let Some(Segment::Field(name)) = path.0.last() else { return None };
        let key = merge_key(name, before).filter(|_| merge_key(name, after).is_some())?;
        let values: BTreeSet<String> = before.iter().chain(after).map(|item| key_text(&item[key])).collect();
        let mut changes = Vec::new();
        for value in &values {
            let path = path.item(key, value);
            let (old, new) = (item(before, key, value), item(after, key, value));
            if self.whole || (old.is_some() && new.is_some()) {
                changes.extend(self.at(&path, old, new));
            } else {
                changes.push(FieldChange { path, before: old.cloned(), after: new.cloned() });
            }
        }
        (!values.is_empty()).then_some(changes)
    }
}

fn field<'a>(map: Option<&'a Value>, key: &str) -> Option<&'a Value> {
    map?.get(key)
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn item<'a>(list: &'a [Value], key: &str, value: &str) -> Option<&'a Value> {
    list.iter().find(|item| key_text(&item[key]) == value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn web() -> Value {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "uid": "u", "resourceVersion": "1"},
            "spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "web", "image": "a:1", "args": ["-v"]}]}}},
            "status": {"readyReplicas": 3}})
    }

    fn paths(changes: &[FieldChange]) -> Vec<String> {
        changes.iter().map(|change| change.path.to_string()).collect()
    }

    #[test]
    fn status_and_server_made_fields_are_no_change() {
        let mut busy = web();
        busy["status"]["readyReplicas"] = json!(0);
        busy["metadata"]["resourceVersion"] = json!("2");
        busy["metadata"]["managedFields"] = json!([{"manager": "x"}]);
        assert_eq!(changes(Some(&web()), Some(&busy), &[]), vec![]);
    }

    #[test]
    fn changes_are_told_by_leaf_and_in_order_of_path() {
        let mut after = web();
        after["spec"]["replicas"] = json!(5);
        after["spec"]["template"]["spec"]["containers"][0]["image"] = json!("a:2");
        after["metadata"]["annotations"] = json!({"b": "1", "a": "2"});
        let changes = changes(Some(&web()), Some(&after), &[]);
        let image = "spec.template.spec.containers[name=web].image";
        assert_eq!(paths(&changes), ["metadata.annotations.a", "metadata.annotations.b", "spec.replicas", image]);
        assert_eq!((changes[2].before.as_ref(), changes[2].after.as_ref()), (Some(&json!(3)), Some(&json!(5))));
    }

    #[test]
    fn reordering_a_keyed_list_is_no_change_and_a_new_item_is_one() {
        let containers = "/spec/template/spec/containers";
        let (mut one, mut two) = (web(), web());
        *one.pointer_mut(containers).unwrap() = json!([{"name": "a", "image": "i"}, {"name": "b", "image": "j"}]);
        *two.pointer_mut(containers).unwrap() = json!([{"name": "b", "image": "j"}, {"name": "a", "image": "i"}]);
        assert_eq!(changes(Some(&one), Some(&two), &[]), vec![]);
        two.pointer_mut(containers).unwrap().as_array_mut().unwrap().push(json!({"name": "c", "image": "k"}));
        assert_eq!(paths(&changes(Some(&one), Some(&two), &[])), ["spec.template.spec.containers[name=c]"]);
    }

    #[test]
    fn a_whole_object_is_told_leaf_by_leaf() {
        let made = changes(None, Some(&web()), &[]);
        assert!(paths(&made).contains(&"spec.template.spec.containers[name=web].image".to_owned()), "{made:?}");
        assert!(made.iter().all(|change| change.before.is_none()));
        let gone = changes(Some(&web()), None, &[]);
        assert_eq!(paths(&gone), paths(&made));
        assert!(gone.iter().all(|change| change.after.is_none()));
    }

    #[test]
    fn more_changes_than_the_limit_become_one_at_their_common_place() {
        let data: serde_json::Map<_, _> = (0..=DIFF_CHANGES_MAX).map(|n| (format!("k{n}"), json!("v"))).collect();
        let object = json!({"metadata": {"name": "big"}, "data": data});
        let changes = changes(Some(&json!({"metadata": {"name": "big"}})), Some(&object), &[]);
        assert_eq!(paths(&changes), ["data"]);
    }

    #[test]
    fn what_two_dry_runs_disagree_on_is_volatile_and_left_out() {
        let (mut first, mut second, mut third) = (web(), web(), web());
        for (object, ip, token) in [(&mut first, "1", "t-a"), (&mut second, "2", "t-b"), (&mut third, "3", "t-c")] {
            object["spec"]["clusterIP"] = json!(ip);
            object["spec"]["template"]["spec"]["volumes"] = json!([{"name": token}]);
            object["spec"]["replicas"] = json!(4);
        }
        let volatile = volatile(&first, &second);
        let names: Vec<_> = volatile.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["spec.clusterIP", "spec.template.spec.volumes"]);
        assert_eq!(paths(&changes(Some(&web()), Some(&third), &volatile)), ["spec.replicas"]);
    }

    #[test]
    fn two_equal_dry_runs_have_nothing_volatile() {
        assert_eq!(volatile(&web(), &web()), vec![]);
    }
}
