//! The way out as people see and change it: destinations, the log, a trial, the indicator, and the switch that closes all.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use serde_json::Value;

use crate::door::{Door, components};

/// A server that answers every request with 204 and hangs up.
fn model() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        }
    });
    address
}

/// A host with `model` bound to that server, and these settings.
async fn host(settings: &str) -> Door {
    let bound = format!("egress.model = {{url = 'http://{}', internal = true}}", model());
    Door::open(&format!("mode = 'guarded'\n{settings}\n{bound}"), None, &[("mira", "")]).await
}

async fn get(door: &Door, path: &str) -> Value {
    let reply = door.get("mira", path).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

#[tokio::test]
async fn a_trial_reaches_what_is_bound_and_stands_in_log_and_counters() {
    let door = host("").await;
    let trial = door.post("mira", "/api/v1/egress/model/test", "").await.json();
    assert_eq!((&trial["reached"], &trial["status"]), (&Value::from(true), &Value::from(204)), "{trial}");
    let listed = get(&door, "/api/v1/egress").await;
    let bound = &listed["items"][0]["bound"];
    assert_eq!(
        (&bound["counts"]["requests"], &bound["credential"]),
        (&Value::from(1), &Value::from(false)),
        "{listed}"
    );
    let log = get(&door, "/api/v1/egress/log").await;
    let entries = log["items"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["destination"] == "model").unwrap();
    assert_eq!((&entry["caller"], &entry["status"]), (&Value::from("egress test"), &Value::from(204)));
    let metrics = door.get("mira", "/metrics").await.body;
    assert!(metrics.contains("kubechat_egress_requests_total{destination=\"model\",what=\"all\"} 1"), "{metrics}");
}

#[tokio::test]
async fn what_is_not_bound_is_not_there_and_what_is_no_name_is_refused() {
    let door = host("").await;
    assert_eq!(door.post("mira", "/api/v1/egress/other/test", "").await.code(), "not-found");
    assert_eq!(door.post("mira", "/api/v1/egress/Not-A-Name/test", "").await.code(), "bad-input");
}

#[tokio::test]
async fn what_is_closed_comes_with_the_command_that_binds_it_unless_nothing_may_leave_anyway() {
    let built = components().expect("components: `cargo xtask component build`");
    for (air_gapped, command) in [
        (
            false,
            Value::from(
                "kubechat egress bind ollama http://127.0.0.1:11434 --internal --data prompts,objects,logs,secret-metadata",
            ),
        ),
        (true, Value::Null),
    ] {
        let settings = format!("mode = 'guarded'\nair_gapped = {air_gapped}");
        let door = Door::open(&settings, Some(&built), &[("mira", "")]).await;
        let listed = get(&door, "/api/v1/egress").await;
        let ollama = listed["items"].as_array().unwrap().iter().find(|item| item["destination"] == "ollama");
        let ollama = ollama.expect("a component names it");
        assert_eq!((&ollama["bound"], &ollama["command"]), (&Value::Null, &command), "{listed}");
    }
}

#[tokio::test]
async fn the_indicator_tells_what_is_open_and_an_air_gapped_host_is_closed() {
    let session = get(&host("").await, "/api/v1/session").await;
    assert_eq!((&session["egress"]["open"], &session["egress"]["destinations"][0]), (&true.into(), &"model".into()));
    let door = host("air_gapped = true").await;
    let session = get(&door, "/api/v1/session").await;
    assert_eq!(session["egress"]["open"], Value::from(false));
    let trial = door.post("mira", "/api/v1/egress/model/test", "").await.json();
    assert_eq!(trial["reached"], Value::from(false));
    assert!(trial["detail"].as_str().unwrap().contains("air-gapped"), "{trial}");
    let listed = get(&door, "/api/v1/egress").await;
    assert_eq!((&listed["air_gapped"], &listed["found"]), (&true.into(), &Value::Null));
}

#[tokio::test]
async fn the_first_start_looks_once_for_ollama_and_the_log_says_so() {
    let door = Door::without_cluster().await;
    let looked = async {
        loop {
            let log = get(&door, "/api/v1/egress/log").await;
            let entries = log["items"].as_array().unwrap().clone();
            if !entries.is_empty() {
                return entries;
            }
            tokio::task::yield_now().await;
        }
    };
    let entries = tokio::time::timeout(crate::door::DEADLINE, looked).await.expect("it looks");
    assert_eq!(entries.len(), 1, "{entries:?}");
    let told = ["caller", "destination", "method", "path"].map(|field| entries[0][field].as_str().unwrap());
    assert_eq!(told, ["first start", "ollama", "GET", "/api/version"]);
}
