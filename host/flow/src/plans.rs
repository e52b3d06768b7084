//! Plans as people handle them: make from operations, show, edit, refresh, reject.
//!
//! An edit or refresh computes everything anew and makes a new revision with a new approval request, so old votes count
//! for nothing. Only the requester edits; anyone configured may look. Every change is one commit with its entry.

use kubechat_core::approval::{ApprovalRequest, Tally, tally};
use kubechat_core::audit::EntryKind;
use kubechat_core::facts::Snapshot;
use kubechat_core::ids::{ApprovalId, PlanId};
use kubechat_core::limits::{APPROVAL_LIFE_MS, PLAN_STEPS_MAX};
use kubechat_core::names::ClusterName;
use kubechat_core::operation::Operation;
use kubechat_core::plan::{Origin, Plan, PlanState, Revision};
use kubechat_core::policy::Outcome;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use serde_json::json;

use crate::inbox::state_now;
use crate::journal::{draft, plan_update};
use crate::planning::Draft;
use crate::ports::ledger::{Ballot, Change, Expect, Page, Row, Version, Versioned};
use crate::{Answered, Flow};

/// A plan with where its approval stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The plan.
    pub plan: Plan,
    /// Its version, for `If-Match`.
    pub version: Version,
    /// The open request with its votes.
    pub ballot: Option<Ballot>,
    /// Where the votes stand.
    pub tally: Option<Tally>,
}

impl Flow {
    /// `POST /plans`: a plan from typed operations.
    pub async fn plan(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        operations: Vec<Operation>,
        origin: Origin,
        provenance: Vec<String>,
    ) -> Answered<Plan> {
        let made = self.draft(who, cluster, operations, origin.clone(), provenance).await;
        match made {
            Ok((draft, mut known)) => self.make(draft, &mut known).await,
            Err(problem) => Err(self.refuse(who, cluster, problem).await),
        }
    }

