//! Runs: one execution of one approved revision, step by step, as rows that outlive the request and the process.
//!
//! A step goes pending → running (intent committed) → succeeded, failed, skipped, cancelled or indeterminate. Nothing
//! leaves a final state. `Indeterminate` is what a crash between intent and outcome leaves; it is resolved by comparing
//! the live object with the prediction, never by writing again. Pure.

use serde::{Deserialize, Serialize};

use crate::diff::FieldChange;
use crate::digest::Digest;
use crate::ids::{PlanId, RunId};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::time::Timestamp;

/// One execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The plan.
    pub plan: PlanId,
    /// The revision's number.
    pub revision: u32,
    /// The approved digest.
    pub approval: Digest,
    /// Who pressed the button; the rights are the requester's, who is the same person in this version.
    pub actor: Principal,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Cancel was asked for; honoured before the next step.
    pub cancel_requested: bool,
    /// Where it stands.
    pub state: RunState,
    /// The steps, in order.
    pub steps: Vec<StepRun>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// Accepted, not begun.
    Pending,
    /// A step is being executed.
    Running,
    /// All writes are done; the rollout is being watched.
    Settling,
    /// Every step succeeded.
    Succeeded,
    /// A step failed; what depended on it was skipped.
    Failed,
    /// Cancelled between steps.
    Cancelled,
    /// A step's outcome is unknown.
    Indeterminate,
}

impl RunState {
    /// Whether nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled | Self::Indeterminate)
    }
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRun {
    /// Position.
    pub index: u32,
    /// Where it stands.
    pub state: StepState,
    /// When its intent was committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When its outcome was committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it failed, was skipped or is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// Fields whose result differs from the dry-run's prediction (masked); empty when it went as shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surprises: Vec<FieldChange>,
    /// What is seen of the rollout: `3 of 5 pods ready`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<String>,
    /// Whether the rollout came to rest before the deadline; absent when there is none to watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<bool>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Intent committed; the write may be on its way.
    Running,
    /// The API server accepted it.
    Succeeded,
    /// Refused, or never sent.
    Failed,
    /// A step it depends on did not succeed.
    Skipped,
    /// Cancelled before it began.
    Cancelled,
    /// The outcome is unknown.
    Indeterminate,
}

impl StepState {
    /// Whether it may no longer change, except that `Indeterminate` may be resolved.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}

impl Run {
    /// The state that follows from the steps once none is pending or running.
    pub fn conclusion(&self) -> RunState {
        let any = |state| self.steps.iter().any(|step| step.state == state);
        if any(StepState::Indeterminate) {
            RunState::Indeterminate
        } else if any(StepState::Failed) || any(StepState::Skipped) {
            RunState::Failed
        } else if any(StepState::Cancelled) {
            RunState::Cancelled
        } else {
            RunState::Succeeded
        }
    }
}
