//! Blast radius: what else a plan touches, counted from live objects.
//!
//! Units: pods, objects. Counts are whole; lists are cut at
//! [`limits::RADIUS_LISTED_MAX`](crate::limits::RADIUS_LISTED_MAX) and say how many are left out. What the user may not
//! see is in the snapshot's `unseen`: the count is then "at least". Pure; the facts come from the plan's own snapshot, and
//! only those are asked for that the mutation can affect. Rights the requester may lack are asked of the API server by
//! name; what it does not answer counts as not allowed. What is not looked at: what a custom controller does with its own
//! resource, traffic that reaches pods past Services.

mod access;
mod besides;
mod borrowed;
mod budgets;
mod consumers;
mod definitions;
mod dependents;
mod grants;
mod guards;
mod kinds;
mod look;
mod managers;
mod nodes;
mod opening;
mod pod_spec;
mod predicted;
mod quotas;
mod removal;
mod routes;
mod selector;
mod services;
mod spread;
mod traffic;
mod volumes;
mod words;
mod workload;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diff::all_changes;
use crate::facts::{FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::limits::RADIUS_LISTED_MAX;
use crate::mutation::{Action, Mutation};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, name, namespace};
use crate::policy::facts::{
    AccessReach, Autoscaler, BudgetReach, ESCALATION_CLASSES, Escalation, Replicas, RouteReach, ServiceReach,
    TrafficReach,
};
pub use besides::Besides;
use look::Look;
pub(crate) use opening::OWNER;
pub use predicted::predicted;
pub use spread::Spread;
use words::{count, plain, some};

/// What a plan touches besides the objects it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Radius {
    /// Pods restarted, removed or added, distinct over all steps.
    pub pods: u64,
    /// Objects touched, written ones included, distinct.
    pub objects: u64,
    /// The touched objects, at most the limit; written ones first.
    pub listed: Vec<Touched>,
    /// How many are not in the list.
    pub omitted: u64,
    /// Plain sentences, worst first: "Service shop/web keeps 2 of 3 ready endpoints".
    pub sentences: Vec<String>,
    /// Whether everything looked for could be seen; otherwise counts read "at least".
    pub complete: bool,
    /// The namespaces it reaches into besides those it writes in.
    #[serde(default, skip_serializing_if = "Spread::is_empty")]
    pub spread: Spread,
}

/// One touched object and why it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touched {
    /// The object.
    pub object: ObjectRef,
    /// How it hangs on the plan.
    pub why: Why,
}

/// How an object hangs on a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// A step writes it.
    Written,
    /// It is owned, directly or through others, by a written object.
    Owned,
    /// It selects touched pods (Service, budget).
    Selects,
    /// It scales a written object.
    Scales,
    /// It uses a written object (ConfigMap, Secret, claim).
    Uses,
    /// It lives in a deleted namespace.
    Inside,
    /// It owns a deleted object and makes another in its place.
    Replaces,
}

/// What one mutation touches: the detail behind [`Radius`], for risk and the policy packs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reach {
    /// Whether the object does not exist yet.
    pub creates: bool,
    /// Touched objects, the written one first; of pods that are restarted or removed at most
    /// [`RADIUS_LISTED_MAX`], because a workload may have thousands.
    pub touched: Vec<Touched>,
    /// Pods that are restarted.
    pub pods_restarted: u64,
    /// Pods that are taken away for good.
    pub pods_removed: u64,
    /// Pods that are added.
    pub pods_added: u64,
    /// Replicas, when their number changes.
    pub replicas: Option<Replicas>,
    /// The autoscaler of a written workload.
    pub autoscaler: Option<Autoscaler>,
    /// Services that lose ready endpoints.
    pub services: Vec<ServiceReach>,
    /// Budgets over pods that are restarted or removed.
    pub budgets: Vec<BudgetReach>,
    /// Claims whose data goes, or whose volume could not be seen.
    pub claims_lost: u64,
    /// Claims that go while their volumes stay.
    pub claims_retained: u64,
    /// Workloads and single pods that use a ConfigMap, Secret, claim or account that goes or changes.
    pub consumers: u64,
    /// Objects that go with a deletion, the named one included.
    pub removes_objects: u64,
    /// Rights handed out, borrowed or opened: at most one of each class.
    pub escalations: Vec<Escalation>,
    /// What pods newly get of their node.
    pub pod_powers: Vec<String>,
    /// Containers that newly leave their share of CPU and memory unsaid.
    pub resources_missing: Vec<String>,
    /// Routes that lose a backend.
    pub routes: Vec<RouteReach>,
    /// Webhook configurations and API services that lose their Service.
    pub depended: Vec<String>,
    /// Who gains or loses which rights.
    pub access: Option<AccessReach>,
    /// Pods that a NetworkPolicy cuts off or opens.
    pub traffic: Option<TrafficReach>,
    /// What a guard of others (autoscaler, budget, quota, policy) promises no longer.
    pub weakens: Vec<String>,
    /// Why a quota or limit range will refuse it.
    pub refusals: Vec<String>,
    /// Objects that can no longer be read by a version of their kind.
    pub instances_unserved: u64,
    /// The namespaces it reaches into besides its own: all of them.
    pub spread: Spread,
    /// Sentences with their weight, worst first.
    pub sentences: Vec<(Weight, String)>,
    /// Whether everything looked for could be seen.
    pub complete: bool,
    /// Keys of the pods known by name, for counting over several steps.
    named_pods: Vec<u64>,
}

