//! Who gets in where: every route without, with a wrong and with the right credential; and before its body is read.

use std::collections::BTreeSet;

use crate::door::Door;
use kubechat_server::http::router::routes;

/// Every route by its file, method and a path; `open` needs no credential.
const ROUTES: &[(&str, &str, &str, bool)] = &[
    ("livez", "GET", "/livez", true),
    ("livez", "GET", "/healthz", true),
    ("readyz", "GET", "/readyz", true),
    ("version", "GET", "/version", true),
    ("openapi", "GET", "/openapi.json", true),
    ("metrics", "GET", "/metrics", false),
    ("session", "POST", "/api/v1/session", true),
    ("session", "GET", "/api/v1/session", false),
    ("session", "DELETE", "/api/v1/session", false),
    ("login", "POST", "/api/v1/login-code", false),
    ("prompts", "POST", "/api/v1/prompts", false),
    ("turns", "GET", "/api/v1/turns/{id}", false),
    ("turn_cancel", "POST", "/api/v1/turns/{id}/cancel", false),
    ("threads", "GET", "/api/v1/threads", false),
    ("threads", "POST", "/api/v1/threads", false),
    ("thread", "GET", "/api/v1/threads/{id}", false),
    ("thread", "PATCH", "/api/v1/threads/{id}", false),
    ("thread", "DELETE", "/api/v1/threads/{id}", false),
    ("thread_turns", "GET", "/api/v1/threads/{id}/turns", false),
    ("turn_stream", "GET", "/api/v1/turns/{id}/stream", false),
    ("plans", "POST", "/api/v1/plans", false),
    ("plans", "GET", "/api/v1/plans", false),
    ("plan", "GET", "/api/v1/plans/{id}", false),
    ("plan", "PATCH", "/api/v1/plans/{id}", false),
    ("plan_refresh", "POST", "/api/v1/plans/{id}/refresh", false),
    ("plan_approve", "POST", "/api/v1/plans/{id}/approve", false),
    ("plan_reject", "POST", "/api/v1/plans/{id}/reject", false),
    ("plan_execute", "POST", "/api/v1/plans/{id}/execute", false),
    ("plan_cancel", "POST", "/api/v1/plans/{id}/cancel", false),
    ("plan_rollback", "POST", "/api/v1/plans/{id}/rollback", false),
    ("plan_export", "GET", "/api/v1/plans/{id}/export", false),
    ("plan_radius", "GET", "/api/v1/plans/{id}/radius", false),
    ("plan_stream", "GET", "/api/v1/plans/{id}/stream", false),
    ("undo", "POST", "/api/v1/undo", false),
    ("runs", "GET", "/api/v1/runs/{id}", false),
    ("events", "GET", "/api/v1/events", false),
    ("events", "PUT", "/api/v1/events/{stream}/topics", false),
    ("clusters", "GET", "/api/v1/clusters", false),
    ("complete", "GET", "/api/v1/complete", false),
    ("preview", "POST", "/api/v1/preview", false),
    ("redact", "POST", "/api/v1/redact", false),
    ("kinds", "GET", "/api/v1/clusters/{c}/kinds", false),
    ("namespaces", "GET", "/api/v1/clusters/{c}/namespaces", false),
    ("access_reviews", "POST", "/api/v1/access-reviews", false),
    ("resources", "GET", "/api/v1/resources/{gvr}", false),
    ("object", "GET", "/api/v1/objects/{c}/{gvr}/{ns}/{name}", false),
    ("object_yaml", "GET", "/api/v1/objects/{c}/{gvr}/{ns}/{name}/yaml", false),
    ("object_events", "GET", "/api/v1/objects/{c}/{gvr}/{ns}/{name}/events", false),
    ("object_related", "GET", "/api/v1/objects/{c}/{gvr}/{ns}/{name}/related", false),
    ("object_changes", "GET", "/api/v1/objects/{c}/{gvr}/{ns}/{name}/changes", false),
    ("object_history", "GET", "/api/v1/objects/{c}/{gvr}/{ns}/{name}/history", false),
    ("logs", "GET", "/api/v1/logs", false),
    ("findings", "GET", "/api/v1/findings", false),
    ("audit", "GET", "/api/v1/audit", false),
    ("audit_verify", "GET", "/api/v1/audit/verify", false),
    ("plugins", "GET", "/api/v1/plugins", false),
    ("settings", "GET", "/api/v1/settings", false),
    ("egress", "GET", "/api/v1/egress", false),
    ("egress_log", "GET", "/api/v1/egress/log", false),
    ("egress_test", "POST", "/api/v1/egress/{destination}/test", false),
    ("models", "GET", "/api/v1/models", false),
    ("model_test", "POST", "/api/v1/models/{index}/test", false),
    ("model_offered", "GET", "/api/v1/models/{index}/offered", false),
    ("doctor", "GET", "/api/v1/doctor", false),
    ("support_bundle", "GET", "/api/v1/support-bundle", false),
];

