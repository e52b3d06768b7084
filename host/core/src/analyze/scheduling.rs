//! Pods that no node takes: the scheduler's message in words, and whether any node could ever take them.
//!
//! The message is the scheduler's own (`0/3 nodes are available: 2 Insufficient cpu, …`). A part we have no words for is
//! quoted as it stands.

use serde_json::Value;

use super::draft::{Depth, Draft, and_more, serve, status_of};
use super::inventory::Inventory;
use super::trouble::{Cause, Group};
use super::{claims, nodes};
use crate::object::{ApiType, items, name, text};
use crate::quantity::milli;
use crate::read::pod_status::condition;

/// What of a scheduler's message means what: a part of the reason, in words, what to do.
const REASONS: &[(&str, &str, &str)] = &[
    ("Insufficient cpu", "not enough free CPU", "lower its CPU request, or add capacity"),
    ("Insufficient memory", "not enough free memory", "lower its memory request, or add capacity"),
    (
        "Insufficient ephemeral-storage",
        "not enough free local disk",
        "lower its ephemeral-storage request, or free disk",
    ),
    ("Too many pods", "no room for another pod", "add a node, or move pods away"),
    ("untolerated taint", "a taint it does not tolerate", "add a toleration, or remove the taint"),
    (
        "node affinity/selector",
        "its node selector or affinity matches no label there",
        "correct the node selector, or label a node",
    ),
    ("pod anti-affinity", "its anti-affinity keeps it away from pods there", "relax the anti-affinity, or add nodes"),
    ("pod affinity", "the pods it wants to be near are not there", "check its pod affinity"),
    ("topology spread", "its spread constraint would be broken", "relax the topology spread constraint, or add nodes"),
    ("free ports", "its host port is taken", "free the host port, or do without one"),
    (
        "volume node affinity conflict",
        "its volume lives elsewhere",
        "add a node where the volume is, or move the volume",
    ),
    ("were unschedulable", "the node is cordoned", "uncordon the node"),
    (
        "unbound immediate PersistentVolumeClaims",
        "its volume claim is not bound",
        "look at the claim: it needs a volume or a storage class",
    ),
    ("persistentvolumeclaim", "its volume claim does not exist", "create the claim, or correct its name"),
    ("did not have enough free storage", "no storage of that size", "ask for less, or add storage"),
    ("exceed max volume count", "too many volumes attached", "add a node"),
];

fn unschedulable<'g, 'a>(groups: &'g [Group<'a>]) -> impl Iterator<Item = &'g Group<'a>> {
    groups.iter().filter(|group| group.cause == Cause::Unschedulable)
}

fn message(pod: &Value) -> &str {
    condition(pod, "PodScheduled").map(|condition| text(condition, "/message")).unwrap_or_default()
}

/// Whether pods wait, among other reasons, because nodes are cordoned.
pub(super) fn waits_for_closed(group: &Group<'_>) -> bool {
    group.cause == Cause::Unschedulable && message(group.pod()).contains("were unschedulable")
}

/// Whether pods wait for nothing but their volume claims.
pub(super) fn waits_for_claims(group: &Group<'_>) -> bool {
    let reasons = reasons(message(group.pod()));
    group.cause == Cause::Unschedulable
        && !reasons.is_empty()
        && reasons.iter().all(|reason| reason.said.to_lowercase().contains("persistentvolumeclaim"))
}

/// The scheduler's words about a group, and where they stand.
pub(super) fn said(group: &Group<'_>) -> (String, String) {
    (status_of(group.pod()), message(group.pod()).to_owned())
}

/// The findings about scheduling.
pub(super) fn drafts(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<Draft> {
    unschedulable(groups).map(|group| pending(group, inventory)).collect()
}

fn pending(group: &Group<'_>, inventory: &Inventory<'_>) -> Draft {
    let message = message(group.pod());
    let reasons = reasons(message);
    let words: Vec<_> = reasons.iter().map(|reason| reason.words()).collect();
    let advice: Vec<_> = reasons.iter().filter_map(|reason| reason.known.map(|(_, advice)| advice)).collect();
    let never = too_large(group.pod(), inventory.items(&ApiType::nodes()));
    let because = if words.is_empty() { message.to_owned() } else { words.join("; ") };
    let sentence =
        format!("No node takes the pods of {}{}: {because}{}", group.root.object, and_more(group), serve(&group.root));
    // Cordoned nodes and claims that aren't bound are findings of their own, of which this follows.
    let follows = (waits_for_closed(group) && !nodes::closed_names(inventory).is_empty() && never.is_none())
        || (waits_for_claims(group) && claims::explain(group, inventory));
    let depth = if follows { Depth::Near } else { Depth::Root };
    let mut draft =
        Draft::of_group("pod/unschedulable", depth, group, inventory).shown_by(status_of(group.pod()), message);
    let mut advice = match advice.first() {
        Some(first) => (*first).to_owned(),
        None => "read the scheduler's message; it names what each node lacks".to_owned(),
    };
    if let Some(TooLarge { resource, asked, largest, node }) = never {
        let text = format!("the pod asks for {asked} {resource}; the largest node, {node}, has {largest}");
        advice = format!("no node can ever take it: {text}. Lower the request, or add a larger node");
        draft = draft.shown_by(format!("Node {node} status"), text);
    }
    draft.says(sentence, advice)
}

/// One thing that nodes lack.
#[derive(Debug, PartialEq, Eq)]
struct Reason<'a> {
    /// How many nodes; nothing when it holds for the pod as such.
    nodes: Option<u32>,
    said: &'a str,
    /// In words, and what to do.
    known: Option<(&'static str, &'static str)>,
}

