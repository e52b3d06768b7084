//! A control plane of one's own can die, hang and come back.

use std::{fs::OpenOptions, io::Write as _, time::Duration};

use kubechat_harness::{Outcome, PrivatePlane, User, wait_for};

#[tokio::test]
async fn a_killed_plane_comes_back_on_its_port_with_its_data() -> Outcome {
    let mut plane = PrivatePlane::start().await?;
    let url = plane.url().to_owned();
    let shop = plane.namespace("shop").await?;
    shop.kubectl(User::Editor).run(&["create", "configmap", "kept"]).await?;

    plane.kill()?;
    let refused = shop.kubectl(User::Editor).refused(&["get", "configmap", "kept"]).await?;
    assert!(refused.contains("refused"), "{refused}");
    plane.restart().await?;

    assert_eq!(plane.url(), url);
    shop.get("configmap", "kept").await?;
    // The old kubeconfig, token included, is good for the new process.
    shop.kubectl(User::Editor).run(&["create", "configmap", "again"]).await?;
    let witness = shop.witness()?;
    plane.freeze()?;
    shop.kubectl(User::Editor).refused(&["get", "configmap", "kept", "--request-timeout=1s"]).await?;
    plane.thaw()?;
    wait_for("the thawed plane", Duration::from_secs(30), || shop.get("configmap", "kept")).await?;
    assert_eq!(witness.writes().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_write_the_killed_server_never_answered_is_told_with_code_0() -> Outcome {
    let mut plane = PrivatePlane::start().await?;
    let shop = plane.namespace("shop").await?;
    let witness = shop.witness()?;
    // A line as the API server writes it, of a request that it was killed before it could answer.
    let line = format!(
        r#"{{"kind":"Event","auditID":"a-1","stage":"RequestReceived","requestURI":"/api/v1/namespaces/{0}/configmaps","verb":"create","user":{{"username":"editor"}},"objectRef":{{"resource":"configmaps","namespace":"{0}","name":"c"}},"requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z"}}"#,
        shop.name(),
    );
    plane.kill()?;
    let mut audit = OpenOptions::new().append(true).open(plane.audit()).expect("the log is there");
    // And half a line, from the same death.
    write!(audit, "{line}\n{{\"half\": \"{}", shop.name()).expect("written");
    plane.restart().await?;

    shop.kubectl(User::Editor).run(&["create", "configmap", "later"]).await?;

    let writes = witness.writes().await?;
    let told: Vec<_> = writes.iter().map(|write| (write.code, write.name.as_str())).collect();
    assert_eq!(told, [(0, "c"), (201, "later")]);
    Ok(())
}

#[tokio::test]
async fn bulk_pods_are_there_and_running() -> Outcome {
    let plane = PrivatePlane::start().await?;
    plane.bulk("many", 2, 50, 2).await?;
    let list = plane.kubectl(User::Admin).json(&["get", "pods", "-A", "-l", "app=many"]).await?;
    let phases: Vec<_> = list["items"].as_array().into_iter().flatten().map(|pod| &pod["status"]["phase"]).collect();
    assert_eq!((phases.len(), phases.iter().all(|phase| **phase == "Running")), (50, true));
    Ok(())
}

#[tokio::test]
async fn a_filled_plane_has_its_pods_running_and_no_controller_makes_or_takes_any() -> Outcome {
    let mut plane = PrivatePlane::start_filled(2, 100).await?;
    plane.fill_on(130).await?;
    let witness = plane.witness()?;
    let admin = plane.kubectl(User::Admin);
    let apps = admin.json(&["get", "deployments", "-A"]).await?;
    let ready: Vec<_> =
        apps["items"].as_array().into_iter().flatten().map(|app| &app["status"]["readyReplicas"]).collect();
    assert_eq!(ready, [50, 50, 30], "the last one of the first filling stays as it was");
    admin.run(&["rollout", "status", "deployment", "-n", "fill-00", "--timeout=60s"]).await?;
    let pods = admin.json(&["get", "pods", "-A"]).await?;
    let phases: Vec<_> = pods["items"].as_array().into_iter().flatten().map(|pod| &pod["status"]["phase"]).collect();
    assert_eq!((phases.len(), phases.iter().all(|phase| **phase == "Running")), (130, true));
    let of_pods =
        witness.all_writes().await?.into_iter().filter(|write| write.resource == "pods" && write.verb != "patch");
    assert_eq!(of_pods.count(), 0);
    Ok(())
}
