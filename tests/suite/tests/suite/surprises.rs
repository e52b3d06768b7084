//! Dry-runs that can't be, and results that differ from them.

use kubechat_core::plan::{DryRun, PlanState};
use kubechat_core::problem::Code;
use kubechat_core::run::RunState;
use kubechat_harness::{Hook, User};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use crate::KIT;
use crate::carried::{carried_out, carry, undone};

async fn hooked(name: &str, hook: Hook) -> Tested<World> {
    let world = KIT.world(name).await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    world.namespace.hook(hook).await?;
    Ok(world)
}

fn scale() -> Value {
    json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": 2})
}

#[tokio::test]
async fn a_webhook_that_refuses_dry_run_makes_the_step_unverified_and_asks_for_approval() -> Tested {
    let world = hooked("no-dry-run", Hook::RefusesDryRun).await?;
    let plan = world.plan(User::Editor, scale()).await?;
    assert_eq!(plan.state, PlanState::NeedsApproval, "{:?}", plan.revision.parts);
    let step = &plan.revision.steps[0];
    assert!(matches!(&step.dry_run, DryRun::Unverified { reason } if reason.contains("dry run")), "{:?}", step.dry_run);
    assert!(!step.diff.is_empty(), "what would be sent is shown all the same");
    let done = carry(&world, plan).await?;
    assert_eq!(done.run.state, RunState::Succeeded, "{:?}", done.run.steps);
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 2);
    undone(&world, &done).await?;
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 1);
    Ok(())
}

#[tokio::test]
async fn a_field_that_changes_at_every_call_is_named_volatile_and_surprises_nobody() -> Tested {
    let world = hooked("stamps", Hook::Stamps).await?;
    let done = carried_out(&world, vec![scale()]).await?;
    let DryRun::Verified { volatile, .. } = &done.plan.revision.steps[0].dry_run else {
        return Err(format!("{:?}", done.plan.revision.steps[0].dry_run).into());
    };
    assert!(volatile.iter().any(|path| path.to_string().contains("hooks.kubechat.dev/stamp")), "{volatile:?}");
    assert!(done.run.steps[0].surprises.is_empty(), "{:?}", done.run.steps[0].surprises);
    Ok(())
}

#[tokio::test]
async fn a_result_that_differs_from_the_dry_run_is_shown_as_a_surprise() -> Tested {
    let world = hooked("meddles", Hook::Meddles).await?;
    let done = carried_out(&world, vec![scale()]).await?;
    let surprises = &done.run.steps[0].surprises;
    assert!(
        surprises.iter().any(|change| change.path.to_string().contains("hooks.kubechat.dev/stamp")),
        "{surprises:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_write_refused_after_its_dry_run_passed_fails_with_the_servers_words() -> Tested {
    let world = hooked("not-today", Hook::RefusesWrites).await?;
    let witness = world.namespace.witness()?;
    let plan = world.plan(User::Editor, scale()).await?;
    let run = world.carry_out(&plan).await?;
    assert_eq!(run.state, RunState::Failed);
    let problem = run.steps[0].problem.as_ref().ok_or("a problem")?;
    assert_ne!(problem.code, Code::Indeterminate, "a refusal is certain");
    assert!(problem.detail.contains("not today"), "{problem:?}");
    let writes = witness.writes().await?;
    assert_eq!((writes.len(), writes[0].succeeded()), (1, false), "sent once, never again");
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 1);
    Ok(())
}
