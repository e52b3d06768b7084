//! Deletions: what goes with an object.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, budgets, consumers, count, is_custom, services, workload};
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
        ("", "Node") => node(target, look, reach),
        ("", "Pod") => pod(target, live, look, reach),
        ("", "Service") => services::removed(target, live, look, reach),
        ("", "ConfigMap" | "Secret" | "ServiceAccount") => consumers::of(target, look, reach),
        ("", "PersistentVolumeClaim") => {
            reach.claims_lost = 1;
            consumers::of(target, look, reach);
            reach.say(Weight::Outage, format!("the data behind {target} may be gone with it"));
        }
        ("", "PersistentVolume") => volume(live, reach),
        ("policy", "PodDisruptionBudget") => budgets::removed(live, reach),
        ("autoscaling", _) => {
            let workload =
                format!("{} {}", text(live, "/spec/scaleTargetRef/kind"), text(live, "/spec/scaleTargetRef/name"));
            reach.say(Weight::Loss, format!("{workload} would no longer be scaled by itself"));
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(live, look, reach),
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
fn leave(
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
    let mut seen = BTreeSet::new();
    for api in look.namespaced_types().iter().filter(|api| !NOISE.contains(&api.kind.as_str())) {
        for object in look.list(api.clone(), Some(&inside), None) {
            // One object may be served under two groups; its UID is one.
            if !uid(object).is_empty() && !seen.insert(uid(object)) {
                continue;
            }
            *kinds.entry(api.kind.clone()).or_default() += 1;
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
    reach.claims_lost = kinds.get("PersistentVolumeClaim").copied().unwrap_or(0);
    let mut most: Vec<_> = kinds.into_iter().collect();
    most.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown = most.iter().take(5).map(|(kind, number)| format!("{number} {kind}")).collect::<Vec<_>>().join(", ");
    let sentence = match total {
        0 => format!("namespace {inside} holds nothing that was seen"),
        _ => format!("{} in namespace {inside} would go with it: {shown}", count(total, "object")),
    };
    reach.say(Weight::Outage, sentence);
    if reach.claims_lost > 0 {
        reach.say(Weight::Outage, format!("{} with data would go", count(reach.claims_lost, "claim")));
    }
}

fn node(target: &ObjectRef, look: &mut Look<'_>, reach: &mut Reach) {
    let all = look.list(ApiType::pods(), None, None);
    let on_it: Vec<&Value> = all.iter().filter(|pod| text(pod, "/spec/nodeName") == target.name.as_str()).collect();
    reach.name_pods(&on_it, Why::Owned);
    reach.pods_removed = on_it.len() as u64;
    reach.removes_objects = 1 + on_it.len() as u64;
    let spaces: BTreeSet<&str> = on_it.iter().map(|pod| crate::object::namespace(pod)).collect();
    let (pods, spaces) = (count(reach.pods_removed, "pod"), count(spaces.len() as u64, "namespace"));
    reach.say(Weight::Loss, format!("{pods} in {spaces} run on {target} and would be lost or moved"));
}

fn volume(live: &Value, reach: &mut Reach) {
    let (claim, space) = (text(live, "/spec/claimRef/name"), text(live, "/spec/claimRef/namespace"));
    if !claim.is_empty() {
        reach.claims_lost = 1;
        reach.say(Weight::Outage, format!("claim {space}/{claim} would lose its volume and its data"));
    }
}

/// Every object of a kind goes with its definition.
fn definition(live: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let stored = |version: &&Value| version.get("storage").and_then(Value::as_bool) == Some(true);
    let version = items(live, "/spec/versions").iter().find(stored).map_or("", |version| text(version, "/name"));
    let owned = |pointer: &str| text(live, pointer).to_owned();
    let namespaced = text(live, "/spec/scope") == "Namespaced";
    let (group, kind, plural) = (owned("/spec/group"), owned("/spec/names/kind"), owned("/spec/names/plural"));
    let api = ApiType { group, version: version.to_owned(), kind, plural, namespaced };
    let objects = look.list(api.clone(), None, None);
    for object in objects {
        reach.touch(address(api.clone(), object), Why::Owned);
    }
    let number = objects.len() as u64;
    reach.removes_objects = 1 + number;
    reach.say(Weight::Outage, format!("{} of kind {} would go with the definition", count(number, "object"), api.kind));
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
