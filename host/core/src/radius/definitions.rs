//! Definitions of custom kinds: the objects that go with one, and those that lose a version they are read by.

use std::collections::BTreeSet;

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, count};
use crate::object::{ApiType, items, namespace, text};

/// Every object of a kind goes with its definition.
pub(super) fn removed(live: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let stored = |version: &&Value| version.get("storage").and_then(Value::as_bool) == Some(true);
    let version = items(live, "/spec/versions").iter().find(stored).map_or("", |version| text(version, "/name"));
    let (api, objects) = instances(live, version, look);
    spread(&api, objects, reach);
    for object in objects {
        reach.touch(address(api.clone(), object), Why::Owned);
    }
    let number = objects.len() as u64;
    reach.removes_objects = 1 + number;
    reach.say(Weight::Outage, format!("{} of kind {} would go with the definition", count(number, "object"), api.kind));
}

/// Versions that are served no longer: whoever reads the objects by one of them reads nothing.
pub(super) fn changed(live: &Value, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let served = |definition: &Value| -> Vec<String> {
        let on = |version: &&Value| version.get("served").and_then(Value::as_bool) == Some(true);
        items(definition, "/spec/versions").iter().filter(on).map(|v| text(v, "/name").to_owned()).collect()
    };
    let kept = served(after);
    if live.pointer("/spec/conversion") != after.pointer("/spec/conversion") {
        // Every object is read through the new webhook, or no longer through the old one.
        let (api, objects) = instances(live, kept.first().map_or("", String::as_str), look);
        spread(&api, objects, reach);
    }
    let gone: Vec<String> = served(live).into_iter().filter(|version| !kept.contains(version)).collect();
    let Some(first) = gone.first() else { return };
    let (api, objects) = instances(live, first, look);
    spread(&api, objects, reach);
    for object in objects {
        reach.touch(address(api.clone(), object), Why::Uses);
    }
    let (number, kind, versions) = (count(objects.len() as u64, "object"), api.kind, gone.join(", "));
    let group = &api.group;
    reach.say(Weight::Loss, format!("{number} of kind {kind} could no longer be read as {group}/{versions}"));
    reach.instances_unserved = objects.len() as u64;
}

/// The namespaces with objects of a kind. Those of a cluster-wide kind may mean something to any.
fn spread(api: &ApiType, objects: &[Value], reach: &mut Reach) {
    if !api.namespaced && !objects.is_empty() {
        reach.spread.reach_all(format!("objects of kind {} count in every namespace", api.kind));
    }
    let spaces: BTreeSet<&str> = objects.iter().map(namespace).filter(|space| !space.is_empty()).collect();
    spaces.into_iter().for_each(|space| reach.spread.reach_into(space));
}

fn instances<'a>(definition: &Value, version: &str, look: &mut Look<'a>) -> (ApiType, &'a [Value]) {
    let owned = |pointer: &str| text(definition, pointer).to_owned();
    let namespaced = text(definition, "/spec/scope") == "Namespaced";
    let (group, kind, plural) = (owned("/spec/group"), owned("/spec/names/kind"), owned("/spec/names/plural"));
    let api = ApiType { group, version: version.to_owned(), kind, plural, namespaced };
    let objects = look.everywhere(api.clone());
    (api, objects)
}
