//! Each write operation: planned, approved where wanted, written once under the own name, within its radius, and taken
//! back as far as its class of reversibility promises.

use kubechat_core::operation::Reversibility;
use kubechat_core::plan::{DryRun, PlanState};
use kubechat_core::problem::Code;
use kubechat_core::run::RunState;
use kubechat_harness::{User, wait_for};
use kubechat_suite::world::{ENDS_WITHIN, who};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use crate::KIT;
use crate::carried::{carried_out, carry, undone};

/// Deployment `web` with a Service, a budget and a ConfigMap it reads.
async fn shop(name: &str) -> Tested<World> {
    let world = KIT.world(name).await?;
    world
        .namespace
        .apply(
            &json!({"apiVersion": "v1", "kind": "List", "items": [
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"level": "info"}},
                {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
                    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}},
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": {"app": "web"}},
                    "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": {
                        "metadata": {"labels": {"app": "web"}},
                        "spec": {"containers": [{"name": "app", "image": "registry.example/web:1",
                            "envFrom": [{"configMapRef": {"name": "settings"}}]}]}}}}]})
            .to_string(),
        )
        .await?;
    world.namespace.rolled_out("web").await?;
    // The controllers' last writes about the rollout are not this test's.
    let admin = world.namespace.kubectl(User::Admin);
    wait_for("the Service to have its endpoints", ENDS_WITHIN, || async {
        let slices = admin.json(&["get", "endpointslices,endpoints"]).await.map_err(|error| error.to_string())?;
        let ready = slices.to_string().matches("targetRef").count();
        if ready == 6 { Ok(()) } else { Err(format!("{ready} of 3 in both shapes")) }
    })
    .await?;
    Ok(world)
}

fn web() -> Value {
    json!({"kind": "deployment", "name": "web"})
}

#[tokio::test]
async fn scale_up_is_written_once_and_undone_exactly() -> Tested {
    let world = shop("scale-up").await?;
    let done = carried_out(&world, vec![json!({"op": "scale", "target": web(), "replicas": 5})]).await?;
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 5);
    undone(&world, &done).await?;
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 3);
    Ok(())
}

#[tokio::test]
async fn scale_down_is_written_once_and_undone_exactly() -> Tested {
    let world = shop("scale-down").await?;
    let done = carried_out(&world, vec![json!({"op": "scale", "target": web(), "replicas": 1})]).await?;
    assert_eq!(world.namespace.pods("app=web").await?.len(), 1, "settled means that the others are gone");
    undone(&world, &done).await?;
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 3);
    Ok(())
}

#[tokio::test]
async fn scale_to_zero_in_production_needs_a_second_person() -> Tested {
    let world = KIT.production("scale-zero").await?;
    world.namespace.deploy("web", "registry.example/web:1", 2, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let plan = world.plan(User::Editor, json!({"op": "scale", "target": web(), "replicas": 0})).await?;
    assert_eq!(plan.state, PlanState::NeedsApproval, "{:?}", plan.revision.parts);
    let done = carry(&world, plan).await?;
    assert_eq!(done.run.state, RunState::Succeeded);
    undone(&world, &done).await?;
    assert_eq!(world.namespace.get("deployment", "web").await?["spec"]["replicas"], 2);
    Ok(())
}

#[tokio::test]
async fn set_image_is_written_once_and_undone_exactly() -> Tested {
    let world = shop("set-image").await?;
    let image = |object: &Value| object["spec"]["template"]["spec"]["containers"][0]["image"].clone();
    let operation = json!({"op": "set-image", "target": web(), "image": "registry.example/web:2"});
    let done = carried_out(&world, vec![operation]).await?;
    assert_eq!(image(&world.namespace.get("deployment", "web").await?), "registry.example/web:2");
    undone(&world, &done).await?;
    assert_eq!(image(&world.namespace.get("deployment", "web").await?), "registry.example/web:1");
    Ok(())
}

#[tokio::test]
async fn restart_rolls_the_pods_once_and_says_why_it_is_not_undone() -> Tested {
    let world = shop("restart").await?;
    let names = |pods: Vec<Value>| -> Vec<String> {
        pods.iter().map(|pod| pod["metadata"]["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let before = names(world.namespace.pods("app=web").await?);
    let done = carried_out(&world, vec![json!({"op": "restart", "target": web()})]).await?;
    let after = names(world.namespace.pods("app=web").await?);
    assert!(after.iter().all(|pod| !before.contains(pod)), "{before:?} {after:?}");
    let refused = world.flow.rollback(&who(User::Editor), done.plan.id).await.expect_err("class none");
    assert_eq!(refused.code, Code::NotUndoable);
    assert!(refused.detail.contains("cannot be undone, because the pods that ran are gone"), "{}", refused.detail);
    Ok(())
}

#[tokio::test]
async fn apply_to_an_existing_object_changes_and_restores_only_its_fields() -> Tested {
    let world = shop("apply-old").await?;
    let manifest = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "labels": {"tier": "front"}},
        "data": {"colour": "green"}});
    let done = carried_out(&world, vec![json!({"op": "apply", "objects": [manifest]})]).await?;
    let live = world.namespace.get("configmap", "settings").await?;
    assert_eq!(live["data"], json!({"level": "info", "colour": "green"}));
    // Somebody else's field, written meanwhile, is not ours to take back.
    world.namespace.kubectl(User::Second).run(&["annotate", "configmap", "settings", "team=shop"]).await?;
    undone(&world, &done).await?;
    let live = world.namespace.get("configmap", "settings").await?;
    assert_eq!(live["data"], json!({"level": "info"}));
    assert_eq!(live["metadata"]["labels"], Value::Null);
    assert_eq!(live["metadata"]["annotations"]["team"], "shop");
    Ok(())
}

#[tokio::test]
async fn apply_of_a_new_object_creates_it_and_undo_deletes_that_very_object() -> Tested {
    let world = shop("apply-new").await?;
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "api"},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "api"}}, "template": {
            "metadata": {"labels": {"app": "api"}},
            "spec": {"containers": [{"name": "api", "image": "registry.example/api:1"}]}}}});
    let done = carried_out(&world, vec![json!({"op": "apply", "objects": [deployment]})]).await?;
    assert_eq!(world.namespace.pods("app=api").await?.len(), 2);
    undone(&world, &done).await?;
    gone(&world, "deployment", "api").await?;
    Ok(())
}

