//! Use of CPU and memory over the API server's aggregation layer, and an answer in words where nobody measures.
//!
//! The metrics API is the test plane's own (`tests/components/testplane/metrics.go` says what it is and is not): registered as
//! an APIService, served through the API server's proxy, with its RBAC. On a control plane of its own, because a cluster
//! with metrics scales by itself.

use kubechat_core::analyze::Findings;
use kubechat_core::operation::Operation;
use kubechat_core::operation::read::{Top, TopKind, TopSort};
use kubechat_core::problem::Problem;
use kubechat_core::read::{Answer, Table};
use kubechat_harness::{PrivatePlane, User, wait_for};
use kubechat_suite::world::{Custom, ENDS_WITHIN, cluster, who};
use kubechat_suite::{Tested, World};
use serde_json::json;

use crate::KIT;

async fn top(world: &World, user: User, kind: TopKind, sort: TopSort) -> Result<Table, Problem> {
    let namespace = world.namespace.name().parse().ok();
    let asked = Operation::Top(Top { kind, namespace, all_namespaces: false, sort: Some(sort) });
    match world.flow.read(&who(user), &cluster(), &asked).await? {
        Answer::Table(table) => Ok(table),
        other => panic!("{other:?}"),
    }
}

fn cells(table: &Table) -> Vec<String> {
    table.rows.iter().map(|row| row.cells.join(" ")).collect()
}

async fn shop(world: &World) -> Tested {
    let pod = |name: &str, usage: &str, of_proxy: &str| {
        let notes = json!({"kubechat.dev/usage": usage, "kubechat.dev/usage.proxy": of_proxy});
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "annotations": notes}, "spec": {"nodeName": "node-1",
            "containers": [{"name": "app", "image": "registry.example/a:1"}, {"name": "proxy", "image": "registry.example/p:1"}]}})
    };
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
        pod("busy", "900m,128Mi", "100m,32Mi"), pod("fat", "50m,2Gi", "1m,16Mi"), pod("down", "1,1Gi", "1,1Gi")]});
    world.namespace.apply(&objects.to_string()).await?;
    for pod in ["pod/busy", "pod/fat"] {
        world.namespace.kubectl(User::Admin).run(&["wait", "--for=condition=Ready", pod, "--timeout=60s"]).await?;
    }
    world.namespace.kubectl(User::Admin).run(&["delete", "pod", "down"]).await?;
    Ok(())
}

#[tokio::test]
async fn use_of_pods_containers_and_nodes_comes_over_the_aggregated_api_and_its_absence_is_said() -> Tested {
    let plane = PrivatePlane::start().await?;
    let world = KIT.within(plane.namespace("top").await?, Custom::default()).await?;
    shop(&world).await?;
    for kind in [TopKind::Pods, TopKind::Nodes, TopKind::Containers] {
        let absent = top(&world, User::Admin, kind, TopSort::Cpu).await.expect_err("nobody measures yet");
        assert!(absent.detail.contains("serves no metrics.k8s.io"), "{absent:?}");
    }

    plane.serve_metrics().await?;
    let pods = wait_for("the new API to be seen", ENDS_WITHIN, || async {
        top(&world, User::Admin, TopKind::Pods, TopSort::Cpu).await.map_err(|problem| problem.detail)
    })
    .await?;
    assert_eq!(pods.columns, ["NAME", "CPU", "MEMORY"]);
    assert_eq!(cells(&pods), ["busy 1000m 160Mi", "fat 51m 2064Mi"]);
    let by_memory = top(&world, User::Admin, TopKind::Pods, TopSort::Memory).await?;
    assert_eq!(by_memory.rows[0].cells[0], "fat");
    let containers = top(&world, User::Admin, TopKind::Containers, TopSort::Cpu).await?;
    let all = ["busy app 900m 128Mi", "busy proxy 100m 32Mi", "fat app 50m 2048Mi", "fat proxy 1m 16Mi"];
    assert_eq!(cells(&containers), all);
    let nodes = top(&world, User::Admin, TopKind::Nodes, TopSort::Cpu).await?;
    assert_eq!(cells(&nodes)[0], "node-1 1051m 13% 2224Mi 6%", "of 8 CPU and 32 GiB");

    // The API server decides who may read it: `view` does not hold it by itself.
    let refused = top(&world, User::Viewer, TopKind::Pods, TopSort::Cpu).await.expect_err("no right");
    assert!(refused.detail.contains("pods.metrics.k8s.io"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn who_ran_out_of_memory_is_told_what_a_pod_beside_it_uses() -> Tested {
    let plane = PrivatePlane::start().await?;
    plane.serve_metrics().await?;
    let world = KIT.within(plane.namespace("memory").await?, Custom::default()).await?;
    // One pod of the set is killed, the one beside it runs and is measured.
    let pod = |fault: &str| {
        json!({"metadata": {"labels": {"app": "cache"}, "annotations": {"kubechat.dev/usage": "10m,60Mi", "kubechat.dev/fault": fault}},
        "spec": {"containers": [{"name": "app", "image": "registry.example/cache:1", "resources": {"limits": {"memory": "64Mi"}}}]}})
    };
    let of = |template| {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cache"},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "cache"}}, "template": template}})
    };
    world.namespace.apply(&of(pod("")).to_string()).await?;
    world.namespace.rolled_out("cache").await?;
    world.namespace.apply(&of(pod("oom")).to_string()).await?;
    let sentence = wait_for("the finding with what is used", ENDS_WITHIN, || async {
        let namespace = world.namespace.name().parse().ok();
        let seen =
            world.flow.findings(&who(User::Admin), &cluster(), namespace).await.map_err(|problem| problem.detail)?;
        let Answer::Findings(Findings { findings, .. }) = seen else { return Err(format!("{seen:?}")) };
        let found =
            findings.into_iter().find(|finding| finding.rule == "pod/out-of-memory").ok_or("no such finding")?;
        if found.sentence.contains("uses 60Mi") { Ok(found.sentence) } else { Err(found.sentence) }
    })
    .await?;
    assert!(sentence.contains("its limit of 64Mi"), "{sentence}");
    Ok(())
}
