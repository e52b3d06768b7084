//! What the doors refuse, and how: foreign hosts and sites, bodies beyond their limits, slow callers; and how one logs in.

use std::time::Instant;

use crate::door::{DEADLINE, Door};
use kubechat_core::limits::{BODY_BYTES_MAX, JSON_DEPTH_MAX};
use kubechat_server::http::accept::HEADER_DEADLINE;
use kubechat_server::http::body::BODY_DEADLINE;
use tokio::io::AsyncWriteExt as _;

#[tokio::test]
async fn a_name_that_was_rebound_to_us_is_refused() {
    let door = Door::without_cluster().await;
    let port = door.address.port();
    let ask = async |host: String| {
        door.raw(format!("GET /livez HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).await
    };
    for host in [format!("127.0.0.1:{port}"), format!("localhost:{port}")] {
        assert_eq!(ask(host).await.status, 200);
    }
    for host in [format!("evil.example:{port}"), "127.0.0.1:1".to_owned(), "evil.example".to_owned()] {
        let reply = ask(host.clone()).await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "cross-site"), "{host}");
    }
}

#[tokio::test]
async fn another_sites_post_is_refused_even_with_a_credential() {
    let door = Door::without_cluster().await;
    let own = format!("http://{}", door.address);
    let mira = door.credential("mira");
    for (headers, fits) in [
        (format!("Origin: {own}\r\n"), true),
        ("Sec-Fetch-Site: same-origin\r\n".to_owned(), true),
        ("Origin: https://evil.example\r\n".to_owned(), false),
        ("Origin: null\r\n".to_owned(), false),
        ("Sec-Fetch-Site: cross-site\r\n".to_owned(), false),
        ("Sec-Fetch-Site: same-site\r\n".to_owned(), false),
    ] {
        let reply = door.send("POST", "/api/v1/login-code", &format!("{mira}{headers}"), "").await;
        assert_eq!(reply.code() != "cross-site", fits, "{headers}: {reply:?}");
    }
}

#[tokio::test]
async fn without_our_header_nothing_is_changed() {
    let door = Door::without_cluster().await;
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let head = format!(
            "{method} /api/v1/session HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}\r\n",
            door.address,
            door.credential("mira")
        );
        let reply = door.raw(head.as_bytes()).await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "cross-site"), "{method}");
    }
}

#[tokio::test]
async fn a_body_beyond_a_limit_is_refused_by_the_limits_name() {
    let door = Door::without_cluster().await;
    let long = format!("{{\"sentence\": \"{}\"}}", "x".repeat(BODY_BYTES_MAX));
    let reply = door.post("mira", "/api/v1/prompts", &long).await;
    assert_eq!((reply.status, reply.code().as_str()), (413, "limit-exceeded"), "{reply:?}");
    assert!(reply.body.contains("BODY_BYTES_MAX"));
    let deep = format!("{{\"sentence\": {}", "[".repeat(JSON_DEPTH_MAX + 1));
    let reply = door.post("mira", "/api/v1/prompts", &deep).await;
    assert_eq!((reply.status, reply.code().as_str()), (413, "limit-exceeded"), "{reply:?}");
    assert!(reply.body.contains("JSON_DEPTH_MAX"));
    let steps = r#"{"op": "restart", "target": {"kind": "deployment", "name": "web"}},"#.repeat(101);
    let many = format!("{{\"operations\": [{}]}}", steps.trim_end_matches(','));
    let reply = door.post("mira", "/api/v1/plans", &many).await;
    assert_eq!((reply.status, reply.code().as_str()), (413, "limit-exceeded"), "{reply:?}");
    assert!(reply.body.contains("PLAN_STEPS_MAX"), "{reply:?}");
}

