//! Two persons: whose word counts, for what, and how long.

use kubechat_core::approval::{Choice, Tally};
use kubechat_core::limits::PLAN_LIFE_MS;
use kubechat_core::plan::{Asked, Plan, PlanState};
use kubechat_core::problem::Code;
use kubechat_core::run::RunState;
use kubechat_flow::Flow;
use kubechat_flow::ports::work::Work;
use kubechat_flow::supervisor::RUN_AGE_MS_MAX;
use kubechat_harness::User;
use kubechat_suite::machine::Machine;
use kubechat_suite::world::{Custom, assemble, cluster, who};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use crate::KIT;

fn scale(replicas: u32) -> Value {
    json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": replicas})
}

/// A plan that needs a second person: production, to zero.
async fn waiting(name: &str, custom: Custom) -> Tested<(World, Plan)> {
    let world = KIT.custom(name, &[("environment", "production")], custom).await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let plan = world.plan(User::Editor, scale(0)).await?;
    assert_eq!(plan.state, PlanState::NeedsApproval, "{:?}", plan.revision.parts);
    Ok((world, plan))
}

#[tokio::test]
async fn the_requesters_own_vote_is_refused_and_a_seconds_counts_once() -> Tested {
    let (world, plan) = waiting("two-person", Custom::default()).await?;
    let witness = world.namespace.witness()?;
    let own = world.flow.vote(&who(User::Editor), plan.id, Choice::Approve, None, None).await.expect_err("own vote");
    assert_eq!(own.code, Code::Forbidden);
    let early = world.execute(User::Editor, plan.id).await.expect_err("nobody approved");
    assert_eq!(early.code, Code::ApprovalPending);
    assert_eq!(witness.writes().await?.len(), 0);

    let shown = world.flow.vote(&who(User::Second), plan.id, Choice::Approve, None, None).await?;
    assert_eq!((shown.standing, shown.plan.state), (Tally::Met, PlanState::Ready));
    let run = world.execute(User::Editor, plan.id).await?;
    assert_eq!(run.state, RunState::Succeeded);
    let writes = witness.writes().await?;
    assert_eq!((writes.len(), writes[0].user.as_str()), (1, "editor"), "as the requester, not as the approver");
    let again = world.execute(User::Editor, plan.id).await.expect_err("an approval is used once");
    assert_eq!(again.code, Code::WrongState);
    Ok(())
}

