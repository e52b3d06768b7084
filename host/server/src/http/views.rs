//! What people see of plans: everything to decide on, and no mutation body.

use kubechat_core::approval::{Choice, Tally, state_word};
use kubechat_core::diff::FieldChange;
use kubechat_core::digest::Digest;
use kubechat_core::facts::Unseen;
use kubechat_core::ids::{PlanId, RunId};
use kubechat_core::operation::{Operation, Reversibility};
use kubechat_core::plan::{ClusterPin, DryRun, Origin, PlanState, Step};
use kubechat_core::policy::Decision;
use kubechat_core::problem::Problem;
use kubechat_core::radius::Radius;
use kubechat_core::risk::Risk;
use kubechat_core::time::Timestamp;
use kubechat_flow::plans::Shown;
use kubechat_flow::ports::cluster::Mode;
use serde::Serialize;
use serde_json::Value;

/// A plan as it is shown.
#[derive(Debug, Serialize)]
pub struct PlanView {
    id: PlanId,
    etag: String,
    state: PlanState,
    state_text: &'static str,
    requester: String,
    cluster: String,
    origin: Origin,
    created_at: Timestamp,
    expires_at: Timestamp,
    revision: u32,
    operations: Vec<Value>,
    steps: Vec<StepView>,
    risk: Risk,
    radius: Radius,
    decision: Decision,
    approval: Option<ApprovalView>,
    unseen: Vec<Unseen>,
    provenance: Vec<String>,
    pin: ClusterPin,
    mode: Option<Mode>,
    run: Option<RunId>,
    problem: Option<Problem>,
}

/// A step as it is shown.
#[derive(Debug, Serialize)]
pub struct StepView {
    index: u32,
    depends_on: Vec<u32>,
    sentence: String,
    verb: &'static str,
    creates: bool,
    object: String,
    kubectl: String,
    diff: Vec<ChangeView>,
    dry_run: &'static str,
    unverified_reason: Option<String>,
    volatile: Vec<String>,
    warnings: Vec<String>,
    reversibility: Reversibility,
    notes: Vec<String>,
}

/// A changed field with its path as text.
#[derive(Debug, Serialize)]
pub struct ChangeView {
    path: String,
    before: Option<Value>,
    after: Option<Value>,
}

/// Where the votes stand.
#[derive(Debug, Serialize)]
pub struct ApprovalView {
    digest: Digest,
    tally: Option<Tally>,
    expires_at: Timestamp,
    votes: Vec<VoteView>,
}

/// One vote.
#[derive(Debug, Serialize)]
pub struct VoteView {
    voter: String,
    choice: Choice,
    at: Timestamp,
}

impl PlanView {
    /// The view of a plan, with the mode of its cluster where it is known.
    pub fn new(shown: Shown, mode: Option<Mode>) -> Self {
        let Shown { plan, version, ballot, tally } = shown;
        let approval = ballot.map(|ballot| ApprovalView {
            digest: ballot.request.digest,
            tally,
            expires_at: ballot.request.expires_at,
            votes: ballot
                .votes
                .into_iter()
                .map(|vote| VoteView { voter: vote.voter.name, choice: vote.choice, at: vote.at })
                .collect(),
        });
        let revision = plan.revision;
        Self {
            id: plan.id,
            etag: etag(version.0),
            state: plan.state,
            state_text: state_word(plan.state),
            requester: plan.requester.name,
            cluster: plan.cluster.to_string(),
            origin: plan.origin,
            created_at: plan.created_at,
            expires_at: revision.expires_at,
            revision: revision.number,
            operations: revision.operations.iter().map(Operation::shown).collect(),
            steps: revision.steps.into_iter().map(StepView::from).collect(),
            risk: revision.risk,
            radius: revision.radius,
            decision: revision.decision,
            approval,
            unseen: revision.unseen,
            provenance: revision.provenance,
            pin: revision.pin,
            mode,
            run: plan.run,
            problem: plan.problem,
        }
    }

    /// Whether votes are missing.
    pub fn waits(&self) -> bool {
        self.state == PlanState::NeedsApproval
    }

    /// Its run.
    pub fn run(&self) -> Option<RunId> {
        self.run
    }

    /// Whether nothing more will happen by itself.
    pub fn rests(&self) -> bool {
        !matches!(self.state, PlanState::Running | PlanState::Ready | PlanState::NeedsApproval)
    }

    /// Its ETag.
    pub fn etag(&self) -> &str {
        &self.etag
    }
}

/// The ETag of a version.
pub fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

impl From<Step> for StepView {
    fn from(step: Step) -> Self {
        let (dry_run, unverified_reason, volatile, warnings) = match step.dry_run {
            DryRun::Verified { volatile, warnings } => {
                ("verified", None, volatile.iter().map(ToString::to_string).collect(), warnings)
            }
            DryRun::Unverified { reason } => ("unverified", Some(reason), Vec::new(), Vec::new()),
        };
        Self {
            index: step.index,
            depends_on: step.depends_on,
            sentence: step.sentence,
            verb: step.mutation.action.verb(),
            creates: step.bound.uid.is_none(),
            object: step.mutation.target.to_string(),
            kubectl: step.kubectl,
            diff: step.diff.into_iter().map(ChangeView::from).collect(),
            dry_run,
            unverified_reason,
            volatile,
            warnings,
            reversibility: step.reversibility,
            notes: step.restore.map(|restore| restore.notes).unwrap_or_default(),
        }
    }
}

impl From<FieldChange> for ChangeView {
    fn from(change: FieldChange) -> Self {
        Self { path: change.path.to_string(), before: change.before, after: change.after }
    }
}
