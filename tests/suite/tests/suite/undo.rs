//! Taking back in company: what others changed meanwhile, tags that moved, what was never executed.

use kubechat_core::problem::Code;
use kubechat_harness::User;
use kubechat_suite::Tested;
use kubechat_suite::world::who;
use serde_json::json;

use crate::KIT;
use crate::carried::{carried_out, undone};

#[tokio::test]
async fn an_undo_over_somebody_elses_change_is_refused_with_all_three_values() -> Tested {
    let world = KIT.world("conflict").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let scale = json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": 3});
    let done = carried_out(&world, vec![scale]).await?;
    world.namespace.kubectl(User::Second).run(&["scale", "deployment", "web", "--replicas=4"]).await?;

    let witness = world.namespace.witness()?;
    let refused = world.flow.rollback(&who(User::Editor), done.plan.id).await.expect_err("somebody else wrote it");
    assert_eq!(refused.code, Code::UndoConflict);
    assert!(refused.detail.contains("spec.replicas: it was 1, we made it 3, now it is 4"), "{}", refused.detail);
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn an_undo_planned_before_somebody_elses_change_is_stale() -> Tested {
    let world = KIT.world("undo-stale").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let scale = json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": 3});
    carried_out(&world, vec![scale]).await?;
    let undo = world.flow.undo_last(&who(User::Editor)).await?;
    world.namespace.kubectl(User::Second).run(&["scale", "deployment", "web", "--replicas=4"]).await?;
    world.namespace.rolled_out("web").await?;

    let witness = world.namespace.witness()?;
    let refused = world.execute(User::Editor, undo.id).await.expect_err("what it rests on changed");
    assert_eq!(refused.code, Code::Stale, "{refused:?}");
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_restored_tag_that_moved_is_said_and_pinning_is_offered() -> Tested {
    let world = KIT.world("moved").await?;
    let image = format!("registry.example/{}/web:1", world.namespace.name());
    world.namespace.deploy("web", &image, 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let pods = world.namespace.pods("app=web").await?;
    let id = pods[0]["status"]["containerStatuses"][0]["imageID"].as_str().unwrap_or_default().to_owned();
    let ran = id.split('@').nth(1).ok_or("a digest")?.to_owned();
    let set = json!({"op": "set-image", "target": {"kind": "deployment", "name": "web"}, "image": ":2"});
    let done = carried_out(&world, vec![set]).await?;

    // Somebody pushes other bytes under the old tag, and a pod beside ours runs them.
    let other = format!("sha256:{}", "ab".repeat(32));
    world.namespace.plane().move_tag(&image, &other)?;
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "beside", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "app", "image": image}]}});
    world.namespace.apply(&pod.to_string()).await?;
    world
        .namespace
        .kubectl(User::Admin)
        .run(&["wait", "--for=condition=Ready", "pod/beside", "--timeout=60s"])
        .await
        .ok();

    let back = undone(&world, &done).await?;
    let notes =
        back.plan.revision.steps[0].restore.as_ref().map(|restore| restore.notes.join("\n")).unwrap_or_default();
    assert!(notes.contains(&ran) && notes.contains("set the image to"), "{notes}");
    Ok(())
}

#[tokio::test]
async fn what_was_never_executed_or_is_undone_already_is_not_taken_back() -> Tested {
    let world = KIT.world("undo-none").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let editor = who(User::Editor);
    let nothing = world.flow.undo_last(&editor).await.expect_err("no run yet");
    assert_eq!(nothing.code, Code::NotFound);
    let scale = json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": 2});
    let plan = world.plan(User::Editor, scale).await?;
    let early = world.flow.rollback(&editor, plan.id).await.expect_err("not executed");
    assert_eq!(early.code, Code::WrongState);
    world.carry_out(&plan).await?;
    let undo = world.flow.rollback(&editor, plan.id).await?;
    world.carry_out(&undo).await?;
    let twice = world.flow.rollback(&editor, plan.id).await.expect_err("undone already");
    assert_eq!(twice.code, Code::WrongState);
    Ok(())
}
