//! Rows about nodes, each with a node of its own that takes nobody else's pods and goes with the row.

use kubechat_harness::{User, wait_for};
use kubechat_suite::world::{Custom, ENDS_WITHIN};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use super::cells::{cells, kubectl};
use super::{After, Row, Undo};
use crate::KIT;

/// The taint that keeps others' pods off.
const OURS: &str = "suite.kubechat.dev/own";

fn on_node(
    node: &str,
    operation: Value,
    says: &'static str,
    shows: &'static str,
    drift: [String; 2],
    after: After,
) -> Row {
    let mut operation = operation;
    operation["target"] = json!({"kind": "node", "name": node});
    let [there, back] = drift;
    let right = "patch nodes";
    let (by, prepare, drift, undo) = (User::Admin, Vec::new(), (there, back), Undo::Back);
    Row { operation, by, prepare, says, shows, right, drift, after, undo }
}

pub(super) fn rows(node: &str) -> Vec<Row> {
    let line = |verb: &str| format!("{verb} {node}");
    let has = |pointer, value| After::Has(format!("node/{node}"), pointer, value);
    let uncordon = on_node(
        node,
        json!({"op": "uncordon"}),
        "uncordon node",
        "spec.unschedulable",
        [line("uncordon"), line("cordon")],
        After::Lacks(format!("node/{node}"), "/spec/unschedulable"),
    );
    let drain = on_node(
        node,
        json!({"op": "drain"}),
        "to evict 2 pods; left alone: 1 pod of a DaemonSet",
        "spec.unschedulable",
        [line("cordon"), line("uncordon")],
        has("/spec/unschedulable", json!(true)),
    );
    let taint = |value: &str| format!("taint node {node} x.io/a={value}:PreferNoSchedule --overwrite");
    vec![
        on_node(
            node,
            json!({"op": "cordon"}),
            "cordon node",
            "spec.unschedulable",
            [line("cordon"), line("uncordon")],
            has("/spec/unschedulable", json!(true)),
        ),
        Row { prepare: vec![line("cordon")], ..uncordon },
        Row { right: "list pods", ..drain },
        on_node(
            node,
            json!({"op": "taint", "set": [{"key": "x.io/a", "value": "1", "effect": "PreferNoSchedule"}]}),
            "set taint x.io/a=1:PreferNoSchedule",
            "spec.taints",
            [taint("9"), format!("taint node {node} x.io/a-")],
            has("/spec/taints/1/key", json!("x.io/a")),
        ),
    ]
}

/// A world with a node of its own: a Deployment of two pods and a DaemonSet run there.
pub(super) async fn with_node(name: &str) -> Tested<(World, String)> {
    custom(name, Custom::default()).await
}

/// The same with settings of its own.
pub(super) async fn custom(name: &str, custom: Custom) -> Tested<(World, String)> {
    let world = KIT.custom(name, &[], custom).await?;
    let node = format!("{}-node", world.namespace.name());
    let size = json!({"cpu": "8", "memory": "32Gi", "pods": "110"});
    let labels = json!({"kubernetes.io/hostname": node, "kubernetes.io/os": "linux"});
    let role = json!({"apiGroups": [""], "resources": ["nodes"], "resourceNames": [node], "verbs": ["get"]});
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": node, "labels": labels},
            "spec": {"taints": [{"key": OURS, "effect": "NoSchedule"}]}, "status": {"capacity": size, "allocatable": size}},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": node}, "rules": [role]},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": node},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": node},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer"}]},
    ]});
    // Created and not applied: what kubectl notes for the next apply would stand in every comparison.
    world.namespace.kubectl(User::Admin).run_with(&["create", "-f", "-"], &objects.to_string()).await?;
    let admin = world.namespace.kubectl(User::Admin);
    wait_for("the node to be ready and known to its controllers", ENDS_WITHIN, || async {
        let seen = admin.json(&["get", "node", &node]).await.map_err(|error| error.to_string())?;
        let ready = seen["status"]["conditions"].as_array().into_iter().flatten();
        let ready =
            ready.filter(|condition| condition["type"] == "Ready").any(|condition| condition["status"] == "True");
        let alone = seen["spec"]["taints"].as_array().is_some_and(|taints| taints.len() == 1);
        let known = seen["metadata"]["annotations"]["node.alpha.kubernetes.io/ttl"].is_string();
        if ready && alone && known { Ok(()) } else { Err(seen.to_string()) }
    })
    .await?;
    pods(&world, &node, "pinned", 2).await?;
    kubectl(&world, "rollout status deployment/pinned --timeout=60s").await?;
    kubectl(&world, "rollout status daemonset/agent --timeout=60s").await?;
    Ok((world, node))
}

/// A Deployment whose pods fit no other node, and a DaemonSet beside it.
async fn pods(world: &World, node: &str, name: &str, replicas: u32) -> Tested {
    let pod = |app: &str| {
        json!({"metadata": {"labels": {"app": app}}, "spec": {
            "nodeSelector": {"kubernetes.io/hostname": node},
            "tolerations": [{"key": OURS, "operator": "Exists"}],
            "containers": [{"name": "app", "image": "registry.example/pinned:1"}]}})
    };
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": pod(name)}},
        {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"},
            "spec": {"selector": {"matchLabels": {"app": "agent"}}, "template": pod("agent")}},
    ]});
    Ok(world.namespace.apply(&objects.to_string()).await?)
}

/// Takes the node and the right to see it away again: other tests count nodes.
pub(super) async fn clear(world: &World, node: &str) -> Tested {
    kubectl(world, "delete deployment,daemonset --all").await?;
    kubectl(world, &format!("delete node/{node} clusterrole/{node} clusterrolebinding/{node}")).await?;
    Ok(())
}

#[tokio::test]
async fn every_operation_on_a_node_passes_its_cells() -> Tested {
    // One after another: each makes a node, and the control plane has one set of controllers for them.
    let mut wrong = Vec::new();
    for index in 0..rows("").len() {
        let (world, node) = with_node("m-node").await?;
        let row = rows(&node).swap_remove(index);
        let operation = row.operation.to_string();
        let cells = tokio::spawn(async move {
            let ended = cells(&world, row).await;
            (world, ended)
        });
        match cells.await {
            Ok((world, ended)) => {
                wrong.extend(ended.err().map(|why| format!("{operation}: {why}")));
                clear(&world, &node).await?;
            }
            Err(panicked) => wrong.push(format!("{operation}: {panicked}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