/// How much a sentence matters; sorts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// For information.
    Note,
    /// Changes what runs.
    Change,
    /// Takes something away.
    Loss,
    /// Takes the last of something away.
    Outage,
}

impl Reach {
    /// Pods restarted, removed or added.
    pub fn pods(&self) -> u64 {
        self.pods_restarted + self.pods_removed + self.pods_added
    }

    fn touch(&mut self, object: Option<ObjectRef>, why: Why) {
        self.touched.extend(object.map(|object| Touched { object, why }));
    }

    /// Names of subjects and webhooks are free text: kept to a line, and to a length.
    fn say(&mut self, weight: Weight, sentence: String) {
        self.sentences.push((weight, plain(sentence)));
    }

    /// A right handed out, borrowed or opened; of each class the first is kept, because all of one class mean the same.
    fn escalate(&mut self, class: &'static str, what: String) {
        debug_assert!(ESCALATION_CLASSES.iter().any(|(known, _)| *known == class), "{class}");
        let what = plain(what);
        self.say(Weight::Outage, what.clone());
        if self.escalations.iter().all(|known| known.class != class) {
            self.escalations.push(Escalation { class: class.to_owned(), what });
        }
    }

    /// Pods that are restarted or removed: all are counted, the first are listed.
    fn name_pods(&mut self, pods: &[&Value], why: Why) {
        self.named_pods.extend(pods.iter().map(|pod| pod_key(namespace(pod), name(pod))));
        let spaces: BTreeSet<&str> = pods.iter().map(|pod| namespace(pod)).collect();
        spaces.into_iter().for_each(|space| self.spread.reach_into(space));
        for pod in pods.iter().take(RADIUS_LISTED_MAX) {
            self.touch(address(ApiType::pods(), pod), why);
        }
    }
}

/// The facts still missing to tell the reach of these mutations; empty when nothing is. At most two rounds once the
/// written objects are known; a third for a whole namespace, whose types are asked for first, and for what hangs on a
/// Service that is left with nothing; a fourth where that can be an HTTPRoute.
pub fn needs(mutations: &[Mutation], known: &Snapshot) -> Vec<FactQuery> {
    needs_as(mutations.iter().map(|mutation| (mutation, None)), known)
}

/// The same, with what the API server's dry-run made of each where it was tried.
pub fn needs_as<'a>(
    written: impl Iterator<Item = (&'a Mutation, Option<&'a Value>)>,
    known: &Snapshot,
) -> Vec<FactQuery> {
    let mut look = Look::new(known);
    for (mutation, tried) in written {
        reach_by(mutation, tried, &mut look);
    }
    let missing = std::mem::take(&mut look.missing);
    known.missing(missing)
}

/// What one mutation touches, by what we predict of it.
pub fn reach(mutation: &Mutation, known: &Snapshot) -> Reach {
    reach_after(&[], mutation, None, known)
}

