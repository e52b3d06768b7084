//! Plans: what will be done, as a person decides on it. A plan lives; its content is in numbered revisions.
//!
//! An edit or refresh makes a new revision and voids votes. A revision binds what it rests on: per step the UID and a
//! fingerprint of the live values it touches, the cluster pin, the normalised dry-run diff, and the decision with the
//! digest of the packs that made it. What is *not* bound: status, managedFields, resourceVersion and server-made values.
//! Values inside diffs and bodies shown to people are masked ([`crate::redact`]); mutations hold the real ones and never
//! leave the host.
//!
//! A plan may write to several clusters. What is judged (identity, radius, risk, decision) is judged per cluster, in a
//! [`Part`] each; a step names its cluster, and one digest covers all parts, so that nobody approves one half of a plan
//! while another half is put beside it. Errors: none here; building is `flow`'s, judging is [`crate::approval`]'s.

mod asked;
mod chosen;
mod order;

use serde::{Deserialize, Serialize};

use crate::canonical::{CanonicalError, to_bytes};
use crate::diff::FieldChange;
use crate::digest::Digest;
use crate::facts::Unseen;
use crate::field::FieldPath;
use crate::ids::{PlanId, RunId, TurnId};
use crate::mutation::Mutation;
use crate::names::{ClusterName, Namespace};
use crate::object::ObjectRef;
use crate::operation::Reversibility;
use crate::policy::Decision;
use crate::principal::Principal;
use crate::problem::Problem;
use crate::radius::Radius;
use crate::risk::Risk;
use crate::time::Timestamp;
use crate::undo::Restore;

pub use asked::{Asked, Wanted, check_order};
pub use chosen::{CHOSEN_MAX, Choice, Chosen, Evidence, Proposed, choices, standing};
pub use order::{Placed, backwards, lives_in, order};

/// What a cluster is, beyond its name: so a context that now leads elsewhere is noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ClusterPin {
    /// UID of the kube-system namespace.
    KubeSystem {
        /// The UID.
        uid: String,
    },
    /// Digest of the CA's public key and the server URL, where the UID may not be read.
    Authority {
        /// The digest.
        digest: Digest,
    },
}

/// Where the operations came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Origin {
    /// A sentence, through a provider.
    Turn {
        /// The turn.
        turn: TurnId,
    },
    /// Typed operations sent to the API.
    Api,
    /// The fix of a finding.
    Finding {
        /// The finding's rule.
        rule: String,
    },
    /// The undo of a run.
    Undo {
        /// The run taken back.
        run: RunId,
    },
}

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanState {
    /// Policy denies it as it is.
    Denied,
    /// Votes are missing.
    NeedsApproval,
    /// Policy passed, or the quorum was met; may be executed.
    Ready,
    /// The requester or an approver said no.
    Rejected,
    /// Time ran out before it was executed.
    Expired,
    /// What it rests on changed.
    Stale,
    /// A run is under way.
    Running,
    /// The run ended well.
    Succeeded,
    /// The run ended with a failed, skipped or cancelled step.
    Failed,
    /// A step's outcome is unknown.
    Indeterminate,
    /// Taken back by a later plan.
    Undone,
}

impl PlanState {
    /// Whether an edit, refresh, vote or execution is still possible.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Denied | Self::NeedsApproval | Self::Ready | Self::Stale | Self::Expired)
    }
}

/// One intended change for life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Who asked, and whose rights execute it.
    pub requester: Principal,
    /// Where it came from.
    pub origin: Origin,
    /// When it was first made.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: PlanState,
    /// The current revision.
    pub revision: Revision,
    /// The run, once executed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// What stood in the way, when it is stale or denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// Clusters on which something that its run wrote still stands, or may stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stands: Vec<ClusterName>,
    /// Clusters on which its run was taken back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undone: Vec<ClusterName>,
}

/// The content of a plan at one time. Its digest is what people approve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// 1, 2, 3, …
    pub number: u32,
    /// Random text that makes the digest say nothing about short values inside; kept only with the sealed revision.
    pub nonce: String,
    /// When it was computed.
    pub made_at: Timestamp,
    /// After this it may no longer be approved or executed.
    pub expires_at: Timestamp,
    /// One for each cluster it writes to, in the order they were named first; never empty.
    pub parts: Vec<Part>,
    /// What was asked for; empty for an undo.
    pub operations: Vec<Asked>,
    /// What will be done, in order.
    pub steps: Vec<Step>,
    /// Which component and model proposed it: `provider-rules 0.1.0`.
    pub provenance: Vec<String>,
    /// What a model chose that is not in the person's words; of provenance, so not bound by the digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chosen: Vec<Chosen>,
}

