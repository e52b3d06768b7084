//! The lists of a diagnosis with what links them: owners, selectors, endpoints.
//!
//! Links are made only when an analyzer asks, so that a healthy cluster costs one pass over its pods; each is an index, so
//! that a broken one costs no comparison of everything with everything. Objects are borrowed from the snapshot and read
//! by pointer; a field of an unexpected shape reads as absent. That something is *not* there is only believed where its
//! list was answered whole ([`Inventory::sees`]).

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};

use super::index::{LabelIndex, SelectorIndex};
use super::scope::Look;
use super::{claims, events};
use crate::facts::Snapshot;
use crate::kept::Likeness;
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, integer, items, name, namespace, text, uid};
use crate::read::pod_status::condition;
use crate::read::{reference, selector};
use crate::time::Timestamp;

/// Most owners followed from a pod up.
const OWNERS_MAX: usize = 4;
/// How long a node may be out of touch before its pods count as lost with it.
const NODE_LOST_MS: i64 = 60_000;

/// What a pod hangs on: the topmost owner that was seen, or the pod itself.
#[derive(Debug, Clone)]
pub(super) struct Root<'a> {
    /// Its address.
    pub(super) object: ObjectRef,
    /// Its content, if it was listed.
    pub(super) content: Option<&'a Value>,
}

/// Pods wanted and serving of a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Serving {
    /// Wanted.
    pub(super) wanted: i64,
    /// Ready, or available where the kind says so.
    pub(super) ready: i64,
}

/// How many endpoints a Service has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Endpoints {
    /// All of them.
    pub(super) total: u64,
    /// Those that take traffic.
    pub(super) ready: u64,
}

/// Everything a diagnosis looks at.
pub(super) struct Inventory<'a> {
    /// The facts behind it.
    pub(super) known: &'a Snapshot,
    /// Pods; those of memory that are well are not among them.
    pub(super) pods: Vec<&'a Value>,
    /// Pods that are well, where they come from memory: made into objects only when an analyzer asks for one.
    pub(super) alike: Vec<&'a Likeness>,
    /// Deployments, StatefulSets and DaemonSets, with their types.
    pub(super) workloads: Vec<(ApiType, &'a Value)>,
    /// ReplicaSets.
    pub(super) replica_sets: Vec<&'a Value>,
    /// Services.
    pub(super) services: Vec<&'a Value>,
    lists: Vec<(ApiType, Listed<'a>)>,
    endpoints: OnceCell<HashMap<(&'a str, &'a str), Endpoints>>,
    owners: OnceCell<HashMap<&'a str, (ApiType, &'a Value)>>,
    owned: OnceCell<HashMap<&'a str, Vec<&'a Value>>>,
    alike_owned: OnceCell<HashMap<&'a str, Vec<&'a Likeness>>>,
    services_by_name: OnceCell<HashMap<(&'a str, &'a str), usize>>,
    pods_by_label: OnceCell<LabelIndex<'a>>,
    workloads_by_label: OnceCell<LabelIndex<'a>>,
    services_by_label: OnceCell<(Vec<&'a Value>, SelectorIndex<'a>)>,
    workloads_by_name: OnceCell<HashMap<(&'a str, &'a str, &'a str), usize>>,
    lost_nodes: OnceCell<HashSet<&'a str>>,
    events_by_uid: OnceCell<events::ByUid<'a>>,
    waiting_claims: OnceCell<claims::Waiting<'a>>,
}

/// One type's objects, and where they were seen.
struct Listed<'a> {
    items: Vec<&'a Value>,
    any: bool,
    whole: bool,
    /// Answered one by one; empty when one list covered all.
    places: HashSet<Namespace>,
}

