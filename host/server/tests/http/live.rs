//! Watched topics: rows and objects as the lists show them, cleaned and masked; who may, what is refused, what is written down.

use std::collections::BTreeSet;

use kubechat_harness::{Namespace, Outcome, Plane, User, wait_for};
use serde_json::{Value, json};

use crate::door::{DEADLINE, Door, Events, Reply};

/// A host where mira edits a namespace, vera views it, and nils may nothing.
async fn door(shop: &Namespace) -> Door {
    let files = [User::Editor, User::Viewer, User::Nobody].map(|user| shop.kubeconfig(user));
    let [mira, vera, nils] = files.each_ref().map(|file| file.to_str().unwrap());
    Door::open("mode = 'guarded'", None, &[("mira", mira), ("vera", vera), ("nils", nils)]).await
}

/// An open stream and its id.
struct Stream {
    events: Events,
    id: String,
    who: &'static str,
}

impl Stream {
    async fn of(door: &Door, who: &'static str, headers: &str) -> Self {
        let mut events = door.stream(who, "/api/v1/events", headers).await;
        let (_, name, hello) = events.next().await;
        assert_eq!(name, "hello");
        Self { events, id: hello["stream"].as_str().unwrap().to_owned(), who }
    }

    async fn listen(&self, door: &Door, topics: &[&str]) -> Reply {
        let path = format!("/api/v1/events/{}/topics", self.id);
        door.send("PUT", &path, &door.credential(self.who), &json!({"topics": topics}).to_string()).await
    }

    /// The next event of this name whose data is this; the others before it are passed by.
    async fn until(&mut self, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (id, heard, data) = self.events.next().await;
            if heard == name && holds(&data) {
                assert_eq!(id, "", "what is watched is no part of the ring");
                return data;
            }
        }
    }
}

async fn put(shop: &Namespace, name: &str, data: &Value) -> Outcome {
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data});
    shop.apply(&object.to_string()).await
}