impl Reason<'_> {
    fn words(&self) -> String {
        let words = self.known.map_or(self.said, |(words, _)| words);
        let detail = match self.said.find('{').zip(self.said.rfind('}')) {
            Some((from, to)) if from < to => format!(" {}", self.said[from..=to].replace(": }", "}")),
            _ => String::new(),
        };
        match self.nodes {
            Some(1) => format!("{words}{detail} on 1 node"),
            Some(count) => format!("{words}{detail} on {count} nodes"),
            None => format!("{words}{detail}"),
        }
    }
}

/// The reasons in a scheduler's message, those of most nodes first. What it says of preemption adds nothing.
fn reasons(message: &str) -> Vec<Reason<'_>> {
    let own = message.split("preemption:").next().unwrap_or_default();
    let own = own.split_once("nodes are available:").map_or(own, |(_, rest)| rest);
    let own = own.split_once("no new claims to deallocate").map_or(own, |(before, _)| before);
    let mut reasons: Vec<_> = parts(own).into_iter().map(reason).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.nodes));
    reasons
}

/// Splits at commas that stand outside a taint's braces and before a count.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0i32);
    for (index, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth <= 0 && text[index + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit()) => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(|part| part.trim().trim_end_matches('.').trim()).filter(|part| !part.is_empty()).collect()
}

fn reason(part: &str) -> Reason<'_> {
    let (nodes, said) = match part.split_once(' ').map(|(count, rest)| (count.parse().ok(), rest)) {
        Some((Some(count), rest)) => (Some(count), rest.trim()),
        _ => (None, part),
    };
    let known = REASONS.iter().find(|(mark, ..)| said.contains(mark)).map(|(_, words, advice)| (*words, *advice));
    Reason { nodes, said, known }
}

struct TooLarge {
    resource: &'static str,
    asked: String,
    largest: String,
    node: String,
}

/// The resource of which the pod asks for more than any node has at all.
fn too_large(pod: &Value, nodes: &[&Value]) -> Option<TooLarge> {
    ["cpu", "memory"].into_iter().find_map(|resource| {
        let requests =
            items(pod, "/spec/containers").iter().map(|spec| text(spec, &format!("/resources/requests/{resource}")));
        let asked: Vec<_> = requests.filter(|request| !request.is_empty()).collect();
        let sum: i128 = asked.iter().filter_map(|request| milli(request)).sum();
        let pointer = format!("/status/allocatable/{resource}");
        let amounts = nodes.iter().filter_map(|node| Some((milli(text(node, &pointer))?, *node)));
        let (amount, node) = amounts.max_by_key(|(amount, _)| *amount)?;
        (sum > amount).then(|| TooLarge {
            resource: if resource == "cpu" { "CPU" } else { "memory" },
            asked: asked.join(" + "),
            largest: text(node, &pointer).to_owned(),
            node: name(node).to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_schedulers_message_is_put_into_words() {
        let cases = [
            (
                "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
                vec!["not enough free CPU on 3 nodes"],
            ),
            (
                "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
                vec![
                    "its node selector or affinity matches no label there on 3 nodes",
                    "a taint it does not tolerate {node-role.kubernetes.io/control-plane} on 1 node",
                ],
            ),
            (
                "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
                vec!["its volume claim is not bound"],
            ),
            (
                "0/2 nodes are available: persistentvolumeclaim \"data\" not found. preemption: not eligible",
                vec!["its volume claim does not exist"],
            ),
            ("0/5 nodes are available: 5 the moon is full.", vec!["the moon is full on 5 nodes"]),
            ("no nodes available to schedule pods", vec!["no nodes available to schedule pods"]),
            ("", vec![]),
        ];
        for (message, expected) in cases {
            let words: Vec<_> = reasons(message).iter().map(Reason::words).collect();
            assert_eq!(words, expected, "{message}");
        }
    }

    #[test]
    fn a_pod_larger_than_every_node_is_called_so() {
        let pod = json!({"spec": {"containers": [{"resources": {"requests": {"cpu": "64"}}}]}});
        let node = |name: &str, cpu: &str| json!({"metadata": {"name": name}, "status": {"allocatable": {"cpu": cpu, "memory": "1Gi"}}});
        let found = too_large(&pod, &[&node("a", "4"), &node("b", "7910m")]).unwrap();
        assert_eq!((found.asked.as_str(), found.largest.as_str(), found.node.as_str()), ("64", "7910m", "b"));
        assert!(too_large(&pod, &[&node("a", "64")]).is_none());
        assert!(too_large(&pod, &[]).is_none(), "nodes that may not be seen prove nothing");
    }

    proptest! {
        #[test]
        fn any_message_is_put_into_words(message in ".{0,200}") {
            for reason in reasons(&message) {
                let _ = reason.words();
            }
        }
    }
}
