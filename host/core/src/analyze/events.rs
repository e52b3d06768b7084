//! Events that say more about what is in trouble: read of at most [`PLACES_MAX`] namespaces, pods in trouble first.
//!
//! Events are gone after an hour, so their absence proves nothing.

use std::collections::HashMap;

use serde_json::Value;

use super::inventory::Inventory;
use super::trouble::{Cause, Group};
use super::workloads;
use crate::facts::{FactQuery, Snapshot};
use crate::names::Namespace;
use crate::object::{ApiType, integer, namespace, text, uid};
use crate::read::scope::list;

/// Most namespaces whose events are read.
const PLACES_MAX: usize = 5;

/// The lists of events that are wanted.
pub(super) fn needs(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<FactQuery> {
    let pods = groups.iter().filter(|group| speaks(group)).map(|group| namespace(group.pod()));
    let claims = inventory.waiting_claims().keys().copied();
    let workloads = workloads::silent(inventory).map(|(_, workload)| namespace(workload));
    let mut places: Vec<&str> = Vec::new();
    for place in pods.chain(claims).chain(workloads) {
        if places.len() < PLACES_MAX && !places.contains(&place) {
            places.push(place);
        }
    }
    let places = places.into_iter().filter_map(|place| Namespace::parse(place).ok());
    places.map(|place| list(&ApiType::events(), Some(&place))).collect()
}

/// Whether the kubelet says more in its events than in the status of these pods.
fn speaks(group: &Group<'_>) -> bool {
    match group.cause {
        Cause::Creating | Cause::NotReady => true,
        Cause::CrashLoop => was_killed(group),
        _ => false,
    }
}

/// Whether the container was ended from outside, memory aside: by exit codes of SIGKILL and SIGTERM.
fn was_killed(group: &Group<'_>) -> bool {
    let end = |pointer: &str| group.status().and_then(|status| integer(status, pointer));
    let code = end("/state/terminated/exitCode").or_else(|| end("/lastState/terminated/exitCode"));
    matches!(code, Some(0 | 137 | 143))
}

/// Events by the UID of what they are about.
pub(super) type ByUid<'a> = HashMap<&'a str, Vec<&'a Value>>;

/// Every event that was read.
pub(super) fn by_uid(known: &Snapshot) -> ByUid<'_> {
    let mut by_uid: ByUid<'_> = HashMap::new();
    for event in known.all_of(&ApiType::events()) {
        by_uid.entry(text(event, "/involvedObject/uid")).or_default().push(event);
    }
    by_uid.remove("");
    by_uid
}

/// The newest event of these reasons about one of these objects.
pub(super) fn newest<'a>(objects: &[&Value], inventory: &Inventory<'a>, reasons: &[&str]) -> Option<&'a Value> {
    let about = objects.iter().filter_map(|object| inventory.events().get(uid(object))).flatten().copied();
    about.filter(|event| reasons.contains(&text(event, "/reason"))).max_by_key(|event| when(event))
}

fn when(event: &Value) -> &str {
    let times = ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"];
    times.iter().map(|time| text(event, time)).find(|time| !time.is_empty()).unwrap_or_default()
}

/// `Event FailedMount on Pod web-1`.
pub(super) fn source(event: &Value) -> String {
    let (kind, name) = (text(event, "/involvedObject/kind"), text(event, "/involvedObject/name"));
    format!("Event {} on {} {name}", text(event, "/reason"), if kind.is_empty() { "Pod" } else { kind })
}
