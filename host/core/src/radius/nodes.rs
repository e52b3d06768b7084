//! Nodes: the pods on one that is cordoned, tainted or deleted.
//!
//! Pods are asked for by node, never sifted from all pods of the cluster. A cordon moves nothing; a taint of effect
//! `NoExecute` makes every pod go that does not tolerate it, past disruption budgets; a deletion takes them all. Services
//! and budgets are looked at in the [`SPACES_MAX`] namespaces with most of these pods, and what is beyond is said.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, count, removal, spread};
use crate::names::Namespace;
use crate::object::{ObjectRef, items, namespace, text};

/// Most namespaces whose Services and budgets are looked at for one node.
const SPACES_MAX: usize = 20;

/// A node that is cordoned or tainted.
pub(super) fn changed(target: &ObjectRef, live: &Value, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    spread::relabelled(live, after, look, reach);
    let closed = |node: &Value| node.pointer("/spec/unschedulable").and_then(Value::as_bool) == Some(true);
    let before = items(live, "/spec/taints");
    let taints: Vec<&Value> = items(after, "/spec/taints").iter().filter(|taint| !before.contains(taint)).collect();
    let driving: Vec<&Value> = taints.iter().filter(|taint| text(taint, "/effect") == "NoExecute").copied().collect();
    let cordoned = !closed(live) && closed(after);
    if !cordoned && taints.is_empty() {
        if closed(live) && !closed(after) {
            reach.say(Weight::Note, format!("{target} takes new pods again"));
        }
        return;
    }
    let on_it = look.pods_on(&target.name);
    // One that has ended is deleted like the others, with its log.
    for pod in on_it.iter().filter(|pod| driving.iter().any(|taint| !tolerates(pod, taint))) {
        reach.spread.reach_into(namespace(pod));
    }
    let pods: Vec<&Value> = on_it.iter().filter(|pod| !is_over(pod)).collect();
    let (go, stay): (Vec<&Value>, Vec<&Value>) =
        pods.into_iter().partition(|pod| driving.iter().any(|taint| !tolerates(pod, taint)));
    let closes = cordoned || taints.iter().any(|taint| text(taint, "/effect") == "NoSchedule");
    if closes {
        reach.say(
            Weight::Change,
            format!("{} on {target} stay; no new ones are placed there", count(stay.len() as u64, "pod")),
        );
    }
    if go.is_empty() {
        return;
    }
    let (owned, alone): (Vec<&Value>, Vec<&Value>) = go.iter().partition(|pod| has_controller(pod));
    (reach.pods_restarted, reach.pods_removed) = (owned.len() as u64, alone.len() as u64);
    reach.say(
        Weight::Loss,
        format!("{} must leave {target} at once, past disruption budgets", count(go.len() as u64, "pod")),
    );
    if !alone.is_empty() {
        let pods = count(alone.len() as u64, "pod");
        reach.say(Weight::Loss, format!("{pods} of them have no controller that starts them elsewhere"));
    }
    reach.name_pods(&go, Why::Owned);
    leave(&go, look, reach);
}

/// A node that is deleted.
pub(super) fn removed(target: &ObjectRef, look: &mut Look<'_>, reach: &mut Reach) {
    let on_it: Vec<&Value> = look.pods_on(&target.name).iter().collect();
    reach.name_pods(&on_it, Why::Owned);
    reach.pods_removed = on_it.len() as u64;
    reach.removes_objects = 1 + on_it.len() as u64;
    let spaces: BTreeSet<&str> = on_it.iter().map(|pod| namespace(pod)).collect();
    let (pods, spaces) = (count(reach.pods_removed, "pod"), count(spaces.len() as u64, "namespace"));
    reach.say(Weight::Loss, format!("{pods} in {spaces} run on {target} and would be lost or moved"));
    leave(&on_it, look, reach);
}

/// What Services and budgets lose when these pods go, namespace by namespace.
fn leave(pods: &[&Value], look: &mut Look<'_>, reach: &mut Reach) {
    let mut spaces: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for pod in pods {
        spaces.entry(namespace(pod)).or_default().push(pod);
    }
    let mut spaces: Vec<_> = spaces.into_iter().collect();
    spaces.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(b.0)));
    if spaces.len() > SPACES_MAX {
        look.complete = false;
        let beyond = count((spaces.len() - SPACES_MAX) as u64, "namespace");
        reach.say(Weight::Note, format!("Services and budgets of {beyond} more are not looked at (SPACES_MAX)"));
    }
    for (space, pods) in spaces.into_iter().take(SPACES_MAX) {
        let Ok(space) = Namespace::parse(space) else { continue };
        let mut labels: Vec<&Value> = pods.iter().filter_map(|pod| pod.pointer("/metadata/labels")).collect();
        labels.sort_by_key(|labels| labels.to_string());
        labels.dedup();
        removal::leave(Some(&space), &labels, &pods, pods.len() as u64, look, reach);
    }
}

fn is_over(pod: &Value) -> bool {
    matches!(text(pod, "/status/phase"), "Succeeded" | "Failed")
}

fn has_controller(pod: &&Value) -> bool {
    items(pod, "/metadata/ownerReferences")
        .iter()
        .any(|owner| owner.get("controller").and_then(Value::as_bool) == Some(true))
}

/// Whether a pod may stay for good under a taint; one that may stay for a while goes.
fn tolerates(pod: &Value, taint: &Value) -> bool {
    items(pod, "/spec/tolerations").iter().any(|toleration| {
        let said = |pointer: &str| text(toleration, pointer);
        let effect = ["", text(taint, "/effect")].contains(&said("/effect"));
        let key = said("/key").is_empty() || said("/key") == text(taint, "/key");
        let value = said("/operator") == "Exists" || said("/value") == text(taint, "/value");
        effect && key && value && toleration.get("tolerationSeconds").is_none()
    })
}
