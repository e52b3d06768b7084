//! What a policy pack is told of a plan: the published facts document, version 1.
//!
//! Pushed in as JSON of at most [`limits::POLICY_FACTS_BYTES_MAX`](crate::limits::POLICY_FACTS_BYTES_MAX); packs can't
//! ask back. Integers, texts and booleans only. Secret values are masked. `complete: false` says that something could not
//! be seen: a pack must then assume the worse. Everything a rule of policy-baseline needs stands here, computed once by
//! the host from live objects, so that two packs can't count differently. Absent means "not so" or "does not apply".

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Schema version: 1.
    pub version: u32,
    /// Who asks.
    pub requester: Requester,
    /// The cluster.
    pub cluster: Cluster,
    /// Where the plan comes from: `turn`, `api`, `finding`, `undo`.
    pub origin: String,
    /// The writes, in order.
    pub steps: Vec<Step>,
    /// Pods the whole plan can reach.
    pub radius_pods: u64,
    /// Objects the whole plan can reach, written ones included.
    pub radius_objects: u64,
    /// Risk level: `low`, `medium`, `high`, `critical`.
    pub risk_level: String,
    /// Risk score, 0..=100.
    pub risk_score: u32,
    /// Whether everything that was looked for could be seen.
    pub complete: bool,
    /// What could not be seen.
    pub unseen: Vec<String>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requester {
    /// `issuer|name`.
    pub subject: String,
    /// Groups.
    pub groups: Vec<String>,
}

/// The cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Its configured name.
    pub name: String,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Position.
    pub index: u32,
    /// The operation: `scale`, `set-image`, `restart`, `apply`, `delete`, or `undo`.
    pub op: String,
    /// The API verb: `create`, `patch`, `delete`.
    pub verb: String,
    /// API group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Namespace; empty for cluster-wide kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Whether the object is created by this step.
    pub creates: bool,
    /// Labels of the namespace.
    pub namespace_labels: std::collections::BTreeMap<String, String>,
    /// Whether the namespace or cluster is labelled as production (`environment`, `env` or `stage` = `prod*`).
    pub production: bool,
    /// Whether the requester owns the namespace: in a group named by its `kubechat.dev/owner` annotation or label; where
    /// none is named, whoever the API server lets write there.
    pub owner: bool,
    /// Changed fields: path as text, values masked.
    pub changes: Vec<Change>,
    /// Images set by this step.
    pub images: Vec<Image>,
    /// Wanted and present replicas, when they change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas: Option<Replicas>,
    /// The autoscaler that owns the replicas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autoscaler: Option<Autoscaler>,
    /// Services whose ready endpoints change, with how many each keeps.
    pub services: Vec<ServiceReach>,
    /// Disruption budgets over the touched pods.
    pub budgets: Vec<BudgetReach>,
    /// Persistent volume claims that go.
    pub claims_lost: u64,
    /// Consumers (pods or workloads) of a ConfigMap, Secret or claim that goes or changes.
    pub consumers: u64,
    /// Objects that go with a deletion, the named one included; 0 otherwise.
    pub removes_objects: u64,
    /// Pods this step restarts, removes or adds.
    pub pods: u64,
    /// Who else declares this object: GitOps or Helm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_by: Option<DeclaredBy>,
    /// Why the server's dry-run could not be had; absent when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unverified: Option<String>,
    /// `exact`, `re-made`, `partial` or `none`.
    pub reversibility: String,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Path as text.
    pub path: String,
    /// Before; masked, cut at 256 bytes of JSON text.
    pub before: Value,
    /// After; masked, cut alike.
    pub after: Value,
}

/// One image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// The container.
    pub container: String,
    /// Before; empty when new.
    pub before: String,
    /// After.
    pub after: String,
    /// Tag after; empty when none is written.
    pub tag: String,
    /// Whether it is pinned by digest.
    pub pinned: bool,
}

/// Replica counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replicas {
    /// Present.
    pub before: i64,
    /// Wanted.
    pub after: i64,
}

/// A HorizontalPodAutoscaler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Autoscaler {
    /// Its name.
    pub name: String,
    /// Fewest replicas.
    pub min: i64,
    /// Most replicas.
    pub max: i64,
}

/// What a Service keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceReach {
    /// `namespace/name`.
    pub name: String,
    /// Ready endpoints now.
    pub ready_before: u64,
    /// Ready endpoints at the lowest point, or for good when capacity is removed.
    pub ready_after: u64,
}

/// What a disruption budget allows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetReach {
    /// `namespace/name`.
    pub name: String,
    /// Disruptions it allows now.
    pub allowed: i64,
    /// Pods of it that this step takes away for good.
    pub takes: i64,
    /// Whether the step leaves fewer healthy pods than it wants, or removes the budget.
    pub broken: bool,
}

/// Who declares an object besides us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredBy {
    /// `argo-cd`, `flux`, `helm`.
    pub tool: String,
    /// Application, Kustomization or release, as named on the object.
    pub owner: String,
    /// Whether a controller will put the declared value back by itself.
    pub reverts: bool,
}

/// The published JSON schema of [`Facts`].
pub fn schema() -> Value {
    super::schema::schema()
}
