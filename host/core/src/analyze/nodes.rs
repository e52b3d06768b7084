//! Nodes that are out of touch, short of something, or closed while pods wait for them.
//!
//! A node that is out of touch is the root of whatever happens to its pods. One that is being taken away (deleted, or
//! cordoned and empty) is nobody's trouble. Pressure for less than [`PASSING_MS`] passes by itself.

use std::collections::BTreeMap;

use serde_json::Value;

use super::draft::{Depth, Draft};
use super::inventory::Inventory;
use super::scheduling;
use super::trouble::{Cause, Group};
use crate::object::{ApiType, ObjectRef, at, name, text};
use crate::policy::Severity;
use crate::read::pod_status::condition;
use crate::read::reference;

/// How long a condition may last before it is worth a word.
const PASSING_MS: i64 = 60_000;
/// Most workloads named in one sentence.
const NAMED_MAX: usize = 3;

/// What presses a node: condition, in words, what to do.
const PRESSURES: &[(&str, &str, &str)] = &[
    ("MemoryPressure", "memory runs out", "see which pods use more than they ask for, and set requests that fit"),
    ("DiskPressure", "disk space runs out", "free disk: unused images, logs and emptyDir volumes fill it most often"),
    ("PIDPressure", "process ids run out", "find the pod that starts processes without end"),
    ("NetworkUnavailable", "its network is not set up", "look at the network plugin's pod on this node"),
];

/// The findings about nodes.
pub(super) fn drafts(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<Draft> {
    let nodes = inventory.items(&ApiType::nodes());
    let lost = lost_pods(groups);
    let mut drafts: Vec<_> = nodes.iter().filter_map(|node| out_of_touch(node, &lost, inventory)).collect();
    drafts.extend(nodes.iter().flat_map(|node| pressures(node, inventory)));
    drafts.extend(closed(nodes, groups, inventory));
    drafts
}

/// The pods that are lost with a node, by node, in groups.
fn lost_pods<'a>(groups: &[Group<'a>]) -> BTreeMap<&'a str, Vec<Group<'a>>> {
    let mut by_node: BTreeMap<&str, Vec<Group<'_>>> = BTreeMap::new();
    for group in groups.iter().filter(|group| group.cause == Cause::NodeLost) {
        let mut here: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for pod in &group.pods {
            here.entry(text(pod, "/spec/nodeName")).or_default().push(pod);
        }
        for (node, pods) in here {
            let part = Group { root: group.root.clone(), cause: group.cause, container: None, pods };
            by_node.entry(node).or_default().push(part);
        }
    }
    by_node
}

fn out_of_touch(node: &Value, lost: &BTreeMap<&str, Vec<Group<'_>>>, inventory: &Inventory<'_>) -> Option<Draft> {
    if !inventory.is_lost(name(node)) {
        return None;
    }
    let groups = lost.get(name(node)).map_or(&[][..], Vec::as_slice);
    let leaving = at(node, "/metadata/deletionTimestamp").is_some() || is_closed(node);
    if groups.is_empty() && leaving {
        return None;
    }
    let object = reference(&ApiType::nodes(), node)?;
    let ready = condition(node, "Ready")?;
    let since = text(ready, "/lastTransitionTime");
    let pods: usize = groups.iter().map(|group| group.pods.len()).sum();
    let alone = if groups.is_empty() { Severity::Medium } else { Severity::High };
    let mut draft = Draft::about("node/not-ready", Depth::Root, object.clone(), alone);
    for group in groups {
        draft = draft.hitting(group, inventory);
    }
    let hit: Vec<_> = groups.iter().take(NAMED_MAX).map(|group| group.root.object.to_string()).collect();
    let more = match groups.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let carried = match pods {
        0 => "; it carries no pods".to_owned(),
        1 => format!("; 1 pod is lost with it, of {}", hit.join(", ")),
        _ => format!("; {pods} pods are lost with it, of {}{more}", hit.join(", ")),
    };
    let shown = format!("{} since {since}: {}", text(ready, "/reason"), text(ready, "/message"));
    Some(draft.shown_by(format!("{object} condition Ready"), shown).says(
        format!("{object} is out of touch since {since}{carried}"),
        "look at the machine and its kubelet; pods that may run elsewhere are moved by themselves after five minutes",
    ))
}

fn pressures(node: &Value, inventory: &Inventory<'_>) -> Vec<Draft> {
    let pressed = PRESSURES.iter().filter_map(|(kind, words, advice)| {
        let pressed = condition(node, kind).filter(|condition| text(condition, "/status") == "True")?;
        let since = text(pressed, "/lastTransitionTime");
        (inventory.ms_since(since)? > PASSING_MS).then_some(())?;
        let object = reference(&ApiType::nodes(), node)?;
        let source = format!("{object} condition {kind}");
        let sentence = format!("On {object} {words} since {since}: it takes no new pods and may put some out");
        let draft = Draft::about("node/pressure", Depth::Root, object, Severity::Medium);
        Some(draft.shown_by(source, text(pressed, "/message")).says(sentence, *advice))
    });
    pressed.collect()
}

fn is_closed(node: &Value) -> bool {
    at(node, "/spec/unschedulable") == Some(&Value::Bool(true))
}

/// Cordoned nodes while pods wait that would fit there but for that: one finding, whichever nodes they are.
fn closed(nodes: &[&Value], groups: &[Group<'_>], inventory: &Inventory<'_>) -> Option<Draft> {
    let waiting: Vec<_> = groups.iter().filter(|group| scheduling::waits_for_closed(group)).collect();
    let closed: Vec<ObjectRef> =
        nodes.iter().filter(|node| is_closed(node)).filter_map(|node| reference(&ApiType::nodes(), node)).collect();
    let (first, object) = (waiting.first()?, closed.first()?.clone());
    let names: Vec<_> = closed.iter().take(NAMED_MAX).map(|node| node.name.as_str()).collect();
    let pods: usize = waiting.iter().map(|group| group.pods.len()).sum();
    let mut draft = Draft::about("node/cordoned", Depth::Root, object.clone(), Severity::Medium);
    for group in &waiting {
        draft = draft.hitting(group, inventory);
    }
    draft.mentions.extend(closed.iter().skip(1).cloned());
    let sentence = format!(
        "{} of {} nodes are cordoned ({}), and {pods} pods find no node, first of {}",
        closed.len(),
        nodes.len(),
        names.join(", "),
        first.root.object
    );
    let (source, said) = scheduling::said(first);
    Some(draft.shown_by(format!("{object} spec"), "unschedulable: true").shown_by(source, said).says(
        sentence,
        format!("when the work on it is done: kubectl uncordon {}", names.first().copied().unwrap_or_default()),
    ))
}

/// The cordoned nodes, by name.
pub(super) fn closed_names<'a>(inventory: &Inventory<'a>) -> Vec<&'a str> {
    inventory.items(&ApiType::nodes()).iter().filter(|node| is_closed(node)).map(|node| name(node)).collect()
}
