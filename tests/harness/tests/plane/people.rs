//! Who may do what, and that the audit log says so.

use kubechat_harness::{Outcome, Plane, User};

#[tokio::test]
async fn a_viewers_write_is_refused_and_the_witness_agrees() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("viewer").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let witness = shop.witness()?;

    let said = shop.kubectl(User::Viewer).refused(&["scale", "deployment/web", "--replicas=5"]).await?;

    assert!(said.contains("cannot patch resource \"deployments/scale\""), "{said}");
    let writes = witness.writes().await?;
    assert_eq!(writes.len(), 1, "exactly once: {writes:?}");
    let write = &writes[0];
    assert_eq!((write.code, write.user.as_str(), write.succeeded()), (403, "viewer", false));
    assert_eq!((write.resource.as_str(), write.subresource.as_str()), ("deployments", "scale"));
    assert_eq!((write.namespace.as_str(), write.name.as_str()), (shop.name(), "web"));
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 1, "nothing was written");
    Ok(())
}

#[tokio::test]
async fn an_editors_write_happens_and_the_witness_has_both_bodies() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("editor").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let witness = shop.witness()?;

    shop.kubectl(User::Editor).run(&["scale", "deployment/web", "--replicas=2"]).await?;

    let writes = witness.writes().await?;
    assert_eq!(writes.len(), 1, "exactly once: {writes:?}");
    assert_eq!((writes[0].code, writes[0].user.as_str(), writes[0].verb.as_str()), (200, "editor", "patch"));
    assert_eq!(writes[0].request.as_ref().map(|body| &body["spec"]["replicas"]), Some(&2.into()));
    assert_eq!(writes[0].response.as_ref().map(|body| &body["spec"]["replicas"]), Some(&2.into()));
    shop.rolled_out("web").await?;
    let by_controllers = witness.all_writes().await?;
    assert!(
        by_controllers.iter().any(|entry| entry.by_system() && entry.resource == "pods"),
        "the second pod's creation"
    );
    Ok(())
}

#[tokio::test]
async fn a_dry_run_and_a_question_about_rights_are_no_writes() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("dry").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let witness = shop.witness()?;
    let editor = shop.kubectl(User::Editor);

    editor.run(&["set", "image", "deployment/web", "app=registry.example/web:2", "--dry-run=server"]).await?;
    editor.run(&["delete", "deployment/web", "--dry-run=server"]).await?;
    editor.run(&["auth", "can-i", "delete", "deployments"]).await?;

    let asked = witness.settled().await?;
    assert_eq!(asked.iter().filter(|entry| entry.dry_run).count(), 2, "{asked:?}");
    assert_eq!(witness.writes().await?.len(), 0, "{asked:?}");
    Ok(())
}

#[tokio::test]
async fn impersonation_shows_as_whom_and_by_whom() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("as").await?;
    let witness = shop.witness()?;

    shop.kubectl(User::Admin).run(&["create", "configmap", "c", "--as=editor"]).await?;

    let writes = witness.writes().await?;
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert_eq!((writes[0].user.as_str(), writes[0].authenticated.as_str()), ("editor", "admin"));
    Ok(())
}

#[tokio::test]
async fn nobody_sees_nothing_and_namespaces_are_apart() -> Outcome {
    let plane = Plane::shared().await?;
    let (one, other) = (plane.namespace("one").await?, plane.namespace("other").await?);
    one.kubectl(User::Nobody).refused(&["get", "pods"]).await?;
    let witness = other.witness()?;

    one.kubectl(User::Editor).run(&["create", "configmap", "c"]).await?;

    assert_eq!(witness.writes().await?.len(), 0, "a neighbour's write is not ours");
    Ok(())
}
