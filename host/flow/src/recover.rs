//! Recovery: finding out what became of a write whose outcome we don't know, by looking, never by writing again.
//!
//! The live object is compared with the before-image and with the prediction stored at the intent. Deletions are told by
//! UID, creations by existence under our field manager. "It never arrived" is only said after a grace time, because a
//! request may still be on its way inside the API server. What fits neither stays *indeterminate*, with both shown.

use std::time::Duration;

use kubechat_core::field::FieldPath;
use kubechat_core::fingerprint::fingerprint;
use kubechat_core::mutation::{Action, FIELD_MANAGER, Mutation};
use kubechat_core::object::{items, text, uid};
use kubechat_core::plan::{Plan, Step};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::run::{StepRun, StepState};
use kubechat_core::time::Timestamp;
use serde_json::Value;

use crate::ports::ledger::Images;
use crate::supervisor::InHand;
use crate::{Answered, Flow};

/// How long a write may still be on its way after contact was lost.
pub const IN_FLIGHT_MS_MAX: i64 = 5_000;
/// How long to keep looking when the cluster does not answer.
pub const LOOK_MS_MAX: i64 = 60_000;
const LOOK_PAUSE: Duration = Duration::from_millis(250);

/// What a look says about a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It happened.
    Happened,
    /// Nothing of it is there.
    NotThere,
    /// Something else is there.
    Unclear,
}

/// Compares the live object with what was before and what was predicted.
pub fn judge(mutation: &Mutation, images: &Images, live: Option<&Value>, since: Timestamp) -> Verdict {
    match (&mutation.action, &images.before, live) {
        (Action::Delete { .. } | Action::Evict, Some(before), Some(live)) if uid(before) == uid(live) => {
            let going = live.pointer("/metadata/deletionTimestamp").is_some();
            if going { Verdict::Happened } else { Verdict::NotThere }
        }
        (Action::Delete { .. } | Action::Evict, ..) => Verdict::Happened,
        (_, None, None) => Verdict::NotThere,
        (_, None, Some(live)) => {
            if ours_since(live, since) {
                Verdict::Happened
            } else {
                Verdict::Unclear
            }
        }
        (_, Some(_), None) => Verdict::Unclear,
        (_, Some(before), Some(live)) if uid(before) != uid(live) => Verdict::Unclear,
        (_, Some(before), Some(live)) => compare(&mutation.touches, before, images.after.as_ref(), live, since),
    }
}

fn compare(
    touches: &[FieldPath],
    before: &Value,
    predicted: Option<&Value>,
    live: &Value,
    since: Timestamp,
) -> Verdict {
    let print = |object: &Value| fingerprint(Some(object), touches).ok();
    let now = print(live);
    let as_predicted = predicted.is_some() && now == predicted.and_then(print);
    let as_before = now == print(before);
    match (as_predicted, as_before) {
        (true, false) => Verdict::Happened,
        (false, true) => Verdict::NotThere,
        // Same value before and after, or neither: only the field manager's time can tell.
        (true, true) if ours_since(live, since) => Verdict::Happened,
        _ => Verdict::Unclear,
    }
}

/// Whether our field manager wrote this object at or after a time (whole seconds, as the server keeps them).
fn ours_since(live: &Value, since: Timestamp) -> bool {
    items(live, "/metadata/managedFields").iter().any(|entry| {
        let at = text(entry, "/time").parse::<Timestamp>();
        text(entry, "/manager") == FIELD_MANAGER && at.is_ok_and(|at| at.0 / 1000 >= since.0 / 1000)
    })
}

impl Flow {
    /// Resolves the step that a crash left between intent and outcome, if there is one.
    pub(crate) async fn resolve_unknown(&self, plan: &Plan, hand: &mut InHand) -> Answered<()> {
        let unknown = |step: &&StepRun| {
            step.state == StepState::Running || (step.state == StepState::Indeterminate && step.ended_at.is_none())
        };
        let open = hand.run.steps.iter().find(unknown).map(|step| step.index);
        match open.and_then(|index| plan.revision.steps.get(index as usize)) {
            Some(step) => self.find_out(plan, step, hand).await,
            None => Ok(()),
        }
    }

