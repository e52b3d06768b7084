//! What is related to an object, what changed about it and its history, on a real cluster: with rights, without, and of kinds
//! that are not there; and what an event stream tells of the inbox and the host's health.

use kubechat_harness::{Namespace, Outcome, Plane, User};
use serde_json::{Value, json};

use crate::door::{Door, components};

async fn door(shop: &Namespace) -> Door {
    let files = [User::Editor, User::Viewer, User::Nobody].map(|user| shop.kubeconfig(user));
    let [mira, vera, nils] = files.each_ref().map(|file| file.to_str().unwrap());
    let built = components().expect("components: `cargo xtask component build`");
    Door::open("mode = 'guarded'", Some(&built), &[("mira", mira), ("vera", vera), ("nils", nils)]).await
}

fn of<'a>(related: &'a Value, relation: &str) -> Vec<&'a str> {
    let all = related["relations"].as_array().unwrap().iter().filter(|one| one["relation"] == relation);
    all.flat_map(|one| one["items"].as_array().unwrap()).map(|one| one["object"]["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn related_objects_are_found_from_both_ends_and_what_is_unseen_is_said() -> Outcome {
    let shop = Plane::shared().await?.namespace("related").await?;
    shop.deploy("web", "registry.example/web:1", 2, &[]).await?;
    shop.rolled_out("web").await?;
    let objects = [
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}),
        json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "keep"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}}),
    ];
    for object in objects {
        shop.apply(&object.to_string()).await?;
    }
    let door = door(&shop).await;
    let place = format!("/api/v1/objects/c/deployments.apps/{}/web", shop.name());
    let related = door.get("vera", &format!("{place}/related")).await;
    assert_eq!(related.status, 200, "{related:?}");
    let related = related.json();
    assert_eq!((of(&related, "service"), of(&related, "budget")), (vec!["front"], vec!["keep"]), "{related:#}");
    let pods: Vec<_> = of(&related, "dependent");
    assert_eq!(pods.len(), 3, "two pods and their ReplicaSet: {pods:?}");
    assert!(!related["unseen"].as_array().unwrap().is_empty(), "nodes may not be looked at: {related:#}");
    let pod = pods.iter().find(|name| name.matches('-').count() == 2).unwrap();
    let related = door.get("vera", &format!("/api/v1/objects/c/pods/{}/{pod}/related", shop.name())).await.json();
    assert_eq!(of(&related, "owner").last(), Some(&"web"), "up to the top: {related:#}");

    for path in ["related", "history", "changes", "events"] {
        let denied = door.get("nils", &format!("{place}/{path}")).await;
        assert_eq!((denied.status, denied.code().as_str()), (403, "cluster-forbidden"), "{path}");
        let gone = door.get("vera", &format!("{}/{path}", place.replace("/web", "/gone"))).await;
        assert_eq!((gone.status, gone.code().as_str()), (404, "not-found"), "{path}: {gone:?}");
        let kind =
            door.get("vera", &format!("{}/{path}", place.replace("deployments.apps", "unheardofs.example"))).await;
        assert!(matches!(kind.status, 400 | 404 | 422), "a kind that is not served: {path}: {kind:?}");
    }
    let future = door.get("vera", &format!("{place}/changes?since=2999-01-01T00:00:00Z")).await;
    assert_eq!(future.status, 400, "{future:?}");
    Ok(())
}

#[tokio::test]
async fn a_history_holds_our_own_runs_and_says_who_can_take_them_back() -> Outcome {
    let shop = Plane::shared().await?.namespace("history").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let door = door(&shop).await;
    let target = json!({"kind": "deployment", "namespace": shop.name(), "name": "web"});
    let body = json!({"operations": [{"op": "set-image", "target": target, "image": "registry.example/web:2"}]});
    let plan = door.post("mira", "/api/v1/plans", &body.to_string()).await.json();
    let plan = plan["id"].as_str().unwrap_or_else(|| panic!("{plan}")).to_owned();
    assert_eq!(door.post("mira", &format!("/api/v1/plans/{plan}/execute"), "{}").await.status, 202);
    door.stream("mira", &format!("/api/v1/plans/{plan}/stream"), "").await.closed().await;

    let path = format!("/api/v1/objects/c/deployments.apps/{}/web/history", shop.name());
    let own = door.get("mira", &path).await.json();
    let revisions = own["revisions"].as_array().unwrap();
    assert_eq!((revisions.len(), &revisions[0]["current"]), (2, &json!(true)), "{own:#}");
    assert!(revisions[0]["what"].as_str().unwrap().contains("web:1 → registry.example/web:2"), "{own:#}");
    let step = &own["ours"][0];
    assert_eq!((step["plan"].as_str(), step["undo"]["possible"].as_bool()), (Some(&*plan), Some(true)), "{own:#}");
    let others = door.get("vera", &path).await.json();
    assert_eq!(others["ours"][0]["undo"]["possible"], false, "{others:#}");
    assert!(others["ours"][0]["undo"]["reason"].as_str().unwrap().contains("mira"), "{others:#}");
    // The operation beside an old revision is one that a plan can be made of.
    let back = json!({"operations": [revisions[1]["undo"]]}).to_string();
    assert_eq!(door.post("mira", "/api/v1/plans", &back).await.status, 201);
    Ok(())
}

#[tokio::test]
async fn an_event_stream_tells_the_inbox_and_the_health_at_first_and_when_they_change() {
    let door = Door::without_cluster().await;
    let mut events = door.stream("mira", "/api/v1/events", "").await;
    let stream = events.next().await.2["stream"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/events/{stream}/topics");
    let set = door.send("PUT", &path, &door.credential("mira"), r#"{"topics": ["inbox", "health"]}"#).await;
    assert_eq!(set.status, 204);
    let (_, name, inbox) = events.next().await;
    assert_eq!((name.as_str(), inbox["mine_ready"].as_u64()), ("inbox_update", Some(0)));
    let (_, name, health) = events.next().await;
    assert_eq!(
        (name.as_str(), &health["database"]["ok"], &health["egress"]["open"]),
        ("health", &json!(true), &json!(false))
    );
    door.lose_database();
    let (_, name, health) = events.next().await;
    assert_eq!((name.as_str(), &health["ok"], &health["database"]["ok"]), ("health", &json!(false), &json!(false)));
}
