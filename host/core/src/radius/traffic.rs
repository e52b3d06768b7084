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

/// Most pairs of peer and port of one policy in one direction, those said twice counted twice. Beyond it the policy is
/// marked cut, and what such a policy decides about counts as cut off and as opened.
const LETS_MAX: usize = 10_000;
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
    if traffic.cut_off > 0 && before.iter().chain(&now).chain(&others).any(Rules::is_cut) {
        let more = format!("more than {LETS_MAX} pairs of peer and port, too many to compare");
        reach.say(
            Weight::Loss,
            format!("{target}, or a policy beside it, lets through {more}: its pods count as cut off and as opened"),
        );
    }
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
    lets: [Option<Lets>; 2],
}

/// What a policy lets through in one direction.
#[derive(Default)]
struct Lets {
    set: BTreeSet<Let>,
    /// Whether there is more than the set holds.
    cut: bool,
}

impl<'a> Rules<'a> {
    fn of(policy: &'a Value) -> Self {
        let lets = DIRECTIONS.map(|(direction, key)| closes(policy, direction).then(|| lets(policy, key)));
        Self { pods: policy.pointer("/spec/podSelector"), lets }
    }

    /// What it lets through to pods with these labels; nothing where it leaves them alone.
    fn over(&self, direction: usize, labels: Option<&Value>) -> Option<&Lets> {
        let lets = self.lets[direction].as_ref()?;
        (self.pods.is_none() || picks(self.pods, labels)).then_some(lets)
    }

    fn is_cut(&self) -> bool {
        self.lets.iter().flatten().any(|lets| lets.cut)
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
        let before = live.and_then(|policy| policy.over(direction, labels));
        let now = after.and_then(|policy| policy.over(direction, labels));
        let is_cut = |lets: Option<&Lets>| lets.is_some_and(|lets| lets.cut);
        let own_cut = is_cut(before) || is_cut(now);
        if !own_cut && before.map(|lets| &lets.set) == now.map(|lets| &lets.set) {
            continue;
        }
        let others: Vec<_> = others.iter().filter_map(|other| other.over(direction, labels)).collect();
        let is_let_by_others = |one: &Let| others.iter().any(|lets| is_let(one, &lets.set));
        if is_let_by_others(&ANYTHING) {
            continue;
        }
        let open = |own: Option<&Lets>| match own {
            None => others.is_empty(),
            Some(lets) => lets.set.contains(&ANYTHING),
        };
        match (open(before), open(now)) {
            (true, true) => {}
            _ if own_cut || others.iter().any(|lets| lets.cut) => (cut, opened) = (true, true),
            (true, false) => cut = true,
            (false, true) => opened = true,
            (false, false) => {
                let none = Lets::default();
                let (before, now) = (&before.unwrap_or(&none).set, &now.unwrap_or(&none).set);
                cut |= before.iter().any(|one| !is_let(one, now) && !is_let_by_others(one));
                opened |= now.iter().any(|one| !is_let(one, before) && !is_let_by_others(one));
            }
        }
    }
    (cut, opened)
}

/// One thing a rule lets through: a peer and a port, as their JSON text; empty means any.
type Let = (String, String);
const ANYTHING: Let = (String::new(), String::new());

/// What the rules of a policy let through, taken apart: a rule that gains a peer loses nothing.
fn lets(policy: &Value, key: &str) -> Lets {
    let texts = |rule: &Value, lists: &[&str]| -> Vec<String> {
        let all: Vec<String> = lists.iter().flat_map(|list| items(rule, list)).map(ToString::to_string).collect();
        if all.is_empty() { vec![String::new()] } else { all }
    };
    let rules = policy.get("spec").and_then(|spec| spec.get(key)).and_then(Value::as_array);
    let (mut lets, mut tried) = (Lets::default(), 0);
    for rule in rules.into_iter().flatten() {
        let ports = texts(rule, &["/ports"]);
        for peer in texts(rule, &["/from", "/to"]) {
            for port in &ports {
                if tried >= LETS_MAX {
                    lets.cut = true;
                    return lets;
                }
                tried += 1;
                lets.set.insert((peer.clone(), port.clone()));
            }
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
