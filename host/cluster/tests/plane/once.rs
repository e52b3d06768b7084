//! No second write, whatever a server does: raw sockets that count what reaches them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use kubechat_core::mutation::Action;
use kubechat_core::object::ApiType;
use kubechat_core::problem::Code;
use kubechat_flow::ports::cluster::{Cluster as _, Performed};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{cluster, hasty, kubeconfig, mutation, object, perform_bound, perform_pinned, who};

/// What the server does after it has read a whole PATCH.
#[derive(Clone, Copy)]
enum Then {
    Close,
    Silence,
    Say(&'static str),
}

struct Server {
    config: PathBuf,
    heard: Heard,
}

/// The methods that came over each connection, connections in the order they were accepted.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Vec<String>>>>);

impl Heard {
    /// A new connection, by its number.
    fn connection(&self) -> usize {
        let mut all = self.0.lock().unwrap();
        all.push(Vec::new());
        all.len() - 1
    }

    fn note(&self, connection: usize, request: &str) {
        let method = request.split(' ').next().unwrap().to_owned();
        self.0.lock().unwrap()[connection].push(method);
    }
}

impl Server {
    fn writes(&self) -> usize {
        let all = self.heard.0.lock().unwrap();
        all.iter().flatten().filter(|method| *method != "GET").count()
    }

    /// What came over the connections that carried a write.
    fn beside_writes(&self) -> Vec<Vec<String>> {
        let all = self.heard.0.lock().unwrap();
        all.iter().filter(|methods| methods.iter().any(|method| method != "GET")).cloned().collect()
    }
}

/// Answers GETs with a namespace, and writes as told.
async fn server(then: Then) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = kubeconfig(&format!("http://{}", listener.local_addr().unwrap()), &json!({}), &json!({"token": "t"}));
    let heard = Heard::default();
    let server = Server { config, heard: heard.clone() };
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, then, heard.clone(), heard.connection()));
        }
    });
    server
}

async fn serve(mut stream: TcpStream, then: Then, heard: Heard, connection: usize) {
    while let Some(request) = request(&mut stream).await {
        heard.note(connection, &request);
        if request.starts_with("GET") {
            let body = r#"{"metadata":{"uid":"u1"}}"#;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
            stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
            continue;
        }
        match then {
            Then::Close => return,
            Then::Silence => std::future::pending().await,
            Then::Say(text) => {
                stream.write_all(text.as_bytes()).await.unwrap();
                return;
            }
        }
    }
}

/// One whole request: head and as much body as it announces.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&buffer[..read]);
        let whole = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = whole.split_once("\r\n\r\n") else { continue };
        let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(whole);
        }
    }
}

/// Reads first, so that a connection lies in the pool, then writes.
async fn written(server: &Server) -> Performed {
    let pool = hasty(&server.config);
    pool.pin(&who("editor"), &cluster()).await.unwrap();
    let target = object(ApiType::deployments(), Some("shop"), "web");
    let write = mutation(target, Action::MergePatch { body: json!({"spec": {"replicas": 2}}) });
    perform_bound(&pool, "editor", &write, Some("u1"), Some("7")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_connection_is_cut_is_unknown_and_not_sent_again() {
    let half = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"kind\":";
    let gateway = "HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 0\r\n\r\n";
    let storage = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 51\r\n\r\n{\"message\":\"etcdserver: request timed out\",\"code\":5}";
    let unread = "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nnot JSON";
    for then in [Then::Close, Then::Silence, Then::Say(half), Then::Say(gateway), Then::Say(storage), Then::Say(unread)]
    {
        let server = server(then).await;
        let performed = written(&server).await;
        assert!(matches!(&performed, Performed::Unknown(p) if p.code == Code::Indeterminate), "{performed:?}");
        assert_eq!(server.writes(), 1, "{performed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_answered_busy_or_unauthorised_is_refused_and_not_sent_again() {
    let busy = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n";
    let unauthorised = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n";
    let moved = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    for (text, code) in
        [(busy, Code::Busy), (unauthorised, Code::ClusterUnauthorized), (moved, Code::ClusterUnreachable)]
    {
        let server = server(Then::Say(text)).await;
        let performed = written(&server).await;
        assert!(matches!(&performed, Performed::Refused(p) if p.code == code), "{performed:?}");
        assert_eq!(server.writes(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_survives_a_connection_closed_meanwhile() {
    // Each connection serves one request and is then closed without a word.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = kubeconfig(&format!("http://{}", listener.local_addr().unwrap()), &json!({}), &json!({}));
    let served = tokio::spawn(async move {
        for closes_first in [false, true, false] {
            let (mut stream, _) = listener.accept().await.unwrap();
            request(&mut stream).await.unwrap();
            if !closes_first {
                let body = r#"{"metadata":{"uid":"u1"}}"#;
                let head =
                    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                stream.write_all(head.as_bytes()).await.unwrap();
            }
        }
    });
    let pool = hasty(&config);
    for _ in 0..2 {
        assert!(pool.pin(&who("editor"), &cluster()).await.is_ok());
    }
    served.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_has_a_connection_of_its_own() {
    let ok = "HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{\"kind\":\"Anything\"}";
    let server = server(Then::Say(ok)).await;
    assert!(matches!(written(&server).await, Performed::Done { .. }));
    // How many connections the two reads before it share is the pool's business.
    assert_eq!(server.beside_writes(), [["PATCH"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_finds_nobody_was_certainly_not_done() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = kubeconfig(&format!("http://{}", listener.local_addr().unwrap()), &json!({}), &json!({}));
    // Seen once, and then nobody listens any more.
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        request(&mut stream).await.unwrap();
        let body = r#"{"metadata":{"uid":"u1"}}"#;
        let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(head.as_bytes()).await.unwrap();
    });
    let pool = hasty(&config);
    let pin = pool.pin(&who("editor"), &cluster()).await.unwrap();
    served.await.unwrap();
    let target = object(ApiType::deployments(), Some("shop"), "web");
    let write = mutation(target, Action::MergePatch { body: json!({}) });
    let performed = perform_pinned(&pool, "editor", &pin, &write, (None, None)).await;
    assert!(matches!(&performed, Performed::Refused(p) if p.code == Code::ClusterUnreachable), "{performed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kubeconfig_changed_after_the_last_look_lets_no_write_out() {
    let ok = "HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{\"kind\":\"Anything\"}";
    let (seen, other) = (server(Then::Say(ok)).await, server(Then::Say(ok)).await);
    let pool = hasty(&seen.config);
    let pin = pool.pin(&who("editor"), &cluster()).await.unwrap();
    // Both call themselves by the same UID: what counts is that nobody has looked through the new line.
    std::fs::copy(&other.config, &seen.config).unwrap();
    let target = object(ApiType::config_maps(), Some("shop"), "new");
    let write = mutation(target, Action::Create { body: json!({"metadata": {"name": "new"}}) });
    let performed = perform_pinned(&pool, "editor", &pin, &write, (None, None)).await;
    assert!(matches!(&performed, Performed::Refused(p) if p.code == Code::Stale), "{performed:?}");
    assert_eq!(seen.writes() + other.writes(), 0);
    pool.pin(&who("editor"), &cluster()).await.unwrap();
    let performed = perform_pinned(&pool, "editor", &pin, &write, (None, None)).await;
    assert!(matches!(performed, Performed::Done { .. }), "{performed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut_by_its_limit() {
    let flood = "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{";
    let server = server(Then::Say(flood)).await;
    let performed = written(&server).await;
    assert!(matches!(&performed, Performed::Unknown(p) if p.detail.contains("longer than")), "{performed:?}");
}
