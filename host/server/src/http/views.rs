//! What people see of plans and runs: everything to decide on, and no mutation body.
//!
//! What is judged per cluster stands in `parts`, one for each cluster; `risk` and `mode` beside them are the worst and the
//! strictest of them, for lists.

use kubechat_core::approval::{Ballot, Choice, Tally, state_word};
use kubechat_core::diff::FieldChange;
use kubechat_core::digest::Digest;
use kubechat_core::facts::Unseen;
use kubechat_core::ids::{PlanId, RunId};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::operation::Reversibility;
use kubechat_core::plan::{Asked, Chosen, ClusterPin, DryRun, Origin, Part, Plan, PlanState, Step};
use kubechat_core::policy::Decision;
use kubechat_core::problem::Problem;
use kubechat_core::radius::Radius;
use kubechat_core::risk::Risk;
use kubechat_core::run::{Left, Run};
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
    clusters: Vec<ClusterName>,
    origin: Origin,
    created_at: Timestamp,
    expires_at: Timestamp,
    revision: u32,
    operations: Vec<Value>,
    steps: Vec<StepView>,
    parts: Vec<PartView>,
    risk: Option<Risk>,
    provenance: Vec<String>,
    chosen: Vec<Chosen>,
    mode: Option<Mode>,
    run: Option<RunId>,
    problem: Option<Problem>,
    stands: Vec<ClusterName>,
    undone: Vec<ClusterName>,
}

/// What a plan means for one of its clusters, as it is shown.
#[derive(Debug, Serialize)]
pub struct PartView {
    cluster: ClusterName,
    pin: ClusterPin,
    mode: Option<Mode>,
    namespaces: Vec<Namespace>,
    steps: Vec<u32>,
    risk: Risk,
    radius: Radius,
    decision: Decision,
    approval: Option<ApprovalView>,
    unseen: Vec<Unseen>,
}

/// A run as it is shown: its row, and what it leaves on each cluster.
#[derive(Debug, Serialize)]
pub struct RunView {
    #[serde(flatten)]
    run: Run,
    clusters: Vec<Left>,
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self { clusters: run.by_cluster(), run }
    }
}

/// A step as it is shown.
#[derive(Debug, Serialize)]
pub struct StepView {
    index: u32,
    cluster: ClusterName,
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

impl ApprovalView {
    fn new(ballot: &Ballot, tally: &Tally) -> Self {
        let vote = |vote: &kubechat_core::approval::Vote| VoteView {
            voter: vote.voter.name.clone(),
            choice: vote.choice,
            at: vote.at,
        };
        Self {
            digest: ballot.request.digest,
            tally: Some(tally.clone()),
            expires_at: ballot.request.expires_at,
            votes: ballot.votes.iter().map(vote).collect(),
        }
    }
}

impl PartView {
    fn new(plan: &Plan, part: &Part, shown: &Shown, mode: Option<Mode>) -> Self {
        let cluster = &part.cluster;
        Self {
            cluster: cluster.clone(),
            pin: part.pin.clone(),
            mode,
            namespaces: plan.revision.namespaces(cluster).into_iter().cloned().collect(),
            steps: plan.revision.steps_on(cluster).map(|step| step.index).collect(),
            risk: part.risk.clone(),
            radius: part.radius.clone(),
            decision: part.decision.clone(),
            approval: shown.ballot(cluster).map(|(ballot, tally)| ApprovalView::new(ballot, tally)),
            unseen: part.unseen.clone(),
        }
    }
}

impl PlanView {
    /// The view of a plan, with the mode of each cluster that is known to whoever looks.
    pub fn new(shown: Shown, mode: impl Fn(&ClusterName) -> Option<Mode>) -> Self {
        let parts: Vec<PartView> = shown
            .plan
            .revision
            .parts
            .iter()
            .map(|part| PartView::new(&shown.plan, part, &shown, mode(&part.cluster)))
            .collect();
        let Shown { plan, version, .. } = shown;
        let (clusters, risk) = (plan.clusters().cloned().collect(), plan.revision.risk().cloned());
        let revision = plan.revision;
        Self {
            id: plan.id,
            etag: etag(version.0),
            state: plan.state,
            state_text: state_word(plan.state),
            requester: plan.requester.name,
            clusters,
            origin: plan.origin,
            created_at: plan.created_at,
            expires_at: revision.expires_at,
            revision: revision.number,
            operations: revision.operations.iter().map(Asked::shown).collect(),
            steps: revision.steps.into_iter().map(StepView::from).collect(),
            mode: parts.iter().filter_map(|part| part.mode).min(),
            parts,
            risk,
            provenance: revision.provenance,
            chosen: revision.chosen,
            run: plan.run,
            problem: plan.problem,
            stands: plan.stands,
            undone: plan.undone,
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
            cluster: step.cluster,
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
