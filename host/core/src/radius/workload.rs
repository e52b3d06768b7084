//! Workloads: the pods they own, and what a roll, a change of size or a new one means for them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, budgets, count, services};
use crate::names::Namespace;
use crate::object::{ApiType, ObjectRef, integer, items, text, uid};
use crate::policy::facts::Replicas;

/// Which parts of a workload change.
#[derive(Clone, Copy)]
pub(super) struct Effect {
    pub(super) template: bool,
    pub(super) scale: bool,
}

/// A workload's pods and what stands between it and them.
pub(super) struct Owned<'a> {
    pub(super) sets: Vec<&'a Value>,
    pub(super) pods: Vec<&'a Value>,
}

/// The objects owned by `live`, directly or through a ReplicaSet or Job. `with_pods: false` spares the list of pods.
pub(super) fn owned<'a>(target: &ObjectRef, live: &Value, with_pods: bool, look: &mut Look<'a>) -> Owned<'a> {
    let namespace = target.namespace.as_ref();
    let by = live.pointer("/spec/selector");
    let mut owners = BTreeSet::from([uid(live)]);
    let (sets, pods) = match target.api.kind.as_str() {
        "Deployment" => {
            let sets = look.selected(ApiType::replica_sets(), namespace, by);
            (sets, if with_pods { look.selected(ApiType::pods(), namespace, by) } else { &[] })
        }
        "CronJob" => {
            let sets = look.list(ApiType::jobs(), namespace, None);
            (sets, look.list(ApiType::pods(), namespace, Some("batch.kubernetes.io/job-name".to_owned())))
        }
        _ if with_pods => (&[][..], look.selected(ApiType::pods(), namespace, by)),
        _ => (&[][..], &[][..]),
    };
    let sets: Vec<&Value> = sets.iter().filter(|set| is_owned(set, &owners)).collect();
    owners.extend(sets.iter().map(|set| uid(set)));
    Owned { sets, pods: pods.iter().filter(|pod| is_owned(pod, &owners)).collect() }
}

pub(super) fn is_owned(object: &Value, owners: &BTreeSet<&str>) -> bool {
    items(object, "/metadata/ownerReferences").iter().any(|owner| owners.contains(text(owner, "/uid")))
}

/// What stands between a workload and its pods is touched; of the ReplicaSets only those in use.
pub(super) fn touch(owned: &Owned<'_>, whole: bool, reach: &mut Reach) {
    for set in &owned.sets {
        let api = if text(set, "/kind") == "Job" { ApiType::jobs() } else { ApiType::replica_sets() };
        let in_use = integer(set, "/spec/replicas").is_none_or(|replicas| replicas > 0);
        if whole || in_use {
            reach.touch(address(api, set), Why::Owned);
        }
    }
}

fn is_over(pod: &Value) -> bool {
    matches!(text(pod, "/status/phase"), "Succeeded" | "Failed")
}

pub(super) fn change(
    target: &ObjectRef,
    live: &Value,
    after: &Value,
    effect: Effect,
    look: &mut Look<'_>,
    reach: &mut Reach,
) {
    let size = |object: &Value| integer(object, "/spec/replicas").unwrap_or(1).max(0);
    let (before, wanted) = (size(live), size(after));
    let rolls = effect.template && does_roll(target, after, reach);
    if effect.scale && before != wanted {
        reach.replicas = Some(Replicas { before, after: wanted });
        budgets::autoscaler(target, look, reach);
    }
    let shrinks = reach.replicas.is_some() && wanted < before;
    if reach.replicas.is_none() && !rolls {
        return;
    }
    let mut owned = owned(target, live, rolls || shrinks, look);
    owned.pods.retain(|pod| !is_over(pod));
    tell_counts(target, before, wanted, rolls.then_some(owned.pods.len() as u64), reach);
    // Which pods a smaller size takes is not known; the ReplicaSet is.
    touch(&owned, false, reach);
    reach.name_pods(if rolls { &owned.pods } else { &[] }, Why::Owned);
    if wanted > before && reach.replicas.is_some() && !rolls {
        services::gain(target.namespace.as_ref(), after.pointer("/spec/template/metadata/labels"), look, reach);
    }
    if rolls || shrinks {
        let keep = if rolls { kept_by_roll(target, live, before.min(wanted), owned.pods.len()) } else { wanted };
        let takes = if shrinks { u64::try_from(before - wanted).unwrap_or(0) } else { 0 };
        loss(target.namespace.as_ref(), live, Some(after), &owned.pods, Loss { keep, takes, shrinks }, look, reach);
    }
}

struct Loss {
    keep: i64,
    takes: u64,
    shrinks: bool,
}

fn loss(
    at: Option<&Namespace>,
    live: &Value,
    after: Option<&Value>,
    pods: &[&Value],
    loss: Loss,
    look: &mut Look<'_>,
    reach: &mut Reach,
) {
    let template = |object: &'_ Value| object.pointer("/spec/template/metadata/labels").cloned().unwrap_or_default();
    let (labels, labels_after) = (template(live), after.map(template));
    let keep = u64::try_from(loss.keep).unwrap_or(0);
    let leaving =
        services::Leaving { namespace: at, labels: &[&labels], labels_after: labels_after.as_ref(), pods, keep };
    services::lose(&leaving, look, reach);
    let (takes, shrinks) = (loss.takes, loss.shrinks);
    budgets::over(&budgets::Leaving { namespace: at, labels: &[&labels], pods, keep, takes, shrinks }, look, reach);
}

