//! Secrets that people say in a sentence: they reach their field in the cluster and nothing else, and no restart keeps them.

use kubechat_harness::{Outcome, Plane, User};
use serde_json::{Value, json};

use crate::door::{Door, components};
use crate::models::{ask, settled};

const SECRET: &str = "c0rrect-h0rse-b4ttery";

/// The path of the plan that a sentence makes.
async fn planned(door: &Door, sentence: &str) -> String {
    let turn = ask(door, sentence).await;
    assert_eq!(turn["state"], "planned", "{turn}");
    assert!(!turn.to_string().contains(SECRET), "{turn}");
    let plan = turn["parts"].as_array().unwrap().iter().find_map(|part| part["plan"].as_str()).unwrap();
    format!("/api/v1/plans/{plan}")
}

fn variables(deployment: &Value) -> Value {
    deployment["spec"]["template"]["spec"]["containers"][0]["env"].clone()
}

#[tokio::test]
async fn a_secret_that_was_said_is_in_no_plan_reaches_its_field_and_is_gone_with_a_restart() -> Outcome {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return Ok(());
    };
    let shop = Plane::shared().await?.namespace("kept-back").await?;
    shop.deploy("web", "web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let kubeconfig = shop.kubeconfig(User::Editor);
    let door = Door::open("mode = 'guarded'", Some(&components), &[("mira", kubeconfig.to_str().unwrap())]).await;

    let path = planned(&door, &format!("set env DB_PASSWORD={SECRET} on web")).await;
    for shown in [door.get("mira", &path).await, door.get("mira", &format!("{path}/export")).await] {
        assert!(!shown.body.contains(SECRET) && !shown.body.contains("[[secret"), "{shown:?}");
    }
    // Another edit leaves it as it was shown; its mask is not written.
    let shown = door.get("mira", &path).await;
    let operations = shown.json()["operations"].clone();
    assert!(operations.to_string().contains("••••"), "{operations}");
    let edit = json!({"operations": operations}).to_string();
    let read = format!("{}If-Match: {}\r\n", door.credential("mira"), shown.header("etag").unwrap());
    let edited = door.send("PATCH", &path, &read, &edit).await;
    assert_eq!(edited.status, 200, "{edited:?}");
    assert_eq!(door.post("mira", &format!("{path}/execute"), "{}").await.status, 202);
    settled(&door, &path, "succeeded").await;
    let live = shop.get("deployment", "web").await?;
    assert_eq!(variables(&live), json!([{"name": "DB_PASSWORD", "value": SECRET}]));
    assert!(!door.get("mira", &path).await.body.contains(SECRET));

    let path = planned(&door, &format!("set env API_TOKEN={SECRET}-2 on web")).await;
    let door = door.restarted().await;
    let refused = door.post("mira", &format!("{path}/execute"), "{}").await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "stale"), "{refused:?}");
    assert!(refused.body.contains("say the sentence again"), "{refused:?}");
    assert_eq!(door.get("mira", &path).await.json()["state"], "stale");
    let anew = door.post("mira", &format!("{path}/refresh"), "").await;
    assert_eq!((anew.status, anew.code().as_str()), (409, "stale"), "what is computed anew needs it too: {anew:?}");
    assert_eq!(variables(&shop.get("deployment", "web").await?), variables(&live), "nothing was written");

    let masked = json!({"cluster": "c", "operations": [{
        "op": "set-env", "target": {"kind": "deployment", "name": "web"}, "set": {"DB_PASSWORD": "••••"}
    }]});
    let refused = door.post("mira", "/api/v1/plans", &masked.to_string()).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "bad-input"), "{refused:?}");
    Ok(())
}
