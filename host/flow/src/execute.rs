//! Execute: accept a run of an approved plan; a supervisor carries it out, whatever becomes of the request.
//!
//! Accepting checks mode, approval and staleness of every step that can be looked at now, on every cluster of the plan, so
//! that `stale` is an answer with nothing written anywhere. The row, the use of all approvals and the entries are one
//! commit. A repeated request with the same key gives the same run.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use kubechat_core::approval::{ApprovalRequest, ApprovedPlan, state_word};
use kubechat_core::audit::EntryKind;
use kubechat_core::canonical;
use kubechat_core::digest::Digest;
use kubechat_core::ids::{PlanId, RunId};
use kubechat_core::permit::still_holds;
use kubechat_core::plan::{Plan, PlanState, Step};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::run::{Run, RunState, StepRun};
use serde_json::json;

use crate::budget::gone;
use crate::checks::Policy;
use crate::journal::{draft, drafts, execution_status, plan_update};
use crate::planning::on;
use crate::plans::state_name;
use crate::ports::cluster::Mode;
use crate::ports::ledger::{Change, Expect, LedgerError, Row, Version, Versioned};
use crate::threads::CANCEL_TRIES_MAX;
use crate::{Answered, Flow};

/// How many steps are looked at, at the same time, before a run is accepted.
const LOOKS_AT_ONCE: usize = 8;

/// `Idempotency-Key` of a request that must not be done twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnceKey(pub String);

/// Why a run was not accepted, and whether that stands in the log already.
struct Refused {
    problem: Problem,
    written: bool,
}

impl<E: Into<Problem>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self { problem: error.into(), written: false }
    }
}

impl Flow {
    /// `POST /plans/{id}/execute`: 202 with the run.
    pub async fn execute(
        &self,
        who: &Principal,
        id: PlanId,
        expect: Option<Version>,
        key: Option<OnceKey>,
    ) -> Answered<Run> {
        if let Some(run) = self.done_before(who, id, key.as_ref()).await? {
            return Ok(run);
        }
        match self.accept(who, id, expect, key).await {
            Ok(run) => {
                self.supervise(run.id);
                Ok(run)
            }
            Err(Refused { problem, written }) => {
                if !written {
                    self.note_refusal(who, id, &problem).await;
                }
                Err(problem)
            }
        }
    }

    async fn note_refusal(&self, who: &Principal, id: PlanId, problem: &Problem) {
        let mut entry = self.entry(who, EntryKind::ExecuteRefused, problem.code.as_str());
        entry.plan = Some(id);
        if let Err(error) = self.note(entry, Some(json!({"detail": problem.detail}))).await {
            tracing::warn!(%error, "a refused execution could not be written down");
        }
    }

    async fn accept(
        &self,
        who: &Principal,
        id: PlanId,
        expect: Option<Version>,
        key: Option<OnceKey>,
    ) -> Result<Run, Refused> {
        let Versioned { row: plan, version } = self.own_open(who, id, expect).await?;
        if !matches!(plan.state, PlanState::Ready | PlanState::NeedsApproval | PlanState::Denied) {
            let detail = format!("plan {id} is {}", state_word(plan.state));
            let problem = Problem::new(Code::WrongState, detail);
            return Err(problem.hint(format!("refresh it: `kubechat plan refresh {id}`")).into());
        }
        for part in &plan.revision.parts {
            self.may_execute(who, &part.cluster, plan.revision.targets_on(&part.cluster))?;
            self.may_reach(who, &part.cluster, Mode::Guarded, &part.radius.spread)?;
        }
        self.ports.ledger.health().await?;
        let ballots = self.ports.ledger.ballots(id).await?;
        if ballots.is_empty() || ballots.iter().any(|ballot| ballot.used_by.is_some()) {
            return Err(Problem::new(Code::WrongState, "the plan has no open approval request").into());
        }
        let approved = ApprovedPlan::new(plan, &ballots, self.now())?;
        if let Err(problem) = self.fresh(approved.plan()).await {
            let problem = self.told_of(&approved.plan().origin, problem).await;
            return Err(self.mark_stale(approved.plan().clone(), version, problem).await?);
        }
        Ok(self.start(approved, version, key).await?)
    }

    /// Looks at every step that waits for no other, and at the first of every cluster; some at a time, and the first that does
    /// not hold is the answer.
    async fn fresh(&self, plan: &Plan) -> Answered<()> {
        let now = |step: &&Step| is_first(plan, step) || step.depends_on.is_empty();
        let now: Vec<&Step> = plan.revision.steps.iter().filter(now).collect();
        for some in now.chunks(LOOKS_AT_ONCE) {
            let looks = some.iter().map(|step| self.holds_now(plan, step));
            join_all(looks).await.into_iter().collect::<Answered<Vec<()>>>()?;
        }
        Ok(())
    }

    /// Whether a step still holds. A pod that left by itself before its eviction keeps nothing from running.
    async fn holds_now(&self, plan: &Plan, step: &Step) -> Answered<()> {
        let several = plan.revision.parts.len() > 1;
        // The first look at a cluster asks policy about all its steps; the others need not ask again.
        let policy = if is_first(plan, step) { Policy::Ask } else { Policy::Asked };
        let looked = self.look(plan, step, policy).await.map_err(|problem| on(&step.cluster, several, problem))?;
        match gone(plan, step, &looked) {
            Some(_) => Ok(()),
            None => still_holds(plan, step, &looked.checks).map_err(|problem| on(&step.cluster, several, problem)),
        }
    }