/// A workload that goes, with its pods.
pub(super) fn removed(target: &ObjectRef, live: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let mut owned = owned(target, live, true, look);
    let ended = owned.pods.len();
    owned.pods.retain(|pod| !is_over(pod));
    let ended = (ended - owned.pods.len()) as u64;
    if target.api.group == "apps" {
        budgets::autoscaler(target, look, reach);
    }
    touch(&owned, true, reach);
    reach.name_pods(&owned.pods, Why::Owned);
    reach.pods_removed = owned.pods.len() as u64;
    reach.removes_objects = 1 + ended + (owned.sets.len() + owned.pods.len()) as u64;
    if reach.pods_removed > 0 {
        reach.say(Weight::Loss, format!("{} of {target} would go", count(reach.pods_removed, "pod")));
    }
    if text(live, "/spec/persistentVolumeClaimRetentionPolicy/whenDeleted") == "Delete" {
        let templates = items(live, "/spec/volumeClaimTemplates").len() as u64;
        reach.claims_lost = templates * reach.pods_removed;
        reach.say(Weight::Outage, format!("{} with their data would go", count(reach.claims_lost, "claim")));
    }
    let takes = reach.pods_removed;
    let gone = Loss { keep: 0, takes, shrinks: false };
    loss(target.namespace.as_ref(), live, None, &owned.pods, gone, look, reach);
}

/// A new workload or pod.
pub(super) fn create(target: &ObjectRef, body: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let number = |pointer: &str| u64::try_from(integer(body, pointer).unwrap_or(1)).unwrap_or(0);
    reach.pods_added = match (target.api.group.as_str(), target.api.kind.as_str()) {
        ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") => number("/spec/replicas"),
        ("batch", "Job") => number("/spec/parallelism"),
        ("", "Pod") => 1,
        ("apps", "DaemonSet") => {
            reach.say(Weight::Change, format!("{target} starts a pod on every node it fits"));
            0
        }
        _ => 0,
    };
    if reach.pods_added > 0 {
        let at = if target.api.kind == "Pod" { "/metadata/labels" } else { "/spec/template/metadata/labels" };
        services::gain(target.namespace.as_ref(), body.pointer(at), look, reach);
    }
    if reach.pods_added > 0 && target.api.kind != "Pod" {
        reach.say(Weight::Note, format!("{} would start", count(reach.pods_added, "pod")));
    }
}

fn tell_counts(target: &ObjectRef, before: i64, wanted: i64, rolled: Option<u64>, reach: &mut Reach) {
    reach.pods_added = u64::try_from(wanted - before).unwrap_or(0);
    reach.pods_removed = u64::try_from(before - wanted).unwrap_or(0);
    if reach.pods_added > 0 {
        reach.say(Weight::Note, format!("{} would be added to {target}", count(reach.pods_added, "pod")));
    }
    if reach.pods_removed > 0 {
        let of = u64::try_from(before).unwrap_or(0);
        reach.say(Weight::Loss, format!("{} of {of} of {target} would go", count(reach.pods_removed, "pod")));
    }
    if let Some(pods) = rolled {
        reach.pods_restarted = pods.saturating_sub(reach.pods_removed);
        if pods > 0 {
            reach.say(Weight::Change, format!("{} of {target} would be replaced", count(pods, "pod")));
        }
    }
}

/// Whether a changed template replaces pods by itself.
fn does_roll(target: &ObjectRef, after: &Value, reach: &mut Reach) -> bool {
    let kind = target.api.kind.as_str();
    if !matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet") {
        return false;
    }
    if after.pointer("/spec/paused").and_then(Value::as_bool) == Some(true) {
        reach.say(Weight::Note, format!("{target} is paused: its pods change when it is resumed"));
        return false;
    }
    if text(after, "/spec/updateStrategy/type") == "OnDelete" {
        reach.say(Weight::Note, format!("{target} replaces a pod only when that is deleted"));
        return false;
    }
    true
}

/// How many pods a roll leaves running at its lowest point.
fn kept_by_roll(target: &ObjectRef, live: &Value, size: i64, pods: usize) -> i64 {
    match target.api.kind.as_str() {
        "Deployment" if text(live, "/spec/strategy/type") == "Recreate" => 0,
        "Deployment" => {
            let part = |name: &str, round_up| {
                let value = live.pointer("/spec/strategy/rollingUpdate").and_then(|update| update.get(name));
                budgets::portion(value, size, round_up).unwrap_or((size + if round_up { 3 } else { 0 }) / 4)
            };
            let (down, surge) = (part("maxUnavailable", false), part("maxSurge", true));
            size - if down == 0 && surge == 0 { 1 } else { down }
        }
        kind => {
            // A DaemonSet has no size of its own: its pods are counted.
            let size = if kind == "DaemonSet" { i64::try_from(pods).unwrap_or(i64::MAX) } else { size };
            let down = live.pointer("/spec/updateStrategy/rollingUpdate/maxUnavailable");
            size - budgets::portion(down, size, true).unwrap_or(1).max(i64::from(kind == "StatefulSet"))
        }
    }
}