fn closed() -> impl Iterator<Item = (&'static str, String)> {
    ROUTES.iter().filter(|route| !route.3).map(|(_, method, path, _)| (*method, path.replace("{id}", "p-000000000001")))
}

#[test]
fn the_table_is_the_router() {
    let table: BTreeSet<_> =
        ROUTES.iter().map(|(name, method, path, open)| (*name, (*method).to_owned(), *path, *open)).collect();
    let router: BTreeSet<_> =
        routes().iter().map(|route| (route.name, route.method.to_string(), route.path, route.open)).collect();
    assert_eq!(table, router);
}

#[tokio::test]
async fn without_a_credential_only_open_routes_answer() {
    let door = Door::without_cluster().await;
    for (_, method, path, open) in ROUTES {
        let reply = door.send(method, path, "", "").await;
        if *open {
            assert_ne!((reply.status, reply.code().as_str()), (401, "no valid token or session"), "{method} {path}");
        } else {
            assert_eq!((reply.status, reply.code().as_str()), (401, "unauthenticated"), "{method} {path}");
            assert!(reply.header("www-authenticate").is_some(), "{method} {path}");
        }
    }
    let verbose = door.get("", "/readyz?verbose").await;
    assert_eq!(verbose.status, 401, "{verbose:?}");
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_cookie_open_nothing() {
    let door = Door::without_cluster().await;
    let port = door.address.port();
    for (method, path) in closed() {
        for wrong in ["Authorization: Bearer 00\r\n".to_owned(), format!("Cookie: kubechat-{port}=00\r\n")] {
            let reply = door.send(method, &path, &wrong, "").await;
            assert_eq!(reply.status, 401, "{method} {path} {wrong}");
        }
    }
}

#[tokio::test]
async fn the_right_token_is_let_in_everywhere() {
    let door = Door::without_cluster().await;
    for (method, path) in closed().filter(|(_, path)| !path.ends_with("/events")) {
        let reply = door.send(method, &path, &door.credential("mira"), "").await;
        assert!(reply.status != 401 && reply.status != 0, "{method} {path}: {reply:?}");
    }
    let mut events = door.stream("mira", "/api/v1/events", "").await;
    assert_eq!(events.next().await.1, "hello");
}

#[tokio::test]
async fn nobody_is_refused_before_the_body_is_read() {
    let door = Door::without_cluster().await;
    for (method, path) in closed().filter(|(method, _)| *method != "GET") {
        // The body is announced and never comes: whoever waits for it waits for ever.
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nX-Kubechat: 1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
            door.address
        );
        let mut stream = door.stream("", "/livez", "Connection: close\r\n").await;
        stream.closed().await;
        assert_eq!(door.raw(head.as_bytes()).await.status, 401, "{method} {path}");
    }
}

#[tokio::test]
async fn what_belongs_to_one_person_is_not_there_for_another() {
    let door = Door::without_cluster().await;
    let asked = door.post("mira", "/api/v1/prompts", r#"{"sentence": "what is broken?"}"#).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let turn = asked.json()["turn"].as_str().unwrap().to_owned();
    assert_eq!(door.get("mira", &format!("/api/v1/turns/{turn}")).await.status, 200);
    assert_eq!(door.get("jon", &format!("/api/v1/turns/{turn}")).await.status, 404);
    assert_eq!(door.get("jon", &format!("/api/v1/turns/{turn}/stream")).await.status, 404);
    assert_eq!(door.post("jon", &format!("/api/v1/turns/{turn}/cancel"), "").await.status, 404);
    let thread = format!("/api/v1/threads/{}", asked.json()["thread"].as_str().unwrap());
    for (method, path) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/turns")] {
        let reply = door.send(method, &format!("{thread}{path}"), &door.credential("jon"), "").await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "not-found"), "{method} {path}");
    }
    assert_eq!(door.get("jon", "/api/v1/threads").await.json()["items"], serde_json::json!([]));
    assert_eq!(door.get("mira", &thread).await.status, 200);
    let mut events = door.stream("mira", "/api/v1/events", "").await;
    let stream = events.next().await.2["stream"].as_str().unwrap().to_owned();
    let topics = format!("/api/v1/events/{stream}/topics");
    let body = r#"{"topics": ["plans"]}"#;
    assert_eq!(door.send("PUT", &topics, &door.credential("jon"), body).await.status, 404);
    assert_eq!(door.send("PUT", &topics, &door.credential("mira"), body).await.status, 204);
}
