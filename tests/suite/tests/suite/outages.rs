//! An API server that dies or hangs in the middle of a run.

use std::time::Duration;

use kubechat_cluster::Deadlines;
use kubechat_core::run::{Run, StepState};
use kubechat_flow::ports::ledger::Ledger as _;
use kubechat_harness::{Entry, PrivatePlane, User, Witness};
use kubechat_suite::world::{Custom, who};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use crate::KIT;

const STEPS: usize = 30;
/// Calls of a test whose API server hangs give up sooner.
const SHORT: Duration = Duration::from_secs(2);

fn config_maps(count: usize) -> Value {
    let one = |n| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("c{n:03}")}, "data": {"n": "1"}});
    json!({"op": "apply", "objects": (0..count).map(one).collect::<Vec<_>>()})
}

/// A run of many steps on a plane of its own, some of them done.
async fn under_way(name: &str) -> Tested<(PrivatePlane, World, Witness, Run)> {
    let plane = PrivatePlane::start().await?;
    let namespace = plane.namespace(name).await?;
    let deadlines = Deadlines { connect: SHORT, read: SHORT, write: SHORT, ..Deadlines::default() };
    let world = KIT.within(namespace, Custom { deadlines, ..Custom::default() }).await?;
    let witness = world.namespace.witness()?;
    let plan = world.plan(User::Editor, config_maps(STEPS)).await?;
    world.approved(&plan).await?;
    let run = world.flow.execute(&who(User::Editor), plan.id, None, None).await?;
    world.run_where(run.id, "a few steps", |run| run.steps[3].state == StepState::Succeeded).await?;
    Ok((plane, world, witness, run))
}

/// Nothing twice; what is said to have happened is there, what is said not to have happened is not.
async fn told_the_truth(world: &World, run: &Run, writes: &[Entry]) -> Tested {
    for step in &run.steps {
        let name = format!("c{:03}", step.index);
        let sent = writes.iter().filter(|write| write.name == name).count();
        assert!(sent <= 1, "{name} was sent {sent} times");
        let there = world.namespace.get("configmap", &name).await.is_ok();
        match step.state {
            StepState::Succeeded => assert!(there && sent == 1, "{step:?}"),
            StepState::Failed | StepState::Skipped => assert!(!there, "{step:?}"),
            other => panic!("{other:?}: {step:?}"),
        }
    }
    // Its maps don't need each other, but a cluster that is out of reach is left in peace.
    assert!(run.steps.iter().any(|step| step.state == StepState::Skipped), "it died in the middle: {run:?}");
    world.ledger.verify().await?;
    Ok(())
}

#[tokio::test]
async fn an_api_server_that_dies_mid_execution_gets_no_write_twice() -> Tested {
    let (mut plane, world, witness, run) = under_way("dies").await?;
    plane.kill()?;
    plane.restart().await?;
    let run = world.ended(run.id).await?;
    told_the_truth(&world, &run, &witness.writes().await?).await
}

#[tokio::test]
async fn a_write_whose_answer_never_came_is_found_out_by_looking() -> Tested {
    let (plane, world, witness, run) = under_way("hangs").await?;
    plane.freeze()?;
    let lost = |run: &Run| run.steps.iter().any(|step| step.state == StepState::Indeterminate) || run.state.is_final();
    world.run_where(run.id, "contact to be lost", lost).await?;
    plane.thaw()?;
    let run = world.ended(run.id).await?;
    let all = witness.writes().await?;
    for step in run.steps.iter().filter(|step| step.state == StepState::Succeeded) {
        let name = format!("c{:03}", step.index);
        assert_eq!(all.iter().filter(|write| write.name == name).count(), 1, "{step:?}");
        world.namespace.get("configmap", &name).await?;
    }
    assert!(run.steps.iter().all(|step| step.state != StepState::Indeterminate), "{run:?}");
    Ok(())
}
