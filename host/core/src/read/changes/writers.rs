//! Field managers: who wrote an object last, when, and which fields are his.
//!
//! The API server keeps one time for each manager: that of its last write. Earlier writes of the same manager, and fields
//! somebody else has taken over since, are not recorded. Writes of status are nobody's change. Limits: [`FIELDS_MAX`] fields
//! named, [`NODES_MAX`] looked at.

use serde_json::Value;

use super::{ChangeRow, ChangeSource};
use crate::object::{ObjectRef, at, items, text};
use crate::time::Timestamp;

/// Most fields named of one write.
const FIELDS_MAX: usize = 6;
/// Most nodes of a field set looked at.
const NODES_MAX: usize = 5_000;
/// Deepest path followed.
const DEPTH_MAX: usize = 16;

/// The last write of each manager, and the oldest of their times.
pub(super) fn rows(object: &ObjectRef, content: &Value, now: Timestamp) -> (Vec<ChangeRow>, Option<Timestamp>) {
    let writes: Vec<_> = writes(content).collect();
    let oldest = writes.iter().filter_map(|write| time(write)).min();
    let row = |write: &&Value| {
        let fields = fields(write);
        let own: Vec<_> = fields.paths.iter().filter(|path| !path.starts_with("status")).cloned().collect();
        if own.is_empty() {
            return None;
        }
        let more = fields.count.saturating_sub(own.len() as u64);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let how = match text(write, "/operation") {
            "Apply" => "applied",
            _ => "wrote",
        };
        let what = format!("{how}; holds {}{rest}", own.join(", "));
        let row = ChangeRow::new(ChangeSource::Writer, time(write), &object.to_string(), &what, now);
        Some(row.by(text(write, "/manager")))
    };
    (writes.iter().filter_map(row).collect(), oldest)
}

/// The manager that wrote the pod template at this moment or a little before.
pub(super) fn of_template(content: &Value, moment: Timestamp, within_ms: i64) -> Option<&str> {
    let caused = writes(content).filter(|write| {
        let template = at(write, "/fieldsV1/f:spec/f:template").is_some();
        template && time(write).is_some_and(|at| (-1_000..=within_ms).contains(&moment.since_ms(at)))
    });
    caused.max_by_key(|write| time(write)).map(|write| text(write, "/manager"))
}

/// Writes of the object itself, not of its status.
fn writes(content: &Value) -> impl Iterator<Item = &Value> {
    items(content, "/metadata/managedFields").iter().filter(|write| text(write, "/subresource") != "status")
}

fn time(write: &Value) -> Option<Timestamp> {
    text(write, "/time").parse().ok()
}

/// Fields of a field set: the first ones, and how many there are.
struct Fields {
    paths: Vec<String>,
    count: u64,
}

fn fields(write: &Value) -> Fields {
    let mut found = Fields { paths: Vec::new(), count: 0 };
    let mut left = NODES_MAX;
    if let Some(root) = at(write, "/fieldsV1") {
        walk(root, "", 0, &mut left, &mut found);
    }
    found
}

fn walk(node: &Value, path: &str, depth: usize, left: &mut usize, found: &mut Fields) {
    let Some(map) = node.as_object() else { return };
    let below = map.iter().filter(|(key, _)| *key != ".");
    let mut leaf = true;
    for (key, value) in below {
        if *left == 0 || depth == DEPTH_MAX {
            return;
        }
        *left -= 1;
        leaf = false;
        let Some(path) = step(path, key) else { continue };
        walk(value, &path, depth + 1, left, found);
    }
    if leaf && !path.is_empty() && !path.starts_with("status") {
        found.count += 1;
        if found.paths.len() < FIELDS_MAX {
            found.paths.push(path.to_owned());
        }
    }
}

/// `f:spec` is a field, `k:{"name":"web"}` an item by key, `v:…` an item by value; an index says nothing.
fn step(path: &str, key: &str) -> Option<String> {
    let (sort, rest) = key.split_once(':')?;
    match sort {
        "f" if path.is_empty() => Some(rest.to_owned()),
        "f" => Some(format!("{path}.{rest}")),
        "k" => {
            let keys: Value = serde_json::from_str(rest).ok()?;
            let one = |(key, value): (&String, &Value)| {
                format!("{key}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            };
            Some(format!("{path}[{}]", keys.as_object()?.iter().map(one).collect::<Vec<_>>().join(",")))
        }
        "v" => Some(format!("{path}[{}]", rest.trim_matches('"'))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_set_is_told_as_paths() {
        let write = json!({"fieldsV1": {"f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {
            "k:{\"name\":\"web\"}": {".": {}, "f:image": {}}}}}}, "f:status": {"f:phase": {}},
            "f:metadata": {"f:finalizers": {".": {}, "v:\"x/y\"": {}}}, "i:3": {}}});
        let found = fields(&write);
        assert_eq!(
            found.paths,
            ["metadata.finalizers[x/y]", "spec.replicas", "spec.template.spec.containers[name=web].image"]
        );
        assert_eq!(found.count, 3);
    }

    #[test]
    fn a_field_set_without_end_is_cut() {
        let mut deep = json!({});
        for _ in 0..100 {
            deep = json!({"f:a": deep});
        }
        assert_eq!(fields(&json!({"fieldsV1": deep})).count, 0);
        let wide: serde_json::Map<_, _> = (0..20_000).map(|i| (format!("f:{i}"), json!({}))).collect();
        assert_eq!(fields(&json!({"fieldsV1": wide})).count, NODES_MAX as u64);
    }
}
