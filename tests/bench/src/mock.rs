//! A model server that costs as little as it can: Ollama's wire on loopback, in a process of its own (`kubechat-bench mock`).
//!
//! The model's name says what it plays: `rate-200-1000` answers 1,000 words at 200 a second, `rate-0-1000` as quickly as it
//! is read. It understands as much of HTTP as the clients here speak: a length, no chunks, connections that are kept.

use std::io::BufRead as _;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::Trouble;

/// The argument that makes this program the mock.
pub(crate) const ARGUMENT: &str = "mock";
/// Most of a request that is read, bytes.
const REQUEST_BYTES_MAX: usize = 4 << 20;
const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n";
const SHOW: &str = r#"{"capabilities":["completion","tools"],"model_info":{"x.context_length":131072}}"#;

/// The mock, ended when dropped.
pub(crate) struct Mock {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Mock {
    pub(crate) fn start() -> Result<Self, Trouble> {
        let mut child = Command::new(std::env::current_exe()?).arg(ARGUMENT).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        std::io::BufReader::new(child.stdout.take().ok_or("the mock says nothing")?).read_line(&mut line)?;
        Ok(Self { child, address: line.trim().parse()? })
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // Only an error elsewhere could have ended it before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until it is ended; says its address first.
pub(crate) fn serve() -> Result<(), Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            // A client that left is no trouble of the mock's.
            tokio::spawn(async move { answers(stream).await.ok() });
        }
    })
}

async fn answers(mut stream: TcpStream) -> Result<(), Trouble> {
    stream.set_nodelay(true)?;
    let mut waiting = Vec::new();
    while let Some((path, body)) = request(&mut stream, &mut waiting).await? {
        if path != "/api/chat" {
            let answer = format!("{HEAD}content-length: {}\r\n\r\n{SHOW}", SHOW.len());
            stream.write_all(answer.as_bytes()).await?;
            continue;
        }
        let asked: Value = serde_json::from_slice(&body)?;
        let (per_s, words) = plays(asked["model"].as_str().unwrap_or_default()).ok_or("no such model")?;
        stream.write_all(format!("{HEAD}transfer-encoding: chunked\r\n\r\n").as_bytes()).await?;
        speak(&mut stream, per_s, words).await?;
    }
    Ok(())
}

/// Words a second, and how many.
fn plays(model: &str) -> Option<(u64, u32)> {
    let mut parts = model.split(':').next()?.strip_prefix("rate-")?.split('-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

async fn speak(stream: &mut TcpStream, per_s: u64, words: u32) -> Result<(), Trouble> {
    let pause = (per_s > 0).then(|| Duration::from_nanos(1_000_000_000 / per_s));
    let mut ticks = pause.map(|pause| {
        let mut ticks = interval_at(Instant::now(), pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        ticks
    });
    for word in 0..words {
        if let Some(ticks) = &mut ticks {
            ticks.tick().await;
        }
        let line = format!(
            r#"{{"model":"m","created_at":"2026-11-02T10:00:00Z","message":{{"role":"assistant","content":"w{word} "}},"done":false}}"#
        );
        chunk(stream, &line).await?;
    }
    let end = r#"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":900,"eval_count":8}"#;
    chunk(stream, end).await?;
    Ok(stream.write_all(b"0\r\n\r\n").await?)
}

async fn chunk(stream: &mut TcpStream, line: &str) -> Result<(), Trouble> {
    Ok(stream.write_all(format!("{:x}\r\n{line}\n\r\n", line.len() + 1).as_bytes()).await?)
}

/// Path and body of the next request; none when the client hung up between two.
async fn request(stream: &mut TcpStream, waiting: &mut Vec<u8>) -> Result<Option<(String, Vec<u8>)>, Trouble> {
    let mut piece = [0; 16 << 10];
    loop {
        if let Some(head) = waiting.windows(4).position(|end| end == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&waiting[..head]).to_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            let (path, whole) = (text.split(' ').nth(1).unwrap_or_default().to_owned(), head + 4 + length.unwrap_or(0));
            if waiting.len() >= whole {
                let body = waiting[head + 4..whole].to_vec();
                waiting.drain(..whole);
                return Ok(Some((path, body)));
            }
        }
        if waiting.len() > REQUEST_BYTES_MAX {
            return Err("a request beyond REQUEST_BYTES_MAX".into());
        }
        match stream.read(&mut piece).await? {
            0 => return Ok(None),
            read => waiting.extend_from_slice(&piece[..read]),
        }
    }
}