/// What one mutation touches after the earlier ones of its plan, which may make the role it binds; by what the API server's
/// dry-run made of it where it was tried: patches have words that only the server reads in full, and a prediction that
/// misses one would tell policy less than what happens.
pub fn reach_after(earlier: &[&Mutation], mutation: &Mutation, tried: Option<&Value>, known: &Snapshot) -> Reach {
    let mut look = Look::after(earlier, known);
    let mut reach = reach_by(mutation, tried, &mut look);
    reach.complete = look.complete;
    for what in std::mem::take(&mut look.unseen) {
        reach.spread.not_seen(what);
    }
    if let Some(own) = &mutation.target.namespace {
        reach.spread.namespaces.remove(own);
    }
    reach
}

/// What all of them touch, as people are shown it.
pub fn compute(mutations: &[Mutation], known: &Snapshot) -> Radius {
    let order: Vec<&Mutation> = mutations.iter().collect();
    let reaches: Vec<Reach> =
        order.iter().enumerate().map(|(at, mutation)| reach_after(&order[..at], mutation, None, known)).collect();
    merge(&reaches)
}

/// Several reaches as one radius.
pub fn merge(reaches: &[Reach]) -> Radius {
    let named: HashSet<u64> = reaches.iter().flat_map(|reach| &reach.named_pods).copied().collect();
    let unnamed: u64 = reaches.iter().map(|reach| reach.pods().saturating_sub(reach.named_pods.len() as u64)).sum();
    let mut objects: BTreeMap<&ObjectRef, Why> = BTreeMap::new();
    for touched in reaches.iter().flat_map(|reach| &reach.touched) {
        let why = objects.entry(&touched.object).or_insert(touched.why);
        *why = touched.why.min(*why);
    }
    let listed_pods = objects.keys().filter(|object| is_named(object, &named)).count();
    let total = (objects.len() - listed_pods + named.len()) as u64;
    let mut listed: Vec<Touched> =
        objects.into_iter().map(|(object, why)| Touched { object: object.clone(), why }).collect();
    listed.sort_by(|a, b| a.why.cmp(&b.why).then_with(|| a.object.cmp(&b.object)));
    listed.truncate(RADIUS_LISTED_MAX);
    let mut sentences: Vec<_> = reaches.iter().flat_map(|reach| &reach.sentences).collect();
    sentences.sort_by_key(|sentence| std::cmp::Reverse(sentence.0));
    let mut said = BTreeSet::new();
    let mut spread = Spread::default();
    reaches.iter().for_each(|reach| spread.join(&reach.spread));
    Radius {
        pods: named.len() as u64 + unnamed,
        objects: total,
        omitted: total - listed.len() as u64,
        listed,
        sentences: sentences.into_iter().filter(|(_, text)| said.insert(text)).map(|(_, text)| text.clone()).collect(),
        complete: reaches.iter().all(|reach| reach.complete),
        spread,
    }
}

fn is_named(object: &ObjectRef, named: &HashSet<u64>) -> bool {
    let place = object.namespace.as_ref().map_or("", Namespace::as_str);
    object.api.is("", "Pod") && named.contains(&pod_key(place, object.name.as_str()))
}

/// A pod's address as a number: thousands are compared over steps, and texts would cost a plan milliseconds.
fn pod_key(namespace: &str, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (namespace, name).hash(&mut hasher);
    hasher.finish()
}

fn reach_by(mutation: &Mutation, tried: Option<&Value>, look: &mut Look<'_>) -> Reach {
    let target = &mutation.target;
    let live = look.object(target);
    let creates = live.is_none() && mutation.action.verb() != "delete";
    let mut reach = Reach { creates, ..Reach::default() };
    reach.touch(Some(target.clone()), Why::Written);
    let after = tried.cloned().or_else(|| predicted(&mutation.action, live));
    spread::of_kind(target, &mutation.action, live, after.as_ref(), &mut reach);
    match (&mutation.action, live, after) {
        (Action::Delete { propagation }, Some(live), _) => {
            removal::delete(target, live, *propagation, look, &mut reach)
        }
        (Action::Evict, Some(live), _) => removal::evict(target, live, look, &mut reach),
        (_, Some(live), Some(after)) => change(target, live, &after, look, &mut reach),
        (_, None, Some(after)) if look.is_absent(target) => create(target, &after, look, &mut reach),
        _ => {}
    }
    reach
}

