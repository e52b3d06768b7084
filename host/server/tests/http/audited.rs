//! Which route leaves which entries, on a real cluster as a user who is not an administrator.

use std::collections::BTreeSet;

use crate::door::{Door, components};
use kubechat_harness::{Outcome, Plane, User};
use kubechat_server::http::router::routes;
use serde_json::Value;

/// Routes that leave nothing in the log: they show what is there already, or only a stream of it.
const SILENT: &[&str] = &[
    "clusters",
    "complete",
    "doctor",
    "egress",
    "egress_log",
    "egress_test",
    "kinds",
    "livez",
    "login",
    "metrics",
    "model_offered",
    "model_test",
    "models",
    "namespaces",
    "openapi",
    "plan",
    "plan_radius",
    "plan_stream",
    "plugins",
    "preview",
    "readyz",
    "redact",
    "runs",
    "settings",
    "thread_turns",
    "turn_stream",
    "turns",
    "version",
];
/// Routes of the tests below.
const AUDITED: &[&str] = &[
    "access_reviews",
    "audit",
    "audit_verify",
    "events",
    "findings",
    "logs",
    "object",
    "object_changes",
    "object_events",
    "object_history",
    "object_related",
    "object_yaml",
    "plan_approve",
    "plan_cancel",
    "plan_execute",
    "plan_export",
    "plan_refresh",
    "plan_reject",
    "plan_rollback",
    "plans",
    "prompts",
    "resources",
    "session",
    "support_bundle",
    "thread",
    "threads",
    "turn_cancel",
    "undo",
];

#[test]
fn every_route_stands_in_one_of_the_lists() {
    let listed: BTreeSet<_> = SILENT.iter().chain(AUDITED).copied().collect();
    assert_eq!(listed.len(), SILENT.len() + AUDITED.len(), "each in one");
    assert_eq!(listed, routes().iter().map(|route| route.name).collect());
}

/// The entries that `call` adds.
async fn added(door: &Door, call: impl AsyncFnOnce()) -> Vec<String> {
    let before = door.entries().await.len();
    call().await;
    door.entries().await.split_off(before)
}

