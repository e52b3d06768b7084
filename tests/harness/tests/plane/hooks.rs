//! Webhooks with bad habits show them, in their own namespace only.

use kubechat_harness::{Hook, Outcome, Plane, User};

const REHEARSE: [&str; 4] = ["create", "configmap", "c", "--dry-run=server"];
const WRITE: [&str; 3] = ["create", "configmap", "c"];

#[tokio::test]
async fn a_hook_that_refuses_dry_runs_lets_writes_pass() -> Outcome {
    let plane = Plane::shared().await?;
    let (shop, neighbour) = (plane.namespace("norehearsal").await?, plane.namespace("neighbour").await?);
    shop.hook(Hook::RefusesDryRun).await?;

    let editor = shop.kubectl(User::Editor);
    let said = editor.refused(&REHEARSE).await?;
    assert!(said.contains("does not support dry run"), "{said}");
    editor.run(&WRITE).await?;
    neighbour.kubectl(User::Editor).run(&REHEARSE).await?;
    Ok(())
}

#[tokio::test]
async fn a_hook_that_refuses_writes_lets_dry_runs_pass() -> Outcome {
    let shop = Plane::shared().await?.namespace("nowrite").await?;
    shop.hook(Hook::RefusesWrites).await?;

    let editor = shop.kubectl(User::Editor);
    editor.run(&REHEARSE).await?;
    let said = editor.refused(&WRITE).await?;
    assert!(said.contains("not today"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_stamp_differs_at_every_call_and_meddling_spares_the_rehearsal() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("stamps").await?;
    shop.hook(Hook::Stamps).await?;
    let json = [&REHEARSE[..], &["-o", "jsonpath={.metadata.annotations}"]].concat();
    let editor = shop.kubectl(User::Editor);
    let (one, other) = (editor.run(&json).await?, editor.run(&json).await?);
    assert!(one.contains("hooks.kubechat.dev/stamp") && one != other, "{one} {other}");

    let shop = plane.namespace("meddles").await?;
    shop.hook(Hook::Meddles).await?;
    let editor = shop.kubectl(User::Editor);
    assert_eq!(editor.run(&json).await?, "");
    editor.run(&WRITE).await?;
    assert_eq!(shop.get("configmap", "c").await?["metadata"]["annotations"]["hooks.kubechat.dev/stamp"], "meddled");
    Ok(())
}