fn names(delta: &Value) -> Vec<&str> {
    let mut names: Vec<_> =
        delta["upserts"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

/// Rows but for the age, which is printed anew each time.
fn without_ages(rows: &Value) -> BTreeSet<String> {
    let plain = |row: &Value| {
        let mut row = row.clone();
        row["cells"][2] = Value::Null;
        row.to_string()
    };
    rows.as_array().unwrap().iter().map(plain).collect()
}

#[tokio::test]
async fn rows_are_told_as_the_list_shows_them_first_all_then_what_changes() -> Outcome {
    let shop = Plane::shared().await?.namespace("topic-rows").await?;
    put(&shop, "first", &json!({"a": "1"})).await?;
    let (door, here) = (door(&shop).await, shop.name());
    let listed = door.get("vera", &format!("/api/v1/resources/configmaps?namespace={here}")).await.json();
    assert!(!listed["resource_version"].as_str().unwrap().is_empty());
    let mut stream = Stream::of(&door, "vera", "").await;
    let topic = format!("rows:c/configmaps/{here}");
    assert_eq!(stream.listen(&door, &[&topic, "plans"]).await.status, 204);
    let first = stream.until("rows_delta", |_| true).await;
    assert_eq!((&first["topic"], &first["reset"], &first["complete"]), (&json!(topic), &json!(true), &json!(true)));
    assert_eq!(first["columns"], listed["columns"]);
    assert_eq!(without_ages(&first["upserts"]), without_ages(&listed["items"]), "cell by cell");
    put(&shop, "first", &json!({"a": "1", "b": "\u{1b}[31m"})).await?;
    let changed = stream.until("rows_delta", |delta| names(delta) == ["first"]).await;
    assert_eq!((&changed["reset"], &changed["upserts"][0]["cells"][1]), (&json!(false), &json!(2)));
    assert!(changed["columns"].is_null() && changed["complete"].is_null());
    let uid = changed["upserts"][0]["uid"].clone();
    shop.kubectl(User::Admin).run(&["delete", "configmap", "first"]).await?;
    stream.until("rows_delta", |delta| delta["removed"] == json!([uid])).await;
    // Events of the ring come on the same stream.
    let event = kubechat_flow::ports::events::Event {
        topic: "plan:p-1".to_owned(),
        name: "plan_update".to_owned(),
        audience: Vec::new(),
        data: json!({"n": 1}),
    };
    kubechat_flow::ports::events::Events::publish(&*door.app.hub, vec![event]);
    assert_eq!(stream.events.next().await.1, "plan_update");
    Ok(())
}

#[tokio::test]
async fn a_selector_and_columns_are_heeded_and_a_reader_that_comes_back_is_given_a_reset() -> Outcome {
    let shop = Plane::shared().await?.namespace("topic-select").await?;
    let here = shop.name();
    shop.apply("{kind: Service, apiVersion: v1, metadata: {name: in, labels: {t: x}}, spec: {ports: [{port: 1}]}}")
        .await?;
    shop.apply("{kind: Service, apiVersion: v1, metadata: {name: out}, spec: {ports: [{port: 1}]}}").await?;
    let door = door(&shop).await;
    let topic = format!("rows:c/services/{here}?labelSelector=t%3Dx&fields=name,type");
    let mut stream = Stream::of(&door, "mira", "").await;
    stream.listen(&door, &[&topic]).await;
    let first = stream.until("rows_delta", |_| true).await;
    assert_eq!((names(&first), &first["columns"]), (vec!["in"], &json!(["Name", "Type"])));
    drop(stream);
    // There is nothing of these topics in the ring: whatever id it comes back with, it is given what there is.
    let last = format!("Last-Event-ID: {}\r\n", door.app.hub.id(0));
    let mut stream = Stream::of(&door, "mira", &last).await;
    stream.listen(&door, &[&topic]).await;
    let again = stream.until("rows_delta", |_| true).await;
    assert_eq!((names(&again), &again["reset"]), (vec!["in"], &json!(true)));
    Ok(())
}

#[tokio::test]
async fn a_list_too_long_to_be_read_whole_is_filtered_and_sorted_whole_once_a_watch_has_it() -> Outcome {
    const ROWS: usize = 1_050;
    let shop = Plane::shared().await?.namespace("topic-warm").await?;
    let one = |n: usize| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("part-{n:04}")}});
    let items: Vec<_> = (0..ROWS).map(one).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
    shop.kubectl(User::Admin).run_with(&["create", "-f", "-"], &list).await?;
    let (door, here) = (door(&shop).await, shop.name());
    let path = format!("/api/v1/resources/configmaps?namespace={here}&limit=3&sort=-name&q=part");
    let cold = door.get("vera", &path).await.json();
    assert_eq!(cold["applied_to"], json!("page"), "nobody has it yet");
    let (door, path) = (&door, &path);
    let warm = wait_for("the watch that the first question began", DEADLINE, || async move {
        let page = door.get("vera", path).await.json();
        if page["applied_to"] == json!("list") { Ok(page) } else { Err(page["applied_to"].to_string()) }
    })
    .await?;
    let listed = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (listed(&warm), &warm["remaining"]),
        (["part-1049", "part-1048", "part-1047"].map(str::to_owned).to_vec(), &json!(ROWS - 3))
    );
    let next = format!("{path}&continue={}", warm["continue"].as_str().unwrap());
    assert_eq!(listed(&door.get("vera", &next).await.json())[0], "part-1046");
    // A reader of that many is told to read its page anew, and then what changes.
    let mut stream = Stream::of(door, "vera", "").await;
    stream.listen(door, &[&format!("rows:c/configmaps/{here}")]).await;
    let reset = stream.until("rows_delta", |_| true).await;
    assert_eq!((&reset["reset"], &reset["complete"], &reset["upserts"]), (&json!(true), &json!(false), &json!([])));
    put(&shop, "zulu", &json!({})).await?;
    stream.until("rows_delta", |delta| names(delta) == ["zulu"]).await;
    Ok(())
}

#[tokio::test]
async fn an_object_is_told_masked_as_the_read_shows_it_and_its_end_too() -> Outcome {
    let shop = Plane::shared().await?.namespace("topic-object").await?;
    let (door, here) = (door(&shop).await, shop.name());
    let topic = format!("object:c/secrets/{here}/db");
    let mut stream = Stream::of(&door, "mira", "").await;
    stream.listen(&door, &[&topic]).await;
    let none = stream.until("object_update", |_| true).await;
    assert_eq!((&none["gone"], &none["object"]), (&json!(true), &Value::Null));
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"},
        "stringData": {"password": "correct-horse-battery"}});
    shop.apply(&secret.to_string()).await?;
    let told = stream.until("object_update", |update| update["gone"] == json!(false)).await;
    let read = door.get("mira", &format!("/api/v1/objects/c/secrets/{here}/db")).await.json();
    assert_eq!(told["object"], read["object"]);
    let text = told.to_string();
    assert!(!text.contains("correct-horse") && !text.contains("Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"), "{text}");
    shop.kubectl(User::Admin).run(&["delete", "secret", "db"]).await?;
    stream.until("object_update", |update| update["gone"] == json!(true)).await;
    Ok(())
}

