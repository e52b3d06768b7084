//! The supervisor: carries a run out, step by step, beside any request.
//!
//! Per step: last look → intent committed (before-image, prediction, entry) → permit → one write → outcome committed. A
//! write that the API server refused because the object moved since the look (its status, say) is looked at anew, with an
//! intent of its own, and only while what the plan rests on is unchanged. An eviction that a disruption budget refuses
//! waits for it, for a bounded time; one whose pod left by itself is done without a write. A step whose outcome is unknown
//! is looked at, never sent again ([`crate::recover`]). Cancel is honoured between steps. A failing step stops what depends
//! on it and nothing else; a cluster that can't be reached stops its own steps only. Steps go one
//! after another, also those of different clusters; each rests on the approval of its own cluster.
//! Commits of outcomes are tried again for a bounded time, because the write has happened; if the database stays away,
//! the run stays open in it and the next start resolves it by looking.

use std::time::Duration;

use kubechat_core::approval::ApprovedPlan;
use kubechat_core::audit::{Entry, EntryKind};
use kubechat_core::diff;
use kubechat_core::ids::RunId;
use kubechat_core::limits::BUDGET_WAIT_MS_MAX;
use kubechat_core::mutation::Action;
use kubechat_core::names::ClusterName;
use kubechat_core::permit::{IntentReceipt, StepPermit};
use kubechat_core::plan::{PlanState, Step};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::radius;
use kubechat_core::redact;
use kubechat_core::run::{Run, RunState, StepRun, StepState};
use serde_json::{Value, json};

use crate::budget::{BUDGET_PAUSE, Next, gone, waits};
use crate::checks::{Looked, Policy};
use crate::filled::covered;
use crate::journal::{draft, execution_status};
use crate::planning::volatile;
use crate::ports::cluster::Performed;
use crate::ports::ledger::{Change, Draft, Expect, Images, LedgerError, Row, Version, Versioned};
use crate::{Answered, Flow};

/// How often an outcome's commit is tried again, and how long between.
const OUTCOME_TRIES: u32 = 60;
const OUTCOME_PAUSE: Duration = Duration::from_millis(500);
/// How often a row that somebody else changed (a cancel) is read again and written.
const CONFLICT_TRIES: u32 = 8;
/// How often an object that keeps moving is looked at before its step fails, and how much longer it is left in peace
/// before each further look: a rollout writes its status for some seconds.
const LOOKS_MAX: u32 = 8;
const LOOK_PAUSE: Duration = Duration::from_millis(250);
/// How old a run may be when a step of it begins, ms: what people agreed to an hour ago is asked for anew, also when a
/// host was down in between.
pub const RUN_AGE_MS_MAX: i64 = 60 * 60 * 1000;

/// A run in hand, with the version its row has.
pub(crate) struct InHand {
    pub(crate) run: Run,
    pub(crate) version: Version,
}

impl Flow {
    /// Starts carrying a run out.
    pub fn supervise(&self, id: RunId) {
        let flow = self.clone();
        let task = async move {
            if let Err(problem) = flow.carry_out(id).await {
                tracing::error!(run = %id, code = problem.code.as_str(), detail = %problem.detail, "the run stopped");
            }
        };
        self.ports.work.spawn("run", Box::pin(task));
    }

    /// Picks up every run that a former process left open, and ends the turns it was answering. Gives how many runs. The
    /// runs come first: writes whose outcome is unknown must not wait for a conversation that can't be written.
    pub async fn resume(&self) -> Answered<usize> {
        let open = self.ports.ledger.open_runs().await?;
        for run in &open {
            self.supervise(run.row.id);
        }
        self.end_interrupted().await?;
        Ok(open.len())
    }

