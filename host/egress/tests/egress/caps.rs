//! Every cap ends its request by its name.

use std::time::Duration;

use kubechat_core::egress::Reason;
use kubechat_egress::{Caps, Gate, GateError};

use crate::server::{Reply, Server, chunk, chunked, ok};
use crate::support::{Names, Wires, all, bare, config, get, inside, post, send};

const SHORT: Duration = Duration::from_millis(50);

fn capped(server: &Server, caps: Caps) -> Gate {
    let mut config = config(bare(inside(&format!("http://{}", server.address))));
    config.caps = caps;
    Gate::new(config)
}

#[tokio::test]
async fn a_body_over_its_cap_is_not_sent() {
    let server = Server::start(|_| Reply::Then(ok(""))).await;
    let gate = capped(&server, Caps { request_bytes: 4, ..Caps::default() });
    assert!(matches!(send(&gate, post("/", "12345")).await, Err(GateError::Limit(_))));
    assert!(send(&gate, post("/", "1234")).await.is_ok());
}

#[tokio::test]
async fn an_answer_over_its_cap_ends() {
    let endless = Server::start(|_| Reply::Then([chunked("12345678"), chunk("9").into_bytes()].concat())).await;
    let gate = capped(&endless, Caps { answer_bytes: 8, ..Caps::default() });
    let mut answer = send(&gate, get("/")).await.unwrap();
    assert!(matches!(all(&mut answer).await, Err(GateError::Limit(_))));
    endless.until(|story| story.closed == 1).await;
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_in_a_timeout() {
    let server = Server::start(|_| Reply::Hang(Vec::new())).await;
    let gate = capped(&server, Caps { head: SHORT, ..Caps::default() });
    assert!(matches!(send(&gate, get("/")).await, Err(GateError::Timeout(_))));
    server.until(|story| story.closed == 1).await;
}

#[tokio::test]
async fn a_silence_within_an_answer_ends_in_a_timeout() {
    let server = Server::start(|_| Reply::Hang(chunked("x"))).await;
    let gate = capped(&server, Caps { silence: SHORT, ..Caps::default() });
    let error = all(&mut send(&gate, get("/")).await.unwrap()).await.unwrap_err();
    assert!(matches!(&error, GateError::Timeout(why) if why.contains("further piece")), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_never_ends_is_ended() {
    let server = Server::start(|_| Reply::Hang(chunked("x"))).await;
    let gate = capped(&server, Caps { total: SHORT, ..Caps::default() });
    let error = all(&mut send(&gate, get("/")).await.unwrap()).await.unwrap_err();
    assert!(matches!(&error, GateError::Timeout(why) if why.contains("did not end")), "{error:?}");
}

#[tokio::test]
async fn a_head_longer_than_its_cap_is_refused() {
    let long = format!("HTTP/1.1 200 OK\r\nx-long: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(70_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", "x: y\r\n".repeat(101));
    for head in [long, many] {
        let server = Server::start(move |_| Reply::Then(head.clone().into_bytes())).await;
        let error = send(&capped(&server, Caps::default()), get("/")).await.unwrap_err();
        assert!(matches!(error, GateError::Unreachable(_) | GateError::Limit(_)), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_in_an_encoding_nobody_asked_for_is_refused() {
    for header in ["content-encoding: gzip", "content-encoding: identity, br", "transfer-encoding: gzip, chunked"] {
        let head = format!("HTTP/1.1 200 OK\r\n{header}\r\nconnection: close\r\n\r\n");
        let server = Server::start(move |_| Reply::Close(head.clone().into_bytes())).await;
        let error = send(&capped(&server, Caps::default()), get("/")).await.unwrap_err();
        assert!(
            matches!(&error, GateError::Refused(refusal) if refusal.reason == Reason::Encoding),
            "{header}: {error}"
        );
    }
}

#[tokio::test]
async fn more_requests_at_once_than_their_cap_are_refused() {
    let server = Server::start(|_| Reply::Hang(chunked("x"))).await;
    let gate = capped(&server, Caps { at_once: 2, ..Caps::default() });
    let (one, _two) = (send(&gate, get("/")).await.unwrap(), send(&gate, get("/")).await.unwrap());
    assert!(matches!(send(&gate, get("/")).await, Err(GateError::Limit(_))));
    assert_eq!(gate.lanes()[0].under_way, 2);
    drop(one);
    assert!(send(&gate, get("/")).await.is_ok(), "an ended one makes room");
}

#[tokio::test]
async fn kept_connections_are_few_and_close_after_a_while() {
    let server = Server::start(|_| Reply::Then(ok(""))).await;
    let gate = capped(&server, Caps { kept: 1, kept_for: SHORT, ..Caps::default() });
    let (mut one, mut two) = (send(&gate, get("/")).await.unwrap(), send(&gate, get("/")).await.unwrap());
    for answer in [&mut one, &mut two] {
        all(answer).await.unwrap();
    }
    server.until(|story| story.closed == 2).await;
}

#[tokio::test]
async fn a_name_with_a_crowd_of_addresses_is_refused_and_one_with_none_leads_nowhere() {
    let crowd = vec!["93.184.216.34"; 33].join(",");
    let wires = Wires::to("127.0.0.1:9".parse().unwrap());
    let mut crowded = config(bare(inside("http://crowd.example.com")));
    (crowded.resolver, crowded.dialler) = (Names::of(&[&crowd]), wires.clone());
    assert!(matches!(send(&Gate::new(crowded), get("/")).await, Err(GateError::Limit(_))));
    let mut empty = config(bare(inside("http://empty.example.com")));
    (empty.resolver, empty.dialler) = (Names::of(&[]), wires.clone());
    assert!(matches!(send(&Gate::new(empty), get("/")).await, Err(GateError::Unreachable(_))));
    assert_eq!(wires.count(), 0);
}
