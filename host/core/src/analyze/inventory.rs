//! The lists of a diagnosis with what links them: owners, selectors, endpoints.
//!
//! Links are made only when an analyzer asks, so that a healthy cluster costs one pass over its pods. Objects are
//! borrowed from the snapshot and read by pointer; a field of an unexpected shape reads as absent.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::scope::Look;
use crate::facts::Snapshot;
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, integer, items, name, namespace, text, uid};
use crate::read::{reference, selector};
use crate::time::Timestamp;

/// Most owners followed from a pod up.
const OWNERS_MAX: usize = 4;

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
    /// Pods.
    pub(super) pods: Vec<&'a Value>,
    /// Deployments, StatefulSets and DaemonSets, with their types.
    pub(super) workloads: Vec<(ApiType, &'a Value)>,
    /// ReplicaSets.
    pub(super) replica_sets: Vec<&'a Value>,
    /// Services.
    pub(super) services: Vec<&'a Value>,
    /// Resource quotas.
    pub(super) quotas: Vec<&'a Value>,
    /// Endpoint slices; nothing when they could not be seen.
    slices: Option<Vec<&'a Value>>,
    endpoints: OnceCell<HashMap<(&'a str, &'a str), Endpoints>>,
    owners: OnceCell<HashMap<&'a str, (ApiType, &'a Value)>>,
    pods_by_place: OnceCell<HashMap<&'a str, Vec<&'a Value>>>,
}

impl<'a> Inventory<'a> {
    /// From what was looked at.
    pub(super) fn of(look: &Look<'a>, known: &'a Snapshot) -> Self {
        let kinds = [ApiType::deployments(), ApiType::stateful_sets(), ApiType::daemon_sets()];
        let workloads = kinds.iter().flat_map(|api| look.items(api).into_iter().map(|item| (api.clone(), item)));
        let slices = ApiType::endpoint_slices();
        Self {
            known,
            pods: look.items(&ApiType::pods()),
            workloads: workloads.collect(),
            replica_sets: look.items(&ApiType::replica_sets()),
            services: look.items(&ApiType::services()),
            quotas: look.items(&ApiType::quotas()),
            slices: look.saw(&slices).then(|| look.items(&slices)),
            endpoints: OnceCell::new(),
            owners: OnceCell::new(),
            pods_by_place: OnceCell::new(),
        }
    }

    /// The moment the facts were taken.
    pub(super) fn now(&self) -> Timestamp {
        self.known.taken_at
    }

    /// How long ago a time was, ms; nothing when it can't be read.
    pub(super) fn ms_since(&self, time: &str) -> Option<i64> {
        Some(self.now().since_ms(time.parse().ok()?))
    }

    /// The pods of a namespace.
    pub(super) fn pods_in(&self, place: &str) -> &[&'a Value] {
        let by_place = self.pods_by_place.get_or_init(|| {
            let mut by_place: HashMap<&str, Vec<&Value>> = HashMap::new();
            for pod in &self.pods {
                by_place.entry(namespace(pod)).or_default().push(pod);
            }
            by_place
        });
        by_place.get(place).map_or(&[], Vec::as_slice)
    }

    /// What a pod, or a ReplicaSet, hangs on.
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
                    // Not listed (a Job, or hidden): known by name only.
                    let named = unseen_owner(owner, root.object.namespace.as_ref());
                    return Some(named.unwrap_or(root));
                }
            }
        }
        Some(root)
    }

    /// The workloads of a namespace whose pods would match a selector.
    pub(super) fn workloads_selected(&self, place: &str, by: &Map<String, Value>) -> Vec<(ObjectRef, &'a Value)> {
        let selected = self
            .workloads
            .iter()
            .filter(|(_, workload)| namespace(workload) == place && selector::matches(by, template_labels(workload)));
        selected.filter_map(|(api, workload)| Some((reference(api, workload)?, *workload))).collect()
    }

    /// The endpoints of a Service; nothing when endpoint slices could not be seen.
    pub(super) fn endpoints(&self, service: &Value) -> Option<Endpoints> {
        let slices = self.slices.as_ref()?;
        let all = self.endpoints.get_or_init(|| endpoints(slices));
        Some(all.get(&(namespace(service), name(service))).copied().unwrap_or_default())
    }

    /// A Service that leads to these pods, if there is one.
    pub(super) fn service_of(&self, place: &str, labels: Option<&Map<String, Value>>) -> Option<&'a Value> {
        self.services.iter().copied().find(|service| {
            namespace(service) == place && selector::of(service).is_some_and(|by| selector::matches(by, labels))
        })
    }

    /// The ReplicaSets of a Deployment, newest revision first.
    pub(super) fn history(&self, deployment: &Value) -> Vec<&'a Value> {
        let mut sets: Vec<_> = self
            .replica_sets
            .iter()
            .copied()
            .filter(|set| {
                controller(set)
                    .is_some_and(|owner| !uid(deployment).is_empty() && text(owner, "/uid") == uid(deployment))
            })
            .collect();
        sets.sort_by_key(|set| std::cmp::Reverse(revision(set)));
        sets
    }

    fn own(&self, object: &'a Value) -> Option<Root<'a>> {
        let api = match text(object, "/kind") {
            "ReplicaSet" => ApiType::replica_sets(),
            _ => ApiType::pods(),
        };
        Some(Root { object: reference(&api, object)?, content: Some(object) })
    }

    fn owners(&self) -> &HashMap<&'a str, (ApiType, &'a Value)> {
        self.owners.get_or_init(|| {
            let sets = self.replica_sets.iter().map(|set| (ApiType::replica_sets(), *set));
            let all = self.workloads.iter().cloned().chain(sets);
            all.filter(|(_, content)| !uid(content).is_empty())
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

/// Pods wanted and serving of a workload.
pub(super) fn serving(api: &ApiType, workload: &Value) -> Serving {
    let number = |pointer| integer(workload, pointer).unwrap_or_default();
    let wanted = integer(workload, "/spec/replicas").unwrap_or(1);
    match api.kind.as_str() {
        "DaemonSet" => {
            Serving { wanted: number("/status/desiredNumberScheduled"), ready: number("/status/numberReady") }
        }
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

/// How many of each kind there are.
pub(super) fn totals(inventory: &Inventory<'_>) -> BTreeMap<String, u64> {
    let mut totals = BTreeMap::new();
    let mut add = |kind: &str, count: usize| {
        if count > 0 {
            *totals.entry(kind.to_owned()).or_insert(0) += count as u64;
        }
    };
    add("Pod", inventory.pods.len());
    add("Service", inventory.services.len());
    add("ResourceQuota", inventory.quotas.len());
    for (api, _) in &inventory.workloads {
        add(&api.kind, 1);
    }
    totals
}
