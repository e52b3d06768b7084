//! Disruption budgets that never let a pod go, so that a drain waits for ever.
//!
//! Only where all pods are healthy: a budget that holds back while pods are down does its work. It is minor until a
//! cordoned node holds one of its pods.

use std::cell::OnceCell;

use serde_json::Value;

use super::draft::{Depth, Draft};
use super::inventory::{Inventory, is_gone};
use super::{fixes, nodes};
use crate::object::{ApiType, ObjectRef, at, integer, name, namespace, text};
use crate::policy::Severity;
use crate::read::{reference, selector};

/// The findings about budgets.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let closed = nodes::closed_names(inventory);
    let scaled = OnceCell::new();
    let found = inventory.items(&ApiType::budgets()).iter().filter_map(|budget| {
        let mut draft = blocks(budget, &closed, inventory)?;
        if fixes::wants_all(budget) {
            let scaled = scaled.get_or_init(|| fixes::scaled(inventory));
            draft.fix = fixes::one_more(budget, &roots(budget, inventory), scaled, inventory);
        }
        Some(draft)
    });
    found.collect()
}

fn blocks(budget: &Value, closed: &[&str], inventory: &Inventory<'_>) -> Option<Draft> {
    let number = |pointer| integer(budget, pointer).unwrap_or_default();
    let (expected, healthy) = (number("/status/expectedPods"), number("/status/currentHealthy"));
    let settled = integer(budget, "/status/observedGeneration") >= integer(budget, "/metadata/generation");
    let never = number("/status/disruptionsAllowed") == 0 && expected > 0 && healthy >= expected;
    if !settled || !never || number("/status/desiredHealthy") < expected {
        return None;
    }
    let object = reference(&ApiType::budgets(), budget)?;
    let rule = ["minAvailable", "maxUnavailable"].iter().find_map(|field| {
        let value = at(budget, &format!("/spec/{field}"))?;
        Some(format!("{field} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
    });
    let rule = rule.unwrap_or_else(|| "no room".to_owned());
    let waiting = if closed.is_empty() { None } else { on_closed(budget, closed, inventory) };
    let severity = if waiting.is_some() { Severity::Medium } else { Severity::Low };
    let stuck =
        waiting.map(|(pod, node)| format!("; node {node} is cordoned and still holds {pod}")).unwrap_or_default();
    let draft = Draft::about("budget/blocks-drain", Depth::Root, object.clone(), severity);
    let shown = format!("{rule}; {healthy} of {expected} pods healthy, 0 disruptions allowed");
    Some(draft.shown_by(format!("{object} status"), shown).says(
        format!("{object} never lets a pod go ({rule} of {expected}), so no node that holds one can be drained{stuck}"),
        "run one pod more than it needs, or allow one to be unavailable",
    ))
}

/// What the pods under a budget hang on.
fn roots(budget: &Value, inventory: &Inventory<'_>) -> Vec<ObjectRef> {
    let Some(by) = selector::of(budget) else { return Vec::new() };
    let pods = inventory.pods_selected(namespace(budget), by).filter(|pod| !is_gone(pod));
    let mut roots: Vec<_> = pods.filter_map(|pod| Some(inventory.root(pod)?.object)).collect();
    roots.sort();
    roots.dedup();
    roots
}

/// A pod of the budget on a cordoned node, and the node.
fn on_closed(budget: &Value, closed: &[&str], inventory: &Inventory<'_>) -> Option<(String, String)> {
    let by = selector::of(budget)?;
    let mut pods = inventory.pods_selected(namespace(budget), by).filter(|pod| !is_gone(pod));
    let pod = pods.find(|pod| closed.contains(&text(pod, "/spec/nodeName")))?;
    Some((format!("Pod {}/{}", namespace(pod), name(pod)), text(pod, "/spec/nodeName").to_owned()))
}