#[tokio::test]
async fn an_edit_voids_the_votes_given_before() -> Tested {
    let (world, plan) = waiting("edited", Custom::default()).await?;
    let seen = world.flow.show(plan.id).await?.ballots.first().map(|ballot| ballot.request.digest);
    world.approved(&plan).await?;
    // Two steps to nothing: the edit stays one that needs a second person.
    world.namespace.deploy("api", "registry.example/api:1", 1, &[]).await?;
    let api = json!({"op": "scale", "target": {"kind": "deployment", "name": "api"}, "replicas": 0});
    let api = vec![Asked::on(&cluster(), serde_json::from_value(api)?)];
    let edited = world.flow.edit(&who(User::Editor), plan.id, api, None).await?;
    assert_eq!((edited.revision.number, edited.state), (2, PlanState::NeedsApproval));
    let witness = world.namespace.witness()?;
    let refused = world.execute(User::Editor, plan.id).await.expect_err("the vote was for another revision");
    assert_eq!(refused.code, Code::ApprovalPending);
    let late = world.flow.vote(&who(User::Second), plan.id, Choice::Approve, seen, None).await.expect_err("old digest");
    assert_eq!(late.code, Code::PreconditionFailed);
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_veto_ends_a_plan() -> Tested {
    let (world, plan) = waiting("veto", Custom::default()).await?;
    let witness = world.namespace.witness()?;
    let shown = world.flow.vote(&who(User::Second), plan.id, Choice::Reject, None, None).await?;
    assert_eq!(shown.plan.state, PlanState::Rejected);
    let later =
        world.flow.vote(&who(User::Viewer), plan.id, Choice::Approve, None, None).await.expect_err("it is over");
    assert_eq!(later.code, Code::WrongState);
    let refused = world.execute(User::Editor, plan.id).await.expect_err("rejected");
    assert_eq!(refused.code, Code::WrongState);
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn an_approval_that_is_too_old_is_expired_and_not_denied() -> Tested {
    let (world, plan) = waiting("expired", Custom::default()).await?;
    world.approved(&plan).await?;
    world.clock.skip(PLAN_LIFE_MS + 1);
    let witness = world.namespace.witness()?;
    let refused = world.execute(User::Editor, plan.id).await.expect_err("too old");
    assert_eq!(refused.code, Code::Expired, "{refused:?}");
    assert_eq!(world.flow.show(plan.id).await?.plan.state, PlanState::Expired);
    assert_eq!(witness.writes().await?.len(), 0);
    let fresh = world.flow.refresh(&who(User::Editor), plan.id).await?;
    assert_eq!(fresh.state, PlanState::NeedsApproval);
    Ok(())
}

#[tokio::test]
async fn one_person_alone_confirms_where_the_configuration_says_so() -> Tested {
    let custom = Custom { confirm_only: true, ..Custom::default() };
    let (world, plan) = waiting("alone", custom).await?;
    let refused = world.execute(User::Editor, plan.id).await.expect_err("not confirmed");
    assert_eq!(refused.code, Code::ApprovalPending);
    world.flow.vote(&who(User::Editor), plan.id, Choice::Approve, None, None).await?;
    let run = world.execute(User::Editor, plan.id).await?;
    assert_eq!(run.state, RunState::Succeeded);
    Ok(())
}

#[tokio::test]
async fn what_policy_denies_no_vote_helps() -> Tested {
    let world = KIT.world("denied").await?;
    let name = format!("{}-victim", world.namespace.name());
    world.namespace.kubectl(User::Admin).run(&["create", "namespace", &name]).await?;
    let witness = world.namespace.plane().witness()?;
    let plan = world.plan(User::Admin, json!({"op": "delete", "target": {"kind": "namespace", "name": name}})).await?;
    assert_eq!(plan.state, PlanState::Denied, "{:?}", plan.revision.parts);
    let vote = world.flow.vote(&who(User::Second), plan.id, Choice::Approve, None, None).await.expect_err("denied");
    assert_eq!(vote.code, Code::PolicyDenied);
    let refused = world.execute(User::Admin, plan.id).await.expect_err("denied");
    assert_eq!(refused.code, Code::PolicyDenied);
    assert!(!refused.hint.is_empty(), "a remedy: {refused:?}");
    assert!(witness.writes().await?.iter().all(|write| write.name != name));
    Ok(())
}

/// Takes tasks and never runs them: a host that was killed right after it had accepted something.
pub(crate) struct Idle(pub(crate) Machine);

#[async_trait::async_trait]
impl Work for Idle {
    async fn wait(&self, how_long: std::time::Duration) {
        self.0.wait(how_long).await;
    }

    fn spawn(&self, _name: &'static str, _task: futures_util::future::BoxFuture<'static, ()>) {}
}

#[tokio::test]
async fn a_run_picked_up_too_late_begins_no_step() -> Tested {
    let world = KIT.world("late-run").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let plan = world.plan(User::Editor, scale(2)).await?;
    let mut ports = world.flow.ports().clone();
    ports.work = std::sync::Arc::new(Idle(world.clock.clone()));
    let killed = Flow::new(ports, world.flow.settings().clone());
    let run = killed.execute(&who(User::Editor), plan.id, None, None).await?;
    world.clock.skip(RUN_AGE_MS_MAX + 1);
    let witness = world.namespace.witness()?;
    world.flow.resume().await?;
    let run = world.run_where(run.id, "the end of the run", |run| run.state.is_final()).await?;
    let problem = run.steps[0].problem.as_ref().expect("why it did not begin");
    assert!(problem.code == Code::Stale && problem.detail.contains("RUN_AGE_MS_MAX"), "{problem:?}");
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn two_principals_who_are_one_user_of_the_cluster_are_one_person() -> Tested {
    let (world, plan) = waiting("one-user", Custom::default()).await?;
    let World { namespace, flow, ledger, clock, data } = world;
    ledger.close().await;
    drop((flow, ledger));
    let own = namespace.kubeconfig(User::Editor);
    let copy = data.join("copy.kubeconfig");
    std::fs::copy(&own, &copy)?;
    let kubeconfigs = [(User::Editor, own), (User::Second, copy)];
    let kubeconfigs = kubeconfigs.map(|(user, path)| (user.name().to_owned(), path)).into();
    let (flow, ledger) = assemble(KIT, &data, &kubeconfigs, Custom::default(), &clock).await?;
    let refused = flow.vote(&who(User::Second), plan.id, Choice::Approve, None, None).await.expect_err("himself");
    assert!(refused.code == Code::Forbidden && refused.detail.contains("the same user editor"), "{refused:?}");
    assert_eq!(flow.show(plan.id).await?.plan.state, PlanState::NeedsApproval);
    flow.vote(&who(User::Second), plan.id, Choice::Reject, None, None).await?;
    ledger.close().await;
    Ok(())
}
