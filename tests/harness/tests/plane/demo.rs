//! The demo in `examples/demo` shows what it says it does.

use std::{path::PathBuf, time::Duration};

use kubechat_harness::{Outcome, PrivatePlane, User, wait_for};
use serde_json::Value;

const SHOWS_WITHIN: Duration = Duration::from_secs(30);

/// Waits until `kubectl get ARGS -o jsonpath=…` says exactly `want`.
async fn says(plane: &PrivatePlane, namespace: &str, object: &str, jsonpath: &str, want: &str) -> Outcome {
    let admin = plane.kubectl(User::Admin);
    let output = format!("jsonpath={jsonpath}");
    wait_for(&format!("{namespace}/{object} {jsonpath} to be {want}"), SHOWS_WITHIN, || async {
        let found =
            admin.run(&["get", "-n", namespace, object, "-o", &output]).await.map_err(|error| error.to_string())?;
        if found == want { Ok(()) } else { Err(found) }
    })
    .await
}

#[tokio::test]
async fn each_fault_of_the_demo_shows_and_web_can_be_scaled() -> Outcome {
    let plane = PrivatePlane::start().await?; // its namespaces have fixed names
    let admin = plane.kubectl(User::Admin);
    let apply = async |file: &str| {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/demo").join(file);
        admin.run(&["apply", "-f", &path.to_string_lossy()]).await
    };
    apply("10-people.yaml").await?;
    for namespace in ["shop", "payments"] {
        admin.run(&["wait", "--for=create", "serviceaccount/default", "-n", namespace, "--timeout=60s"]).await?;
    }
    apply("20-shop.yaml").await?;
    apply("30-payments.yaml").await?;
    admin.run(&["rollout", "status", "deployment/search", "-n", "shop", "--timeout=60s"]).await?;
    apply("40-bad-release.yaml").await?;

    says(&plane, "shop", "deployment/search", "{.status.readyReplicas}/{.status.unavailableReplicas}", "2/1").await?;
    says(&plane, "shop", "deployment/recommender", "{.status.unavailableReplicas}", "1").await?;
    says(&plane, "payments", "quota/team-quota", "{.status.used.pods}/{.status.hard.pods}", "2/2").await?;
    let slices = ["get", "endpointslices", "-n", "shop", "-l", "kubernetes.io/service-name=reviews"];
    let slices = admin.json(&slices).await?;
    let endpoints = slices["items"].as_array().into_iter().flatten().filter_map(|slice| slice["endpoints"].as_array());
    assert_eq!(endpoints.map(Vec::len).sum::<usize>(), 0, "its selector matches nothing");
    let crash = "{.items[0].status.containerStatuses[0].lastState.terminated.reason}";
    wait_for("checkout to crash", SHOWS_WITHIN, || async {
        let output = format!("jsonpath={crash}");
        let reason = admin.run(&["get", "pods", "-n", "shop", "-l", "app=checkout", "-o", &output]).await;
        if matches!(&reason, Ok(reason) if reason == "Error") { Ok(()) } else { Err(format!("{reason:?}")) }
    })
    .await?;

    let editor = plane.kubectl(User::Editor);
    let log = editor.run(&["logs", "-n", "shop", "deployment/checkout", "--previous"]).await?;
    assert!(log.contains("panic: cannot open /etc/shop/config.yaml"), "{log}");
    editor.run(&["scale", "-n", "shop", "deployment/web", "--replicas=5"]).await?;
    says(&plane, "shop", "deployment/web", "{.status.readyReplicas}", "5").await?;
    let environment: Value = editor.json(&["get", "namespace", "payments"]).await?;
    assert_eq!(environment["metadata"]["labels"]["environment"], "production");
    Ok(())
}

#[tokio::test]
async fn the_demos_people_can_do_no_more_than_they_should() -> Outcome {
    let plane = PrivatePlane::start().await?;
    let people = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/demo/10-people.yaml");
    plane.kubectl(User::Admin).run(&["apply", "-f", &people.to_string_lossy()]).await?;
    let may = |user: User, verb: &'static str, what: &'static str, namespace: &'static str| {
        let kubectl = plane.kubectl(user);
        async move { kubectl.run(&["auth", "can-i", verb, what, "-n", namespace]).await.is_ok() }
    };
    wait_for("the editor's rights", SHOWS_WITHIN, || async {
        if may(User::Editor, "patch", "deployments", "payments").await { Ok(()) } else { Err("not yet") }
    })
    .await?;
    assert!(may(User::Second, "patch", "deployments", "shop").await);
    assert!(may(User::Editor, "list", "nodes", "shop").await);
    assert!(!may(User::Editor, "patch", "nodes", "shop").await);
    assert!(!may(User::Editor, "patch", "deployments", "kube-system").await);
    assert!(may(User::Viewer, "list", "pods", "shop").await);
    assert!(!may(User::Viewer, "patch", "deployments", "shop").await);
    assert!(!may(User::Viewer, "list", "pods", "payments").await);
    assert!(!may(User::Nobody, "list", "pods", "shop").await);
    Ok(())
}
