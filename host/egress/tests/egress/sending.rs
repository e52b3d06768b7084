//! What goes over the wire, and over which one.

use kubechat_core::egress::{Binding, DataClass, Header, Reason};
use kubechat_egress::{Gate, GateError, Secret};

use crate::server::{Reply, Server, ok};
use crate::support::{Names, PUBLIC, Wires, all, bare, config, destination, get, inside, local, post, send, with_key};

#[track_caller]
fn refused(result: Result<kubechat_egress::Answer, GateError>, reason: Reason) -> String {
    match result {
        Err(GateError::Refused(refusal)) if refusal.reason == reason => refusal.why,
        other => panic!("not refused for {reason}: {other:?}"),
    }
}

#[tokio::test]
async fn a_request_goes_below_the_base_with_the_hosts_headers_and_its_body() {
    let server = Server::start(|_| Reply::Then(ok("hello"))).await;
    let gate = Gate::new(config(with_key(inside(&format!("http://{}/v1", server.address)))));
    let mut answer = send(&gate, post("/chat?x=1", "{}")).await.unwrap();
    assert_eq!((answer.status(), all(&mut answer).await.unwrap()), (200, b"hello".to_vec()));
    let seen = &server.story().seen[0];
    assert_eq!((seen.line(), seen.body.as_slice()), ("POST /v1/chat?x=1", b"{}".as_slice()));
    assert_eq!(seen.header("host"), Some(server.address.to_string().as_str()));
    assert_eq!(seen.header("authorization"), Some("Bearer s3cret"));
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert!(seen.header("user-agent").unwrap().starts_with("kubechat/"));
}

