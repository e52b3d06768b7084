//! Planted faults look as they do in a real cluster.

use std::time::Duration;

use kubechat_harness::{Namespace, Outcome, Plane, User, wait_for};
use serde_json::Value;

const SHOWS_WITHIN: Duration = Duration::from_secs(30);
const PANIC: &str = "panic: cannot open /etc/shop/config.yaml: no such file";

/// The first pod of this app once `holds` does, or the last one seen in the error.
async fn pod_where(namespace: &Namespace, app: &str, holds: fn(&Value) -> bool) -> Outcome<Value> {
    let selector = format!("app={app}");
    wait_for("a pod with its fault", SHOWS_WITHIN, || async {
        let pods = namespace.pods(&selector).await.map_err(|error| error.to_string())?;
        match pods.into_iter().next() {
            Some(pod) if holds(&pod) => Ok(pod),
            other => Err(other.map_or_else(|| "no pod".to_owned(), |pod| pod["status"].to_string())),
        }
    })
    .await
}

fn container(pod: &Value) -> &Value {
    &pod["status"]["containerStatuses"][0]
}

fn name(pod: &Value) -> &str {
    pod["metadata"]["name"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_crash_loop_counts_restarts_and_its_previous_log_tells_why() -> Outcome {
    let shop = Plane::shared().await?.namespace("crash").await?;
    let planted = [("kubechat.dev/fault", "crash-loop"), ("kubechat.dev/previous-logs", PANIC)];
    shop.deploy("checkout", "registry.example/checkout:1", 1, &planted).await?;

    let pod = pod_where(&shop, "checkout", |pod| {
        let c = container(pod);
        c["restartCount"].as_u64() >= Some(3) && c["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    })
    .await?;

    let ended = &container(&pod)["lastState"]["terminated"];
    assert_eq!((&ended["exitCode"], &ended["reason"]), (&1.into(), &"Error".into()));
    assert_eq!(pod["status"]["phase"], "Running");
    let log = shop.kubectl(User::Viewer).run(&["logs", "--previous", name(&pod)]).await?;
    assert_eq!(log.trim_end(), PANIC);
    let events = shop.kubectl(User::Viewer).run(&["events", "--for", &format!("pod/{}", name(&pod))]).await?;
    assert!(events.contains("Back-off restarting failed container app"), "{events}");
    Ok(())
}

#[tokio::test]
async fn a_container_out_of_memory_says_so() -> Outcome {
    let shop = Plane::shared().await?.namespace("oom").await?;
    shop.deploy("cache", "registry.example/cache:1", 1, &[("kubechat.dev/fault", "oom")]).await?;

    let pod = pod_where(&shop, "cache", |pod| container(pod)["lastState"]["terminated"].is_object()).await?;

    let ended = &container(&pod)["lastState"]["terminated"];
    assert_eq!((&ended["exitCode"], &ended["reason"]), (&137.into(), &"OOMKilled".into()));
    Ok(())
}

#[tokio::test]
async fn a_missing_tag_fails_its_rollout_and_the_old_pods_stay() -> Outcome {
    let shop = Plane::shared().await?.namespace("pull").await?;
    shop.deploy("search", "registry.example/search:5.1", 2, &[]).await?;
    shop.rolled_out("search").await?;

    let editor = shop.kubectl(User::Editor);
    editor.run(&["set", "image", "deployment/search", "app=registry.example/search:5.2-missing"]).await?;

    let waiting = wait_for("ImagePullBackOff", SHOWS_WITHIN, || async {
        let pods = shop.pods("app=search").await.map_err(|error| error.to_string())?;
        let stuck = pods.iter().find(|pod| container(pod)["state"]["waiting"]["reason"] == "ImagePullBackOff");
        stuck.cloned().ok_or_else(|| format!("{} pods, none of them stuck", pods.len()))
    })
    .await?;
    let message = &container(&waiting)["state"]["waiting"]["message"];
    assert!(message.as_str().is_some_and(|text| text.contains("search:5.2-missing: not found")), "{message}");
    assert_eq!(shop.get("deployment", "search").await?["status"]["readyReplicas"], 2, "the old release serves on");
    let refused = editor.refused(&["logs", name(&waiting)]).await?;
    assert!(refused.contains("is waiting to start"), "{refused}");
    editor.run(&["rollout", "undo", "deployment/search"]).await?;
    shop.rolled_out("search").await
}

#[tokio::test]
async fn a_pod_too_big_for_every_node_stays_pending_by_the_real_scheduler() -> Outcome {
    let shop = Plane::shared().await?.namespace("big").await?;
    shop.apply(
        "{apiVersion: v1, kind: Pod, metadata: {name: big, labels: {app: big}}, spec: {containers: \
         [{name: app, image: 'registry.example/big:1', resources: {requests: {cpu: '64'}}}]}}",
    )
    .await?;

    let pod = pod_where(&shop, "big", |pod| pod["status"]["conditions"][0]["reason"] == "Unschedulable").await?;

    assert_eq!((&pod["status"]["phase"], &pod["spec"]["nodeName"]), (&"Pending".into(), &Value::Null));
    let message = &pod["status"]["conditions"][0]["message"];
    assert!(message.as_str().is_some_and(|text| text.contains("Insufficient cpu")), "{message}");
    Ok(())
}

#[tokio::test]
async fn a_pod_that_never_gets_ready_runs_without_restarts() -> Outcome {
    let shop = Plane::shared().await?.namespace("unready").await?;
    shop.deploy("slow", "registry.example/slow:1", 1, &[("kubechat.dev/fault", "not-ready")]).await?;

    let pod = pod_where(&shop, "slow", |pod| pod["status"]["phase"] == "Running").await?;

    let c = container(&pod);
    assert_eq!((&c["ready"], &c["restartCount"]), (&false.into(), &0.into()));
    assert!(c["state"]["running"].is_object(), "{c}");
    Ok(())
}

#[tokio::test]
async fn each_pod_and_container_has_a_log_of_its_own() -> Outcome {
    let shop = Plane::shared().await?.namespace("logs").await?;
    shop.apply(
        "{apiVersion: v1, kind: Pod, metadata: {name: two, labels: {app: two}, annotations: \
         {kubechat.dev/logs.web: \"one\\ntwo\\nthree\", kubechat.dev/logs: from the sidecar}}, spec: {containers: \
         [{name: web, image: 'registry.example/web:1'}, {name: proxy, image: 'registry.example/proxy:1'}]}}",
    )
    .await?;
    pod_where(&shop, "two", |pod| pod["status"]["phase"] == "Running").await?;

    let viewer = shop.kubectl(User::Viewer);
    assert_eq!(viewer.run(&["logs", "two", "-c", "web", "--tail=2"]).await?, "two\nthree\n");
    assert_eq!(viewer.run(&["logs", "two", "-c", "proxy"]).await?, "from the sidecar\n");
    let none = viewer.refused(&["logs", "two", "-c", "web", "--previous"]).await?;
    assert!(none.contains("previous terminated container \"web\" in pod \"two\" not found"), "{none}");
    shop.kubectl(User::Nobody).refused(&["logs", "two", "-c", "web"]).await?;
    Ok(())
}

#[tokio::test]
async fn a_tag_that_moved_gives_the_next_pod_another_digest() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("digest").await?;
    let image = format!("registry.example:5000/{}/web:1", shop.name());
    shop.deploy("web", &image, 1, &[]).await?;
    shop.rolled_out("web").await?;
    let repository = image.trim_end_matches(":1");
    let before = shop.pods("app=web").await?;
    let id = container(&before[0])["imageID"].as_str().unwrap_or_default().to_owned();
    assert!(id.starts_with(&format!("{repository}@sha256:")) && id.len() == repository.len() + 72, "{id}");

    let moved = format!("sha256:{}", "ab".repeat(32));
    plane.move_tag(&image, &moved)?;
    shop.kubectl(User::Editor).run(&["rollout", "restart", "deployment/web"]).await?;
    shop.rolled_out("web").await?;

    wait_for("the new pod alone", SHOWS_WITHIN, || async {
        let pods = shop.pods("app=web").await.map_err(|error| error.to_string())?;
        let ids: Vec<_> = pods.iter().map(|pod| container(pod)["imageID"].clone()).collect();
        if ids == [Value::from(format!("{repository}@{moved}"))] { Ok(()) } else { Err(format!("{ids:?}")) }
    })
    .await
}
