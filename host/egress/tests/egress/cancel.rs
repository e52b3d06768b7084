//! Dropping is cancelling: the other end sees its connection close within 250 ms.

use std::time::{Duration, Instant};

use crate::server::{Reply, Server, chunked};
use crate::support::{get, local, post, send};

/// What issue and contract promise.
const CANCEL_MAX: Duration = Duration::from_millis(250);

async fn closes_in_time(server: &Server, since: Instant) {
    tokio::time::timeout(Duration::from_secs(10), server.until(|story| story.closed == 1)).await.expect("it closes");
    assert!(since.elapsed() <= CANCEL_MAX, "closed after {:?}", since.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_dropped_closes_its_connection() {
    let server = Server::start(|_| Reply::Hang(chunked("first"))).await;
    let mut answer = send(&local(server.address), post("/", "{}")).await.unwrap();
    assert!(answer.read().await.unwrap().is_some());
    let since = Instant::now();
    drop(answer);
    closes_in_time(&server, since).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_dropped_while_it_pours_closes_its_connection() {
    let server = Server::start(|_| Reply::Forever(chunked(&"x".repeat(1000)))).await;
    let answer = send(&local(server.address), get("/")).await.unwrap();
    let since = Instant::now();
    drop(answer);
    closes_in_time(&server, since).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_dropped_before_its_head_closes_its_connection() {
    let server = Server::start(|_| Reply::Hang(Vec::new())).await;
    let gate = local(server.address);
    let asked = tokio::spawn({
        let gate = gate.clone();
        async move { drop(gate.send(post("/", "{}")).await) }
    });
    server.until(|story| story.seen.len() == 1).await;
    let since = Instant::now();
    asked.abort();
    closes_in_time(&server, since).await;
    assert_eq!(gate.log(1)[0].ended, "cancelled");
}
