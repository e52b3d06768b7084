//! What an object will look like after a mutation, near enough to see which parts change.
//!
//! For radius, and for showing what can't be tried: the truth is the server's dry-run. Lists are merged by key for
//! strategic patches and applies.

use serde_json::{Map, Value};

use crate::field::{key_text, merge_key};
use crate::mutation::{Action, SET_ORDER};
use crate::undo::apply_json_patch;

/// The object after the action; `None` when it is gone then.
pub fn predicted(action: &Action, live: Option<&Value>) -> Option<Value> {
    let mut object = live.cloned().unwrap_or_else(|| Value::Object(Map::new()));
    match action {
        Action::Delete { .. } | Action::Evict => return None,
        Action::Create { body } => return Some(body.clone()),
        Action::Apply { body } | Action::StrategicPatch { body } => overlay("", &mut object, body, true),
        Action::MergePatch { body } => overlay("", &mut object, body, false),
        Action::JsonPatch { body } => {
            // A patch that no longer fits changes nothing; the dry-run will say so.
            let mut patched = object.clone();
            if apply_json_patch(body, &mut patched).is_ok() {
                object = patched;
            }
        }
    }
    Some(object)
}

fn overlay(field: &str, object: &mut Value, patch: &Value, by_key: bool) {
    match (object, patch) {
        (Value::Object(map), Value::Object(patch)) => {
            for (key, value) in patch.iter().filter(|(key, _)| !key.starts_with(SET_ORDER)) {
                if value.is_null() {
                    map.remove(key);
                } else {
                    overlay(key, map.entry(key).or_insert(Value::Null), value, by_key);
                }
            }
        }
        (Value::Array(list), Value::Array(patch)) if by_key => {
            match merge_key(field, patch).filter(|_| merge_key(field, list).is_some()) {
                Some(key) => {
                    for item in patch {
                        let same = |other: &&mut Value| key_text(&other[key]) == key_text(&item[key]);
                        if item.get("$patch").is_some_and(|directive| directive == "delete") {
                            list.retain(|other| key_text(&other[key]) != key_text(&item[key]));
                            continue;
                        }
                        match list.iter_mut().find(same) {
                            Some(found) => overlay("", found, item, by_key),
                            None => list.push(item.clone()),
                        }
                    }
                }
                None => patch.clone_into(list),
            }
        }
        (slot @ Value::Null, Value::Object(_)) => {
            *slot = Value::Object(Map::new());
            overlay(field, slot, patch, by_key);
        }
        (slot, value) => *slot = value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_strategic_patch_merges_containers_by_name_and_a_merge_patch_replaces_lists() {
        let live = json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}], "gone": 1});
        let body = json!({"containers": [{"name": "b", "image": "2"}], "gone": null});
        let strategic = predicted(&Action::StrategicPatch { body: body.clone() }, Some(&live)).unwrap();
        assert_eq!(strategic, json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}]}));
        let merge = predicted(&Action::MergePatch { body: body.clone() }, Some(&live)).unwrap();
        assert_eq!(merge, json!({"containers": [{"name": "b", "image": "2"}]}));
        assert_eq!(
            predicted(&Action::Delete { propagation: crate::mutation::Propagation::Background }, Some(&live)),
            None
        );
    }
}
