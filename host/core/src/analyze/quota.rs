//! Quotas that are full, and the workloads that get no more pods because of them.
//!
//! The proof is the ReplicaSet's own word (`ReplicaFailure`, `exceeded quota: NAME`). A quota that is merely used up is
//! noted; one whose hard limit is 0 forbids something on purpose and says nothing.

use std::collections::BTreeMap;

use serde_json::Value;

use super::draft::{Depth, Draft, severity};
use super::inventory::{Inventory, Root, serving, template_labels};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, integer, name, namespace, text};
use crate::policy::Severity;
use crate::quantity::milli;
use crate::read::pod_status::condition;
use crate::read::reference;

/// A ReplicaSet that may not create its pods.
pub(super) struct Refused<'a> {
    /// What it belongs to.
    pub(super) root: Root<'a>,
    /// The ReplicaSet.
    pub(super) set: &'a Value,
    /// The API server's words.
    pub(super) message: &'a str,
}

/// The ReplicaSets whose pods the API server refuses.
pub(super) fn refused<'a>(inventory: &Inventory<'a>) -> Vec<Refused<'a>> {
    let short = |set: &&Value| integer(set, "/status/replicas") < integer(set, "/spec/replicas");
    let failing = inventory.replica_sets.iter().copied().filter(short).filter_map(|set| {
        let failure = condition(set, "ReplicaFailure").filter(|failure| text(failure, "/status") == "True")?;
        Some(Refused { root: inventory.root(set)?, set, message: text(failure, "/message") })
    });
    failing.collect()
}

/// The quota that a refusal names.
pub(super) fn quota_named(message: &str) -> Option<&str> {
    message.split_once("exceeded quota: ")?.1.split([',', ' ']).next().filter(|name| !name.is_empty())
}

/// The webhook that a refusal names as out of reach: `failed calling webhook "x": …`.
pub(super) fn webhook_named(message: &str) -> Option<&str> {
    message.split_once("failed calling webhook \"")?.1.split('"').next().filter(|name| !name.is_empty())
}

/// The findings about quotas.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let mut by_quota: BTreeMap<(String, String), Vec<Refused<'_>>> = BTreeMap::new();
    for refused in refused(inventory) {
        if let Some(quota) = quota_named(refused.message) {
            by_quota.entry((namespace(refused.set).to_owned(), quota.to_owned())).or_default().push(refused);
        }
    }
    let noted = inventory
        .items(&ApiType::quotas())
        .iter()
        .filter(|quota| !by_quota.contains_key(&(namespace(quota).to_owned(), name(quota).to_owned())));
    let mut drafts: Vec<_> = noted.filter_map(|quota| used_up(quota, inventory)).collect();
    drafts.extend(by_quota.iter().filter_map(|((place, quota), refused)| blocks(place, quota, refused, inventory)));
    drafts
}

/// The resources of a quota of which nothing is left: `pods 2 of 2`.
fn full(quota: &Value) -> Vec<String> {
    let hard = at(quota, "/status/hard").and_then(Value::as_object);
    let pair = |(resource, hard): (&String, &Value)| {
        let (hard, used) = (hard.as_str()?, at(quota, "/status/used")?.get(resource)?.as_str()?);
        let full = milli(hard)? > 0 && milli(used)? >= milli(hard)?;
        full.then(|| format!("{resource} {used} of {hard}"))
    };
    hard.into_iter().flatten().filter_map(pair).collect()
}

fn used_up(quota: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    let full = full(quota);
    if full.is_empty() {
        return None;
    }
    let object = reference(&ApiType::quotas(), quota)?;
    let stuck = stuck_without_word(quota, inventory);
    let severity = if stuck.is_empty() { Severity::Low } else { Severity::Medium };
    let sentence = match stuck.first() {
        None => format!("{object} is used up ({}); whatever comes next is refused", full.join(", ")),
        Some(first) => format!("{object} is used up ({}), and {first} is short of pods", full.join(", ")),
    };
    let source = format!("{object} status");
    Some(draft("quota/used-up", object, stuck, severity).shown_by(source, full.join(", ")).says(sentence, ADVICE))
}

const ADVICE: &str = "raise the quota, or give something back: scale down what is not needed, or lower requests";

/// StatefulSets and DaemonSets keep no word of a refusal: short of pods beside a full quota is the next best sign.
fn stuck_without_word(quota: &Value, inventory: &Inventory<'_>) -> Vec<ObjectRef> {
    let short = inventory.workloads_in(namespace(quota)).filter(|(api, workload)| match api.kind.as_str() {
        "StatefulSet" => integer(workload, "/status/replicas") < integer(workload, "/spec/replicas"),
        "DaemonSet" => {
            integer(workload, "/status/currentNumberScheduled") < integer(workload, "/status/desiredNumberScheduled")
        }
        _ => false,
    });
    short.filter_map(|(api, workload)| reference(api, workload)).collect()
}

fn draft(rule: &'static str, object: ObjectRef, explains: Vec<ObjectRef>, severity: Severity) -> Draft {
    let mut draft = Draft::about(rule, Depth::Root, object, severity);
    draft.involved.extend(explains.iter().cloned());
    draft.folded = explains.len().saturating_sub(1) as u64;
    Draft { explains, ..draft }
}

fn blocks(place: &str, quota: &str, refused: &[Refused<'_>], inventory: &Inventory<'_>) -> Option<Draft> {
    let object = ObjectRef {
        api: ApiType::quotas(),
        namespace: Some(Namespace::parse(place).ok()?),
        name: ObjectName::parse(quota).ok()?,
    };
    let content =
        inventory.items(&ApiType::quotas()).iter().find(|known| namespace(known) == place && name(known) == quota);
    let used = content.map(|content| full(content)).unwrap_or_default();
    let (mut explains, mut worst, mut lost, mut short) = (Vec::new(), Severity::Medium, 0, Vec::new());
    for one in refused {
        if explains.contains(&one.root.object) {
            continue;
        }
        explains.push(one.root.object.clone());
        let Some(workload) = one.root.content else { continue };
        let serving = serving(&one.root.object.api, workload);
        worst = worst.max(severity(serving, place, template_labels(workload), inventory));
        lost += (serving.wanted - serving.ready).max(0);
        short.push(format!("{} has {} of {} pods", one.root.object, serving.ready, serving.wanted));
    }
    let used_text = if used.is_empty() { String::new() } else { format!(" ({})", used.join(", ")) };
    let sentence = format!("{object} is full{used_text}, so {}", short.join("; "));
    let first = refused.first()?;
    let mut draft = draft("quota/full", object.clone(), explains, worst).shown_by(
        format!("ReplicaSet {}/{} condition ReplicaFailure", namespace(first.set), name(first.set)),
        first.message,
    );
    draft.lost = lost;
    if !used.is_empty() {
        draft = draft.shown_by(format!("{object} status"), used.join(", "));
    }
    Some(draft.says(sentence, ADVICE))
}
