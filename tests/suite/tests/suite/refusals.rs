//! Bad input below HTTP, and what it gets: an answer that says what was refused and what to do, and nothing written.

use kubechat_core::audit::EntryKind as K;
use kubechat_core::plan::PlanState;
use kubechat_core::problem::Code;
use kubechat_core::run::{RunState, StepState};
use kubechat_flow::execute::OnceKey;
use kubechat_flow::ports::cluster::Mode;
use kubechat_flow::turn::{Part, TurnState};
use kubechat_harness::User;
use kubechat_suite::Tested;
use kubechat_suite::world::{Custom, plans_of, who};
use serde_json::{Value, json};

use crate::KIT;

fn scale(replicas: u32) -> Value {
    json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": replicas})
}

fn config_maps(from: usize, to: usize) -> Value {
    let one = |n| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("c{n:03}")}, "data": {"n": "1"}});
    json!({"op": "apply", "objects": (from..to).map(one).collect::<Vec<_>>()})
}

#[tokio::test]
async fn a_request_nobody_understands_says_so_and_makes_no_plan() -> Tested {
    let world = KIT.world("nonsense").await?;
    let witness = world.namespace.witness()?;
    let turn = world.ask(User::Editor, "please flurb the gronkle").await?;
    assert_eq!(turn.state, TurnState::Failed, "{turn:?}");
    assert!(plans_of(&turn).is_empty());
    let said = turn.parts.iter().any(|part| matches!(part, Part::Text { .. } | Part::Problem { .. }));
    assert!(said, "{:?}", turn.parts);
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_name_that_fits_two_objects_is_asked_back_with_both() -> Tested {
    let world = KIT.world("two-fit").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let set = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"}, "spec": {
        "replicas": 1, "serviceName": "web", "selector": {"matchLabels": {"app": "set"}}, "template": {
            "metadata": {"labels": {"app": "set"}}, "spec": {"containers": [{"name": "a", "image": "registry.example/a:1"}]}}}});
    world.namespace.apply(&set.to_string()).await?;
    let witness = world.namespace.witness()?;
    let turn = world.ask(User::Editor, "scale web to 3").await?;
    assert_eq!(turn.state, TurnState::AskedBack, "{:?}", turn.parts);
    let said = serde_json::to_string(&turn.parts)?.to_lowercase();
    assert!(said.contains("deployment") && said.contains("statefulset"), "{said}");
    assert!(plans_of(&turn).is_empty());
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_missing_right_names_verb_resource_namespace_and_the_line_to_check_it() -> Tested {
    let world = KIT.world("no-right").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let witness = world.namespace.witness()?;
    let refused = world.plan(User::Viewer, scale(3)).await.expect_err("viewers don't write");
    assert_eq!(refused.code, Code::ClusterForbidden);
    assert!(refused.detail.contains(&format!("patch deployments.apps in {}", world.namespace.name())), "{refused:?}");
    assert!(refused.hint.contains("kubectl auth can-i patch deployments.apps"), "{refused:?}");
    let unseen = world.plan(User::Nobody, scale(3)).await.expect_err("nobody sees nothing");
    assert_eq!(unseen.code, Code::ClusterForbidden, "{unseen:?}");
    assert!(unseen.hint.contains("kubectl auth can-i get deployments.apps"), "{unseen:?}");
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_step_cannot_hide_behind_another_one_on_the_same_object() -> Tested {
    let world = KIT.world("hide").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let note = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "annotations": {"note": "x"}}});
    let apply = json!({"op": "apply", "objects": [note]});
    let image = json!({"op": "set-image", "target": {"kind": "deployment", "name": "web"}, "image": "evil.example/miner:latest"});
    let refused = world.plan_all(User::Editor, vec![apply, image]).await.expect_err("two steps, one object");
    assert_eq!(refused.code, Code::BadInput, "{refused:?}");
    assert!(refused.detail.contains("two steps"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn only_its_requester_takes_a_run_back() -> Tested {
    let world = KIT.world("others-undo").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let plan = world.plan(User::Editor, scale(2)).await?;
    world.carry_out(&plan).await?;
    let refused = world.flow.rollback(&who(User::Second), plan.id).await.expect_err("somebody else's run");
    assert_eq!(refused.code, Code::Forbidden, "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn a_right_taken_away_after_planning_stops_the_execution() -> Tested {
    let world = KIT.world("right-gone").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let plan = world.plan(User::Editor, scale(3)).await?;
    world.namespace.kubectl(User::Admin).run(&["delete", "rolebinding", "people-edit"]).await?;
    let editor = world.namespace.kubectl(User::Editor);
    kubechat_harness::wait_for("the right to be gone", kubechat_suite::world::ENDS_WITHIN, || {
        editor.refused(&["auth", "can-i", "patch", "deployments", "-q"])
    })
    .await?;
    let witness = world.namespace.witness()?;
    let refused = world.execute(User::Editor, plan.id).await.expect_err("no right any more");
    assert_eq!(refused.code, Code::ClusterForbidden, "{refused:?}");
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_plan_of_more_than_a_hundred_steps_is_refused_by_the_limits_name() -> Tested {
    let world = KIT.world("many").await?;
    let operations = vec![config_maps(0, 50), config_maps(50, 100), config_maps(100, 101)];
    let refused = world.plan_all(User::Editor, operations).await.expect_err("101 steps");
    assert_eq!(refused.code, Code::LimitExceeded);
    assert!(refused.detail.contains("101") && refused.detail.contains("PLAN_STEPS_MAX is 100"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn an_object_that_is_not_there_is_no_plan() -> Tested {
    let world = KIT.world("absent").await?;
    let refused = world.plan(User::Editor, scale(3)).await.expect_err("no such deployment");
    assert_eq!(refused.code, Code::NotFound, "{refused:?}");
    let unknown = json!({"op": "delete", "target": {"kind": "gronkle", "name": "web"}});
    let refused = world.plan(User::Editor, unknown).await.expect_err("no such kind");
    assert!(refused.detail.contains("gronkle"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn read_only_mode_plans_nothing() -> Tested {
    let custom = Custom { mode: Mode::ReadOnly, ..Custom::default() };
    let world = KIT.custom("read-only", &[], custom).await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let refused = world.plan(User::Editor, scale(3)).await.expect_err("read-only");
    assert_eq!(refused.code, Code::ReadOnly, "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn suggest_only_mode_plans_and_executes_nothing() -> Tested {
    let custom = Custom { mode: Mode::SuggestOnly, ..Custom::default() };
    let world = KIT.custom("suggest-only", &[], custom).await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let witness = world.namespace.witness()?;
    let plan = world.plan(User::Editor, scale(3)).await?;
    assert_eq!(plan.state, PlanState::Ready);
    let refused = world.execute(User::Editor, plan.id).await.expect_err("suggest-only");
    assert_eq!(refused.code, Code::ReadOnly);
    assert_eq!(witness.writes().await?.len(), 0);
    assert_eq!(world.kinds(plan.id).await?, [K::Planned, K::ExecuteRefused]);
    Ok(())
}

#[tokio::test]
async fn only_the_requester_executes_a_plan() -> Tested {
    let world = KIT.world("not-mine").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let witness = world.namespace.witness()?;
    let plan = world.plan(User::Editor, scale(3)).await?;
    let refused = world.execute(User::Second, plan.id).await.expect_err("another person's plan");
    assert_eq!(refused.code, Code::Forbidden);
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn executing_twice_is_one_run_with_a_key_and_a_refusal_without() -> Tested {
    let world = KIT.world("twice").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let witness = world.namespace.witness()?;
    let (editor, key) = (who(User::Editor), || Some(OnceKey("k-1".to_owned())));

    let plan = world.plan(User::Editor, scale(3)).await?;
    let first = world.flow.execute(&editor, plan.id, None, key()).await?;
    let again = world.flow.execute(&editor, plan.id, None, key()).await?;
    assert_eq!(first.id, again.id);
    let refused = world.flow.execute(&editor, plan.id, None, None).await.expect_err("it runs already");
    assert_eq!(refused.code, Code::WrongState);
    world.ended(first.id).await?;
    assert_eq!(witness.writes().await?.len(), 1);

    let next = world.plan(User::Editor, scale(2)).await?;
    let other = world.flow.execute(&editor, next.id, None, key()).await.expect_err("the key stands for another plan");
    assert_eq!(other.code, Code::WrongState);

    let both = futures_util::future::join(
        world.flow.execute(&editor, next.id, None, None),
        world.flow.execute(&editor, next.id, None, None),
    );
    let (one, two) = both.await;
    assert!(one.is_ok() != two.is_ok(), "one of two at the same time: {one:?} {two:?}");
    world.ended(one.or(two)?.id).await?;
    assert_eq!(witness.writes().await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_cancel_stops_before_the_next_step() -> Tested {
    const STEPS: usize = 40;
    let world = KIT.world("cancel").await?;
    let witness = world.namespace.witness()?;
    let plan = world.plan(User::Editor, config_maps(0, STEPS)).await?;
    world.approved(&plan).await?;
    let run = world.flow.execute(&who(User::Editor), plan.id, None, None).await?;
    world.run_where(run.id, "a first step", |run| run.steps[0].state == StepState::Succeeded).await?;
    world.flow.cancel(&who(User::Editor), plan.id).await?;

    let run = world.ended(run.id).await?;
    let done = run.steps.iter().filter(|step| step.state == StepState::Succeeded).count();
    assert!((1..STEPS).contains(&done), "{:?}", run.steps);
    assert_eq!(run.state, RunState::Cancelled, "{:?}", run.steps);
    assert!(run.steps[done..].iter().all(|step| step.state == StepState::Cancelled));
    assert_eq!(witness.writes().await?.len(), done, "nothing after the cancel");
    assert!(world.kinds(plan.id).await?.contains(&K::CancelAsked));
    Ok(())
}

#[tokio::test]
async fn values_of_secrets_stay_out_of_plans_entries_and_answers() -> Tested {
    const VALUE: &str = "correct-horse-battery";
    let world = KIT.world("secret").await?;
    let secret = |value: &str| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "stringData": {"password": value}});
    world.namespace.apply(&secret("old-staple-password").to_string()).await?;
    let plan = world.plan(User::Editor, json!({"op": "apply", "objects": [secret(VALUE)]})).await?;
    let encoded = "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"; // VALUE in base64
    let old = "b2xkLXN0YXBsZS1wYXNzd29yZA";
    let clean = |text: &str| ![VALUE, encoded, old, "old-staple-password"].iter().any(|secret| text.contains(secret));

    let shown = serde_json::to_string(&plan.revision.steps[0].diff)?;
    assert!(clean(&shown) && shown.contains("password"), "{shown}");
    world.carry_out(&plan).await?;
    let exported = world.flow.export(&who(User::Editor), plan.id).await?;
    assert!(clean(&serde_json::to_string(&exported)?), "{exported:?}");
    let undo = world.flow.rollback(&who(User::Editor), plan.id).await?;
    assert!(clean(&serde_json::to_string(&undo.revision.steps[0].diff)?), "{:?}", undo.revision.steps[0].diff);

    let get = json!({"op": "get", "target": {"kind": "secret", "name": "db"}});
    let get = serde_json::from_value(get)?;
    let answer = world.flow.read(&who(User::Editor), &kubechat_suite::world::cluster(), &get).await?;
    assert!(clean(&serde_json::to_string(&answer)?), "{answer:?}");
    for row in world.entries(Default::default()).await? {
        assert!(clean(&serde_json::to_string(&row.committed.entry)?));
        assert!(clean(&row.payload.map(|payload| payload.to_string()).unwrap_or_default()), "{:?}", row.committed);
    }
    Ok(())
}
