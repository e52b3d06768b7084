//! Waiting for a disruption budget: an eviction it refuses was not written, so the step may be looked at anew for a while.
//!
//! How long is the supervisor's limit; here is only what is shown meanwhile.

use std::time::Duration;

use kubechat_core::plan::Step;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::run::RunState;

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
