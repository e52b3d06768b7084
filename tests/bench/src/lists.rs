//! Lists beside the same request made directly, and how much later than a raw watch a client of ours sees a changed row.
//!
//! On the pods of all namespaces, as somebody who may see them and edit the first. Pages: host and API server are asked by turns, each over a
//! connection that is kept, for the same page of the same table. Rows: one pod's label changes at a time; a raw watch of the
//! table and a stream of ours wait for it side by side, in this process and on its clock; a change our stream tells first
//! counts as nothing. Times are from the moment a whole event was read.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::Trouble;
use crate::direct::{Direct, TABLE};
use crate::spread::Spread;

/// Pages before the clock counts.
const WARM_UP: usize = 5;
/// Pages that count, of each side.
const PAGES: usize = 60;
/// Rows of a page.
const LIMIT: usize = 500;
/// Changes that count.
const CHANGES: usize = 200;
/// No change takes longer.
const CHANGE_WITHIN: Duration = Duration::from_secs(10);

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    /// Rows of the page asked for.
    rows: usize,
    direct: Spread,
    host: Spread,
    /// By how much later than the raw watch.
    row: Spread,
}

/// A host to ask.
pub(crate) struct Door {
    pub(crate) host: SocketAddr,
    pub(crate) token: String,
    /// The cluster's name there.
    pub(crate) cluster: &'static str,
}

/// Measures.
pub(crate) async fn measure(door: &Door, direct: &Direct) -> Result<Figures, Trouble> {
    let client: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let ours = Ours { client, door };
    let (rows, direct_times, host_times) = pages(&ours, direct).await?;
    let row = changes(&ours, direct).await?;
    Ok(Figures { rows, direct: Spread::of(direct_times), host: Spread::of(host_times), row: Spread::of(row) })
}

async fn pages(ours: &Ours<'_>, direct: &Direct) -> Result<(usize, Vec<Duration>, Vec<Duration>), Trouble> {
    let here = format!("/api/v1/pods?limit={LIMIT}&includeObject=Metadata");
    let there = format!("/api/v1/resources/pods?cluster={}&limit={LIMIT}", ours.door.cluster);
    let (mut direct_times, mut host_times, mut rows) = (Vec::new(), Vec::new(), 0);
    for round in 0..WARM_UP + PAGES {
        let begun = Instant::now();
        direct.get(&here, TABLE).await?;
        let directly = begun.elapsed();
        let begun = Instant::now();
        let page = ours.send(Method::GET, &there, String::new()).await?.collect().await?.to_bytes();
        let over_host = begun.elapsed();
        if round >= WARM_UP {
            direct_times.push(directly);
            host_times.push(over_host);
        } else {
            let page: Value = serde_json::from_slice(&page)?;
            rows = page["items"].as_array().map_or(0, Vec::len);
        }
    }
    Ok((rows, direct_times, host_times))
}

async fn changes(ours: &Ours<'_>, direct: &Direct) -> Result<Vec<Duration>, Trouble> {
    let collection = "/api/v1/pods";
    let list: Value = serde_json::from_slice(&direct.get(&format!("{collection}?limit=1"), "application/json").await?)?;
    let first = &list["items"][0]["metadata"];
    let (place, pod) = (first["namespace"].as_str(), first["name"].as_str());
    let (place, pod) = (place.ok_or("no pod")?.to_owned(), pod.ok_or("no pod")?.to_owned());
    let version = list["metadata"]["resourceVersion"].as_str().unwrap_or_default();
    let watch = format!("{collection}?watch=true&includeObject=Metadata&resourceVersion={version}");
    let mut raw = Blocks::new(direct.open(&watch, TABLE).await?, "\n");
    let mut stream = ours.listening(&format!("rows:{}/pods/*", ours.door.cluster)).await?;
    let mut late = Vec::new();
    for change in 0..CHANGES {
        let patch = json!({"metadata": {"labels": {"bench.kubechat.dev/change": change.to_string()}}}).to_string();
        let path = format!("/api/v1/namespaces/{place}/pods/{pod}");
        let name = format!("\"name\":\"{pod}\"");
        let both = async {
            tokio::try_join!(
                direct.patch(&path, patch),
                raw.seen(|block| block.contains(&name)),
                stream.seen(|block| block.starts_with("event: rows_delta") && block.contains(&name)),
            )
        };
        let ((), raw_at, ours_at) = timeout(CHANGE_WITHIN, both).await??;
        late.push(ours_at.saturating_duration_since(raw_at));
    }
    Ok(late)
}

/// Asks the host.
struct Ours<'a> {
    client: Client<HttpConnector, Full<Bytes>>,
    door: &'a Door,
}

impl Ours<'_> {
    async fn send(&self, method: Method, path: &str, body: String) -> Result<Incoming, Trouble> {
        let Door { host, token, .. } = self.door;
        let mut request =
            Request::builder().method(method).uri(format!("http://{host}{path}")).header("x-kubechat", "1");
        request = request.header("authorization", format!("Bearer {token}"));
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let answer = self.client.request(request.body(Full::from(body))?).await?;
        if !answer.status().is_success() {
            return Err(format!("{path}: {}", answer.status()).into());
        }
        Ok(answer.into_body())
    }

    /// A stream of this topic, past its first reset.
    async fn listening(&self, topic: &str) -> Result<Blocks, Trouble> {
        let mut blocks = Blocks::new(self.send(Method::GET, "/api/v1/events", String::new()).await?, "\n\n");
        let hello = blocks.next().await?;
        let data = hello.lines().find_map(|line| line.strip_prefix("data: ")).ok_or("no hello")?;
        let stream = serde_json::from_str::<Value>(data)?["stream"].as_str().unwrap_or_default().to_owned();
        let topics = json!({"topics": [topic]}).to_string();
        self.send(Method::PUT, &format!("/api/v1/events/{stream}/topics"), topics).await?.collect().await?;
        timeout(CHANGE_WITHIN, blocks.seen(|block| block.starts_with("event: rows_delta"))).await??;
        Ok(blocks)
    }
}

/// What a body says, block by block.
struct Blocks {
    body: Incoming,
    end: &'static str,
    text: String,
}

impl Blocks {
    fn new(body: Incoming, end: &'static str) -> Self {
        Self { body, end, text: String::new() }
    }

    async fn next(&mut self) -> Result<String, Trouble> {
        loop {
            if let Some((block, rest)) = self.text.split_once(self.end) {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Ok(block);
            }
            let frame = self.body.frame().await.ok_or("the stream ended")??;
            if let Some(data) = frame.data_ref() {
                self.text.push_str(&String::from_utf8_lossy(data));
            }
        }
    }

    /// When a block like this was read.
    async fn seen(&mut self, like: impl Fn(&str) -> bool) -> Result<Instant, Trouble> {
        loop {
            if like(&self.next().await?) {
                return Ok(Instant::now());
            }
        }
    }
}
