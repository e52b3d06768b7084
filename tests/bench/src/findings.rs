//! “What is broken?” over a large cluster: cold, which lists everything, and warm, which lists nothing.
//!
//! Asked as somebody who may see everything. Cold is the first question to a host that has just started. The sentence is
//! more than the findings: it has the fixes of the worst findings planned, whose facts are asked for anew.

use std::path::Path;
use std::time::{Duration, Instant};

use kubechat_harness::{PrivatePlane, User};
use serde::Serialize;
use serde_json::Value;

use crate::client::Client;
use crate::host::{Home, Running};
use crate::sentence::ask;
use crate::spread::Spread;
use crate::{Places, Trouble, requests};

/// Hosts that are asked cold.
const COLD: usize = 3;
/// Warm questions.
const WARM: usize = 40;
/// Sentences.
const SENTENCES: usize = 10;
const SENTENCE: &str = "what is broken?";
const PATH: &str = "/api/v1/findings";
/// How long the shown faults are given to be there.
const SETTLED: Duration = Duration::from_secs(1);

/// Diagnoses of everything.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    found: usize,
    pods_looked_at: u64,
    cold: Spread,
    cold_lists: usize,
    warm: Spread,
    warm_lists: usize,
    warm_logs_per_question: f64,
    warm_cpu_us: u128,
    sentence: Spread,
    idle_kib: u64,
    cold_peak_kib: u64,
    warm_kib: u64,
    warm_peak_kib: u64,
}

pub(crate) async fn measure(
    places: &Places,
    home: &Home,
    config: &Path,
    plane: &PrivatePlane,
) -> Result<Figures, Trouble> {
    let (mut cold, mut cold_lists, mut cold_peak_kib, mut idle_kib) = (Vec::new(), 0, 0, 0);
    let mut last = None;
    for _ in 0..COLD {
        drop(last.take());
        let host = Running::start(places, home, config).await?;
        let admin = host.client(home, User::Admin)?;
        idle_kib = host.resident_kib()?;
        let witness = plane.witness()?;
        let started = Instant::now();
        admin.get(PATH).await?;
        cold.push(started.elapsed());
        cold_lists = lists(&requests::of(&witness, User::Admin).await?);
        cold_peak_kib = cold_peak_kib.max(host.peak_kib()?);
        last = Some((host, admin));
    }
    let (host, admin) = last.ok_or("no host was asked")?;
    // What is looked up only for some findings is watched from the second question on.
    let answer: Value = serde_json::from_str(&admin.get(PATH).await?)?;
    tokio::time::sleep(SETTLED).await;
    host.forget_peak()?;
    let (witness, cpu) = (plane.witness()?, host.cpu()?);
    let warm = repeated(WARM, || admin.get(PATH)).await?;
    let warm_cpu_us = host.cpu()?.saturating_sub(cpu).as_micros() / WARM as u128;
    let asked = requests::of(&witness, User::Admin).await?;
    let (warm_kib, warm_peak_kib) = (host.resident_kib()?, host.peak_kib()?);
    let sentence = repeated(SENTENCES, || said(&admin)).await?;
    host.end()?;
    Ok(Figures {
        found: answer["findings"].as_array().map_or(0, Vec::len),
        pods_looked_at: pods_of(&answer),
        cold: Spread::of(cold),
        cold_lists,
        warm,
        warm_lists: lists(&asked),
        warm_logs_per_question: asked.iter().filter(|entry| entry.subresource == "log").count() as f64 / WARM as f64,
        warm_cpu_us,
        sentence,
        idle_kib,
        cold_peak_kib,
        warm_kib,
        warm_peak_kib,
    })
}

async fn said(admin: &Client) -> Result<String, Trouble> {
    ask(admin, SENTENCE, "default", "answered").await.map(|()| String::new())
}

async fn repeated<F: Future<Output = Result<String, Trouble>>>(
    times: usize,
    mut ask: impl FnMut() -> F,
) -> Result<Spread, Trouble> {
    let mut spread = Vec::new();
    for _ in 0..times {
        let started = Instant::now();
        ask().await?;
        spread.push(started.elapsed());
    }
    Ok(Spread::of(spread))
}

fn lists(entries: &[kubechat_harness::Entry]) -> usize {
    entries.iter().filter(|entry| entry.verb == "list").count()
}

fn pods_of(answer: &Value) -> u64 {
    let looked = answer["looked_at"].as_array().into_iter().flatten();
    looked.filter(|looked| looked["kind"] == "Pod").filter_map(|looked| looked["total"].as_u64()).sum()
}
