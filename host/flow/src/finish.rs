//! The end of a run: what came of it, for each cluster, in one commit with what it does to the plan.
//!
//! A plan keeps on which clusters something of its run stands. When an undo ends, the plan it takes back loses the clusters
//! where all of the undo succeeded, and counts as undone once none is left.

use kubechat_core::audit::EntryKind;
use kubechat_core::ids::RunId;
use kubechat_core::mutation::Action;
use kubechat_core::names::ClusterName;
use kubechat_core::plan::{Origin, Plan, PlanState, Step};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::run::{Left, Run, RunState, StepState};

use crate::journal::{draft, plan_update, supervisor};
use crate::plans::state_name;
use crate::ports::events::Event;
use crate::ports::ledger::{Draft, Expect, Row, Versioned};
use crate::supervisor::InHand;
use crate::{Answered, Flow};

/// How often the end of a run is written while others change its plans.
const FINISH_TRIES: u32 = 8;

impl Flow {
    /// Ends a run whose steps have all ended.
    pub(crate) async fn finish(&self, mut hand: InHand) -> Answered<()> {
        hand.run.state = hand.run.conclusion();
        hand.run.ended_at = Some(self.now());
        for _ in 0..FINISH_TRIES {
            let (rows, entries, updates) = self.ending(&hand).await?;
            match self.commit_outcome(&mut hand, rows, entries).await {
                Ok(()) => {
                    self.ports.events.publish(updates);
                    return Ok(());
                }
                // Another undo of the same plan ended meanwhile: what it left of the plan is read again.
                Err(problem) if problem.code == Code::PreconditionFailed => {
                    tracing::debug!(run = %hand.run.id, detail = %problem.detail, "a plan moved while its run ended");
                }
                Err(problem) => return Err(problem),
            }
        }
        Err(Problem::new(Code::Busy, "the plan kept moving while its run ended; the next start ends it"))
    }

    /// What is written and told when a run ends, from the plans as they are now.
    async fn ending(&self, hand: &InHand) -> Answered<(Vec<Row>, Vec<Draft>, Vec<Event>)> {
        let mut plan = self.load(hand.run.plan).await?;
        plan.row.state = concluded(hand.run.state);
        plan.row.problem = hand.run.steps.iter().find_map(|step| step.problem.clone());
        plan.row.stands = standing(&plan.row, &hand.run);
        let left = hand.run.by_cluster();
        let entry = |left: &Left| {
            let state = state_name(concluded(left.state));
            let mut entry = self.part_entry(&supervisor(), EntryKind::RunEnded, &plan.row, &left.cluster, state);
            entry.run = Some(hand.run.id);
            draft(entry, None)
        };
        let entries = left.iter().map(entry).collect();
        let mut rows = vec![Row::Plan(Box::new(plan.row.clone()), Expect::At(plan.version))];
        let mut updates = vec![plan_update(&plan.row)];
        if let Origin::Undo { run } = &plan.row.origin
            && let Some(former) = self.undone(*run, &left).await?
        {
            updates.push(plan_update(&former.row));
            rows.push(Row::Plan(Box::new(former.row), Expect::At(former.version)));
        }
        // One commit: a crash can't leave an undo that ended beside a plan that was not taken back.
        Ok((rows, entries, updates))
    }

    /// The plan of a run that is taken back now, on the clusters where all of the undo succeeded; nothing when that is
    /// none. It counts as undone once nothing of it stands on any cluster.
    async fn undone(&self, run: RunId, left: &[Left]) -> Answered<Option<Versioned<Plan>>> {
        let former = self.show_run(run).await?;
        let mut plan = self.load(former.plan).await?;
        // A step of unknown outcome was not taken back: what it may have written may still stand.
        let unknown = |cluster| former.steps_on(cluster).any(|step| step.state == StepState::Indeterminate);
        let whole = left.iter().filter(|left| left.state == RunState::Succeeded && !unknown(&left.cluster));
        let taken: Vec<_> = whole.map(|left| &left.cluster).collect();
        if taken.is_empty() {
            return Ok(None);
        }
        plan.row.stands.retain(|cluster| !taken.contains(&cluster));
        for cluster in taken {
            if !plan.row.undone.contains(cluster) {
                plan.row.undone.push(cluster.clone());
            }
        }
        if plan.row.stands.is_empty() {
            plan.row.state = PlanState::Undone;
        }
        Ok(Some(plan))
    }
}

fn concluded(state: RunState) -> PlanState {
    match state {
        RunState::Succeeded => PlanState::Succeeded,
        RunState::Indeterminate => PlanState::Indeterminate,
        _ => PlanState::Failed,
    }
}

/// Where something that was written stands, or may stand. Evictions are not among it: nothing takes them back.
fn standing(plan: &Plan, run: &Run) -> Vec<ClusterName> {
    let wrote = |step: &Step| {
        let state = run.steps.get(step.index as usize).map(|row| row.state);
        matches!(state, Some(StepState::Succeeded | StepState::Indeterminate)) && step.mutation.action != Action::Evict
    };
    plan.clusters().filter(|cluster| plan.revision.steps_on(cluster).any(wrote)).cloned().collect()
}
