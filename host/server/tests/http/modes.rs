//! Modes on a real cluster: what may be planned, what may be executed, where, and that the reason is said.

use kubechat_harness::{Namespace, Outcome, Plane, User};
use serde_json::{Value, json};

use crate::door::{Door, Reply, components};

async fn shop(name: &str) -> Outcome<Namespace> {
    let shop = Plane::shared().await?.namespace(name).await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    Ok(shop)
}

/// A host of mira's with one cluster of this name and these further settings.
async fn door(shop: &Namespace, name: &str, more: &str) -> Door {
    let built = components().expect("components: `cargo xtask component build`");
    let file = shop.kubeconfig(User::Editor);
    let entry = format!("{{name = '{name}', kubeconfig = '{}'{more}}}", file.display());
    Door::of_clusters("mode = 'guarded'", Some(&built), &entry).await
}

async fn plan(door: &Door, shop: &Namespace) -> Reply {
    scale(door, shop, 2).await
}

async fn scale(door: &Door, shop: &Namespace, replicas: u32) -> Reply {
    let target = json!({"kind": "deployment", "namespace": shop.name(), "name": "web"});
    let body = json!({"operations": [{"op": "scale", "target": target, "replicas": replicas}]});
    door.post("mira", "/api/v1/plans", &body.to_string()).await
}

async fn execute(door: &Door, plan: &Value) -> Reply {
    door.post("mira", &format!("/api/v1/plans/{}/execute", plan["id"].as_str().unwrap()), "{}").await
}

async fn view(door: &Door) -> Value {
    door.get("mira", "/api/v1/clusters").await.json()["items"][0].clone()
}

#[tokio::test]
async fn what_is_called_production_is_read_only_until_its_entry_says_a_mode() -> Outcome {
    let shop = shop("mode-named").await?;
    let witness = shop.witness()?;
    let unsaid = door(&shop, "shop-prod", "").await;
    let seen = view(&unsaid).await;
    assert_eq!((seen["mode"].as_str(), seen["production"].as_bool()), (Some("read-only"), Some(true)));
    assert!(seen["mode_reason"].as_str().unwrap().contains("shop-prod"), "the reason is said: {seen}");
    let refused = plan(&unsaid, &shop).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "read-only"), "{refused:?}");
    assert!(refused.body.contains("says production"), "{refused:?}");
    let read = unsaid.get("mira", &format!("/api/v1/resources/pods?namespace={}", shop.name())).await;
    assert_eq!(read.status, 200, "reads go on: {read:?}");
    assert!(witness.writes().await?.is_empty(), "not even a dry-run left");

    let said = door(&shop, "shop-prod", ", mode = 'guarded'").await;
    let seen = view(&said).await;
    assert_eq!((seen["mode"].as_str(), seen["production"].as_bool()), (Some("guarded"), Some(true)));
    let away = scale(&said, &shop, 0).await;
    assert_eq!((away.status, away.json()["state"].as_str()), (201, Some("needs-approval")), "packs hear of production");
    let plain = scale(&door(&shop, "shop", "").await, &shop, 0).await;
    assert_eq!((plain.status, plain.json()["state"].as_str()), (201, Some("ready")), "elsewhere it is a warning");
    Ok(())
}

#[tokio::test]
async fn where_it_is_only_suggested_plans_and_patches_are_made_and_nothing_runs() -> Outcome {
    let shop = shop("mode-suggest").await?;
    let witness = shop.witness()?;
    let door = door(&shop, "c", ", mode = 'suggest-only'").await;
    let planned = plan(&door, &shop).await;
    assert_eq!((planned.status, planned.json()["mode"].as_str()), (201, Some("suggest-only")), "{planned:?}");
    let id = planned.json()["id"].as_str().unwrap().to_owned();
    let patches = door.get("mira", &format!("/api/v1/plans/{id}/export")).await;
    assert_eq!(patches.json()["patches"].as_array().map(Vec::len), Some(1), "{patches:?}");
    let refused = execute(&door, &planned.json()).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "read-only"), "{refused:?}");
    assert!(refused.body.contains("suggest-only"), "{refused:?}");
    assert!(witness.writes().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_namespace_has_its_own_rule_and_the_host_has_the_last_word() -> Outcome {
    let shop = shop("mode-rule").await?;
    let rule = |mode: &str| format!(", mode = 'read-only', namespaces = [{{name = 'mode-rule-*', mode = '{mode}'}}]");
    let freed = door(&shop, "c", &rule("guarded")).await;
    let planned = plan(&freed, &shop).await;
    assert_eq!(planned.json()["mode"].as_str(), Some("guarded"), "{planned:?}");
    let run = execute(&freed, &planned.json()).await;
    assert_eq!(run.status, 202, "{run:?}");
    let other =
        json!({"operations": [{"op": "delete", "target": {"kind": "configmap", "namespace": "default", "name": "c"}}]});
    let elsewhere = freed.post("mira", "/api/v1/plans", &other.to_string()).await;
    assert_ne!(elsewhere.status, 201, "{elsewhere:?}");

    let file = shop.kubeconfig(User::Editor);
    let entry = format!("{{name = 'c', kubeconfig = '{}'{}}}", file.display(), rule("guarded"));
    let capped = Door::of_clusters("mode = 'suggest-only'", None, &entry).await;
    let seen = view(&capped).await;
    assert_eq!(seen["namespaces"][0]["mode"].as_str(), Some("suggest-only"), "{seen}");
    Ok(())
}
