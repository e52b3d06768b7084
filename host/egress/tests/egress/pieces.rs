//! Answers as they arise.

use kubechat_egress::GateError;

use crate::server::{Reply, Server, chunk, chunked};
use crate::support::{all, get, local, post, send};

#[tokio::test]
async fn a_piece_is_there_before_the_answer_has_ended() {
    let server = Server::start(|_| Reply::Hang(chunked("first"))).await;
    let mut answer = send(&local(server.address), post("/", "{}")).await.unwrap();
    assert_eq!(answer.read().await.unwrap().unwrap().as_ref(), b"first");
}

#[tokio::test]
async fn a_long_frame_comes_in_pieces_within_their_cap() {
    let long = "x".repeat(200_000);
    let body = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{long}", long.len());
    let server = Server::start(move |_| Reply::Then(body.clone().into_bytes())).await;
    let mut answer = send(&local(server.address), get("/")).await.unwrap();
    let mut taken = 0;
    while let Some(piece) = answer.read().await.unwrap() {
        assert!(piece.len() <= 64 << 10);
        taken += piece.len();
    }
    assert_eq!(taken, long.len());
}

#[tokio::test]
async fn an_answer_that_breaks_off_never_looks_complete() {
    let server = Server::start(|_| Reply::Close(chunked("half"))).await;
    let mut answer = send(&local(server.address), get("/")).await.unwrap();
    assert!(matches!(all(&mut answer).await, Err(GateError::Unreachable(_))));
    assert!(matches!(answer.read().await, Err(GateError::Unreachable(_))), "and stays broken");
}

#[tokio::test]
async fn the_end_is_the_end_however_often_one_asks() {
    let whole = [chunked("a"), chunk("").into_bytes()].concat();
    let server = Server::start(move |_| Reply::Then(whole.clone())).await;
    let mut answer = send(&local(server.address), get("/")).await.unwrap();
    assert_eq!(all(&mut answer).await.unwrap(), b"a");
    assert_eq!(answer.read().await, Ok(None));
}