impl<'a> Inventory<'a> {
    /// From what was looked at.
    pub(super) fn of(look: &Look<'a>, known: &'a Snapshot) -> Self {
        let kinds = [ApiType::deployments(), ApiType::stateful_sets(), ApiType::daemon_sets()];
        let workloads = kinds.iter().flat_map(|api| look.items(api).iter().map(|item| (api.clone(), *item)));
        let listed = look.lists().map(|(api, seen)| {
            let places = seen.namespaces.iter().cloned().collect();
            (api.clone(), Listed { items: seen.items.clone(), any: seen.any, whole: !seen.gaps, places })
        });
        Self {
            known,
            pods: look.items(&ApiType::pods()).to_vec(),
            alike: look.alike().to_vec(),
            workloads: workloads.collect(),
            replica_sets: look.items(&ApiType::replica_sets()).to_vec(),
            services: look.items(&ApiType::services()).to_vec(),
            lists: listed.collect(),
            endpoints: OnceCell::new(),
            owners: OnceCell::new(),
            owned: OnceCell::new(),
            alike_owned: OnceCell::new(),
            services_by_name: OnceCell::new(),
            pods_by_label: OnceCell::new(),
            workloads_by_label: OnceCell::new(),
            services_by_label: OnceCell::new(),
            workloads_by_name: OnceCell::new(),
            lost_nodes: OnceCell::new(),
            events_by_uid: OnceCell::new(),
            waiting_claims: OnceCell::new(),
        }
    }

    /// The objects of a type.
    pub(super) fn items(&self, api: &ApiType) -> &[&'a Value] {
        self.listed(api).map_or(&[], |listed| &listed.items)
    }

    /// Whether all objects of a type were seen in a namespace (of a cluster-wide type: all of them), so that one that was
    /// not seen is not there.
    pub(super) fn sees(&self, api: &ApiType, place: &str) -> bool {
        self.listed(api).is_some_and(|listed| {
            let here = || Namespace::parse(place).is_ok_and(|place| listed.places.contains(&place));
            listed.any && listed.whole && (listed.places.is_empty() || here())
        })
    }

