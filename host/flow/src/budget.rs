//! Evictions: waiting for a disruption budget, and pods that left by themselves.
//!
//! An eviction that a budget refuses was not written, so the step may be looked at anew for a while; how long is the
//! supervisor's limit, here is only what is shown meanwhile. A pod that is no longer there, or by now is another one on
//! another node, is what the eviction was for: nothing is written, and that is said.

use std::time::Duration;

use kubechat_core::mutation::Action;
use kubechat_core::object::text;
use kubechat_core::operation::Operation;
use kubechat_core::plan::{Plan, Step};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::run::RunState;

use crate::checks::{Looked, part_of};
use crate::supervisor::InHand;
use crate::{Answered, Flow};

/// How long between two looks at a budget that allows no eviction.
pub(crate) const BUDGET_PAUSE: Duration = Duration::from_secs(1);

/// What comes after a try of a step.
pub(crate) enum Next {
    /// It has ended.
    Done,
    /// Nothing was written; it is to be looked at anew.
    Look,
    /// Nothing was written, because a disruption budget allows no eviction now.
    Wait,
}

/// Whether an eviction was refused for now, by a disruption budget.
pub(crate) fn waits(problem: &Problem) -> bool {
    problem.code == Code::DisruptionBudget
}

/// Why an eviction has nothing left to do; nothing when it has, or when the look was at another cluster.
pub(crate) fn gone(plan: &Plan, step: &Step, looked: &Looked) -> Option<String> {
    let pinned = part_of(plan, step).is_ok_and(|part| part.pin == looked.checks.pin);
    if step.mutation.action != Action::Evict || !pinned || looked.checks.bound.uid == step.bound.uid {
        return None;
    }
    let node = match step.operation.and_then(|index| plan.revision.operations.get(index as usize)) {
        Some(asked) => match &asked.operation {
            Operation::Drain(drain) => drain.target.name.as_str(),
            _ => return None,
        },
        None => return None,
    };
    match &looked.live {
        None => Some("it was gone already; nothing was written".to_owned()),
        Some(live) if text(live, "/spec/nodeName") != node => {
            Some(format!("it left {node} by itself; nothing was written"))
        }
        Some(_) => None,
    }
}

impl Flow {
    /// Shows what the step waits for; committed only when the words change.
    pub(crate) async fn wait_for_budget(&self, hand: &mut InHand, step: &Step, problem: &Problem) -> Answered<Next> {
        let row = &mut hand.run.steps[step.index as usize];
        let progress = Some(format!("waiting: {}", problem.detail));
        if row.progress != progress {
            row.progress = progress;
            hand.run.state = RunState::Running;
            self.commit_outcome(hand, Vec::new(), Vec::new()).await?;
        }
        Ok(Next::Wait)
    }
}
