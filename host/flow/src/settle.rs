//! Settling: after the writes, watch the rollouts until they rest or a named deadline passes.
//!
//! Looking is all it does. The state "3 of 5 pods ready" is committed only when its text changes. A rollout that does not
//! come to rest is said (`settled: false`), not made a failure of the write: the write happened.

use std::time::Duration;

use kubechat_core::limits::SETTLE_MS_MAX;
use kubechat_core::names::ClusterName;
use kubechat_core::object::integer;
use kubechat_core::plan::{Plan, Step};
use kubechat_core::run::{RunState, StepState};
use serde_json::Value;

use crate::supervisor::InHand;
use crate::{Answered, Flow};

/// How long between two looks: short at first, because most rollouts of a few pods take a second or two.
const LOOK_FIRST: Duration = Duration::from_millis(150);
const LOOK_MAX: Duration = Duration::from_secs(2);

/// What is seen of a rollout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollout {
    /// In words.
    pub text: String,
    /// Whether it rests at the wanted state.
    pub settled: bool,
}

/// Reads a rollout off a workload; `None` for what does not roll.
pub fn rollout(object: &Value) -> Option<Rollout> {
    let kind = kubechat_core::object::text(object, "/kind");
    let at = |pointer| integer(object, pointer).unwrap_or(0);
    let (wanted, updated, ready, total) = match kind {
        "Deployment" | "StatefulSet" | "ReplicaSet" => {
            let wanted = integer(object, "/spec/replicas").unwrap_or(1);
            let updated = if kind == "ReplicaSet" { at("/status/replicas") } else { at("/status/updatedReplicas") };
            (wanted, updated, at("/status/readyReplicas"), at("/status/replicas"))
        }
        "DaemonSet" => {
            let wanted = at("/status/desiredNumberScheduled");
            (wanted, at("/status/updatedNumberScheduled"), at("/status/numberReady"), wanted)
        }
        _ => return None,
    };
    let observed = at("/status/observedGeneration") >= at("/metadata/generation");
    // A StatefulSet that was never updated reports no updatedReplicas for its current revision.
    let updated = if kind == "StatefulSet" && at("/status/currentReplicas") == wanted { wanted } else { updated };
    let settled = observed && updated >= wanted && ready == wanted && total == wanted;
    let pods = if wanted == 1 { "pod" } else { "pods" };
    let text = if settled {
        format!("{ready} of {wanted} {pods} ready")
    } else if total > wanted {
        format!("{ready} of {wanted} {pods} ready, {} still to go", total - wanted)
    } else {
        format!("{} of {wanted} {pods} ready", ready.min(wanted))
    };
    Some(Rollout { text, settled })
}

impl Flow {
    /// Watches the rollouts of all steps that succeeded.
    pub(crate) async fn settle(&self, plan: &Plan, hand: &mut InHand) -> Answered<()> {
        let watched: Vec<&Step> = plan
            .revision
            .steps
            .iter()
            .filter(|step| hand.run.steps[step.index as usize].state == StepState::Succeeded)
            .filter(|step| !step.mutation.action.removes())
            .collect();
        if watched.is_empty() {
            return Ok(());
        }
        let deadline = self.now().plus_ms(self.settings.settle_ms.unwrap_or(SETTLE_MS_MAX));
        let mut pause = LOOK_FIRST;
        loop {
            let moved = self.look_at_rollouts(plan, &watched, hand).await;
            let open = hand.run.steps.iter().any(|step| step.settled == Some(false));
            if moved && open {
                hand.run.state = RunState::Settling;
                self.commit_outcome(hand, Vec::new(), Vec::new()).await?;
            }
            // A cancel ends the watching: the writes are done, taking them back is an undo.
            if !open || self.now() > deadline || hand.run.cancel_requested {
                return Ok(());
            }
            self.ports.work.wait(pause).await;
            pause = (pause * 2).min(LOOK_MAX);
            self.reread(hand).await?;
        }
    }

    /// Looks once; tells whether anything that is shown changed. A look that fails changes nothing: there is a next one.
    async fn look_at_rollouts(&self, plan: &Plan, watched: &[&Step], hand: &mut InHand) -> bool {
        let mut moved = false;
        // One that does not answer is not waited for once for each step.
        let mut silent: Vec<&ClusterName> = Vec::new();
        for step in watched {
            if silent.contains(&&step.cluster) {
                continue;
            }
            let live = match self.live(&plan.requester, step).await {
                Ok(Some(live)) => live,
                Ok(None) => continue,
                Err(problem) => {
                    tracing::debug!(step = step.index, detail = %problem.detail, "a look at the rollout failed");
                    silent.push(&step.cluster);
                    continue;
                }
            };
            let Some(seen) = rollout(&live) else { continue };
            let row = &mut hand.run.steps[step.index as usize];
            moved |= row.progress.as_ref() != Some(&seen.text) || row.settled != Some(seen.settled);
            row.progress = Some(seen.text);
            row.settled = Some(seen.settled);
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment(observed: i64, updated: i64, ready: i64, total: i64) -> Value {
        json!({"kind": "Deployment", "metadata": {"generation": 2}, "spec": {"replicas": 3},
            "status": {"observedGeneration": observed, "updatedReplicas": updated, "readyReplicas": ready, "replicas": total}})
    }

    #[test]
    fn a_rollout_rests_only_when_seen_updated_ready_and_without_old_pods() {
        assert!(rollout(&deployment(2, 3, 3, 3)).unwrap().settled);
        for (observed, updated, ready, total) in [(1, 3, 3, 3), (2, 2, 3, 3), (2, 3, 2, 3), (2, 3, 3, 4)] {
            assert!(!rollout(&deployment(observed, updated, ready, total)).unwrap().settled);
        }
        assert_eq!(rollout(&json!({"kind": "ConfigMap"})), None);
    }
}
