//! The cells: what each row is put through, in one namespace, one after another.

use kubechat_core::fingerprint::normalise;
use kubechat_core::plan::PlanState;
use kubechat_core::problem::Code;
use kubechat_harness::{User, wait_for};
use kubechat_suite::world::{ENDS_WITHIN, who};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use super::{After, Row, Undo};
use crate::KIT;
use crate::carried::{carry, undone};

/// A row in a namespace with a shop.
pub(super) async fn shop_row(row: Row) -> Tested {
    let world = KIT.world(&format!("m-{}", row.name())).await?;
    stage(&world).await?;
    if row.needs_kinds() {
        super::kinds::stage(&world).await?;
    }
    let row = row.placed(world.namespace.name());
    cells(&world, row).await
}

/// All cells of a row on a stage that stands.
pub(super) async fn cells(world: &World, row: Row) -> Tested {
    for line in &row.prepare {
        kubectl(world, line).await?;
    }
    rest(world).await?;
    refuse(world, &row).await.map_err(|why| format!("refuse: {why}"))?;
    plan(world, &row).await.map_err(|why| format!("plan: {why}"))?;
    stale(world, &row).await.map_err(|why| format!("stale: {why}"))?;
    execute_and_undo(world, &row).await
}

/// Deployment `web` behind a Service, with a ConfigMap it reads, and two CronJobs, one of them held.
pub(super) async fn stage(world: &World) -> Tested {
    let env = json!([{"name": "ALPHA", "value": "1"}, {"name": "BETA", "value": "2"}, {"name": "GAMMA", "value": "3"}]);
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [
        {"name": "app", "image": "registry.example/web:1", "env": env, "envFrom": [{"configMapRef": {"name": "settings"}}]}]}});
    let cron = |name: &str, suspend: bool| {
        let pod = json!({"restartPolicy": "Never", "containers": [{"name": "job", "image": "registry.example/job:1"}]});
        json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": {
            "schedule": "0 0 1 1 *", "suspend": suspend, "jobTemplate": {"spec": {"template": {"spec": pod}}}}})
    };
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"level": "info"}},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": {"app": "web"}},
            "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": template}},
        cron("tick", false),
        cron("held", true),
    ]});
    Ok(world.namespace.apply(&objects.to_string()).await?)
}

/// One line of kubectl as the admin; words are separated by spaces.
pub(super) async fn kubectl(world: &World, line: &str) -> Tested<String> {
    let words: Vec<&str> = line.split(' ').collect();
    Ok(world.namespace.kubectl(User::Admin).run(&words).await?)
}

/// The controllers have seen everything: else their own writes would look like ours.
pub(super) async fn rest(world: &World) -> Tested {
    let admin = world.namespace.kubectl(User::Admin);
    // A set that rolls pod by pod would still be writing.
    for set in admin.run(&["get", "statefulsets,daemonsets", "-o", "name"]).await?.split_whitespace() {
        if !world.namespace.name().contains("node") {
            admin.run(&["rollout", "status", set, "--timeout=60s"]).await?;
        }
    }
    wait_for("the controllers to rest", ENDS_WITHIN, || async {
        let all = admin.json(&["get", "deployments,pods,endpointslices,endpoints"]).await.map_err(|e| e.to_string())?;
        let items = all["items"].as_array().cloned().unwrap_or_default();
        let mut endpoints = 0;
        for deployment in items.iter().filter(|item| item["kind"] == "Deployment") {
            let (spec, status) = (&deployment["spec"], &deployment["status"]);
            let whole =
                ["replicas", "updatedReplicas", "readyReplicas"].iter().all(|key| status[key] == spec["replicas"]);
            if status["observedGeneration"] != deployment["metadata"]["generation"]
                || !(whole || spec["paused"] == true)
            {
                return Err(format!("{} {status}", deployment["metadata"]["name"]));
            }
            if deployment["metadata"]["name"] == "web" {
                endpoints = spec["replicas"].as_u64().unwrap_or(0) * 2;
            }
        }
        if let Some(pod) = items.iter().find(|item| !item["metadata"]["deletionTimestamp"].is_null()) {
            return Err(format!("{} is going", pod["metadata"]["name"]));
        }
        let of_web = |item: &&Value| {
            item["metadata"]["name"].as_str().is_some_and(|name| name == "web" || name.starts_with("web-"))
        };
        let slices = items.iter().filter(|item| item["kind"].as_str().is_some_and(|kind| kind.starts_with("Endpoint")));
        let ready: usize = slices.filter(of_web).map(|slice| slice.to_string().matches("targetRef").count()).sum();
        if ready as u64 == endpoints { Ok(()) } else { Err(format!("{ready} of {endpoints} endpoints in both shapes")) }
    })
    .await?;
    Ok(())
}

async fn refuse(world: &World, row: &Row) -> Tested {
    let witness = world.namespace.plane().witness()?;
    let refused = match world.plan(User::Viewer, row.operation.clone()).await {
        Ok(plan) => return Err(format!("the viewer got a plan: {:?}", plan.revision.steps).into()),
        Err(refused) => refused,
    };
    assert_eq!(refused.code, Code::ClusterForbidden, "{refused:?}");
    assert!(refused.detail.contains(row.right), "{:?} does not name {:?}", refused.detail, row.right);
    assert!(refused.hint.contains(&format!("kubectl auth can-i {}", row.right)), "{refused:?}");
    let writes = witness.writes().await?;
    let by_viewer: Vec<_> =
        writes.iter().filter(|write| write.user == "viewer" && write.namespace == world.namespace.name()).collect();
    assert!(by_viewer.is_empty(), "{by_viewer:?}");
    Ok(())
}