#[tokio::test]
async fn silent_routes_leave_nothing() {
    let door = Door::without_cluster().await;
    assert_eq!(door.get("", "/livez").await.status, 200);
    let left = added(&door, async || {
        for path in ["/livez", "/readyz", "/readyz?verbose", "/version", "/openapi.json", "/metrics", "/api/v1/session"]
        {
            door.get("mira", path).await;
        }
        door.post("mira", "/api/v1/preview", r#"{"sentence": "scale web to 4"}"#).await;
        let redacted = door.post("mira", "/api/v1/redact", r#"{"text": "db_password=hunter2hunter2"}"#).await;
        assert_eq!((redacted.status, redacted.json()["count"].as_u64()), (200, Some(1)));
        assert!(!redacted.body.contains("hunter2"), "a value never comes back");
        for path in [
            "clusters",
            "complete?text=sc",
            "plugins",
            "plans",
            "plans/p-000000000001",
            "runs/r-000000000001",
            "turns/u-000000000001",
        ] {
            door.get("mira", &format!("/api/v1/{path}")).await;
        }
        for path in [
            "clusters/c/kinds",
            "clusters/c/namespaces",
            "threads",
            "settings",
            "doctor",
            "egress",
            "egress/log",
            "models",
            "models/0/offered",
            "plans/p-000000000001/radius",
        ] {
            door.get("mira", &format!("/api/v1/{path}")).await;
        }
        // It stands in the egress log: it changes nothing here.
        door.post("mira", "/api/v1/egress/model/test", "").await;
        door.post("mira", "/api/v1/models/0/test", "").await;
        door.post("mira", "/api/v1/login-code", "").await;
    })
    .await;
    assert_eq!(left, Vec::<String>::new());
}

#[tokio::test]
async fn the_start_and_every_login_leave_an_entry() {
    let door = Door::without_cluster().await;
    assert_eq!(door.get("", "/readyz").await.status, 503, "asked once, so that the start is over");
    assert_eq!(door.entries().await, [format!("host-started {}", env!("CARGO_PKG_VERSION"))]);
    let link = door.post("jon", "/api/v1/login-code", "").await.json();
    let code = link["url"].as_str().unwrap().split_once("code=").unwrap().1.to_owned();
    let body = format!("{{\"code\": \"{code}\"}}");
    let left = added(&door, async || {
        door.post("", "/api/v1/session", &body).await;
        door.post("", "/api/v1/session", &body).await;
    })
    .await;
    assert_eq!(left, ["session-opened opened", "session-refused unauthenticated"]);
}

#[tokio::test]
async fn reading_the_log_leaves_an_entry() {
    let door = Door::without_cluster().await;
    door.get("", "/readyz").await;
    let left = added(&door, async || {
        assert_eq!(door.get("mira", "/api/v1/audit").await.status, 200);
        assert_eq!(door.get("mira", "/api/v1/audit/verify").await.status, 200);
        assert_eq!(door.get("mira", "/api/v1/support-bundle?preview=true").await.status, 200);
        assert_eq!(door.get("mira", "/api/v1/support-bundle").await.status, 200);
    })
    .await;
    let wanted = ["listed", "verified", "support-bundle-preview", "support-bundle"];
    assert_eq!(left, wanted.map(|outcome| format!("audit-read {outcome}")));
}

#[tokio::test]
async fn a_question_and_what_was_refused_leave_entries() {
    let door = Door::without_cluster().await;
    door.get("", "/readyz").await;
    let left = added(&door, async || {
        let turn = door.post("mira", "/api/v1/prompts", r#"{"sentence": "what is broken?"}"#).await.json();
        let path = format!("/api/v1/turns/{}/stream", turn["turn"].as_str().unwrap());
        door.stream("mira", &path, "").await.closed().await;
    })
    .await;
    assert_eq!(left, ["asked asked", "answered failed"], "there is no provider here");
    let left = added(&door, async || {
        assert_eq!(door.get("mira", "/api/v1/findings").await.status, 502);
        door.post("mira", "/api/v1/plans", SCALE).await;
        door.post("mira", "/api/v1/plans/p-000000000001/execute", "{}").await;
    })
    .await;
    let kinds: Vec<_> = left.iter().map(|entry| entry.split(' ').next().unwrap()).collect();
    assert_eq!(kinds, ["tool-read", "plan-refused", "execute-refused"], "{left:?}");
}

#[tokio::test]
async fn what_is_done_with_a_thread_and_asked_about_rights_leaves_entries() {
    let door = Door::without_cluster().await;
    door.get("", "/readyz").await;
    let left = added(&door, async || {
        let thread = door.post("mira", "/api/v1/threads", r#"{"title": "night"}"#).await.json();
        let path = format!("/api/v1/threads/{}", thread["id"].as_str().unwrap());
        let (get, mira) = (door.get("mira", &path).await, door.credential("mira"));
        assert_eq!(get.status, 200, "{get:?}");
        assert_eq!(door.send("PATCH", &path, &mira, r#"{"title": "day"}"#).await.status, 200);
        assert_eq!(door.get("mira", &format!("{path}/turns")).await.status, 200);
        assert_eq!(door.send("DELETE", &path, &mira, "").await.status, 204);
    })
    .await;
    assert_eq!(left, ["thread-changed begun", "thread-changed changed", "thread-changed deleted"]);
    let left = added(&door, async || {
        let body = r#"{"reviews": [{"verb": "get", "resource": "pods"}]}"#;
        assert_eq!(door.post("mira", "/api/v1/access-reviews", body).await.status, 502);
    })
    .await;
    assert_eq!(left, ["tool-read cluster-unreachable"]);
    for path in ["resources/pods", "objects/c/pods/shop/web", "objects/c/pods/shop/web/yaml"]
        .into_iter()
        .chain(["objects/c/pods/shop/web/events", "objects/c/pods/shop/web/related", "objects/c/pods/shop/web/history"])
        .chain(["objects/c/pods/shop/web/changes?since=600", "logs?pod=web", "logs?pod=web,api&follow=true"])
    {
        let left = added(&door, async || {
            assert_eq!(door.get("mira", &format!("/api/v1/{path}")).await.status, 502, "{path}");
        })
        .await;
        assert_eq!(left, ["tool-read cluster-unreachable"], "{path}");
    }
}

#[tokio::test]
async fn stopping_a_turn_leaves_one_entry_however_often_it_is_asked() {
    let door = Door::without_cluster().await;
    door.get("", "/readyz").await;
    let path = format!("/api/v1/turns/{}/cancel", door.working_turn("mira").await);
    let left = added(&door, async || {
        for _ in 0..2 {
            let reply = door.post("mira", &path, "").await;
            assert_eq!((reply.status, reply.json()["cancel_requested"].as_bool()), (202, Some(true)), "{reply:?}");
        }
    })
    .await;
    assert_eq!(left, ["cancel-asked asked"]);
}

const SCALE: &str = r#"{"operations": [{"op": "scale", "target": {"kind": "deployment", "namespace": "shop", "name": "web"}, "replicas": 2}]}"#;

async fn made(door: &Door, namespace: &str, replicas: u32) -> Value {
    let body = SCALE.replace("shop", namespace).replace("\"replicas\": 2", &format!("\"replicas\": {replicas}"));
    let reply = door.post("mira", "/api/v1/plans", &body).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    reply.json()
}

async fn settled(door: &Door, plan: &str) {
    door.stream("mira", &format!("/api/v1/plans/{plan}/stream"), "").await.closed().await;
}

#[tokio::test]
async fn a_plan_leaves_an_entry_at_every_turn_of_its_life() -> Outcome {
    let shop = Plane::shared().await?.namespace("audited").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let (editor, second) = (shop.kubeconfig(User::Editor), shop.kubeconfig(User::Second));
    let people = [("mira", editor.to_str().unwrap()), ("jon", second.to_str().unwrap())];
    let built = components().expect("components: `cargo xtask component build`");
    let door = Door::open("mode = 'guarded'", Some(&built), &people).await;
    door.get("", "/readyz").await;

    let mut plan = String::new();
    let left = added(&door, async || {
        plan = made(&door, shop.name(), 2).await["id"].as_str().unwrap().to_owned();
        door.post("mira", &format!("/api/v1/plans/{plan}/refresh"), "").await;
        door.get("mira", &format!("/api/v1/plans/{plan}/export")).await;
        let seen = door.get("jon", &format!("/api/v1/plans/{plan}")).await.json();
        let digest = seen["parts"][0]["approval"]["digest"].as_str().unwrap().to_owned();
        let blind = door.post("jon", &format!("/api/v1/plans/{plan}/approve"), "{}").await;
        assert_eq!(blind.status, 400, "an approval names what it is for: {blind:?}");
        let body = format!(r#"{{"digest": "{digest}"}}"#);
        door.post("jon", &format!("/api/v1/plans/{plan}/approve"), &body).await;
    })
    .await;
    assert_eq!(left, ["planned ready", "planned ready", "exported patch", "voted approve"]);
    let left = added(&door, async || {
        let run = door.post("mira", &format!("/api/v1/plans/{plan}/execute"), "{}").await;
        assert_eq!(run.status, 202, "{run:?}");
        settled(&door, &plan).await;
    })
    .await;
    assert_eq!(left, ["run-accepted running", "step-intent intended", "step-outcome succeeded", "run-ended succeeded"]);
    let left = added(&door, async || {
        let undo = door.post("mira", "/api/v1/undo", "").await;
        assert_eq!(undo.status, 201, "{undo:?}");
        let undo = door.post("mira", &format!("/api/v1/plans/{plan}/rollback"), "").await;
        let undo = undo.json()["id"].as_str().unwrap().to_owned();
        door.post("jon", &format!("/api/v1/plans/{undo}/reject"), "{}").await;
    })
    .await;
    assert_eq!(left, ["planned ready", "planned ready", "voted reject"]);
    let left = added(&door, async || {
        let reply = door.post("mira", &format!("/api/v1/plans/{plan}/cancel"), "").await;
        assert_eq!(reply.code(), "wrong-state", "{reply:?}");
    })
    .await;
    assert_eq!(left, Vec::<String>::new(), "nothing is there to cancel");
    Ok(())
}

#[tokio::test]
async fn who_edited_meanwhile_and_who_asks_twice_is_noticed() -> Outcome {
    let shop = Plane::shared().await?.namespace("conditions").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let editor = shop.kubeconfig(User::Editor);
    let built = components().expect("components: `cargo xtask component build`");
    let door = Door::open("mode = 'guarded'", Some(&built), &[("mira", editor.to_str().unwrap())]).await;
    let plan = made(&door, shop.name(), 2).await;
    let (id, etag) = (plan["id"].as_str().unwrap(), plan["etag"].as_str().unwrap());
    let path = format!("/api/v1/plans/{id}");
    let operations = SCALE.replace("shop", shop.name()).replace("\"replicas\": 2", "\"replicas\": 3");
    let mira = door.credential("mira");

    let missing = door.send("PATCH", &path, &mira, &operations).await;
    assert_eq!((missing.status, missing.code().as_str()), (400, "bad-input"));
    let edited = door.send("PATCH", &path, &format!("{mira}If-Match: {etag}\r\n"), &operations).await;
    assert_eq!((edited.status, edited.json()["revision"].as_u64()), (200, Some(2)), "{edited:?}");
    let late = door.send("PATCH", &path, &format!("{mira}If-Match: {etag}\r\n"), &operations).await;
    assert_eq!((late.status, late.code().as_str()), (412, "precondition-failed"));
    let execute = format!("{path}/execute");
    let late = door.send("POST", &execute, &format!("{mira}If-Match: {etag}\r\n"), "{}").await;
    assert_eq!((late.status, late.code().as_str()), (412, "precondition-failed"));

    let witness = shop.witness()?;
    let once = format!("{mira}Idempotency-Key: one\r\n");
    let (first, again) =
        (door.send("POST", &execute, &once, "{}").await, door.send("POST", &execute, &once, "{}").await);
    assert_eq!((first.status, again.status), (202, 202), "{again:?}");
    assert_eq!(first.json(), again.json(), "the same run");
    settled(&door, id).await;
    let writes = witness.writes().await?;
    assert_eq!(writes.len(), 1, "exactly once: {writes:?}");
    let other = door.send("POST", "/api/v1/plans/p-000000000001/execute", &once, "{}").await;
    assert_eq!(other.code(), "wrong-state", "{other:?}");
    Ok(())
}
