//! What kind of thing an object is and where it lives: the API type, and one object's address.
//!
//! [`ApiType`] is what discovery answered for a kind; [`ObjectRef`] is one object of it. Both are data, not clients.
//! An object's content is plain JSON (`serde_json::Value`): any kind the cluster serves must work, known or not.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::names::{Namespace, ObjectName};

/// One resource the API server serves, as discovery described it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiType {
    /// API group; empty for the core group.
    pub group: String,
    /// Version, such as `v1`.
    pub version: String,
    /// Kind, such as `Deployment`.
    pub kind: String,
    /// Resource name in the URL, such as `deployments`.
    pub plural: String,
    /// Whether objects of it live in a namespace.
    pub namespaced: bool,
}

impl ApiType {
    /// `apps/v1` or `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `deployments.apps`, or `pods` for the core group: how `kubectl auth can-i` takes it.
    pub fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// Whether this is `kind` of `group`, whatever the version.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// Whether Kubernetes itself brings it: its schema is known to every API server, and strategic patches work.
    pub fn is_built_in(&self) -> bool {
        !self.group.contains('.') || self.group.ends_with(".k8s.io")
    }

    fn known(group: &str, version: &str, kind: &str, plural: &str, namespaced: bool) -> Self {
        let (group, version) = (group.to_owned(), version.to_owned());
        Self { group, version, kind: kind.to_owned(), plural: plural.to_owned(), namespaced }
    }

    /// Core `v1` pods.
    pub fn pods() -> Self {
        Self::known("", "v1", "Pod", "pods", true)
    }
    /// Core `v1` services.
    pub fn services() -> Self {
        Self::known("", "v1", "Service", "services", true)
    }
    /// Core `v1` namespaces.
    pub fn namespaces() -> Self {
        Self::known("", "v1", "Namespace", "namespaces", false)
    }
    /// Core `v1` nodes.
    pub fn nodes() -> Self {
        Self::known("", "v1", "Node", "nodes", false)
    }
    /// Core `v1` events.
    pub fn events() -> Self {
        Self::known("", "v1", "Event", "events", true)
    }
    /// Core `v1` secrets.
    pub fn secrets() -> Self {
        Self::known("", "v1", "Secret", "secrets", true)
    }
    /// Core `v1` config maps.
    pub fn config_maps() -> Self {
        Self::known("", "v1", "ConfigMap", "configmaps", true)
    }
    /// Core `v1` persistent volume claims.
    pub fn claims() -> Self {
        Self::known("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true)
    }
    /// Core `v1` resource quotas.
    pub fn quotas() -> Self {
        Self::known("", "v1", "ResourceQuota", "resourcequotas", true)
    }
    /// `apps/v1` deployments.
    pub fn deployments() -> Self {
        Self::known("apps", "v1", "Deployment", "deployments", true)
    }
    /// `apps/v1` replica sets.
    pub fn replica_sets() -> Self {
        Self::known("apps", "v1", "ReplicaSet", "replicasets", true)
    }
    /// `apps/v1` stateful sets.
    pub fn stateful_sets() -> Self {
        Self::known("apps", "v1", "StatefulSet", "statefulsets", true)
    }
    /// `apps/v1` daemon sets.
    pub fn daemon_sets() -> Self {
        Self::known("apps", "v1", "DaemonSet", "daemonsets", true)
    }
    /// `apps/v1` controller revisions: the history of stateful and daemon sets.
    pub fn controller_revisions() -> Self {
        Self::known("apps", "v1", "ControllerRevision", "controllerrevisions", true)
    }
    /// `apiextensions.k8s.io/v1` definitions of custom kinds.
    pub fn definitions() -> Self {
        let (group, plural) = ("apiextensions.k8s.io", "customresourcedefinitions");
        Self::known(group, "v1", "CustomResourceDefinition", plural, false)
    }
    /// `batch/v1` jobs.
    pub fn jobs() -> Self {
        Self::known("batch", "v1", "Job", "jobs", true)
    }
    /// `batch/v1` cron jobs.
    pub fn cron_jobs() -> Self {
        Self::known("batch", "v1", "CronJob", "cronjobs", true)
    }
    /// `autoscaling/v2` horizontal pod autoscalers.
    pub fn autoscalers() -> Self {
        Self::known("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true)
    }
    /// `policy/v1` pod disruption budgets.
    pub fn budgets() -> Self {
        Self::known("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true)
    }
    /// `discovery.k8s.io/v1` endpoint slices.
    pub fn endpoint_slices() -> Self {
        Self::known("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true)
    }
    /// `networking.k8s.io/v1` ingresses.
    pub fn ingresses() -> Self {
        Self::known("networking.k8s.io", "v1", "Ingress", "ingresses", true)
    }
    /// `networking.k8s.io/v1` network policies.
    pub fn network_policies() -> Self {
        Self::known("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true)
    }
    /// `storage.k8s.io/v1` storage classes.
    pub fn storage_classes() -> Self {
        Self::known("storage.k8s.io", "v1", "StorageClass", "storageclasses", false)
    }
    /// `admissionregistration.k8s.io/v1` webhooks that judge.
    pub fn validating_webhooks() -> Self {
        let (kind, plural) = ("ValidatingWebhookConfiguration", "validatingwebhookconfigurations");
        Self::known("admissionregistration.k8s.io", "v1", kind, plural, false)
    }
    /// `admissionregistration.k8s.io/v1` webhooks that change.
    pub fn mutating_webhooks() -> Self {
        let (kind, plural) = ("MutatingWebhookConfiguration", "mutatingwebhookconfigurations");
        Self::known("admissionregistration.k8s.io", "v1", kind, plural, false)
    }
}

/// One object's address in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectRef {
    /// What it is.
    #[serde(rename = "type")]
    pub api: ApiType,
    /// Where it lives; absent for cluster-wide kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// What it is called.
    pub name: ObjectName,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.api.kind, self.name),
            None => write!(f, "{} {}", self.api.kind, self.name),
        }
    }
}

/// `metadata.uid`, or empty.
pub fn uid(object: &Value) -> &str {
    text(object, "/metadata/uid")
}

/// `metadata.name`, or empty.
pub fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

/// `metadata.namespace`, or empty.
pub fn namespace(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

/// The value at a JSON pointer. As `Value::pointer`, but without an allocation a step: analyzers ask this of every pod.
pub fn at<'a>(object: &'a Value, pointer: &str) -> Option<&'a Value> {
    #[cfg(test)]
    work::READ.with(|count| count.set(count.get() + 1));
    let Some(path) = pointer.strip_prefix('/') else { return pointer.is_empty().then_some(object) };
    if path.contains('~') {
        return object.pointer(pointer);
    }
    path.split('/').try_fold(object, |value, key| match value {
        Value::Object(map) => map.get(key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The text at a JSON pointer, or empty.
pub fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    at(object, pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The integer at a JSON pointer, if there is one.
pub fn integer(object: &Value, pointer: &str) -> Option<i64> {
    at(object, pointer).and_then(Value::as_i64)
}

/// The items at a JSON pointer, or none.
pub fn items<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    at(object, pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// How much was read, for tests that hold the cost of a diagnosis to its size.
#[cfg(test)]
pub(crate) mod work {
    thread_local! {
        /// Fields looked up on this thread.
        pub(crate) static READ: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }
}