    pub(crate) async fn carry_out(&self, id: RunId) -> Answered<()> {
        let found = self.ports.ledger.run(id).await?;
        let Versioned { row: run, version } =
            found.ok_or_else(|| Problem::new(Code::NotFound, format!("there is no run {id}")))?;
        let mut hand = InHand { run, version };
        let plan = self.load(hand.run.plan).await?.row;
        let ballots = self.ports.ledger.ballots(plan.id).await?;
        if ballots.is_empty() {
            return Err(Problem::new(Code::Fault, "a run without an approval"));
        }
        self.resolve_unknown(&plan, &mut hand).await?;
        // The plan's row says "running"; what was approved is the revision, which has not changed since.
        let mut ready = plan.clone();
        ready.state = PlanState::Ready;
        let approved = ApprovedPlan::new(ready, &ballots, hand.run.created_at)?;
        for step in &approved.plan().revision.steps {
            self.take_step(&approved, step, &mut hand).await?;
        }
        self.settle(&plan, &mut hand).await?;
        self.finish(hand).await
    }

    async fn take_step(&self, approved: &ApprovedPlan, step: &Step, hand: &mut InHand) -> Answered<()> {
        let index = step.index as usize;
        if hand.run.steps[index].state != StepState::Pending {
            return Ok(());
        }
        self.reread(hand).await?;
        if hand.run.cancel_requested {
            return self.close(hand, step, StepState::Cancelled, None).await;
        }
        if self.now().since_ms(hand.run.created_at) > RUN_AGE_MS_MAX {
            return self.close(hand, step, StepState::Failed, Some(too_old(RUN_AGE_MS_MAX))).await;
        }
        if let Some(lost) = out_of_reach(&hand.run, &step.cluster) {
            let detail =
                format!("{} could not be reached at step {}; nothing more is sent there", step.cluster, lost + 1);
            return self.close(hand, step, StepState::Skipped, Some(Problem::new(Code::WrongState, detail))).await;
        }
        let failed = |on: &&u32| hand.run.steps[**on as usize].state != StepState::Succeeded;
        if let Some(on) = step.depends_on.iter().find(failed) {
            let detail = format!("step {}, which it depends on, did not succeed", on + 1);
            return self.close(hand, step, StepState::Skipped, Some(Problem::new(Code::WrongState, detail))).await;
        }
        let until = self.now().plus_ms(self.settings.budget_wait_ms.unwrap_or(BUDGET_WAIT_MS_MAX));
        let mut look = 1;
        loop {
            // Once a budget was waited for in vain, the evictions after it are tried and not waited for: a drain of many pods
            // must come to an end.
            let may_wait = self.now() < until && !waited_in_vain(&hand.run, &step.cluster);
            match self.try_step(approved, step, (look, may_wait), hand).await? {
                Next::Done => return Ok(()),
                Next::Look => {
                    self.ports.work.wait(LOOK_PAUSE * (look - 1)).await;
                    look += 1;
                }
                Next::Wait => self.ports.work.wait(BUDGET_PAUSE).await,
            }
            self.reread(hand).await?;
            if hand.run.cancel_requested {
                return self.close(hand, step, StepState::Cancelled, None).await;
            }
        }
    }