#[tokio::test]
async fn a_body_that_is_not_what_was_asked_for_is_refused() {
    let door = Door::without_cluster().await;
    for (body, names) in [
        (r#"{"sentence": "x", "force": true}"#, "force"),
        (r#"{"sentence": 5}"#, "string"),
        (r#"{}"#, "sentence"),
        ("{", "body"),
    ] {
        let reply = door.post("mira", "/api/v1/prompts", body).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "bad-input"), "{body}: {reply:?}");
        assert!(reply.body.contains(names), "{body}: {reply:?}");
    }
    let head = format!(
        "POST /api/v1/prompts HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Kubechat: 1\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n{}\r\n{{}}",
        door.address,
        door.credential("mira")
    );
    assert_eq!(door.raw(head.as_bytes()).await.status, 415);
}

#[tokio::test]
async fn a_caller_that_dawdles_over_his_headers_is_hung_up_on() {
    let door = Door::without_cluster().await;
    let begun = Instant::now();
    let mut stream = tokio::net::TcpStream::connect(door.address).await.unwrap();
    stream.write_all(b"GET /livez HTTP/1.1\r\nHo").await.unwrap();
    let mut rest = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest);
    let _ = tokio::time::timeout(HEADER_DEADLINE * 2, read).await.expect("hung up on");
    assert!(begun.elapsed() >= HEADER_DEADLINE, "but not before the deadline");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_hung_up_on() {
    let door = Door::without_cluster().await;
    let begun = Instant::now();
    let head = format!(
        "POST /api/v1/plans HTTP/1.1\r\nHost: {}\r\nX-Kubechat: 1\r\nContent-Type: application/json\r\n\
         Content-Length: 100\r\nConnection: close\r\n{}\r\n{{",
        door.address,
        door.credential("mira")
    );
    let reply = door.raw(head.as_bytes()).await;
    assert!(reply.body.contains("BODY_DEADLINE"), "{reply:?}");
    assert!(begun.elapsed() >= BODY_DEADLINE, "but not before the deadline");
}

#[tokio::test]
async fn a_code_becomes_a_cookie_once() {
    let door = Door::without_cluster().await;
    let link = door.post("jon", "/api/v1/login-code", "").await.json();
    let url = link["url"].as_str().unwrap();
    let code = url.split_once("/#code=").expect("in the fragment, which reaches no log").1;
    let body = format!("{{\"code\": \"{code}\"}}");
    let reply = door.post("", "/api/v1/session", &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let cookie = reply.header("set-cookie").unwrap().to_owned();
    assert!(cookie.contains("httponly") && cookie.contains("samesite=strict") && cookie.contains("path=/"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let who = door.send("GET", "/api/v1/session", &format!("Cookie: other=1; {pair}\r\n"), "").await;
    assert_eq!(who.json()["name"], "jon");
    let another = door.send("POST", "/api/v1/login-code", &format!("Cookie: {pair}\r\n"), "").await;
    assert_eq!(another.status, 401, "a session can't make itself a successor: {another:?}");
    assert_eq!(door.post("", "/api/v1/session", &body).await.status, 401, "used");
    let out = door.send("DELETE", "/api/v1/session", &format!("Cookie: {pair}\r\n"), "").await;
    assert_eq!(out.status, 204);
    assert_eq!(door.send("GET", "/api/v1/session", &format!("Cookie: {pair}\r\n"), "").await.status, 401);
}

#[tokio::test]
async fn an_unknown_path_or_method_is_a_problem_with_a_trace_id() {
    let door = Door::without_cluster().await;
    let reply = door.get("mira", "/api/v1/nonsense").await;
    assert_eq!((reply.status, reply.code().as_str()), (404, "not-found"));
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert_eq!(reply.json()["trace_id"].as_str(), reply.header("x-trace-id"), "{reply:?}");
    let reply = door.send("DELETE", "/api/v1/plans", &door.credential("mira"), "").await;
    assert_eq!(reply.status, 405, "{reply:?}");
    let id = door.get("mira", "/api/v1/plans/nonsense").await;
    assert_eq!((id.status, id.code().as_str()), (400, "bad-input"), "{id:?}");
}

#[tokio::test]
async fn every_answer_is_hardened_and_kept_by_nobody() {
    let door = Door::without_cluster().await;
    for path in ["/livez", "/api/v1/session", "/nonsense"] {
        let reply = door.get("mira", path).await;
        assert!(reply.header("content-security-policy").unwrap().starts_with("default-src 'none'"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
        assert!(reply.header("access-control-allow-origin").is_none(), "{path}");
    }
}

#[tokio::test]
async fn readiness_names_what_is_missing_and_tells_more_only_to_people() {
    let door = Door::without_cluster().await;
    let reply = door.get("", "/readyz").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.json(), serde_json::json!({"ready": false, "failing": ["packs", "provider"]}));
    let told = door.get("mira", "/readyz?verbose").await.json();
    assert_eq!((told["mode"].as_str(), told["confirm_only"].as_bool()), (Some("guarded"), Some(false)));
    let database = told["checks"].as_array().unwrap().iter().find(|check| check["name"] == "database").unwrap();
    assert_eq!(database["ok"], true);
    assert_eq!(told["clusters"][0]["problem"]["code"], "cluster-unreachable", "{told}");
}

#[tokio::test]
async fn a_host_that_lost_its_database_says_so_and_reads_on() {
    let door = Door::without_cluster().await;
    door.get("", "/readyz").await;
    door.lose_database();
    let failing = || async { door.get("", "/readyz").await.json()["failing"].to_string() };
    kubechat_harness::wait_for("the next look at the database", DEADLINE, || async {
        let failing = failing().await;
        if failing.contains("database") { Ok(()) } else { Err(failing) }
    })
    .await
    .unwrap();
    assert_eq!(door.get("mira", "/api/v1/plans").await.status, 200);
    let asked = door.post("mira", "/api/v1/prompts", r#"{"sentence": "what is broken?"}"#).await;
    assert_eq!((asked.status, asked.code().as_str()), (503, "store-unavailable"), "{asked:?}");
}

#[tokio::test]
async fn counters_are_there_for_people() {
    let door = Door::without_cluster().await;
    door.get("", "/livez").await;
    let reply = door.get("mira", "/metrics").await;
    assert!(
        reply.body.contains(r#"kubechat_http_requests_total{method="GET",route="/livez",status="200"} 1"#),
        "{reply:?}"
    );
    assert!(reply.body.trim_end().ends_with("# EOF"));
}

#[tokio::test]
async fn a_stopped_host_takes_its_tokens_along() {
    let door = Door::without_cluster().await;
    let mut events = door.stream("mira", "/api/v1/events", "").await;
    assert_eq!(events.next().await.1, "hello");
    let run = door.folder().join("run/kubechat").join(door.address.to_string());
    assert!(run.join("mira.token").is_file() && run.join("default").is_file());
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(run.join("mira.token")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    door.app.stop.cancel();
    events.closed().await;
    // The folder of a dropped door goes with it; here the end itself is looked at.
    let tokens = run.join("mira.token");
    door.stop().await;
    assert!(!tokens.exists());
}