    fn listed(&self, api: &ApiType) -> Option<&Listed<'a>> {
        self.lists
            .iter()
            .find(|(known, _)| known.kind == api.kind && known.group == api.group)
            .map(|(_, listed)| listed)
    }

    /// How many of each kind there are.
    pub(super) fn totals(&self) -> BTreeMap<String, u64> {
        // ReplicaSets and endpoint slices are their owners' affair.
        let own = |api: &ApiType| !matches!(api.kind.as_str(), "ReplicaSet" | "EndpointSlice");
        let alike = |api: &ApiType| if api.is("", "Pod") { self.alike.len() } else { 0 };
        let counted = self.lists.iter().map(|(api, listed)| (api, listed.items.len() + alike(api)));
        counted.filter(|(api, count)| own(api) && *count > 0).map(|(api, n)| (api.kind.clone(), n as u64)).collect()
    }

    /// The moment the facts were taken.
    pub(super) fn now(&self) -> Timestamp {
        self.known.taken_at
    }

    /// How long ago a time was, ms; nothing when it can't be read.
    pub(super) fn ms_since(&self, time: &str) -> Option<i64> {
        Some(self.now().since_ms(time.parse().ok()?))
    }

    /// The pods of a namespace that a selector matches, ended ones too.
    pub(super) fn pods_selected<'s>(
        &'s self,
        place: &'s str,
        by: &'s Map<String, Value>,
    ) -> impl Iterator<Item = &'a Value> + use<'s, 'a> {
        self.pods_index().matching(place, by).map(|index| self.pod(index))
    }

    /// Whether a selector matches any pod of a namespace, which makes none into an object.
    pub(super) fn selects_a_pod(&self, place: &str, by: &Map<String, Value>) -> bool {
        self.pods_index().matching(place, by).next().is_some()
    }

    /// Of the first pods of a namespace, those that nothing owns and that have not ended.
    pub(super) fn alone_in(&self, place: &str, first: usize) -> impl Iterator<Item = &'a Value> {
        let owned = |index: usize| match self.alike_at(index) {
            Some(alike) => alike.is_owned(),
            None => at(self.pods[index], "/metadata/ownerReferences").is_some(),
        };
        let here = self.pods_index().in_place(place).iter().copied().take(first);
        here.filter(move |index| !owned(*index)).map(|index| self.pod(index)).filter(|pod| !is_gone(pod))
    }

    fn pods_index(&self) -> &LabelIndex<'a> {
        let whole = self.pods.iter().map(|pod| (namespace(pod), labels(pod)));
        let alike = self.alike.iter().map(|pod| (pod.namespace(), pod.labels()));
        self.pods_by_label.get_or_init(|| LabelIndex::of(whole.chain(alike)))
    }

    /// By its number in the index.
    fn pod(&self, index: usize) -> &'a Value {
        self.alike_at(index).map_or_else(|| self.pods[index], Likeness::object)
    }

    fn alike_at(&self, index: usize) -> Option<&'a Likeness> {
        self.alike.get(index.checked_sub(self.pods.len())?).copied()
    }

    /// What hangs on an owner directly: ReplicaSets of a Deployment, pods of a StatefulSet, Jobs of a CronJob.
    pub(super) fn owned(&self, owner: &Value) -> impl Iterator<Item = &'a Value> {
        let alike = self.alike_owned.get_or_init(|| {
            let mut owned: HashMap<&str, Vec<&Likeness>> = HashMap::new();
            for pod in &self.alike {
                if let Some(owner) = pod.controller().filter(|uid| !uid.is_empty()) {
                    owned.entry(owner).or_default().push(pod);
                }
            }
            owned
        });
        let alike = alike.get(uid(owner)).map_or(&[][..], Vec::as_slice);
        self.whole_owned(owner).iter().copied().chain(alike.iter().map(|pod| pod.object()))
    }

    fn whole_owned(&self, owner: &Value) -> &[&'a Value] {
        let all = self.owned.get_or_init(|| {
            let mut owned: HashMap<&str, Vec<&Value>> = HashMap::new();
            for object in self.pods.iter().chain(&self.replica_sets).chain(self.items(&ApiType::jobs())) {
                if let Some(owner) = controller(object).map(|owner| text(owner, "/uid")).filter(|uid| !uid.is_empty()) {
                    owned.entry(owner).or_default().push(object);
                }
            }
            owned
        });
        all.get(uid(owner)).map_or(&[], Vec::as_slice)
    }

    /// What a pod, a ReplicaSet or a Job hangs on.
    pub(super) fn root(&self, object: &'a Value) -> Option<Root<'a>> {
        let mut root = self.own(object)?;
        let mut at = object;
        for _ in 0..OWNERS_MAX {
            let Some(owner) = controller(at) else { break };
            match self.owners().get(text(owner, "/uid")) {
                Some((api, content)) => {
                    let Some(object) = reference(api, content) else { break };
                    root = Root { object, content: Some(content) };
                    at = content;
                }
                None => {
                    // Not listed (hidden): known by name only.
                    let named = unseen_owner(owner, root.object.namespace.as_ref());
                    return Some(named.unwrap_or(root));
                }
            }
        }
        Some(root)
    }

    /// The workloads of a namespace.
    pub(super) fn workloads_in(&self, place: &str) -> impl Iterator<Item = &(ApiType, &'a Value)> {
        self.workloads_index().in_place(place).iter().map(|index| &self.workloads[*index])
    }

    /// The workloads of a namespace whose pods would match a selector.
    pub(super) fn workloads_selected(&self, place: &str, by: &Map<String, Value>) -> Vec<(ObjectRef, &'a Value)> {
        let selected = self.workloads_index().matching(place, by).map(|index| &self.workloads[index]);
        selected.filter_map(|(api, workload)| Some((reference(api, workload)?, *workload))).collect()
    }

    /// A workload by kind and name.
    pub(super) fn workload(&self, kind: &str, place: &str, called: &str) -> Option<&(ApiType, &'a Value)> {
        let by_name = self.workloads_by_name.get_or_init(|| {
            let named = self.workloads.iter().enumerate();
            named.map(|(i, (_, own))| ((text(own, "/kind"), namespace(own), name(own)), i)).collect()
        });
        by_name.get(&(kind, place, called)).map(|index| &self.workloads[*index])
    }

    /// The events that were read, by what they are about.
    pub(super) fn events(&self) -> &events::ByUid<'a> {
        self.events_by_uid.get_or_init(|| events::by_uid(self.known))
    }

    /// The claims that wait for a volume.
    pub(super) fn waiting_claims(&self) -> &claims::Waiting<'a> {
        self.waiting_claims.get_or_init(|| claims::waiting(self))
    }

    fn workloads_index(&self) -> &LabelIndex<'a> {
        let pair = |(_, workload): &(ApiType, &'a Value)| (namespace(workload), template_labels(workload));
        self.workloads_by_label.get_or_init(|| LabelIndex::of(self.workloads.iter().map(pair)))
    }

    /// The endpoints of a Service; nothing when endpoint slices could not be seen whole.
    pub(super) fn endpoints(&self, service: &Value) -> Option<Endpoints> {
        let slices = ApiType::endpoint_slices();
        if !self.sees(&slices, namespace(service)) {
            return None;
        }
        let all = self.endpoints.get_or_init(|| endpoints(self.items(&slices)));
        Some(all.get(&(namespace(service), name(service))).copied().unwrap_or_default())
    }

    /// A Service by its name.
    pub(super) fn service(&self, place: &str, called: &str) -> Option<&'a Value> {
        let by_name = self.services_by_name.get_or_init(|| {
            let named = self.services.iter().enumerate();
            named.map(|(i, service)| ((namespace(service), name(service)), i)).collect()
        });
        by_name.get(&(place, called)).map(|index| self.services[*index])
    }

    /// The names of the Services of a namespace.
    pub(super) fn service_names(&self, place: &str) -> impl Iterator<Item = &'a str> {
        self.services.iter().filter(move |service| namespace(service) == place).map(|service| name(service))
    }

    /// The type of HTTPRoutes, if the cluster serves them.
    pub(super) fn routes(&self) -> Option<ApiType> {
        self.lists.iter().map(|(api, _)| api).find(|api| api.kind == "HTTPRoute").cloned()
    }

    /// A Service that leads to these pods, if there is one.
    pub(super) fn service_of(&self, place: &str, labels: Option<&Map<String, Value>>) -> Option<&'a Value> {
        let (services, index) = self.services_by_label.get_or_init(|| {
            let selecting = self.services.iter().filter_map(|service| Some((*service, selector::of(service)?)));
            let (services, selectors): (Vec<_>, Vec<_>) =
                selecting.map(|(service, by)| (service, (namespace(service), by))).unzip();
            (services, SelectorIndex::of(selectors.into_iter()))
        });
        index.first_of(place, labels).map(|found| services[found])
    }

    /// Whether a node has been out of touch for long.
    pub(super) fn is_lost(&self, node: &str) -> bool {
        let nodes = || self.items(&ApiType::nodes()).iter().filter(|node| self.out_of_touch(node));
        self.lost_nodes.get_or_init(|| nodes().map(|node| name(node)).collect()).contains(node)
    }

    fn out_of_touch(&self, node: &Value) -> bool {
        condition(node, "Ready").is_some_and(|ready| {
            let since = self.ms_since(text(ready, "/lastTransitionTime"));
            text(ready, "/status") != "True" && since.is_some_and(|ms| ms > NODE_LOST_MS)
        })
    }

    /// The ReplicaSets of a Deployment, newest revision first.
    pub(super) fn history(&self, deployment: &Value) -> Vec<&'a Value> {
        let owned = self.whole_owned(deployment).iter().copied();
        let mut sets: Vec<_> = owned.filter(|owned| text(owned, "/kind") == "ReplicaSet").collect();
        sets.sort_by_key(|set| std::cmp::Reverse(revision(set)));
        sets
    }

    fn own(&self, object: &'a Value) -> Option<Root<'a>> {
        let api = match text(object, "/kind") {
            "ReplicaSet" => ApiType::replica_sets(),
            "Job" => ApiType::jobs(),
            _ => ApiType::pods(),
        };
        Some(Root { object: reference(&api, object)?, content: Some(object) })
    }

    fn owners(&self) -> &HashMap<&'a str, (ApiType, &'a Value)> {
        self.owners.get_or_init(|| {
            let of = |api: ApiType| self.items(&api).iter().map(move |item| (api.clone(), *item));
            let sets = self.replica_sets.iter().map(|set| (ApiType::replica_sets(), *set));
            let all = self.workloads.iter().cloned().chain(sets).chain(of(ApiType::jobs()));
            all.chain(of(ApiType::cron_jobs()))
                .filter(|(_, content)| !uid(content).is_empty())
                .map(|(api, content)| (uid(content), (api, content)))
                .collect()
        })
    }
}