    async fn draft(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        mut operations: Vec<Operation>,
        origin: Origin,
        provenance: Vec<String>,
    ) -> Answered<(Draft, Snapshot)> {
        if operations.is_empty() {
            return Err(Problem::new(Code::BadInput, "a plan needs at least one operation"));
        }
        // Each becomes at least one step: too many are refused before anything is asked of a cluster.
        if operations.len() > PLAN_STEPS_MAX {
            let detail =
                format!("{} operations are more than PLAN_STEPS_MAX = {PLAN_STEPS_MAX} steps", operations.len());
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        let mut known = self.snapshot();
        let intended = self.lower(who, cluster, &mut operations, &mut known).await?;
        let (who, cluster) = (who.clone(), cluster.clone());
        Ok((Draft { who, cluster, origin, operations, intended, provenance }, known))
    }

    /// Computes the first revision of a draft and stores the plan.
    pub(crate) async fn make(&self, draft: Draft, known: &mut Snapshot) -> Answered<Plan> {
        let (who, cluster, origin) = (draft.who.clone(), draft.cluster.clone(), draft.origin.clone());
        let revision = match self.revise(1, draft, known).await {
            Ok(revision) => revision,
            Err(problem) => return Err(self.refuse(&who, &cluster, problem).await),
        };
        let plan = Plan {
            id: PlanId::mint(&*self.ports.ids),
            requester: who,
            cluster,
            origin,
            created_at: revision.made_at,
            state: state_after(&revision),
            revision,
            run: None,
            problem: None,
        };
        self.store_revision(&plan, Expect::New).await?;
        Ok(plan)
    }

    /// A refused plan leaves an entry; the problem goes back as it is.
    async fn refuse(&self, who: &Principal, cluster: &ClusterName, problem: Problem) -> Problem {
        let mut entry = self.entry(who, EntryKind::PlanRefused, problem.code.as_str());
        entry.cluster = Some(cluster.clone());
        match self.note(entry, Some(json!({"detail": problem.detail}))).await {
            Ok(()) => problem,
            Err(error) => {
                tracing::warn!(%error, "a refused plan could not be written down");
                problem
            }
        }
    }

    async fn store_revision(&self, plan: &Plan, expect: Expect) -> Answered<()> {
        let request = self.request(plan)?;
        let mut entry = self.plan_entry(&plan.requester, EntryKind::Planned, plan, state_name(plan.state));
        entry.digest = Some(request.digest);
        let sentences: Vec<_> = plan.revision.steps.iter().map(|step| &step.sentence).collect();
        let payload = json!({
            "steps": sentences, "risk": plan.revision.risk.level.as_str(), "origin": plan.origin,
            "rules": plan.revision.decision.verdicts.iter().map(|v| format!("{}/{}", v.pack, v.rule)).collect::<Vec<_>>(),
        });
        let change = Change {
            rows: vec![Row::Plan(Box::new(plan.clone()), expect), Row::Approval(request)],
            entries: vec![draft(entry, Some(payload))],
        };
        self.commit(change, vec![plan_update(plan)]).await?;
        Ok(())
    }

    fn request(&self, plan: &Plan) -> Answered<ApprovalRequest> {
        let id = ApprovalId::mint(&*self.ports.ids);
        ApprovalRequest::new(id, plan, plan.revision.made_at.plus_ms(APPROVAL_LIFE_MS))
            .map_err(|e| Problem::new(Code::Fault, format!("the plan has no canonical form: {e}")))
    }

    /// `GET /plans/{id}`.
    pub async fn show(&self, id: PlanId) -> Answered<Shown> {
        let Versioned { row: mut plan, version } = self.load(id).await?;
        let ballot = self.ports.ledger.ballot(id).await?;
        let now = self.now();
        let tally = ballot.as_ref().map(|ballot| tally(&plan, &ballot.request, &ballot.votes, now));
        plan.state = state_now(&plan, now);
        Ok(Shown { plan, version, ballot, tally })
    }

    /// `GET /plans`: newest first.
    pub async fn list_plans(&self, page: Page) -> Answered<Vec<(u64, Plan)>> {
        Ok(self.ports.ledger.plans(None, page).await?)
    }

    pub(crate) async fn load(&self, id: PlanId) -> Answered<Versioned<Plan>> {
        self.ports.ledger.plan(id).await?.ok_or_else(|| Problem::new(Code::NotFound, format!("there is no plan {id}")))
    }

    /// The plan, when this principal is its requester and it is still open.
    pub(crate) async fn own_open(
        &self,
        who: &Principal,
        id: PlanId,
        expect: Option<Version>,
    ) -> Answered<Versioned<Plan>> {
        let found = self.load(id).await?;
        if found.row.requester.subject() != who.subject() {
            let detail = format!("plan {id} belongs to {}", found.row.requester.name);
            return Err(
                Problem::new(Code::Forbidden, detail).hint("only the requester edits, refreshes or runs a plan")
            );
        }
        if expect.is_some_and(|expect| expect != found.version) {
            return Err(Problem::new(Code::PreconditionFailed, format!("plan {id} was changed in between")));
        }
        if !found.row.state.is_open() {
            let word = kubechat_core::approval::state_word(found.row.state);
            return Err(Problem::new(Code::WrongState, format!("plan {id} is {word}")));
        }
        Ok(found)
    }

    /// `PATCH /plans/{id}`: other operations; everything is recomputed.
    pub async fn edit(
        &self,
        who: &Principal,
        id: PlanId,
        operations: Vec<Operation>,
        expect: Option<Version>,
    ) -> Answered<Plan> {
        let found = self.own_open(who, id, expect).await?;
        if matches!(found.row.origin, Origin::Undo { .. }) {
            return Err(Problem::new(Code::WrongState, "an undo puts back what was there; it can't be edited")
                .hint("reject it and make a plan of its own"));
        }
        self.recompute(who, found, Some(operations)).await
    }

    /// `POST /plans/{id}/refresh`: the same operations, computed anew.
    pub async fn refresh(&self, who: &Principal, id: PlanId) -> Answered<Plan> {
        let found = self.own_open(who, id, None).await?;
        self.recompute(who, found, None).await
    }

    async fn recompute(
        &self,
        who: &Principal,
        found: Versioned<Plan>,
        operations: Option<Vec<Operation>>,
    ) -> Answered<Plan> {
        let Versioned { row: mut plan, version } = found;
        let (origin, provenance) = (plan.origin.clone(), plan.revision.provenance.clone());
        let (draft, mut known) = match (&plan.origin, operations) {
            (Origin::Undo { run }, _) => self.undo_draft(who, *run).await?,
            (_, edited) => {
                let operations = edited.unwrap_or_else(|| plan.revision.operations.clone());
                self.draft(who, &plan.cluster, operations, origin, provenance).await?
            }
        };
        plan.revision = self.revise(plan.revision.number + 1, draft, &mut known).await?;
        plan.state = state_after(&plan.revision);
        plan.problem = None;
        self.store_revision(&plan, Expect::At(version)).await?;
        Ok(plan)
    }
}

/// Where a plan stands right after a revision was computed.
pub(crate) fn state_after(revision: &Revision) -> PlanState {
    match revision.decision.outcome {
        Outcome::Deny => PlanState::Denied,
        Outcome::Require { .. } => PlanState::NeedsApproval,
        Outcome::Pass => PlanState::Ready,
    }
}

/// The wire name of a state.
pub(crate) fn state_name(state: PlanState) -> &'static str {
    match state {
        PlanState::Denied => "denied",
        PlanState::NeedsApproval => "needs-approval",
        PlanState::Ready => "ready",
        PlanState::Rejected => "rejected",
        PlanState::Expired => "expired",
        PlanState::Stale => "stale",
        PlanState::Running => "running",
        PlanState::Succeeded => "succeeded",
        PlanState::Failed => "failed",
        PlanState::Indeterminate => "indeterminate",
        PlanState::Undone => "undone",
    }
}