    /// Looks, commits the intent and writes, once. When nothing was written because the object moved since the look, or
    /// the run's row did, or a budget refuses, the step is tried anew: so many looks, and so long a wait.
    async fn try_step(
        &self,
        approved: &ApprovedPlan,
        step: &Step,
        (look, may_wait): (u32, bool),
        hand: &mut InHand,
    ) -> Answered<Next> {
        let looked = match self.look(approved.plan(), step, Policy::Ask).await {
            Ok(looked) => looked,
            Err(problem) if waits(&problem) && may_wait => return self.wait_for_budget(hand, step, &problem).await,
            Err(problem) => {
                let problem = self.told_of(&approved.plan().origin, problem).await;
                return self.fail(hand, step, problem).await;
            }
        };
        if let Some(note) = gone(approved.plan(), step, &looked) {
            hand.run.steps[step.index as usize].note = Some(note);
            return self.close(hand, step, StepState::Succeeded, None).await.map(|()| Next::Done);
        }
        if let Err(problem) = kubechat_core::permit::still_holds(approved.plan(), step, &looked.checks) {
            return self.fail(hand, step, problem).await;
        }
        // Without the intent in the log nothing leaves; a database that refuses it fails the step, not the host.
        let receipt = match self.intend(approved, step, &looked, hand).await {
            Ok(receipt) => receipt,
            // Somebody else changed the run's row: a cancel, which is honoured before the step.
            Err(problem) if problem.code == Code::PreconditionFailed && look < LOOKS_MAX => return Ok(Next::Look),
            Err(problem) => return self.fail(hand, step, problem).await,
        };
        let granted = StepPermit::grant(approved, step, &looked.checks, receipt, hand.run.id, self.now());
        match granted.and_then(|permit| permit.filled(looked.sent.clone())) {
            Err(problem) => self.fail(hand, step, problem).await,
            Ok(permit) => match self.performed(approved, permit).await {
                // An eviction's pod may go between the look and the write: the next look sees that.
                Performed::Refused(problem) if moved(step, &problem) && look < LOOKS_MAX => {
                    self.step_back(hand, step, &problem).await.map(|()| Next::Look)
                }
                Performed::Refused(problem) if waits(&problem) && may_wait => {
                    self.step_back(hand, step, &problem).await?;
                    self.wait_for_budget(hand, step, &problem).await
                }
                performed => self.record(approved, step, looked, performed, hand).await.map(|()| Next::Done),
            },
        }
    }

    /// Sends the write; what the server says of it may repeat what it was sent.
    async fn performed(&self, approved: &ApprovedPlan, permit: StepPermit) -> Performed {
        let origin = &approved.plan().origin;
        match self.ports.cluster.perform(permit).await {
            Performed::Refused(problem) => Performed::Refused(self.told_of(origin, problem).await),
            Performed::Unknown(problem) => Performed::Unknown(self.told_of(origin, problem).await),
            done @ Performed::Done { .. } => done,
        }
    }

    async fn fail(&self, hand: &mut InHand, step: &Step, problem: Problem) -> Answered<Next> {
        self.close(hand, step, StepState::Failed, Some(problem)).await.map(|()| Next::Done)
    }

    /// Writes down that an intended write was refused unwritten; the step waits again.
    async fn step_back(&self, hand: &mut InHand, step: &Step, problem: &Problem) -> Answered<()> {
        tracing::info!(run = %hand.run.id, step = step.index, detail = %problem.detail, "moved since the look");
        hand.run.steps[step.index as usize].state = StepState::Pending;
        let entry = self.step_entry(hand, step, EntryKind::StepOutcome, "moved");
        self.commit_outcome(hand, Vec::new(), vec![draft(entry, Some(json!({"problem": problem})))]).await
    }

    /// Commits the intent; only its receipt lets a write leave.
    async fn intend(
        &self,
        approved: &ApprovedPlan,
        step: &Step,
        looked: &Looked,
        hand: &mut InHand,
    ) -> Answered<IntentReceipt> {
        let plan = approved.plan();
        let mut run = hand.run.clone();
        run.state = RunState::Running;
        let row = &mut run.steps[step.index as usize];
        let first = row.started_at.is_none();
        row.state = StepState::Running;
        row.started_at = Some(self.now());
        let digests = self.running_digests(plan, step, looked.live.as_ref()).await;
        let live = looked.live.as_ref();
        // What could not be tried is predicted by us: a crash may need it to tell whether the write arrived.
        let after = looked.predicted.clone().or_else(|| radius::predicted(&looked.sent.action, live));
        let images = Images { before: looked.live.clone(), after, complete: false, digests };
        let kind = EntryKind::StepIntent;
        let mut entry = self.part_entry(&plan.requester, kind, plan, &step.cluster, "intended");
        entry.run = Some(run.id);
        entry.step = Some(step.index);
        entry.object = Some(step.mutation.target.to_string());
        entry.digest = approved.request(&step.cluster).map(|request| request.digest);
        let mut rows = vec![Row::Run(Box::new(run.clone()), Expect::At(hand.version))];
        // A later look found what the plan touches unchanged, so the first image still is what an undo puts back.
        if first {
            rows.push(Row::Images { run: run.id, step: step.index, images });
        }
        let change =
            Change { rows, entries: vec![draft(entry, Some(json!({"sentence": step.sentence, "diff": step.diff})))] };
        let event = execution_status(&run);
        let committed = self.commit(change, vec![event]).await?;
        *hand = InHand { run, version: Version(hand.version.0 + 1) };
        committed
            .first()
            .and_then(IntentReceipt::of)
            .ok_or_else(|| Problem::new(Code::Fault, "the store gave no receipt for the intent"))
    }

