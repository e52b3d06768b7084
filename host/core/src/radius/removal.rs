//! Deletions: what goes with an object.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::look::Look;
use super::{
    Reach, Weight, Why, access, address, budgets, consumers, count, definitions, is_custom, kinds, nodes, opening,
    services, traffic, volumes, workload,
};
use crate::mutation::Propagation;
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, items, text, uid};

/// Kinds that are many and mean nothing by themselves, so a namespace's content is counted without them.
const NOISE: &[&str] = &["Event", "EndpointSlice", "Endpoints", "Lease", "ControllerRevision", "PodMetrics"];

pub(super) fn delete(
    target: &ObjectRef,
    live: &Value,
    propagation: Propagation,
    look: &mut Look<'_>,
    reach: &mut Reach,
) {
    reach.removes_objects = 1;
    replaced_by(target, live, reach);
    match (target.api.group.as_str(), target.api.kind.as_str()) {
        ("", "Namespace") => namespace(target, look, reach),
        ("", "Node") => nodes::removed(target, look, reach),
        ("", "Pod") => pod(target, live, look, reach),
        ("", "Service") => services::removed(target, live, look, reach),
        ("", "ConfigMap" | "Secret" | "ServiceAccount") => consumers::of(target, look, reach),
        ("", "PersistentVolumeClaim") => {
            volumes::claim_removed(target, live, look, reach);
            consumers::of(target, look, reach);
        }
        ("", "PersistentVolume") => volumes::volume_removed(live, reach),
        ("storage.k8s.io", "StorageClass") => volumes::class_removed(target, reach),
        ("networking.k8s.io", "NetworkPolicy") => traffic::of(target, Some(live), None, look, reach),
        (kinds::ROLES, _) => access::of(target, Some(live), None, look, reach),
        (kinds::ADMISSION | kinds::API_SERVICES, _) => opening::of(target, Some(live), None, look, reach),
        ("policy", "PodDisruptionBudget") => budgets::removed(live, reach),
        ("autoscaling", _) => {
            let workload =
                format!("{} {}", text(live, "/spec/scaleTargetRef/kind"), text(live, "/spec/scaleTargetRef/name"));
            reach.say(Weight::Loss, format!("{workload} would no longer be scaled by itself"));
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definitions::removed(live, look, reach),
        _ if propagation == Propagation::Orphan => {
            reach.say(Weight::Note, format!("what {target} owns stays, without an owner"));
        }
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("batch", "Job" | "CronJob")
        | ("", "ReplicationController") => workload::removed(target, live, look, reach),
        (group, _) if is_custom(group) => custom(target, live, look, reach),
        _ => {}
    }
}

/// A pod that is asked to go: a deletion that waits for its budgets instead of breaking them.
pub(super) fn evict(target: &ObjectRef, live: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    delete(target, live, Propagation::Background, look, reach);
    for budget in reach.budgets.iter_mut().filter(|budget| budget.broken) {
        budget.broken = false;
        let sentence = format!("the eviction of {target} waits until {} allows it", budget.name);
        reach.sentences.retain(|(_, said)| !said.starts_with(&format!("PodDisruptionBudget {} ", budget.name)));
        reach.sentences.push((Weight::Change, sentence));
    }
}

/// The controller that owns a deleted object notices, and makes another in its place.
fn replaced_by(target: &ObjectRef, live: &Value, reach: &mut Reach) {
    let known = [
        ApiType::replica_sets(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::deployments(),
        ApiType::jobs(),
        ApiType::cron_jobs(),
    ];
    for owner in items(live, "/metadata/ownerReferences") {
        let controls = owner.get("controller").and_then(Value::as_bool) == Some(true);
        let api = known.iter().find(|api| controls && api.kind == text(owner, "/kind"));
        if let (Some(api), Ok(name)) = (api, ObjectName::parse(text(owner, "/name"))) {
            let object = ObjectRef { api: api.clone(), namespace: target.namespace.clone(), name };
            reach.touch(Some(object), Why::Replaces);
        }
    }
}

fn pod(target: &ObjectRef, live: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let owned = !items(live, "/metadata/ownerReferences").is_empty();
    if owned {
        reach.pods_restarted = 1;
        reach.say(Weight::Change, format!("the controller of {target} starts another pod in its place"));
    } else {
        reach.pods_removed = 1;
    }
    reach.name_pods(&[live], Why::Written);
    let labels = live.pointer("/metadata/labels").cloned().unwrap_or_default();
    leave(target.namespace.as_ref(), &[&labels], &[live], 1, look, reach);
}

/// Pods that all go.
pub(super) fn leave(
    at: Option<&Namespace>,
    labels: &[&Value],
    pods: &[&Value],
    takes: u64,
    look: &mut Look<'_>,
    reach: &mut Reach,
) {
    services::lose(&services::Leaving { namespace: at, labels, labels_after: None, pods, keep: 0 }, look, reach);
    budgets::over(&budgets::Leaving { namespace: at, labels, pods, keep: 0, takes, shrinks: false }, look, reach);
}

fn namespace(target: &ObjectRef, look: &mut Look<'_>, reach: &mut Reach) {
    let Ok(inside) = Namespace::parse(target.name.as_str()) else { return };
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    let (mut seen, mut claims) = (BTreeSet::new(), Vec::new());
    for api in look.namespaced_types().iter().filter(|api| !NOISE.contains(&api.kind.as_str())) {
        for object in look.list(api.clone(), Some(&inside), None) {
            // One object may be served under two groups; its UID is one.
            if !uid(object).is_empty() && !seen.insert(uid(object)) {
                continue;
            }
            *kinds.entry(api.kind.clone()).or_default() += 1;
            if api.is("", "PersistentVolumeClaim") {
                claims.push(object);
            }
            if api.is("", "Pod") {
                reach.name_pods(&[object], Why::Inside);
            } else {
                reach.touch(address(api.clone(), object), Why::Inside);
            }
        }
    }
    services::all_removed(Some(&inside), look, reach);
    let total: u64 = kinds.values().sum();
    reach.removes_objects = 1 + total;
    reach.pods_removed = kinds.get("Pod").copied().unwrap_or(0);
    let mut most: Vec<_> = kinds.into_iter().collect();
    most.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown = most.iter().take(5).map(|(kind, number)| format!("{number} {kind}")).collect::<Vec<_>>().join(", ");
    let sentence = match total {
        0 => format!("namespace {inside} holds nothing that was seen"),
        _ => format!("{} in namespace {inside} would go with it: {shown}", count(total, "object")),
    };
    reach.say(Weight::Outage, sentence);
    volumes::all_removed(&claims, look, reach);
}

/// What hangs on an object of a kind that is not Kubernetes' own, through any chain of owners down to pods.
fn custom(target: &ObjectRef, live: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let at = target.namespace.as_ref();
    if at.is_none() {
        reach.say(Weight::Note, format!("what the controller behind {target} removes with it is not known here"));
        return;
    }
    let kinds = [
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::cron_jobs(),
        ApiType::jobs(),
        ApiType::replica_sets(),
        ApiType::pods(),
    ];
    // From owners down to pods, so one pass finds every chain.
    let lists: Vec<_> = kinds.into_iter().map(|api| (look.list(api.clone(), at, None), api)).collect();
    let (mut owners, mut pods, mut total) = (BTreeSet::from([uid(live)]), Vec::new(), 1);
    for (objects, api) in lists {
        for object in objects.iter().filter(|object| workload::is_owned(object, &owners)).collect::<Vec<_>>() {
            owners.insert(uid(object));
            total += 1;
            if api.kind == "Pod" {
                pods.push(object);
            } else {
                reach.touch(address(api.clone(), object), Why::Owned);
            }
        }
    }
    reach.name_pods(&pods, Why::Owned);
    reach.pods_removed = pods.len() as u64;
    reach.removes_objects = total;
    reach.say(
        Weight::Loss,
        format!(
            "{} owned by {target} would go, {} among them",
            count(total - 1, "object"),
            count(reach.pods_removed, "pod")
        ),
    );
    let mut labels: Vec<&Value> = pods.iter().filter_map(|pod| pod.pointer("/metadata/labels")).collect();
    labels.sort_by_key(|labels| labels.to_string());
    labels.dedup();
    leave(at, &labels, &pods, reach.pods_removed, look, reach);
}
