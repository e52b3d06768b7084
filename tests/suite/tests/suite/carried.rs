//! Planning, approving and executing one thing with the witness watching: what every write must show.

use kubechat_core::object::ObjectRef;
use kubechat_core::plan::{Plan, PlanState};
use kubechat_core::problem::Code;
use kubechat_core::run::{Run, RunState};
use kubechat_harness::{Entry, User};
use kubechat_suite::reach::nothing_outside;
use kubechat_suite::{Tested, World};
use serde_json::Value;

/// What was done, and what the witness saw of it.
pub(crate) struct Done {
    pub(crate) plan: Plan,
    pub(crate) run: Run,
    pub(crate) writes: Vec<Entry>,
}

/// Plans these operations as the editor and carries them out. On the way: nothing is written before it was approved,
/// each step is written exactly once under the requester's name, and nothing outside the predicted radius changes.
pub(crate) async fn carried_out(world: &World, operations: Vec<Value>) -> Tested<Done> {
    let plan = world.plan_all(User::Editor, operations).await?;
    let done = carry(world, plan).await?;
    assert_eq!(done.run.state, RunState::Succeeded, "{:#?}", done.run.steps);
    Ok(done)
}

/// The same for a plan that exists. Cluster-wide objects are watched where the plan writes them.
pub(crate) async fn carry(world: &World, plan: Plan) -> Tested<Done> {
    let wide = plan.revision.targets().any(|target| target.namespace.is_none());
    let witness = if wide { world.namespace.plane().witness()? } else { world.namespace.witness()? };
    let concerns = |entry: &Entry| {
        let targets = |target: &ObjectRef| target.api.plural == entry.resource && target.name.as_str() == entry.name;
        entry.namespace == world.namespace.name()
            || (entry.namespace.is_empty() && plan.revision.targets().any(targets))
    };
    let writes_now = async || -> Tested<Vec<Entry>> {
        Ok(witness.writes().await?.into_iter().filter(|entry| concerns(entry)).collect())
    };
    if plan.state == PlanState::NeedsApproval {
        let refused = world.execute(plan_user(&plan), plan.id).await.expect_err("a vote is missing");
        assert_eq!(refused.code, Code::ApprovalPending, "{refused:?}");
        assert_eq!(writes_now().await?.len(), 0, "nothing is written before approval");
    }
    let run = world.carry_out(&plan).await?;
    let writes = writes_now().await?;
    for step in &plan.revision.steps {
        let target = &step.mutation.target;
        let of_step = |w: &&Entry| w.name == target.name.as_str() && w.resource == target.api.plural;
        let sent: Vec<_> = writes.iter().filter(of_step).collect();
        assert_eq!(sent.len(), 1, "{target} is written once: {writes:#?}");
        assert_eq!((sent[0].user.as_str(), sent[0].succeeded()), (plan.requester.name.as_str(), true));
    }
    assert_eq!(writes.len(), plan.revision.steps.len(), "{writes:#?}");
    let all: Vec<Entry> = witness.all_writes().await?.into_iter().filter(|entry| concerns(entry)).collect();
    nothing_outside(&plan, &all, &world.namespace).await?;
    Ok(Done { plan, run, writes })
}

/// The undo of a plan, carried out with the same checks.
pub(crate) async fn undone(world: &World, done: &Done) -> Tested<Done> {
    let undo = world.flow.rollback(&done.plan.requester, done.plan.id).await?;
    let back = carry(world, undo).await?;
    assert_eq!(back.run.state, RunState::Succeeded, "{:#?}", back.run.steps);
    assert_eq!(world.flow.show(done.plan.id).await?.plan.state, PlanState::Undone);
    Ok(back)
}

/// Which user of the plane made a plan.
pub(crate) fn plan_user(plan: &Plan) -> User {
    if plan.requester.name == "admin" { User::Admin } else { User::Editor }
}