    async fn record(
        &self,
        approved: &ApprovedPlan,
        step: &Step,
        looked: Looked,
        performed: Performed,
        hand: &mut InHand,
    ) -> Answered<()> {
        match performed {
            Performed::Done { object, warnings } => {
                let vault = self.vault_of(&approved.plan().origin).await;
                let surprises = surprises(step, looked.predicted.as_ref(), object.as_ref());
                for warning in warnings {
                    tracing::info!(run = %hand.run.id, step = step.index, %warning, "the API server warns");
                }
                let row = &mut hand.run.steps[step.index as usize];
                row.surprises = covered(vault.as_ref(), redact::changes(&step.mutation.target.api, &surprises));
                let images = self.images_after(hand.run.id, step, looked.live, object).await;
                self.close_with(hand, step, StepState::Succeeded, None, Some(images)).await
            }
            Performed::Refused(problem) => self.close(hand, step, StepState::Failed, Some(problem)).await,
            Performed::Unknown(problem) => {
                tracing::warn!(run = %hand.run.id, step = step.index, detail = %problem.detail, "we lost contact");
                self.find_out(approved.plan(), step, hand).await
            }
        }
    }

    async fn images_after(&self, run: RunId, step: &Step, before: Option<Value>, after: Option<Value>) -> Images {
        let digests = match self.ports.ledger.images(run, step.index).await {
            Ok(Some(images)) => images.digests,
            _ => Default::default(),
        };
        Images { before, after, complete: true, digests }
    }

    /// Ends a step without an image.
    pub(crate) async fn close(
        &self,
        hand: &mut InHand,
        step: &Step,
        state: StepState,
        problem: Option<Problem>,
    ) -> Answered<()> {
        self.close_with(hand, step, state, problem, None).await
    }

    /// Ends a step: row, image and entry in one commit, tried until it is in.
    pub(crate) async fn close_with(
        &self,
        hand: &mut InHand,
        step: &Step,
        state: StepState,
        problem: Option<Problem>,
        images: Option<Images>,
    ) -> Answered<()> {
        let row = &mut hand.run.steps[step.index as usize];
        let resolved = row.state == StepState::Indeterminate;
        row.state = state;
        row.ended_at = Some(self.now());
        row.problem = problem.clone();
        row.progress = None;
        let outcome = match (&problem, state) {
            (Some(problem), _) => problem.code.as_str(),
            (None, StepState::Succeeded) if row.note.is_some() => "gone",
            (None, StepState::Succeeded) => "succeeded",
            (None, _) => "cancelled",
        };
        let kind = if resolved { EntryKind::StepResolved } else { EntryKind::StepOutcome };
        let entry = self.step_entry(hand, step, kind, outcome);
        let surprises = &hand.run.steps[step.index as usize].surprises;
        let payload = json!({"problem": problem, "surprises": surprises});
        let run = hand.run.id;
        let image = images.map(|images| Row::Images { run, step: step.index, images });
        self.commit_outcome(hand, image.into_iter().collect(), vec![draft(entry, Some(payload))]).await
    }

    fn step_entry(&self, hand: &InHand, step: &Step, kind: EntryKind, outcome: &str) -> Entry {
        let mut entry = self.entry(&hand.run.actor, kind, outcome);
        entry.plan = Some(hand.run.plan);
        entry.revision = Some(hand.run.revision);
        entry.run = Some(hand.run.id);
        entry.step = Some(step.index);
        entry.cluster = Some(step.cluster.clone());
        entry.object = Some(step.mutation.target.to_string());
        entry.digest = hand.run.approvals.get(&step.cluster).copied();
        entry
    }

