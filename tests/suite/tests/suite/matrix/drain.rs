//! Draining against budgets: it waits for them, for a bounded time, and says what stands when it stops.

use kubechat_core::problem::Code;
use kubechat_core::run::{RunState, StepState};
use kubechat_harness::{User, wait_for};
use kubechat_suite::world::{Custom, ENDS_WITHIN, who};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use super::cells::kubectl;
use super::nodes::{self, clear, with_node};

fn drain(node: &str) -> Value {
    json!({"op": "drain", "target": {"kind": "node", "name": node}})
}

/// A budget over the pinned pods that keeps this many, once the API server has counted them.
async fn budget(world: &World, keeps: u32) -> Tested {
    kubectl(world, &format!("create poddisruptionbudget pinned --selector=app=pinned --min-available={keeps}")).await?;
    let admin = world.namespace.kubectl(User::Admin);
    wait_for("the budget to be counted", ENDS_WITHIN, || async {
        let seen = admin.json(&["get", "pdb", "pinned"]).await.map_err(|error| error.to_string())?;
        if seen["status"]["expectedPods"] == 2 { Ok(()) } else { Err(seen["status"].to_string()) }
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_budget_that_allows_no_disruption_refuses_the_drain_before_anything_is_written() -> Tested {
    let (world, node) = with_node("drain-none").await?;
    budget(&world, 2).await?;
    let witness = world.namespace.plane().witness()?;
    let refused = world.plan(User::Admin, drain(&node)).await.expect_err("no eviction is allowed");
    assert_eq!(refused.code, Code::DisruptionBudget, "{refused:?}");
    assert!(refused.detail.contains("pinned") && refused.detail.contains("evicted"), "{refused:?}");
    let writes = witness.writes().await?;
    let evicts = |subresource: &str, namespace: &str| subresource == "eviction" && namespace == world.namespace.name();
    let ours: Vec<_> =
        writes.iter().filter(|write| write.name == node || evicts(&write.subresource, &write.namespace)).collect();
    assert!(ours.is_empty(), "{ours:?}");
    clear(&world, &node).await
}

#[tokio::test]
async fn a_drain_stops_at_a_budget_that_stays_used_up_and_says_what_stands() -> Tested {
    let custom = Custom { budget_wait_ms: 2_000, ..Custom::default() };
    let (world, node) = nodes::custom("drain-stop", custom).await?;
    budget(&world, 1).await?;
    let plan = world.plan(User::Admin, drain(&node)).await?;
    // The evicted pod's successor fits no other node, so the budget stays used up.
    let run = world.carry_out(&plan).await?;
    let states: Vec<_> = run.steps.iter().map(|step| step.state).collect();
    assert_eq!(states, [StepState::Succeeded, StepState::Succeeded, StepState::Failed], "{:#?}", run.steps);
    assert_eq!(run.state, RunState::Failed);
    let problem = run.steps[2].problem.as_ref().ok_or("a problem")?;
    assert_eq!(problem.code, Code::DisruptionBudget, "{problem:?}");

    let undo = world.flow.rollback(&who(User::Admin), plan.id).await?;
    assert_eq!(undo.revision.steps.len(), 1, "only the cordon comes back");
    let notes = undo.revision.steps[0].restore.as_ref().map(|restore| restore.notes.join(" ")).unwrap_or_default();
    assert!(notes.contains("does not come back to its node"), "{notes}");
    world.carry_out(&undo).await?;
    assert_eq!(world.namespace.get("node", &node).await?["spec"]["unschedulable"], Value::Null);
    clear(&world, &node).await
}

#[tokio::test]
async fn a_drain_goes_on_when_its_budget_allows_the_next_eviction() -> Tested {
    let (world, node) = with_node("drain-wait").await?;
    budget(&world, 1).await?;
    let plan = world.plan(User::Admin, drain(&node)).await?;
    world.approved(&plan).await?;
    let witness = world.namespace.witness()?;
    let run = world.flow.execute(&who(User::Admin), plan.id, None, None).await?;
    let waits = |run: &kubechat_core::run::Run| {
        run.steps[2].progress.as_ref().is_some_and(|progress| progress.starts_with("waiting: "))
    };
    world.run_where(run.id, "the second eviction to wait", waits).await?;
    kubectl(&world, "delete pdb pinned").await?;
    let run = world.ended(run.id).await?;
    assert_eq!(run.state, RunState::Succeeded, "{:#?}", run.steps);
    let writes = witness.writes().await?;
    let evictions: Vec<_> =
        writes.iter().filter(|write| write.subresource == "eviction" && write.succeeded()).collect();
    assert_eq!(evictions.len(), 2, "each pod is evicted once: {writes:#?}");
    clear(&world, &node).await
}

#[tokio::test]
async fn a_pod_that_left_by_itself_does_not_end_the_drain_and_is_not_written_to() -> Tested {
    let (world, node) = with_node("drain-gone").await?;
    let plan = world.plan(User::Admin, drain(&node)).await?;
    assert_eq!(plan.revision.steps.iter().map(|step| step.depends_on.len()).collect::<Vec<_>>(), [0, 1, 1]);
    world.approved(&plan).await?;
    let [gone, stays] = [1, 2].map(|index: usize| plan.revision.steps[index].mutation.target.name.to_string());
    kubectl(&world, &format!("delete pod {gone} --wait=true")).await?;
    let witness = world.namespace.witness()?;
    let run = world.execute(User::Admin, plan.id).await?;
    assert_eq!(run.state, RunState::Succeeded, "{:#?}", run.steps);
    let note = run.steps[1].note.as_deref().unwrap_or_default();
    assert_eq!(note, "it was gone already; nothing was written");
    let writes = witness.writes().await?;
    let evicted: Vec<_> =
        writes.iter().filter(|write| write.subresource == "eviction").map(|write| &write.name).collect();
    assert_eq!(evicted, [&stays]);
    clear(&world, &node).await
}

#[tokio::test]
async fn a_budget_of_pods_keeps_a_drain_small() -> Tested {
    let (world, node) = with_node("drain-max").await?;
    let mut small = drain(&node);
    small["max_pods"] = json!(1);
    let refused = world.plan(User::Admin, small).await.expect_err("two pods");
    assert_eq!(refused.code, Code::LimitExceeded);
    assert!(refused.detail.contains("max_pods is 1"), "{refused:?}");
    clear(&world, &node).await
}
