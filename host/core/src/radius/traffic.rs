//! NetworkPolicies: the pods that one cuts off, and those it opens.
//!
//! A pod that no policy picks for a direction is open in it; the first policy that picks it closes everything but what the
//! rules of all of them let through. So a pod is cut off when it becomes closed, or loses a rule while it is; it is opened
//! the other way round. Pods are judged by their labels, each set once, so thousands of pods cost what their kinds cost.
//! Not looked at: whether the network plugin keeps policies at all, policies of other kinds, and pods outside a
//! namespace that a rule names; peers that mean the same in other words count as different.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

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
    let policies = look.list(kinds::network_policies(), at, None).iter();
    let others: Vec<Rules<'_>> =
        policies.filter(|policy| name(policy) != target.name.as_str()).map(Rules::of).collect();
    let (before, now) = (live.map(Rules::of), after.map(Rules::of));
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
        let (cut, opened) = effect(labels, before.as_ref(), now.as_ref(), &others);
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

/// A policy, taken apart once: the pods it picks, and what it lets through in each direction it closes.
struct Rules<'a> {
    /// Absent: every pod.
    pods: Option<&'a Value>,
    lets: [Option<BTreeSet<Let>>; 2],
}

impl<'a> Rules<'a> {
    fn of(policy: &'a Value) -> Self {
        let lets = DIRECTIONS.map(|(direction, key)| closes(policy, direction).then(|| lets(policy, key)));
        Self { pods: policy.pointer("/spec/podSelector"), lets }
    }

    /// What it lets through to pods with these labels; nothing where it leaves them alone.
    fn over(&self, direction: usize, labels: Option<&Value>) -> Option<&BTreeSet<Let>> {
        let lets = self.lets[direction].as_ref()?;
        (self.pods.is_none() || picks(self.pods, labels)).then_some(lets)
    }
}

/// Whether pods with these labels lose or gain traffic in some direction.
fn effect(
    labels: Option<&Value>,
    live: Option<&Rules<'_>>,
    after: Option<&Rules<'_>>,
    others: &[Rules<'_>],
) -> (bool, bool) {
    let (mut cut, mut opened) = (false, false);
    for direction in 0..DIRECTIONS.len() {
        let own = |policy: Option<&'_ Rules<'_>>| policy.and_then(|policy| policy.over(direction, labels)).cloned();
        let (before, now) = (own(live), own(after));
        if before == now {
            continue;
        }
        let others: Vec<_> = others.iter().filter_map(|other| other.over(direction, labels)).collect();
        let is_let_by_others = |one: &Let| others.iter().any(|lets| is_let(one, lets));
        if is_let_by_others(&ANYTHING) {
            continue;
        }
        let open = |own: &Option<BTreeSet<Let>>| match own {
            None => others.is_empty(),
            Some(lets) => lets.contains(&ANYTHING),
        };
        match (open(&before), open(&now)) {
            (true, false) => cut = true,
            (false, true) => opened = true,
            (false, false) => {
                let (before, now) = (before.unwrap_or_default(), now.unwrap_or_default());
                cut |= before.iter().any(|one| !is_let(one, &now) && !is_let_by_others(one));
                opened |= now.iter().any(|one| !is_let(one, &before) && !is_let_by_others(one));
            }
            (true, true) => {}
        }
    }
    (cut, opened)
}

/// One thing a rule lets through: a peer and a port, as their JSON text; empty means any.
type Let = (String, String);
const ANYTHING: Let = (String::new(), String::new());

/// What the rules of a policy let through, taken apart: a rule that gains a peer loses nothing.
fn lets(policy: &Value, key: &str) -> BTreeSet<Let> {
    let texts = |rule: &Value, lists: &[&str]| -> Vec<String> {
        let all: Vec<String> = lists.iter().flat_map(|list| items(rule, list)).map(ToString::to_string).collect();
        if all.is_empty() { vec![String::new()] } else { all }
    };
    let rules = policy.get("spec").and_then(|spec| spec.get(key)).and_then(Value::as_array);
    let mut lets = BTreeSet::new();
    for rule in rules.into_iter().flatten() {
        let ports = texts(rule, &["/ports"]);
        for peer in texts(rule, &["/from", "/to"]) {
            lets.extend(ports.iter().map(|port| (peer.clone(), port.clone())));
        }
    }
    lets
}

fn is_let((peer, port): &Let, among: &BTreeSet<Let>) -> bool {
    [peer.as_str(), ""]
        .into_iter()
        .any(|peer| [port.as_str(), ""].into_iter().any(|port| among.contains(&(peer.to_owned(), port.to_owned()))))
}

/// Whether a policy closes this direction. Where it does not say, as the API server fills it in: always what comes in,
/// and what goes out where there are rules for it.
fn closes(policy: &Value, direction: &str) -> bool {
    match items(policy, "/spec/policyTypes") {
        [] => direction == "Ingress" || policy.pointer("/spec/egress").is_some(),
        types => types.iter().any(|one| one.as_str() == Some(direction)),
    }
}
