//! Modes by what a write reaches: a namespace that is held is not changed through a node either.

use kubechat_core::plan::PlanState;
use kubechat_core::problem::Code;
use kubechat_flow::ports::cluster::{Mode, NamespaceMode};
use kubechat_harness::{User, wait_for};
use kubechat_suite::world::{Custom, ENDS_WITHIN};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use super::nodes::{self, clear};

fn ruled(pattern: &str, mode: Mode) -> Custom {
    Custom { namespaces: vec![NamespaceMode { name: pattern.to_owned(), mode }], ..Custom::default() }
}

fn taint(node: &str) -> Value {
    let set = json!([{"key": "x.io/broken", "value": "yes", "effect": "NoExecute"}]);
    json!({"op": "taint", "target": {"kind": "node", "name": node}, "set": set})
}

/// The node has no taint of ours, and nobody wrote it or in this world's namespace.
async fn untouched(world: &World, node: &str, witness: &kubechat_harness::Witness) -> Tested {
    let writes = witness.writes().await?;
    let ours: Vec<_> =
        writes.iter().filter(|write| write.name == node || write.namespace == world.namespace.name()).collect();
    assert!(ours.is_empty(), "{ours:?}");
    let taints = world.namespace.get("node", node).await?["spec"]["taints"].to_string();
    assert!(!taints.contains("x.io/broken"), "{taints}");
    Ok(())
}

#[tokio::test]
async fn a_taint_that_would_drive_pods_out_of_a_read_only_namespace_is_refused_and_nothing_is_written() -> Tested {
    let (world, node) = nodes::custom("reach-held", ruled("reach-held-*", Mode::ReadOnly)).await?;
    let witness = world.namespace.plane().witness()?;
    let gone = json!({"op": "delete", "target": {"kind": "node", "name": node}});
    for operation in [taint(&node), gone] {
        let refused = world.plan(User::Admin, operation).await.expect_err("its pods live in a read-only namespace");
        assert_eq!(refused.code, Code::ReadOnly, "{refused:?}");
        let named = format!("{} (read-only by the rule `reach-held-*`)", world.namespace.name());
        assert!(refused.detail.contains(&named), "{refused:?}");
    }
    untouched(&world, &node, &witness).await?;
    let cordon = json!({"op": "cordon", "target": {"kind": "node", "name": node}});
    assert!(world.plan(User::Admin, cordon).await.is_ok(), "a cordon moves no pod");
    clear(&world, &node).await
}

#[tokio::test]
async fn a_taint_that_reaches_a_suggest_only_namespace_is_planned_and_does_not_run() -> Tested {
    let (world, node) = nodes::custom("reach-told", ruled("reach-told-*", Mode::SuggestOnly)).await?;
    let witness = world.namespace.plane().witness()?;
    let plan = world.plan(User::Admin, taint(&node)).await?;
    let reached: Vec<_> = plan.revision.parts[0].radius.spread.namespaces.iter().map(|space| space.as_str()).collect();
    assert_eq!(reached, [world.namespace.name()]);
    world.approved(&plan).await?;
    let refused = world.execute(User::Admin, plan.id).await.expect_err("it is only suggested");
    assert_eq!(refused.code, Code::ReadOnly, "{refused:?}");
    untouched(&world, &node, &witness).await?;
    clear(&world, &node).await
}

#[tokio::test]
async fn a_pod_of_a_held_namespace_that_comes_to_the_node_after_planning_stops_the_run() -> Tested {
    let (world, node) = nodes::custom("reach-late", ruled("reach-guest-*", Mode::ReadOnly)).await?;
    let plan = world.plan(User::Admin, taint(&node)).await?;
    assert_ne!(plan.state, PlanState::Denied, "{:?}", plan.revision.parts[0].decision);
    world.approved(&plan).await?;
    let guest = world.namespace.plane().namespace("reach-guest").await?;
    let container = json!({"name": "app", "image": "registry.example/guest:1"});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "guest"},
        "spec": {"nodeName": node, "containers": [container]}});
    guest.apply(&pod.to_string()).await?;
    wait_for("the guest to run", ENDS_WITHIN, || async {
        let pod = guest.get("pod", "guest").await.map_err(|error| error.to_string())?;
        if pod["status"]["phase"] == "Running" { Ok(()) } else { Err(pod["status"].to_string()) }
    })
    .await?;
    let witness = world.namespace.plane().witness()?;
    let refused = world.execute(User::Admin, plan.id).await.expect_err("the guest would have to go");
    assert_eq!(refused.code, Code::ReadOnly, "{refused:?}");
    assert!(refused.detail.contains(guest.name()), "{refused:?}");
    untouched(&world, &node, &witness).await?;
    guest.kubectl(User::Admin).run(&["delete", "pod", "guest", "--force"]).await?;
    clear(&world, &node).await
}