    /// Looks until the outcome is clear or time is up; then writes down what is known.
    pub(crate) async fn find_out(&self, plan: &Plan, step: &Step, hand: &mut InHand) -> Answered<()> {
        let images = self.ports.ledger.images(hand.run.id, step.index).await?;
        let images = images.ok_or_else(|| Problem::new(Code::Fault, "an intent without its before-image"))?;
        let row = &mut hand.run.steps[step.index as usize];
        let since = row.started_at.unwrap_or(hand.run.created_at);
        row.state = StepState::Indeterminate;
        row.problem = Some(Problem::new(Code::Indeterminate, "we lost contact; looking whether the write arrived"));
        // People see it while it is looked into; the entry follows with what was found.
        self.commit_outcome(hand, Vec::new(), Vec::new()).await?;
        let begun = self.now();
        loop {
            let live = self.live(&plan.requester, step).await;
            let waited_ms = self.now().since_ms(begun);
            let verdict = match &live {
                Ok(live) => Ok(judge(&step.mutation, &images, live.as_ref(), since)),
                Err(problem) => Err(problem.clone()),
            };
            match (verdict, live) {
                (Ok(Verdict::Happened), Ok(live)) => {
                    let after = if step.mutation.action.removes() { None } else { live };
                    let images = Images { after, complete: true, ..images };
                    return self.close_with(hand, step, StepState::Succeeded, None, Some(images)).await;
                }
                (Ok(Verdict::NotThere), _) if waited_ms > IN_FLIGHT_MS_MAX => {
                    let problem =
                        Problem::new(Code::ClusterUnreachable, "contact was lost and the write never arrived");
                    return self.close(hand, step, StepState::Failed, Some(problem.hint("plan it again"))).await;
                }
                (Ok(Verdict::Unclear), _) if waited_ms > IN_FLIGHT_MS_MAX => {
                    return self.close(hand, step, StepState::Indeterminate, Some(unclear(step))).await;
                }
                (Err(problem), _) if waited_ms > LOOK_MS_MAX => {
                    tracing::warn!(detail = %problem.detail, "the outcome stays unknown");
                    return self.close(hand, step, StepState::Indeterminate, Some(unclear(step))).await;
                }
                _ => self.ports.work.wait(LOOK_PAUSE).await,
            }
        }
    }
}

fn unclear(step: &Step) -> Problem {
    let target = &step.mutation.target;
    Problem::new(
        Code::Indeterminate,
        format!("we lost contact while writing {target}; it now differs from both what was and what was planned"),
    )
    .hint("look at the object and decide; nothing is sent again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::mutation::Propagation;
    use kubechat_core::names::ObjectName;
    use kubechat_core::object::{ApiType, ObjectRef};
    use serde_json::json;

    fn web(uid: &str, replicas: i64) -> Value {
        json!({"metadata": {"uid": uid}, "spec": {"replicas": replicas}})
    }
    fn scale() -> Mutation {
        let name = ObjectName::parse("web").unwrap();
        Mutation {
            target: ObjectRef { api: ApiType::deployments(), namespace: None, name },
            action: Action::MergePatch { body: json!({"spec": {"replicas": 5}}) },
            touches: vec![FieldPath::of(&["spec", "replicas"])],
        }
    }
    fn images(before: Option<Value>, after: Option<Value>) -> Images {
        Images { before, after, ..Images::default() }
    }
    fn seen(mutation: &Mutation, images: &Images, live: Option<&Value>) -> Verdict {
        judge(mutation, images, live, Timestamp(0))
    }

    #[test]
    fn a_patch_is_told_by_the_touched_fields() {
        let images = images(Some(web("u", 3)), Some(web("u", 5)));
        assert_eq!(seen(&scale(), &images, Some(&web("u", 5))), Verdict::Happened);
        assert_eq!(seen(&scale(), &images, Some(&web("u", 3))), Verdict::NotThere);
        assert_eq!(seen(&scale(), &images, Some(&web("u", 4))), Verdict::Unclear, "somebody else wrote a third value");
        assert_eq!(seen(&scale(), &images, Some(&web("other", 5))), Verdict::Unclear, "it was made again");
        assert_eq!(seen(&scale(), &images, None), Verdict::Unclear);
    }

    #[test]
    fn a_deletion_and_an_eviction_are_told_by_uid() {
        let images = images(Some(web("u", 3)), None);
        for action in [Action::Delete { propagation: Propagation::Background }, Action::Evict] {
            let delete = Mutation { action, ..scale() };
            assert_eq!(seen(&delete, &images, None), Verdict::Happened);
            assert_eq!(seen(&delete, &images, Some(&web("other", 3))), Verdict::Happened, "a successor has its name");
            assert_eq!(seen(&delete, &images, Some(&web("u", 3))), Verdict::NotThere);
        }
    }

    #[test]
    fn a_creation_counts_only_under_our_field_manager() {
        let create = Mutation { action: Action::Create { body: json!({}) }, ..scale() };
        let by = |manager: &str| json!({"metadata": {"uid": "u", "managedFields": [{"manager": manager, "time": "2026-11-23T00:00:00Z"}]}});
        assert_eq!(seen(&create, &images(None, None), Some(&by("kubechat"))), Verdict::Happened);
        assert_eq!(seen(&create, &images(None, None), Some(&by("helm"))), Verdict::Unclear);
        assert_eq!(seen(&create, &images(None, None), None), Verdict::NotThere);
    }
}
