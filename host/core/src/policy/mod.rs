//! Policy: what packs are told, what they answer, and how answers merge. There is no "allow".
//!
//! A pack abstains, notes, warns, requires approval or denies. Merging is order-independent: deny beats require beats
//! warn; several requirements are all to be met. A pack that fails denies writes. A `monitor` binding's verdict is shown
//! but never binds. The mode of the cluster (read-only) denies like a rule. Pure.

pub mod build;
pub mod facts;
mod merge;
mod schema;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

pub use merge::{PackOutcome, decide};

/// How bad a broken rule is; independent of its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// For information.
    Info,
    /// Minor.
    Low,
    /// Worth a look.
    Medium,
    /// Serious.
    High,
    /// Could take the service or its data away.
    Critical,
}

/// What a finding does to the plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// Said, nothing else.
    Note,
    /// Said, and shown before the run.
    Warn,
    /// Others must agree.
    Require(Requirement),
    /// It may not run.
    Deny,
}

/// Who must agree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Distinct people besides the requester, 1..=16.
    pub count: u32,
    /// Groups whose members count; empty means anyone who may approve.
    pub groups: Vec<String>,
    /// How long votes stay good, seconds; absent means the host's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry_s: Option<u32>,
}

/// What one rule found in one plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// The pack's id.
    pub pack: String,
    /// The rule's id, unique in its pack.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// What is wrong with this plan.
    pub sentence: String,
    /// What to change.
    pub remedy: String,
    /// What it does.
    pub effect: Effect,
    /// Whether it binds; `monitor` bindings only show.
    pub enforced: bool,
}

/// What policy says about a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// Every verdict, worst first.
    pub verdicts: Vec<Verdict>,
    /// Digest over the bound packs (id, component digest, settings, binding): a changed pack voids approvals.
    pub packs: Digest,
}

/// The merged effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// May run on the requester's word.
    Pass,
    /// Others must agree to all of these.
    Require {
        /// Distinct requirements, sorted.
        requirements: Vec<Requirement>,
        /// One person is alone here by configuration: his own explicit confirmation stands in for a second person.
        confirm_only: bool,
    },
    /// May not run.
    Deny,
}