/// The owner that controls an object.
pub(super) fn controller(object: &Value) -> Option<&Value> {
    items(object, "/metadata/ownerReferences").iter().find(|owner| at(owner, "/controller") == Some(&Value::Bool(true)))
}

fn unseen_owner<'a>(owner: &Value, place: Option<&Namespace>) -> Option<Root<'a>> {
    let api = match text(owner, "/kind") {
        "Job" => ApiType::jobs(),
        "ReplicaSet" => ApiType::replica_sets(),
        "StatefulSet" => ApiType::stateful_sets(),
        "DaemonSet" => ApiType::daemon_sets(),
        _ => return None,
    };
    let name = ObjectName::parse(text(owner, "/name")).ok()?;
    Some(Root { object: ObjectRef { api, namespace: place.cloned(), name }, content: None })
}

/// The revision a ReplicaSet stands for; 0 when it does not say.
pub(super) fn revision(set: &Value) -> i64 {
    let annotations = at(set, "/metadata/annotations").and_then(Value::as_object);
    let said = annotations.and_then(|all| all.get("deployment.kubernetes.io/revision")).and_then(Value::as_str);
    said.and_then(|revision| revision.parse().ok()).unwrap_or(0)
}

/// The labels a workload gives its pods.
pub(super) fn template_labels(workload: &Value) -> Option<&Map<String, Value>> {
    at(workload, "/spec/template/metadata/labels").and_then(Value::as_object)
}