#[tokio::test]
async fn who_may_not_list_and_watch_is_told_which_right_is_missing() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("topic-refused").await?;
    let (door, here) = (door(&shop).await, shop.name());
    for (who, topic, resource, place) in [
        ("nils", format!("rows:c/pods/{here}"), "pods", here),
        ("vera", format!("rows:c/secrets/{here}"), "secrets", here),
        ("vera", "rows:c/pods/*".to_owned(), "pods", "everywhere"),
        ("nils", format!("object:c/deployments.apps/{here}/web"), "deployments.apps", here),
    ] {
        let mut stream = Stream::of(&door, who, "").await;
        assert_eq!(stream.listen(&door, &[&topic]).await.status, 204);
        let problem = stream.until("problem", |problem| problem["topic"] == json!(topic)).await;
        assert_eq!(problem["code"], json!("cluster-forbidden"), "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("list") && detail.contains(resource) && detail.contains(place), "{detail}");
        assert!(problem["hint"].as_str().unwrap().contains("auth can-i list"), "{problem}");
    }
    // The same right where there is one: the refusals above are not of everybody.
    let mut stream = Stream::of(&door, "vera", "").await;
    stream.listen(&door, &[&format!("rows:c/pods/{here}")]).await;
    stream.until("rows_delta", |delta| delta["reset"] == json!(true)).await;
    // Another one's cluster, and what is not served.
    for (topic, code) in [("rows:other/pods/shop", "not-found"), ("rows:c/unheardofs/shop", "not-found")] {
        stream.listen(&door, &[topic]).await;
        let problem = stream.until("problem", |problem| problem["topic"] == json!(topic)).await;
        assert_eq!(problem["code"], json!(code), "{problem}");
    }
    Ok(())
}

#[tokio::test]
async fn a_subscription_leaves_an_entry_as_a_read_does() -> Outcome {
    let shop = Plane::shared().await?.namespace("topic-audit").await?;
    let (door, here) = (door(&shop).await, shop.name());
    door.get("", "/readyz").await;
    let before = door.entries().await.len();
    let mut stream = Stream::of(&door, "vera", "").await;
    stream.listen(&door, &[&format!("rows:c/pods/{here}")]).await;
    stream.until("rows_delta", |_| true).await;
    stream.listen(&door, &[&format!("object:c/pods/{here}/web")]).await;
    stream.until("object_update", |_| true).await;
    stream.listen(&door, &[&format!("rows:c/secrets/{here}")]).await;
    stream.until("problem", |_| true).await;
    let left = door.entries().await.split_off(before);
    assert_eq!(left, ["tool-read read", "tool-read read", "tool-read cluster-forbidden"]);
    Ok(())
}

#[tokio::test]
async fn clusters_say_that_they_are_there_and_one_nobody_answers_for_is_lost_with_its_reason() -> Outcome {
    let shop = Plane::shared().await?.namespace("topic-clusters").await?;
    let door = door(&shop).await;
    let mut stream = Stream::of(&door, "vera", "").await;
    stream.listen(&door, &["clusters"]).await;
    let there = stream.until("cluster_status", |_| true).await;
    assert_eq!((&there["cluster"], &there["state"]), (&json!("c"), &json!("reachable")));
    assert!(there["version"].as_str().unwrap().starts_with('v'), "{there}");
    let nowhere = Door::without_cluster().await;
    let mut stream = Stream::of(&nowhere, "mira", "").await;
    stream.listen(&nowhere, &["clusters"]).await;
    let lost = stream.until("cluster_status", |_| true).await;
    assert_eq!(lost["state"], json!("lost"));
    assert!(lost["why"].as_str().unwrap().contains("127.0.0.1:1") && lost["since"].is_string(), "{lost}");
    Ok(())
}

#[tokio::test]
async fn topics_that_cannot_be_read_or_are_too_many_are_refused_at_once() {
    let door = Door::without_cluster().await;
    let stream = Stream::of(&door, "mira", "").await;
    let bad = stream.listen(&door, &["rows:c/pods"]).await;
    assert_eq!((bad.status, bad.code().as_str()), (400, "bad-input"), "{bad:?}");
    let many: Vec<_> = (0..33).map(|n| format!("rows:c/pods/n{n}")).collect();
    let many = stream.listen(&door, &many.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert!(many.status == 413 && many.body.contains("LIVE_TOPICS_MAX"), "{many:?}");
    let long = stream.listen(&door, &[&format!("rows:c/pods/shop?fields={}", "x".repeat(2_048))]).await;
    assert!(long.status == 413 && long.body.contains("TOPIC_BYTES_MAX"), "{long:?}");
    let all: Vec<_> = (0..40).map(|n| format!("plan:{n}{}", "x".repeat(2_000))).collect();
    let all = stream.listen(&door, &all.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert!(all.status == 413 && all.body.contains("TOPICS_BYTES_MAX"), "{all:?}");
}
