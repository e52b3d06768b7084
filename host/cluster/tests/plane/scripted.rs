//! An API server that misbehaves exactly: each request is answered as a script says, and everything asked is remembered.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::support::kubeconfig;

/// What a request is answered with.
pub(crate) enum Reply {
    /// This, whole.
    Whole(u16, Value),
    /// These lines, and then the end.
    Lines(Vec<Value>),
    /// These lines, and then nothing for as long as the other end stays.
    Held(Vec<Value>),
}

/// One request: its target and its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) target: String,
    pub(crate) token: String,
}

/// A running one.
#[derive(Clone)]
pub(crate) struct Scripted {
    address: String,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    /// Watches that are held open.
    pub(crate) held: Arc<AtomicUsize>,
    changed: Arc<Notify>,
}

type Script = Arc<dyn Fn(&str, usize) -> Reply + Send + Sync>;

impl Scripted {
    /// The script is given each watch's and list's target and how many like it there were before. `/livez` and what is
    /// asked about rights are answered with yes.
    pub(crate) async fn start(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { address, asked: Arc::default(), held: Arc::default(), changed: Arc::default() };
        let (script, of): (Script, _) = (Arc::new(script), server.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(of.clone().serve(stream, script.clone()));
            }
        });
        server
    }

    /// A kubeconfig with this token.
    pub(crate) fn kubeconfig(&self, token: &str) -> PathBuf {
        kubeconfig(&self.address, &json!({}), &json!({"token": token}))
    }

    /// What was asked whose target holds this.
    pub(crate) fn asked_for(&self, part: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.target.contains(part)).cloned().collect()
    }

    /// Waits until so many watches are held open.
    pub(crate) async fn holds(&self, count: usize) {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                if self.held.load(Ordering::SeqCst) == count {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(crate::live::DEADLINE, wait).await.expect("so many open watches within the deadline");
    }

    async fn serve(self, mut stream: TcpStream, script: Script) {
        while let Some(asked) = request(&mut stream).await {
            let reply = if asked.target.contains("selfsubjectaccessreviews") {
                Reply::Whole(201, json!({"status": {"allowed": true}}))
            } else if ["/livez", "/version"].contains(&asked.target.as_str()) {
                Reply::Whole(200, json!({"gitVersion": "v1.0.0-scripted"}))
            } else {
                let watch = asked.target.contains("watch=true");
                let mut all = self.asked.lock().unwrap();
                let before = all.iter().filter(|other| other.target.contains("watch=true") == watch).count();
                all.push(asked.clone());
                script(&asked.target, before)
            };
            if !self.answer(&mut stream, reply).await {
                return;
            }
        }
    }

    /// Whether the connection goes on.
    async fn answer(&self, stream: &mut TcpStream, reply: Reply) -> bool {
        let (lines, hold) = match reply {
            Reply::Whole(status, body) => {
                let body = body.to_string();
                let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: ");
                return stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).await.is_ok();
            }
            Reply::Lines(lines) => (lines, false),
            Reply::Held(lines) => (lines, true),
        };
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await;
        for line in lines {
            let _ = stream.write_all(format!("{line}\n").as_bytes()).await;
        }
        if hold {
            self.held.fetch_add(1, Ordering::SeqCst);
            self.changed.notify_waiters();
            // Ends when the other end goes.
            let _ = stream.read(&mut [0; 1]).await;
            self.held.fetch_sub(1, Ordering::SeqCst);
            self.changed.notify_waiters();
        }
        false
    }
}

async fn request(stream: &mut TcpStream) -> Option<Asked> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&buffer[..read]);
        let whole = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = whole.split_once("\r\n\r\n") else { continue };
        let field = |name: &str| {
            head.lines().find_map(|line| line.to_lowercase().strip_prefix(name).map(|value| value.trim().to_owned()))
        };
        if body.len() >= field("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0) {
            let target = head.split(' ').nth(1)?.to_owned();
            let token = field("authorization:").unwrap_or_default().replace("bearer ", "");
            return Some(Asked { target, token });
        }
    }
}

/// A row of a table, as an event or an item has it.
pub(crate) fn row(name: &str, cell: &str, version: u64) -> Value {
    json!({"cells": [name, cell], "object": {"metadata": {
        "name": name, "namespace": "shop", "uid": format!("u-{name}"), "resourceVersion": version.to_string()}}})
}

fn columns() -> Value {
    json!([{"name": "Name", "priority": 0}, {"name": "Note", "priority": 0}])
}

/// A list of rows.
pub(crate) fn table(rows: &[Value], version: u64) -> Value {
    json!({"kind": "Table", "metadata": {"resourceVersion": version.to_string()}, "columnDefinitions": columns(), "rows": rows})
}

/// An event of a row.
pub(crate) fn event(sort: &str, row: &Value) -> Value {
    json!({"type": sort, "object": {"kind": "Table", "columnDefinitions": columns(), "rows": [row]}})
}

/// The event of a version that is no longer known.
pub(crate) fn expired() -> Value {
    json!({"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}})
}
