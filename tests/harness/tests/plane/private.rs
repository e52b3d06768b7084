//! A control plane of one's own can die, hang and come back.

use std::time::Duration;

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
async fn bulk_pods_are_there_and_running() -> Outcome {
    let plane = PrivatePlane::start().await?;
    plane.bulk("many", 2, 50, 2).await?;
    let list = plane.kubectl(User::Admin).json(&["get", "pods", "-A", "-l", "app=many"]).await?;
    let phases: Vec<_> = list["items"].as_array().into_iter().flatten().map(|pod| &pod["status"]["phase"]).collect();
    assert_eq!((phases.len(), phases.iter().all(|phase| **phase == "Running")), (50, true));
    Ok(())
}