    /// Commits a run's row with what belongs to it, again after a lost race for that row (`precondition-failed` when another
    /// one moved), and for a bounded time while the database is
    /// away: the write has happened, so giving up early would only lose the knowledge of it.
    pub(crate) async fn commit_outcome(&self, hand: &mut InHand, more: Vec<Row>, entries: Vec<Draft>) -> Answered<()> {
        let mut conflicts = 0;
        for _ in 0..OUTCOME_TRIES {
            let row = Row::Run(Box::new(hand.run.clone()), Expect::At(hand.version));
            let rows = more.iter().cloned().chain([row]).collect();
            let change = Change { rows, entries: entries.clone() };
            match self.commit(change, vec![execution_status(&hand.run)]).await {
                Ok(_) => {
                    hand.version = Version(hand.version.0 + 1);
                    return Ok(());
                }
                Err(LedgerError::Conflict(what)) if conflicts < CONFLICT_TRIES => {
                    conflicts += 1;
                    tracing::debug!(%what, "a row moved; reading the run's again");
                    let sent = hand.version;
                    self.reread(hand).await?;
                    if hand.version == sent {
                        // It was one of the others, which only the caller can read again.
                        return Err(LedgerError::Conflict(what).into());
                    }
                }
                Err(error @ LedgerError::Unavailable { .. }) => {
                    tracing::warn!(%error, run = %hand.run.id, "an outcome waits for the database");
                    self.ports.work.wait(OUTCOME_PAUSE).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Problem::new(Code::StoreUnavailable, "the outcome could not be written down; the next start looks again"))
    }

    /// Takes over what others may change in a run's row (a cancel), keeping what this supervisor knows.
    pub(crate) async fn reread(&self, hand: &mut InHand) -> Answered<()> {
        if let Some(Versioned { row, version }) = self.ports.ledger.run(hand.run.id).await? {
            hand.run.cancel_requested = row.cancel_requested;
            hand.version = version;
        }
        Ok(())
    }
}

/// The step at which a cluster turned out to be out of reach. The others go on without it; to wait for each of its steps anew
/// would keep them.
fn out_of_reach(run: &Run, cluster: &ClusterName) -> Option<u32> {
    let unreached = |step: &&StepRun| {
        let code = step.problem.as_ref().map(|problem| problem.code);
        let silent = matches!(code, Some(Code::ClusterUnreachable | Code::ClusterUnauthorized | Code::Timeout));
        step.state == StepState::Indeterminate || (step.state == StepState::Failed && silent)
    };
    run.steps_on(cluster).find(unreached).map(|step| step.index)
}

/// Whether an eviction on this cluster failed by its budget already.
fn waited_in_vain(run: &Run, cluster: &ClusterName) -> bool {
    run.steps_on(cluster).any(|step| step.state == StepState::Failed && step.problem.as_ref().is_some_and(waits))
}

/// Whether a refusal says that the object is no longer as the look saw it, so that nothing was written.
fn moved(step: &Step, problem: &Problem) -> bool {
    problem.code == Code::Stale || (problem.code == Code::NotFound && step.mutation.action == Action::Evict)
}

fn too_old(age_ms_max: i64) -> Problem {
    let minutes = age_ms_max / 60_000;
    Problem::new(Code::Stale, format!("this run was accepted more than {minutes} minutes ago (RUN_AGE_MS_MAX)"))
        .hint("what was agreed to then is not done now; make the plan again")
}

/// Where the server's result differs from its own prediction, volatile fields aside.
fn surprises(step: &Step, predicted: Option<&Value>, result: Option<&Value>) -> Vec<diff::FieldChange> {
    match (predicted, result) {
        (Some(predicted), Some(result)) => diff::changes(Some(predicted), Some(result), volatile(step)),
        _ => Vec::new(),
    }
}