fn create(target: &ObjectRef, body: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    workload::create(target, body, look, reach);
    written(target, None, body, look, reach);
    match (target.api.group.as_str(), target.api.kind.as_str()) {
        ("networking.k8s.io", "NetworkPolicy") => traffic::of(target, None, Some(body), look, reach),
        (kinds::ROLES, _) => access::of(target, None, Some(body), look, reach),
        _ => {}
    }
}

/// What can be told of any object that is made or changed: what its pods get, reach and leave unsaid, what it opens, and
/// who will refuse it.
fn written(target: &ObjectRef, live: Option<&Value>, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let is_volume = target.api.is("", "PersistentVolume");
    let powers = if is_volume { pod_spec::volume_powers } else { pod_spec::powers };
    let before = live.map(powers).unwrap_or_default();
    reach.pod_powers = powers(after).difference(&before).take(POWERS_MAX).cloned().collect();
    if !reach.pod_powers.is_empty() {
        reach.say(Weight::Loss, format!("pods of {target} get of their node: {}", some(&reach.pod_powers)));
    }
    let before = live.map(pod_spec::unsized_containers).unwrap_or_default();
    let lacking = pod_spec::unsized_containers(after);
    reach.resources_missing = lacking.difference(&before).take(POWERS_MAX).cloned().collect();
    quotas::of(target, live, after, look, reach);
    borrowed::of(target, live, after, look, reach);
    opening::of(target, live, Some(after), look, reach);
}

fn change(target: &ObjectRef, live: &Value, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let changes = all_changes(Some(live), Some(after));
    let changed = |keys: &[&str]| changes.iter().any(|change| change.path.is_within(&FieldPath::of(keys)));
    written(target, Some(live), after, look, reach);
    managers::of(target, live, &changes, reach);
    guards::weakened(target, live, after, reach);
    reach.weakens.truncate(POWERS_MAX);
    match (target.api.group.as_str(), target.api.kind.as_str()) {
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") | ("", "ReplicationController") => {
            let effect =
                workload::Effect { template: changed(&["spec", "template"]), scale: changed(&["spec", "replicas"]) };
            workload::change(target, live, after, effect, look, reach);
        }
        ("", "Service") => {
            if changed(&["spec", "selector"]) {
                services::reselect(target, after, look, reach);
            }
            if changed(&["spec", "ports"]) {
                routes::ports_changed(target.namespace.as_ref(), live, after, look, reach);
            }
        }
        ("", "Node") => nodes::changed(target, live, after, look, reach),
        ("", "PersistentVolume") => volumes::volume_changed(target, live, after, reach),
        ("networking.k8s.io", "NetworkPolicy") if changed(&["spec"]) => {
            traffic::of(target, Some(live), Some(after), look, reach);
        }
        (kinds::ROLES, _) => access::of(target, Some(live), Some(after), look, reach),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definitions::changed(live, after, look, reach),
        ("", "ConfigMap" | "Secret") if ["data", "binaryData", "stringData"].iter().any(|key| changed(&[key])) => {
            consumers::of(target, look, reach);
            if reach.consumers > 0 {
                reach.say(Weight::Note, "pods read the new values when they start or re-read their files".to_owned());
            }
        }
        ("autoscaling", _) if changed(&["spec"]) => budgets::autoscaler_changed(target, live, after, reach),
        (group, kind) if is_custom(group) && changed(&["spec"]) => {
            reach.say(Weight::Note, format!("the controller behind {kind} may change more than is shown here"));
        }
        _ => {}
    }
}

/// Whether a group is not Kubernetes' own: what its controllers do can't be known here.
fn is_custom(group: &str) -> bool {
    group.contains('.') && !group.ends_with(".k8s.io")
}

/// The address of a listed object.
fn address(api: ApiType, object: &Value) -> Option<ObjectRef> {
    let namespace = match namespace(object) {
        "" => None,
        text => Some(Namespace::parse(text).ok()?),
    };
    Some(ObjectRef { api, namespace, name: ObjectName::parse(name(object)).ok()? })
}

/// Most powers, containers or weaknesses named of one object.
const POWERS_MAX: usize = 20;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod world;
