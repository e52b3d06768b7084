//! A sentence becomes a change on a real cluster, and is taken back again.

use kubechat_core::audit::EntryKind as K;
use kubechat_core::plan::PlanState;
use kubechat_core::run::RunState;
use kubechat_flow::ports::ledger::{AuditFilter, Ledger as _};
use kubechat_flow::turn::TurnState;
use kubechat_harness::User;
use kubechat_suite::Tested;
use kubechat_suite::reach::nothing_outside;
use kubechat_suite::world::{plans_of, who};

use crate::KIT;

#[tokio::test]
async fn a_sentence_becomes_one_write_under_the_own_name_and_is_taken_back() -> Tested {
    let world = KIT.world("path").await?;
    world.namespace.deploy("web", "registry.example/web:1", 2, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let witness = world.namespace.witness()?;

    let turn = world.ask(User::Editor, "scale web to 5").await?;
    assert_eq!(turn.state, TurnState::Planned, "{:?}", turn.parts);
    let plan = world.flow.show(plans_of(&turn)[0]).await?.plan;
    assert_eq!(plan.state, PlanState::Ready, "{:?}", plan.revision.parts);
    assert_eq!(witness.writes().await?.len(), 0, "a plan writes nothing");

    let run = world.carry_out(&plan).await?;
    assert_eq!((run.state, run.steps[0].settled), (RunState::Succeeded, Some(true)), "{run:?}");
    let writes = witness.writes().await?;
    let told: Vec<_> = writes.iter().map(|w| (w.verb.as_str(), w.user.as_str(), w.name.as_str(), w.code)).collect();
    assert_eq!(told, [("patch", "editor", "web", 200)]);
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 5);
    nothing_outside(&plan, &witness.all_writes().await?, &world.namespace).await?;

    let undo = world.flow.undo_last(&who(User::Editor)).await?;
    assert!(!undo.revision.steps[0].diff.is_empty(), "an undo has a diff of its own");
    let back = world.carry_out(&undo).await?;
    assert_eq!(back.state, RunState::Succeeded, "{back:?}");
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 2);
    assert_eq!(world.flow.show(plan.id).await?.plan.state, PlanState::Undone);

    assert_eq!(world.kinds(plan.id).await?, [K::Planned, K::RunAccepted, K::StepIntent, K::StepOutcome, K::RunEnded]);
    let all = world.entries(AuditFilter::default()).await?;
    assert_eq!(all[0].committed.entry.kind, K::Asked);
    assert_eq!(world.ledger.verify().await?, all.len() as u64);
    Ok(())
}
