//! What a policy pack is told of a plan: the published facts document, version 1.
//!
//! Pushed in as JSON of at most [`limits::POLICY_FACTS_BYTES_MAX`](crate::limits::POLICY_FACTS_BYTES_MAX); packs can't
//! ask back. Integers, texts and booleans only. Secret values are masked. `complete: false` says that something could not
//! be seen: a pack must then assume the worse. Everything a rule of policy-baseline needs stands here, computed once by
//! the host from live objects, so that two packs can't count differently. Absent means "not so" or "does not apply".
//! Texts are at most 256 bytes, lists that name things at most twenty items, so that a hundred steps fit.

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
    /// Persistent volume claims that go with their data, or whose fate could not be seen.
    pub claims_lost: u64,
    /// Claims that go while their volumes and data stay (reclaim policy `Retain`).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub claims_retained: u64,
    /// Consumers (pods or workloads) of a ConfigMap, Secret or claim that goes or changes.
    pub consumers: u64,
    /// Objects that go with a deletion, the named one included; 0 otherwise.
    pub removes_objects: u64,
    /// Pods this step restarts, removes or adds.
    pub pods: u64,
    /// Of these, pods that are taken away for good.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pods_removed: u64,
    /// What a guard of others (autoscaler, budget, quota, limit range, network policy) promises no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weakens: Vec<String>,
    /// Rights this step hands out, borrows or opens: at most one of each class. Always there, so that a pack can tell
    /// "none" from a host that does not look.
    pub escalations: Vec<Escalation>,
    /// What pods newly get of their node: `privileged container web`, `host path /var/run`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pod_powers: Vec<String>,
    /// Containers that newly run without requests for CPU and memory or without a memory limit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources_missing: Vec<String>,
    /// Ingresses and HTTPRoutes that lose a backend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteReach>,
    /// What the cluster itself needs and loses: webhook configurations and API services without their Service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depended: Vec<String>,
    /// Who gains or loses which rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<AccessReach>,
    /// Pods that a NetworkPolicy cuts off or opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficReach>,
    /// Objects of a custom kind that can no longer be read by a version they are read by now.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub instances_unserved: u64,
    /// Why a quota or limit range will refuse it, or pods it asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<String>,
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

/// A right that a step hands out, borrows or opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// One of [`ESCALATION_CLASSES`].
    pub class: String,
    /// What, in words.
    pub what: String,
}

/// Every class of escalation, and when it is found.
pub const ESCALATION_CLASSES: &[(&str, &str)] = &[
    ("admin-grant", "a role or binding grants wildcards, `cluster-admin`, or rights that could not be seen"),
    (
        "rights-grant",
        "a role or binding grants `escalate`, `bind`, `impersonate`, `nodes/proxy`, the approval of certificates, or the writing of webhook configurations",
    ),
    ("token-grant", "a role or binding grants the minting of service account tokens"),
    (
        "token",
        "a token or certificate is minted: a service account token Secret, a token request, an approved certificate",
    ),
    ("webhook", "a webhook configuration or admission policy is written"),
    (
        "namespace-labels",
        "labels that decide what may run in a namespace change: pod security, admission webhooks, stage",
    ),
    ("borrowed-secret", "a workload reaches Secrets the requester may not read himself"),
    ("borrowed-account", "a workload runs as a service account the requester may not act as himself"),
];

/// A route that loses a backend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RouteReach {
    /// `Ingress shop/web`.
    pub name: String,
    /// The Service it leads to, `namespace/name`.
    pub service: String,
}

/// Who gains or loses rights: the first are named, all are counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccessReach {
    /// Who, as `User mira`.
    pub subjects: Vec<String>,
    /// How many.
    pub subjects_total: u64,
    /// What they may do afterwards and not before, as `delete secrets in shop`.
    pub gains: Vec<String>,
    /// How many.
    pub gains_total: u64,
    /// What they may no longer do.
    pub loses: Vec<String>,
    /// How many.
    pub loses_total: u64,
}

/// Pods whose traffic a NetworkPolicy changes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TrafficReach {
    /// Pods that lose traffic they may have now.
    pub cut_off: u64,
    /// Pods that are open to traffic they may not have now.
    pub opened: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
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
