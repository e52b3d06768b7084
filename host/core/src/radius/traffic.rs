//! NetworkPolicies: the pods that one cuts off, and those it opens.
//!
//! A pod that no policy picks for a direction is open in it; the first policy that picks it closes everything but what the
//! rules of all of them let through. So a pod is cut off when it becomes closed, or loses a rule while it is; it is opened
//! the other way round. Pods are judged by their labels, each set once, so thousands of pods cost what their kinds cost.
//! Not looked at: whether the network plugin keeps policies at all, policies of other kinds, and pods outside a
//! namespace that a rule names.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::look::Look;
use super::selector::picks;
use super::{Reach, Weight, Why, address, count, kinds};
use crate::limits::RADIUS_LISTED_MAX;
use crate::object::{ApiType, ObjectRef, items, name};
use crate::policy::facts::TrafficReach;

const DIRECTIONS: [(&str, &str); 2] = [("Ingress", "ingress"), ("Egress", "egress")];

/// A policy that is made (`live` absent), changed, or deleted (`after` absent).
pub(super) fn of(
    target: &ObjectRef,
    live: Option<&Value>,
    after: Option<&Value>,
    look: &mut Look<'_>,
    reach: &mut Reach,
) {
    let at = target.namespace.as_ref();
    let pods = look.list(ApiType::pods(), at, None);
    let others: Vec<&Value> = look
        .list(kinds::network_policies(), at, None)
        .iter()
        .filter(|policy| name(policy) != target.name.as_str())
        .collect();
    // Pods of one workload carry the same labels; each set is judged once.
    let mut by_labels: HashMap<String, Vec<&Value>> = HashMap::new();
    for pod in pods {
        let labels = pod.pointer("/metadata/labels").map(ToString::to_string).unwrap_or_default();
        by_labels.entry(labels).or_default().push(pod);
    }
    let mut traffic = TrafficReach::default();
    let mut touched: Vec<&Value> = Vec::new();
    for alike in by_labels.values() {
        let labels = alike.first().and_then(|pod| pod.pointer("/metadata/labels"));
        let (cut, opened) = effect(labels, live, after, &others);
        traffic.cut_off += if cut { alike.len() as u64 } else { 0 };
        traffic.opened += if opened { alike.len() as u64 } else { 0 };
        if cut || opened {
            touched.extend(alike.iter().take(RADIUS_LISTED_MAX));
        }
    }
    touched.sort_by_key(|pod| name(pod));
    for pod in touched.iter().take(RADIUS_LISTED_MAX) {
        reach.touch(address(ApiType::pods(), pod), Why::Selects);
    }
    tell(target, &traffic, after, reach);
    if traffic.opened > 0 {
        reach.weakens.push(format!("{} open to more traffic", count(traffic.opened, "pod")));
    }
    reach.traffic = Some(traffic).filter(|traffic| traffic.cut_off + traffic.opened > 0);
}

fn tell(target: &ObjectRef, traffic: &TrafficReach, after: Option<&Value>, reach: &mut Reach) {
    let verb = |number: u64| if number == 1 { "loses" } else { "lose" };
    if traffic.cut_off > 0 {
        let (pods, verb) = (count(traffic.cut_off, "pod"), verb(traffic.cut_off));
        reach.say(Weight::Loss, format!("{pods} {verb} traffic that is let through now"));
    }
    if traffic.opened > 0 {
        reach.say(
            Weight::Loss,
            format!("{} would be open to traffic that is refused now", count(traffic.opened, "pod")),
        );
    }
    if after.is_some() && traffic.cut_off + traffic.opened == 0 {
        reach.say(Weight::Note, format!("{target} changes nothing for the pods that run now"));
    }
}

/// Whether pods with these labels lose or gain traffic in some direction.
fn effect(labels: Option<&Value>, live: Option<&Value>, after: Option<&Value>, others: &[&Value]) -> (bool, bool) {
    let (mut cut, mut opened) = (false, false);
    for (direction, key) in DIRECTIONS {
        let rules =
            |policy: Option<&Value>| policy.filter(|policy| closes(policy, direction, labels)).map(|p| rules(p, key));
        let (before, now) = (rules(live), rules(after));
        let (mut closed, mut all) = (false, false);
        for other in others.iter().filter(|other| closes(other, direction, labels)) {
            closed = true;
            all |= self::rules(other, key).iter().any(lets_all);
        }
        if all {
            // Another policy lets everything through; this one changes nothing here.
            continue;
        }
        let open = |own: &Option<Vec<Value>>| match own {
            None => !closed,
            Some(rules) => rules.iter().any(lets_all),
        };
        let lacks = |one: &Option<Vec<Value>>, other: &Option<Vec<Value>>| {
            let other = other.as_deref().unwrap_or_default();
            one.iter().flatten().any(|rule| !other.contains(rule))
        };
        match (open(&before), open(&now)) {
            (true, false) => cut = true,
            (false, true) => opened = true,
            (false, false) => {
                cut |= lacks(&before, &now);
                opened |= lacks(&now, &before);
            }
            (true, true) => {}
        }
    }
    (cut, opened)
}

/// Whether a policy picks these pods and closes this direction.
fn closes(policy: &Value, direction: &str, labels: Option<&Value>) -> bool {
    let types = items(policy, "/spec/policyTypes");
    let closes = match types.is_empty() {
        // What the API server fills in: always incoming, outgoing where there are rules for it.
        true => direction == "Ingress" || policy.pointer("/spec/egress").is_some(),
        false => types.iter().any(|one| one.as_str() == Some(direction)),
    };
    let everything = json!({});
    closes && picks(Some(policy.pointer("/spec/podSelector").unwrap_or(&everything)), labels)
}

fn rules(policy: &Value, key: &str) -> Vec<Value> {
    policy.get("spec").and_then(|spec| spec.get(key)).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// A rule without peers and ports.
fn lets_all(rule: &Value) -> bool {
    ["/from", "/to", "/ports"].iter().all(|list| items(rule, list).is_empty())
}
