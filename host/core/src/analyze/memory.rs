//! What containers use, for those that were killed for memory: by the metrics API, where the cluster has one.
//!
//! Asked only when something was killed for memory, in at most [`PLACES_MAX`] namespaces. The killed container itself has
//! no reading; the pods beside it that still run show what it takes.

use serde_json::Value;

use super::inventory::Inventory;
use super::scope;
use super::trouble::{Cause, Group};
use crate::facts::{Fact, FactQuery};
use crate::names::KindWord;
use crate::object::{ApiType, items, name, namespace, text};
use crate::quantity::milli;
use crate::read::scope::list;

/// Most namespaces whose use is read.
const PLACES_MAX: usize = 3;
/// What the metrics API calls the use of pods.
const METRICS: &str = "pods.metrics.k8s.io";

/// Whether a container of this group was killed because memory ran out.
pub(super) fn ran_out(group: &Group<'_>) -> bool {
    let end = |pointer: &str| group.status().is_some_and(|status| text(status, pointer) == "OOMKilled");
    group.cause == Cause::CrashLoop && (end("/state/terminated/reason") || end("/lastState/terminated/reason"))
}

/// The readings wanted.
pub(super) fn needs(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<FactQuery> {
    let mut places: Vec<_> =
        groups.iter().filter(|group| ran_out(group)).filter_map(|group| group.root.object.namespace.clone()).collect();
    places.sort();
    places.dedup();
    places.truncate(PLACES_MAX);
    match (places.is_empty(), kind(), metrics(inventory)) {
        (false, _, Some(api)) => places.iter().map(|place| list(&api, Some(place))).collect(),
        (false, Some(kind), None) => vec![kind],
        _ => Vec::new(),
    }
}

fn kind() -> Option<FactQuery> {
    Some(FactQuery::Kind { word: KindWord::parse(METRICS).ok()? })
}

/// The type of the readings, where the cluster serves it.
fn metrics(inventory: &Inventory<'_>) -> Option<ApiType> {
    match inventory.known.get(&kind()?) {
        Some(Fact::Types { types }) => types.iter().find(|api| api.is("metrics.k8s.io", "PodMetrics")).cloned(),
        _ => None,
    }
}

/// The most that a pod of this workload uses in that container right now: where it was read, and what stood there.
pub(super) fn usage(group: &Group<'_>, inventory: &Inventory<'_>) -> Option<(String, String)> {
    let container = group.container.as_deref()?;
    let prefix = format!("{}-", group.root.object.name);
    let all = scope::listed(&metrics(inventory)?, group.root.object.namespace.as_ref(), inventory.known).into_iter();
    let own = all.filter(|reading| name(reading).starts_with(&prefix) || name(reading) == name(group.pod()));
    let used = own.filter_map(|reading| {
        let of = items(reading, "/containers").iter().find(|of| text(of, "/name") == container)?;
        let amount = text(of, "/usage/memory");
        Some((milli(amount)?, reading, amount))
    });
    let (amount, reading, _) = used.max_by_key(|(amount, ..)| *amount)?;
    let source = format!("PodMetrics {}/{}", namespace(reading), name(reading));
    Some((source, format!("container {container} uses {}", mebibytes(amount))))
}

/// The limit of a container, if it has one.
pub(super) fn limit<'a>(pod: &'a Value, container: &str) -> Option<&'a str> {
    let spec = super::probes::container(pod, container)?;
    Some(text(spec, "/resources/limits/memory")).filter(|limit| !limit.is_empty())
}

fn mebibytes(milli: i128) -> String {
    format!("{}Mi", milli / 1_000 / (1 << 20))
}