    /// A stale plan says so from now on, and why it is stands in the log with it; other problems leave it as it is.
    async fn mark_stale(&self, mut plan: Plan, version: Version, problem: Problem) -> Answered<Refused> {
        let written = problem.code == Code::Stale;
        if written {
            let refused = EntryKind::ExecuteRefused;
            let entries = self.plan_entries(&plan.requester, refused, &plan, problem.code.as_str());
            plan.state = PlanState::Stale;
            plan.problem = Some(problem.clone());
            let rows = vec![Row::Plan(Box::new(plan.clone()), Expect::At(version))];
            let entries = drafts(entries, Some(&json!({"detail": problem.detail})));
            self.commit(Change { rows, entries }, vec![plan_update(&plan)]).await?;
        }
        Ok(Refused { problem, written })
    }

    async fn start(&self, approved: ApprovedPlan, version: Version, key: Option<OnceKey>) -> Answered<Run> {
        let (mut plan, requests) = (approved.plan().clone(), approved.requests());
        let approvals: BTreeMap<_, _> =
            requests.iter().map(|request| (request.cluster.clone(), request.digest)).collect();
        let run = Run {
            id: RunId::mint(&*self.ports.ids),
            plan: plan.id,
            revision: plan.revision.number,
            approvals,
            actor: plan.requester.clone(),
            created_at: self.now(),
            ended_at: None,
            cancel_requested: false,
            state: RunState::Pending,
            steps: plan.revision.steps.iter().map(|step| StepRun::pending(step.index, &step.cluster)).collect(),
        };
        plan.state = PlanState::Running;
        plan.run = Some(run.id);
        let entry = |request: &ApprovalRequest| {
            let (kind, state) = (EntryKind::RunAccepted, state_name(plan.state));
            let mut entry = self.part_entry(&plan.requester, kind, &plan, &request.cluster, state);
            entry.digest = Some(request.digest);
            draft(entry, None)
        };
        let entries = requests.iter().map(entry).collect();
        let mut rows: Vec<Row> = requests.iter().map(|request| Row::UseApproval(request.id, run.id)).collect();
        rows.push(Row::Run(Box::new(run.clone()), Expect::New));
        rows.push(Row::Plan(Box::new(plan.clone()), Expect::At(version)));
        if let Some(OnceKey(key)) = key {
            let subject = plan.requester.subject();
            rows.push(Row::Once { subject, key, request: once_digest(plan.id)?, answer: json!({"run": run.id}) });
        }
        let change = Change { rows, entries };
        self.commit(change, vec![plan_update(&plan), execution_status(&run)]).await?;
        Ok(run)
    }

    async fn done_before(&self, who: &Principal, id: PlanId, key: Option<&OnceKey>) -> Answered<Option<Run>> {
        let Some(OnceKey(key)) = key else { return Ok(None) };
        let Some((request, answer)) = self.ports.ledger.once(&who.subject(), key).await? else { return Ok(None) };
        if request != once_digest(id)? {
            let detail = "this Idempotency-Key was used for another request";
            return Err(Problem::new(Code::WrongState, detail).hint("use a new key"));
        }
        let run: RunId = serde_json::from_value(answer["run"].clone())
            .map_err(|e| Problem::new(Code::Fault, format!("a stored answer does not read: {e}")))?;
        Ok(Some(self.show_run(run).await?))
    }

    /// `GET /runs/{id}`.
    pub async fn show_run(&self, id: RunId) -> Answered<Run> {
        let found = self.ports.ledger.run(id).await?;
        found.map(|found| found.row).ok_or_else(|| Problem::new(Code::NotFound, format!("there is no run {id}")))
    }

    /// `POST /plans/{id}/cancel`: honoured before the next step.
    pub async fn cancel(&self, who: &Principal, id: PlanId) -> Answered<Run> {
        let plan = self.load(id).await?.row;
        if plan.requester.subject() != who.subject() {
            return Err(Problem::new(Code::Forbidden, format!("plan {id} belongs to {}", plan.requester.name)));
        }
        let id = plan.run.ok_or_else(|| Problem::new(Code::WrongState, format!("plan {id} is not running")))?;
        for _ in 0..CANCEL_TRIES_MAX {
            let found = self.ports.ledger.run(id).await?;
            let Versioned { row: mut run, version } =
                found.ok_or_else(|| Problem::new(Code::NotFound, format!("there is no run {id}")))?;
            if run.state.is_final() {
                return Err(Problem::new(Code::WrongState, "the run has ended; `kubechat undo` takes it back"));
            }
            run.cancel_requested = true;
            let entries = drafts(self.plan_entries(who, EntryKind::CancelAsked, &plan, "asked"), None);
            let rows = vec![Row::Run(Box::new(run.clone()), Expect::At(version))];
            match self.commit(Change { rows, entries }, vec![execution_status(&run)]).await {
                Ok(_) => return Ok(run),
                // A step's outcome was written meanwhile: look again.
                Err(LedgerError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Problem::new(Code::Busy, format!("run {id} is being written; ask again in a moment")))
    }
}

/// Whether a step is the first one on its cluster.
fn is_first(plan: &Plan, step: &Step) -> bool {
    plan.revision.steps_on(&step.cluster).next().is_some_and(|first| first.index == step.index)
}

fn once_digest(id: PlanId) -> Answered<Digest> {
    let bytes = canonical::to_bytes(&("execute", id)).map_err(|e| Problem::new(Code::Fault, e.to_string()))?;
    Ok(Digest::of("kubechat/once/v1", &bytes))
}