/// What a plan means for one of its clusters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The cluster as configured.
    pub cluster: ClusterName,
    /// The cluster's identity.
    pub pin: ClusterPin,
    /// What else the steps there touch.
    pub radius: Radius,
    /// How bad they can be.
    pub risk: Risk,
    /// What policy says of them.
    pub decision: Decision,
    /// What could not be looked at.
    pub unseen: Vec<Unseen>,
}

/// One API write and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Position in the plan, from 0.
    pub index: u32,
    /// Steps that must succeed first.
    pub depends_on: Vec<u32>,
    /// Which of the revision's operations it comes from; absent in an undo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<u32>,
    /// The cluster it is sent to; one of the revision's parts.
    pub cluster: ClusterName,
    /// What it does, in plain words.
    pub sentence: String,
    /// It as kubectl text, for reading.
    pub kubectl: String,
    /// The write itself. Never serialised towards people: use [`Step::diff`].
    pub mutation: Mutation,
    /// For an undo: what is put back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore: Option<Restore>,
    /// What it rests on.
    pub bound: Bound,
    /// What the server's dry-run said.
    pub dry_run: DryRun,
    /// The server's dry-run result against the live object, volatile fields left out, secret values masked.
    pub diff: Vec<FieldChange>,
    /// How far it can be taken back.
    pub reversibility: Reversibility,
}

/// What a step rests on: compared again right before it is executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// UID of the live object; absent when the step creates it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Fingerprint of the live values the step touches.
    pub fingerprint: Digest,
    /// Digest of the unmasked, normalised diff.
    pub diff: Digest,
}

/// What the API server said when asked to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "dry_run", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DryRun {
    /// Tried twice; the fields that differed between the tries are volatile and not bound.
    Verified {
        /// Paths of volatile fields.
        volatile: Vec<FieldPath>,
        /// The server's `Warning:` headers.
        warnings: Vec<String>,
    },
    /// It could not be tried; costs risk and always requires approval; tried again right before the step.
    Unverified {
        /// Why, in a sentence.
        reason: String,
    },
}

impl Plan {
    /// What it means for a cluster; nothing for one it does not write to.
    pub fn part(&self, cluster: &ClusterName) -> Option<&Part> {
        self.revision.part(cluster)
    }

    /// The clusters it writes to.
    pub fn clusters(&self) -> impl Iterator<Item = &ClusterName> {
        self.revision.parts.iter().map(|part| &part.cluster)
    }
}

impl Revision {
    /// The digest people approve: over the content of all parts, not over times of computation.
    pub fn digest(&self, plan: PlanId) -> Result<Digest, CanonicalError> {
        let parts: Vec<_> = self
            .parts
            .iter()
            .map(|part| (&part.cluster, &part.pin, &part.decision.packs, &part.decision.outcome))
            .collect();
        let steps: Vec<_> = self
            .steps
            .iter()
            .map(|step| {
                let mutation = serde_json::to_value(&step.mutation).unwrap_or_default();
                let mutation =
                    crate::canonical::to_bytes_lossless(&mutation).map(|b| Digest::of("kubechat/mutation/v1", &b));
                mutation
                    .map(|mutation| (step.index, &step.depends_on, &step.cluster, mutation, &step.bound, &step.dry_run))
            })
            .collect::<Result<_, _>>()?;
        let content = (plan, self.number, &self.nonce, parts, steps);
        Ok(Digest::of("kubechat/revision/v2", &to_bytes(&content)?))
    }

    /// What it means for a cluster; nothing for one it does not write to.
    pub fn part(&self, cluster: &ClusterName) -> Option<&Part> {
        self.parts.iter().find(|part| part.cluster == *cluster)
    }

    /// The steps that are sent to a cluster.
    pub fn steps_on<'a>(&'a self, cluster: &'a ClusterName) -> impl Iterator<Item = &'a Step> {
        self.steps.iter().filter(move |step| step.cluster == *cluster)
    }

    /// The worst risk of its parts.
    pub fn risk(&self) -> Option<&Risk> {
        self.parts.iter().map(|part| &part.risk).max_by_key(|risk| risk.score)
    }

    /// Whether any step could not be tried.
    pub fn is_unverified(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.dry_run, DryRun::Unverified { .. }))
    }

    /// The namespaces its steps write in on a cluster, sorted.
    pub fn namespaces<'a>(&'a self, cluster: &'a ClusterName) -> Vec<&'a Namespace> {
        let mut all: Vec<_> = self.steps_on(cluster).filter_map(|s| s.mutation.target.namespace.as_ref()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The objects its steps write, wherever.
    pub fn targets(&self) -> impl Iterator<Item = &ObjectRef> {
        self.steps.iter().map(|step| &step.mutation.target)
    }

    /// The objects its steps write on a cluster.
    pub fn targets_on<'a>(&'a self, cluster: &'a ClusterName) -> impl Iterator<Item = &'a ObjectRef> {
        self.steps_on(cluster).map(|step| &step.mutation.target)
    }
}
