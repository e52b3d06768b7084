//! Runs: one execution of one approved revision, step by step, as rows that outlive the request and the process.
//!
//! A step goes pending → running (intent committed) → succeeded, failed, skipped, cancelled or indeterminate. Nothing
//! leaves a final state. `Indeterminate` is what a crash between intent and outcome leaves; it is resolved by comparing
//! the live object with the prediction, never by writing again. What stands and what was not done is told per cluster
//! ([`Run::by_cluster`]). Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diff::FieldChange;
use crate::digest::Digest;
use crate::ids::{PlanId, RunId};
use crate::names::ClusterName;
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
    /// The approved digest of each cluster's part.
    pub approvals: BTreeMap<ClusterName, Digest>,
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
    /// The cluster it is for.
    pub cluster: ClusterName,
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
    /// What to know of a step that succeeded: that nothing had to be written, say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
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

/// What a run left on one cluster. Steps are named by position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// The cluster.
    pub cluster: ClusterName,
    /// Where the run stands there, once no step of it is to come; else `running`.
    pub state: RunState,
    /// What was done.
    pub stands: Vec<u32>,
    /// What failed, was skipped or cancelled: nothing of it was written.
    pub not_done: Vec<u32>,
    /// What may or may not have been written.
    pub unknown: Vec<u32>,
    /// What is to come.
    pub open: Vec<u32>,
    /// It in a sentence.
    pub text: String,
}

impl StepRun {
    /// One that has not begun.
    pub fn pending(index: u32, cluster: &ClusterName) -> Self {
        Self {
            index,
            cluster: cluster.clone(),
            state: StepState::Pending,
            started_at: None,
            ended_at: None,
            problem: None,
            surprises: Vec::new(),
            note: None,
            progress: None,
            settled: None,
        }
    }
}

impl Run {
    /// The state that follows from the steps once none is pending or running.
    pub fn conclusion(&self) -> RunState {
        conclusion(self.steps.iter())
    }

    /// The steps on a cluster.
    pub fn steps_on<'a>(&'a self, cluster: &'a ClusterName) -> impl Iterator<Item = &'a StepRun> {
        self.steps.iter().filter(move |step| step.cluster == *cluster)
    }

    /// What it leaves on each cluster, in the order of its steps.
    pub fn by_cluster(&self) -> Vec<Left> {
        let mut clusters: Vec<&ClusterName> = Vec::new();
        for step in &self.steps {
            if !clusters.contains(&&step.cluster) {
                clusters.push(&step.cluster);
            }
        }
        clusters.into_iter().map(|cluster| self.left(cluster)).collect()
    }

    fn left(&self, cluster: &ClusterName) -> Left {
        let pick = |wanted: &[StepState]| -> Vec<u32> {
            self.steps_on(cluster).filter(|step| wanted.contains(&step.state)).map(|step| step.index).collect()
        };
        let stands = pick(&[StepState::Succeeded]);
        let not_done = pick(&[StepState::Failed, StepState::Skipped, StepState::Cancelled]);
        let unknown = pick(&[StepState::Indeterminate]);
        let open = pick(&[StepState::Pending, StepState::Running]);
        let state = if open.is_empty() { conclusion(self.steps_on(cluster)) } else { RunState::Running };
        let all = self.steps_on(cluster).count();
        let mut text = match (stands.len(), all) {
            (0, _) if !unknown.is_empty() => "it is not known what was written".to_owned(),
            (0, _) if !open.is_empty() => "nothing was written so far".to_owned(),
            (0, _) => "nothing was written".to_owned(),
            (some, all) if some == all => "all of it stands".to_owned(),
            (some, all) => format!("{some} of {all} steps stand{}", if some == 1 { "s" } else { "" }),
        };
        for (steps, what) in [(&not_done, "not done"), (&unknown, "uncertain"), (&open, "to come")] {
            if !steps.is_empty() {
                text.push_str(&format!("; {what}: {}", numbered(steps)));
            }
        }
        Left { cluster: cluster.clone(), state, stands, not_done, unknown, open, text }
    }
}

/// `step 2`, `steps 2, 3`: as people count.
fn numbered(steps: &[u32]) -> String {
    let numbers: Vec<_> = steps.iter().map(|index| (index + 1).to_string()).collect();
    format!("{} {}", if steps.len() == 1 { "step" } else { "steps" }, numbers.join(", "))
}

fn conclusion<'a>(steps: impl Iterator<Item = &'a StepRun>) -> RunState {
    let states: Vec<StepState> = steps.map(|step| step.state).collect();
    let any = |state| states.contains(&state);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{NOW, mira, run_id, scale_plan};

    fn run(steps: &[(&str, StepState)]) -> Run {
        let step = |(index, (cluster, state)): (usize, &(&str, StepState))| StepRun {
            state: *state,
            ..StepRun::pending(u32::try_from(index).unwrap(), &cluster.parse().unwrap())
        };
        Run {
            id: run_id(1),
            plan: scale_plan(crate::policy::Outcome::Pass).id,
            revision: 1,
            approvals: BTreeMap::new(),
            actor: mira(),
            created_at: NOW,
            ended_at: None,
            cancel_requested: false,
            state: RunState::Failed,
            steps: steps.iter().enumerate().map(step).collect(),
        }
    }

    #[test]
    fn what_stands_and_what_was_not_done_is_told_for_each_cluster() {
        use StepState::{Failed, Skipped, Succeeded};
        let ended = run(&[("eu", Succeeded), ("us", Succeeded), ("eu", Succeeded), ("us", Failed), ("us", Skipped)]);
        let left = ended.by_cluster();
        let told: Vec<_> = left.iter().map(|one| (one.cluster.as_str(), one.state, one.text.as_str())).collect();
        let us = "1 of 3 steps stands; not done: steps 4, 5";
        assert_eq!(told, [("eu", RunState::Succeeded, "all of it stands"), ("us", RunState::Failed, us)]);
        assert_eq!((left[1].stands.as_slice(), left[1].not_done.as_slice()), (&[1][..], &[3, 4][..]));
        assert_eq!(ended.conclusion(), RunState::Failed);
    }

    #[test]
    fn a_cluster_with_steps_to_come_is_running_and_an_unknown_write_is_not_called_nothing() {
        let open = run(&[("eu", StepState::Succeeded), ("eu", StepState::Pending), ("us", StepState::Indeterminate)]);
        let left = open.by_cluster();
        assert_eq!((left[0].state, left[0].open.as_slice()), (RunState::Running, &[1][..]));
        assert_eq!((left[1].state, left[1].unknown.as_slice()), (RunState::Indeterminate, &[2][..]));
        assert_eq!(left[1].text, "it is not known what was written; uncertain: step 3");
    }
}