/// Labels of an object.
pub(super) fn labels(object: &Value) -> Option<&Map<String, Value>> {
    at(object, "/metadata/labels").and_then(Value::as_object)
}

/// Whether a pod has ended or is on its way out.
pub(super) fn is_gone(pod: &Value) -> bool {
    matches!(text(pod, "/status/phase"), "Succeeded" | "Failed") || at(pod, "/metadata/deletionTimestamp").is_some()
}

/// Pods wanted and serving of a workload. What runs to an end (Job, CronJob) serves nothing: 0 of 0.
pub(super) fn serving(api: &ApiType, workload: &Value) -> Serving {
    let number = |pointer| integer(workload, pointer).unwrap_or_default();
    let wanted = integer(workload, "/spec/replicas").unwrap_or(1);
    match api.kind.as_str() {
        "DaemonSet" => {
            Serving { wanted: number("/status/desiredNumberScheduled"), ready: number("/status/numberReady") }
        }
        "Job" | "CronJob" => Serving { wanted: 0, ready: 0 },
        "Deployment" => Serving { wanted, ready: number("/status/availableReplicas") },
        "Pod" => Serving { wanted: 1, ready: i64::from(crate::read::pod_status::has_condition(workload, "Ready")) },
        _ => Serving { wanted, ready: number("/status/readyReplicas") },
    }
}

fn endpoints<'a>(slices: &[&'a Value]) -> HashMap<(&'a str, &'a str), Endpoints> {
    let mut all: HashMap<(&str, &str), Endpoints> = HashMap::new();
    for slice in slices {
        let Some(service) = labels(slice).and_then(|labels| labels.get("kubernetes.io/service-name")?.as_str()) else {
            continue;
        };
        let entry = all.entry((namespace(slice), service)).or_default();
        for endpoint in items(slice, "/endpoints") {
            entry.total += 1;
            // Absent means ready, by the API's own rule.
            entry.ready += u64::from(at(endpoint, "/conditions/ready") != Some(&Value::Bool(false)));
        }
    }
    all
}