async fn plan(world: &World, row: &Row) -> Tested {
    let witness = world.namespace.witness()?;
    let plan = world.plan(row.by, row.operation.clone()).await.map_err(|problem| format!("{problem:?}"))?;
    assert!(matches!(plan.state, PlanState::Ready | PlanState::NeedsApproval), "{:?}", plan.revision.parts);
    let step = &plan.revision.steps[0];
    assert!(step.sentence.contains(row.says), "{:?} does not say {:?}", step.sentence, row.says);
    let paths: Vec<String> = step.diff.iter().map(|change| change.path.to_string()).collect();
    assert!(paths.iter().any(|path| path.contains(row.shows)), "{paths:?} does not show {:?}", row.shows);
    assert!(step.kubectl.starts_with("kubectl "), "{}", step.kubectl);
    assert_eq!(witness.writes().await?.len(), 0, "planning writes nothing");
    Ok(())
}

async fn stale(world: &World, row: &Row) -> Tested {
    let plan = world.plan(row.by, row.operation.clone()).await.map_err(|problem| format!("{problem:?}"))?;
    world.approved(&plan).await.map_err(|problem| format!("{problem:?}"))?;
    let (there, back) = &row.drift;
    kubectl(world, there).await?;
    rest(world).await?;
    let witness = world.namespace.plane().witness()?;
    let ended = world.execute(row.by, plan.id).await;
    let problem = match ended {
        Ok(run) => run.steps.into_iter().find_map(|step| step.problem).ok_or("it ran over somebody else's change")?,
        Err(problem) => problem,
    };
    assert_eq!(problem.code, Code::Stale, "{problem:?}");
    let writes = witness.writes().await?;
    let ours: Vec<_> = writes.iter().filter(|write| concerns(world, &plan, write)).collect();
    assert!(ours.is_empty(), "a stale plan writes nothing: {ours:?}");
    if !back.is_empty() {
        kubectl(world, back).await?;
    }
    rest(world).await
}

/// Whether a write is about this world's namespace or a cluster-wide object of the plan.
fn concerns(world: &World, plan: &kubechat_core::plan::Plan, write: &kubechat_harness::Entry) -> bool {
    let wide = |target: &kubechat_core::object::ObjectRef| {
        target.namespace.is_none() && target.api.plural == write.resource && target.name.as_str() == write.name
    };
    write.namespace == world.namespace.name() || plan.revision.targets().any(wide)
}

async fn execute_and_undo(world: &World, row: &Row) -> Tested {
    let before = look(world, row.after.object()).await?;
    let plan = world.plan(row.by, row.operation.clone()).await.map_err(|problem| format!("execute: {problem:?}"))?;
    let done = carry(world, plan).await.map_err(|why| format!("execute: {why}"))?;
    let succeeded = done.run.state == kubechat_core::run::RunState::Succeeded;
    assert!(succeeded, "execute: {:#?}", done.run.steps);
    let now = look(world, row.after.object()).await?;
    match &row.after {
        After::Has(_, pointer, value) => {
            let found = now.as_ref().and_then(|object| object.pointer(pointer));
            assert_eq!(found, Some(value), "execute: {pointer}");
        }
        After::Lacks(_, pointer) => {
            let found = now.as_ref().and_then(|object| object.pointer(pointer));
            assert_eq!((now.is_some(), found), (true, None), "execute: {pointer}");
        }
        After::Gone(_) => assert_eq!(now, None, "execute: it is still there"),
    }
    match row.undo {
        Undo::Never(words) => {
            let refused = world.flow.rollback(&who(row.by), done.plan.id).await.expect_err("undo: class none");
            assert_eq!(refused.code, Code::NotUndoable, "undo: {refused:?}");
            assert!(refused.detail.contains(words), "undo: {refused:?}");
        }
        Undo::Back => {
            rest_if_it_can(world, row).await?;
            undone(world, &done).await.map_err(|why| format!("undo: {why}"))?;
            // Background deletion answers before the object is gone.
            wait_for("undo: the object to be as it was", ENDS_WITHIN, || async {
                let after = look(world, row.after.object()).await.map_err(|error| error.to_string())?;
                if after == before { Ok(()) } else { Err(format!("{before:?} became {after:?}")) }
            })
            .await?;
        }
    }
    Ok(())
}

/// Pods that were drained from their only node wait for it; everything else comes to rest.
async fn rest_if_it_can(world: &World, row: &Row) -> Tested {
    if row.name() == "drain" { Ok(()) } else { rest(world).await }
}

/// An object without what the server makes; absent when it isn't there.
async fn look(world: &World, object: &str) -> Tested<Option<Value>> {
    let all = world.namespace.kubectl(User::Admin).json(&["get", object, "--ignore-not-found"]).await;
    match all {
        Ok(object) => {
            let mut object = normalise(&object);
            // The node controller follows a cordon with this taint, in its own time.
            if let Some(taints) = object.pointer_mut("/spec/taints").and_then(Value::as_array_mut) {
                taints.retain(|taint| taint["key"] != "node.kubernetes.io/unschedulable");
            }
            Ok(Some(object))
        }
        // kubectl prints nothing at all for what isn't there.
        Err(_) => {
            world.namespace.kubectl(User::Admin).refused(&["get", object]).await?;
            Ok(None)
        }
    }
}