#[tokio::test]
async fn several_documents_become_steps_in_order_and_are_undone_last_first() -> Tested {
    let world = shop("apply-many").await?;
    let settings =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"mode": "fast"}});
    let extra = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "extra"}, "data": {"a": "b"}});
    let done = carried_out(&world, vec![json!({"op": "apply", "objects": [settings, extra]})]).await?;
    let order: Vec<_> = done.writes.iter().map(|write| write.name.as_str()).collect();
    assert_eq!(order, ["settings", "extra"]);
    let back = undone(&world, &done).await?;
    let order: Vec<_> = back.writes.iter().map(|write| write.name.as_str()).collect();
    assert_eq!(order, ["extra", "settings"]);
    assert_eq!(world.namespace.get("configmap", "settings").await?["data"], json!({"level": "info"}));
    gone(&world, "configmap", "extra").await
}

#[tokio::test]
async fn an_object_in_a_namespace_of_the_same_plan_is_unverified_and_needs_approval() -> Tested {
    let world = KIT.world("apply-ns").await?;
    let name = format!("{}-made", world.namespace.name());
    let witness = world.namespace.plane().witness()?;
    let objects = json!([
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "first", "namespace": name}, "data": {"a": "b"}},
    ]);
    let plan = world.plan(User::Admin, json!({"op": "apply", "objects": objects})).await?;
    assert_eq!(plan.state, PlanState::NeedsApproval, "{:?}", plan.revision.parts);
    assert!(matches!(plan.revision.steps[0].dry_run, DryRun::Verified { .. }));
    assert!(matches!(plan.revision.steps[1].dry_run, DryRun::Unverified { .. }), "{:?}", plan.revision.steps[1]);
    assert!(!plan.revision.steps[1].diff.is_empty(), "what would be sent is shown");

    let run = world.carry_out(&plan).await?;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.steps);
    let mut writes = witness.writes().await?;
    writes.retain(|write| write.uri.contains(&name));
    let told: Vec<_> = writes.iter().map(|w| (w.user.as_str(), w.resource.as_str(), w.succeeded())).collect();
    assert_eq!(told, [("admin", "namespaces", true), ("admin", "configmaps", true)]);
    Ok(())
}

#[tokio::test]
async fn a_deleted_deployment_is_made_again_with_a_new_uid() -> Tested {
    let world = shop("delete-deploy").await?;
    let before = world.namespace.get("deployment", "web").await?;
    let done = carried_out(&world, vec![json!({"op": "delete", "target": web()})]).await?;
    assert_eq!(done.plan.revision.steps[0].reversibility, Reversibility::ReMade);
    gone(&world, "deployment", "web").await?;
    undone(&world, &done).await?;
    let after = world.namespace.get("deployment", "web").await?;
    assert_ne!(after["metadata"]["uid"], before["metadata"]["uid"]);
    assert_eq!(after["spec"], before["spec"]);
    world.namespace.rolled_out("web").await?;
    Ok(())
}

#[tokio::test]
async fn a_deleted_config_map_is_made_again_with_its_data() -> Tested {
    let world = shop("delete-config").await?;
    let target = json!({"kind": "configmap", "name": "settings"});
    let done = carried_out(&world, vec![json!({"op": "delete", "target": target})]).await?;
    gone(&world, "configmap", "settings").await?;
    undone(&world, &done).await?;
    assert_eq!(world.namespace.get("configmap", "settings").await?["data"], json!({"level": "info"}));
    Ok(())
}

#[tokio::test]
async fn a_deleted_pod_is_replaced_by_its_controller_and_not_undone() -> Tested {
    let world = shop("delete-pod").await?;
    let pod = world.namespace.pods("app=web").await?[0]["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let done = carried_out(&world, vec![json!({"op": "delete", "target": {"kind": "pod", "name": pod}})]).await?;
    gone(&world, "pod", &pod).await?;
    let refused = world.flow.rollback(&who(User::Editor), done.plan.id).await.expect_err("class none");
    assert_eq!(refused.code, Code::NotUndoable);
    assert!(refused.detail.contains("its controller makes another pod"), "{}", refused.detail);
    Ok(())
}

/// Background deletion answers before the object is gone.
async fn gone(world: &World, kind: &str, name: &str) -> Tested {
    let admin = world.namespace.kubectl(User::Admin);
    let said =
        wait_for("the object to be gone", ENDS_WITHIN, || async { admin.refused(&["get", kind, name]).await }).await?;
    assert!(said.contains("NotFound"), "{said}");
    Ok(())
}