#[tokio::test]
async fn the_checked_address_is_the_one_dialled_and_nobody_looks_the_name_up_again() {
    let server = Server::start(|_| Reply::Close(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nx".to_vec())).await;
    let (names, wires) = (Names::of(&[PUBLIC, "127.0.0.1"]), Wires::to(server.address));
    let binding = Binding { internal: false, ..inside("http://rebinding.example.com") };
    let mut config = config(bare(binding));
    (config.resolver, config.dialler) = (names.clone(), wires.clone());
    let gate = Gate::new(config);
    all(&mut send(&gate, get("/")).await.unwrap()).await.unwrap();
    assert_eq!(
        (names.count(), wires.dialled.lock().unwrap().as_slice()),
        (1, [format!("{PUBLIC}:80").parse().unwrap()].as_slice())
    );
    assert_eq!(server.story().seen[0].header("host"), Some("rebinding.example.com"), "by its name, not its address");
    let why = refused(send(&gate, get("/")).await, Reason::Address);
    assert!(why.contains("loopback") && !why.contains("127.0.0.1"), "{why}");
    assert_eq!((names.count(), wires.count()), (2, 1), "the second answer of the name was never dialled");
}

#[tokio::test]
async fn nothing_is_sent_to_a_destination_that_is_not_bound() {
    let gate = local("127.0.0.1:9".parse().unwrap());
    let request = kubechat_egress::Request { destination: destination("other"), ..get("/") };
    refused(send(&gate, request).await, Reason::NotBound);
    assert_eq!(gate.unbound().refused.get("not-bound"), Some(&1));
}

#[tokio::test]
async fn what_a_caller_may_not_say_is_refused_before_anything_is_dialled() {
    let wires = Wires::to("127.0.0.1:9".parse().unwrap());
    let mut config = config(with_key(inside("http://127.0.0.1:9")));
    config.dialler = wires.clone();
    let gate = Gate::new(config);
    refused(send(&gate, get("/../x")).await, Reason::Path);
    let mut own_key = post("/", "{}");
    own_key.headers.push(Header { name: "authorization".into(), value: "mine".into() });
    refused(send(&gate, own_key).await, Reason::Header);
    let mut logs = post("/", "{}");
    logs.classes.insert(DataClass::Logs);
    refused(send(&gate, logs).await, Reason::DataClass);
    let body = kubechat_egress::Request { method: kubechat_egress::Method::Get, ..post("/", "{}") };
    assert!(matches!(send(&gate, body).await, Err(GateError::Limit(_))));
    assert_eq!(wires.count(), 0);
}

#[tokio::test]
async fn a_credential_that_is_not_there_refuses_the_request() {
    let missing = kubechat_egress::Bound { secret: Secret::Missing, ..with_key(inside("http://127.0.0.1:9")) };
    refused(send(&Gate::new(config(missing)), get("/")).await, Reason::Credential);
    let gone = Secret::File("/nonexistent/key".into());
    let gone = kubechat_egress::Bound { secret: gone, ..with_key(inside("http://127.0.0.1:9")) };
    let why = refused(send(&Gate::new(config(gone)), get("/")).await, Reason::Credential);
    assert!(!why.contains("/nonexistent"), "{why}");
}

#[tokio::test]
async fn a_rotated_credential_file_works_at_once() {
    let server = Server::start(|_| Reply::Then(ok(""))).await;
    let file = std::env::temp_dir().join(format!("kubechat-egress-key-{}", std::process::id()));
    let bound = with_key(inside(&format!("http://{}", server.address)));
    let gate = Gate::new(config(kubechat_egress::Bound { secret: Secret::File(file.clone()), ..bound }));
    for key in ["first", "second"] {
        std::fs::write(&file, format!("{key}\n")).unwrap();
        all(&mut send(&gate, get("/")).await.unwrap()).await.unwrap();
    }
    std::fs::remove_file(&file).unwrap();
    let keys: Vec<_> =
        server.story().seen.iter().map(|seen| seen.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(keys, ["Bearer first", "Bearer second"]);
}

#[tokio::test]
async fn a_finished_answer_leaves_its_connection_for_the_next() {
    let server = Server::start(|_| Reply::Then(ok("x"))).await;
    let gate = local(server.address);
    for _ in 0..3 {
        all(&mut send(&gate, post("/", "{}")).await.unwrap()).await.unwrap();
    }
    assert_eq!((server.story().connections, server.story().seen.len()), (1, 3));
}

#[tokio::test]
async fn a_post_whose_answer_is_lost_is_never_sent_again() {
    let server = Server::start(|_| Reply::Close(Vec::new())).await;
    let gate = local(server.address);
    assert!(matches!(send(&gate, post("/", "{}")).await, Err(GateError::Unreachable(_))));
    server.until(|story| story.closed == 1).await;
    assert_eq!((server.story().connections, server.story().seen.len()), (1, 1));
}

#[tokio::test]
async fn a_kept_connection_the_server_closed_meanwhile_costs_a_post_nothing() {
    let server = Server::start(|_| Reply::Close(ok("x"))).await;
    let gate = local(server.address);
    for round in 1..=3 {
        all(&mut send(&gate, post("/", "{}")).await.unwrap()).await.unwrap();
        server.until(|story| story.closed == round).await;
    }
    assert_eq!(server.story().seen.len(), 3, "each was sent once");
}

#[tokio::test]
async fn cookies_are_neither_shown_nor_sent_back() {
    let cookie = "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nx-request-id: 7\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start(|_| Reply::Then(cookie.into())).await;
    let gate = local(server.address);
    for _ in 0..2 {
        let mut answer = send(&gate, get("/")).await.unwrap();
        assert_eq!((answer.header("set-cookie"), answer.header("x-request-id")), (None, Some("7")));
        assert_eq!(answer.header("Set-Cookie"), None, "however it is written");
        all(&mut answer).await.unwrap();
    }
    assert_eq!(server.story().seen[1].header("cookie"), None);
}

#[tokio::test]
async fn no_proxy_variable_has_a_say() {
    // The gate reads no variable: a machine's own setting must change nothing, so this holds under any of them.
    let server = Server::start(|_| Reply::Then(ok("direct"))).await;
    let wires = Wires::to(server.address);
    let mut config = config(bare(inside("http://127.0.0.1:4711")));
    config.dialler = wires.clone();
    all(&mut send(&Gate::new(config), get("/")).await.unwrap()).await.unwrap();
    assert_eq!(wires.dialled.lock().unwrap().as_slice(), ["127.0.0.1:4711".parse().unwrap()]);
}
