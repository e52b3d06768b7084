//! Odd input to writes on the real plane: patches that don't apply, selectors that match everything, and names and values that
//! would steer a terminal.

use kubechat_core::plan::PlanState;
use kubechat_core::problem::Code;
use kubechat_core::run::RunState;
use kubechat_harness::User;
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use crate::KIT;

const ESCAPE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}";

async fn shop(name: &str) -> Tested<World> {
    let world = KIT.world(name).await?;
    world.namespace.deploy("web", "registry.example/web:1", 2, &[]).await?;
    world.namespace.deploy("api", "registry.example/api:1", 1, &[]).await?;
    let map =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"level": "info"}});
    world.namespace.apply(&map.to_string()).await?;
    world.namespace.rolled_out("web").await?;
    world.namespace.rolled_out("api").await?;
    Ok(world)
}

fn patch(kind: &str, name: &str, words: &str, patch: Value) -> Value {
    json!({"op": "patch", "target": {"kind": kind, "name": name}, "type": words, "patch": patch})
}

#[tokio::test]
async fn a_patch_that_does_not_apply_is_refused_with_the_reason_and_nothing_is_written() -> Tested {
    let world = shop("no-fit").await?;
    let witness = world.namespace.witness()?;
    let cases = [
        patch("configmap", "settings", "json", json!([{"op": "test", "path": "/data/level", "value": "debug"}])),
        patch("configmap", "settings", "json", json!([{"op": "remove", "path": "/data/nothing"}])),
        patch("configmap", "settings", "json", json!([{"op": "replace", "path": "/data/level/deeper", "value": "x"}])),
        patch("configmap", "settings", "merge", json!({"data": {"level": {"not": "text"}}})),
        patch("deployment", "web", "merge", json!({"spec": {"replicas": "three"}})),
        patch("deployment", "web", "merge", json!({"spec": {"selector": {"matchLabels": {"app": "other"}}}})),
        patch(
            "deployment",
            "web",
            "strategic",
            json!({"spec": {"template": {"spec": {"containers": [{"name": "app", "image": ""}]}}}}),
        ),
    ];
    for operation in cases {
        match world.plan(User::Editor, operation.clone()).await {
            Ok(plan) => return Err(format!("{operation} became {:?}", plan.revision.steps).into()),
            Err(refused) => {
                assert!(
                    matches!(refused.code, Code::BadInput | Code::WrongState | Code::Rejected),
                    "{operation}: {refused:?}"
                );
                assert!(!refused.detail.is_empty(), "{operation}");
            }
        }
    }
    assert!(witness.writes().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_selector_that_matches_everything_is_weighed_by_everything_it_matches() -> Tested {
    let world = shop("all").await?;
    let deny = json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "all"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}});
    let plan = world.plan(User::Editor, json!({"op": "create", "objects": [deny]})).await?;
    let said = plan.revision.parts[0].radius.sentences.join("; ");
    assert!(said.contains("3 pods lose traffic"), "{said}");

    let budget = json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "all"},
        "spec": {"minAvailable": "100%", "selector": {}}});
    let plan = world.plan(User::Editor, json!({"op": "create", "objects": [budget]})).await?;
    assert_ne!(plan.state, PlanState::Denied, "{:?}", plan.revision.parts[0].decision);

    // A Service that selects nothing selects no pod at all, which takes what it had.
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}});
    world.namespace.apply(&service.to_string()).await?;
    kubechat_harness::wait_for("the endpoints", kubechat_suite::world::ENDS_WITHIN, || async {
        let admin = world.namespace.kubectl(User::Admin);
        let slices = admin.json(&["get", "endpointslices"]).await.map_err(|error| error.to_string())?;
        if slices.to_string().matches("\"targetRef\"").count() == 2 { Ok(()) } else { Err(slices.to_string()) }
    })
    .await?;
    let plan = world
        .plan(User::Editor, patch("service", "web", "merge", json!({"spec": {"selector": {"app": null}}})))
        .await?;
    let said = plan.revision.parts[0].radius.sentences.join("; ");
    assert!(said.contains("loses all of its 2 ready endpoints"), "{said}");
    Ok(())
}

#[tokio::test]
async fn control_characters_are_written_as_they_were_asked_and_never_shown() -> Tested {
    let world = shop("escape").await?;
    // What is in the cluster already may be as odd as what is asked for.
    let odd = json!({"metadata": {"annotations": {"x.io/note": format!("before{ESCAPE}")}}});
    world
        .namespace
        .kubectl(User::Admin)
        .run(&["patch", "configmap/settings", "--type=merge", "-p", &odd.to_string()])
        .await?;
    let value = format!("after{ESCAPE}");
    let operation =
        json!({"op": "annotate", "target": {"kind": "configmap", "name": "settings"}, "set": {"x.io/note": value}});
    let plan = world.plan(User::Editor, operation).await?;
    let step = &plan.revision.steps[0];
    for shown in [&step.sentence, &step.kubectl] {
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
    }
    let radius = plan.revision.parts[0].radius.sentences.join(" ");
    assert!(!radius.chars().any(char::is_control), "{radius:?}");
    let run = world.carry_out(&plan).await?;
    assert_eq!(run.state, RunState::Succeeded, "{:?}", run.steps);
    let now = world.namespace.get("configmap", "settings").await?;
    assert_eq!(now["metadata"]["annotations"]["x.io/note"], value.as_str());

    let named = json!({"op": "delete", "target": {"kind": "configmap", "name": format!("set{ESCAPE}tings")}});
    let parsed = serde_json::from_value::<kubechat_core::operation::Operation>(named);
    assert!(parsed.is_err(), "no object can be called so: {parsed:?}");
    Ok(())
}
