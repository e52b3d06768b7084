//! How long a commit takes on this disk: an intent as execution writes it, each synced.
//!
//! `cargo run --profile ci -p kubechat-store --example commit_time -- FOLDER` prints p50, p90, p99 and the most, in
//! microseconds, beside what one bare `fsync` of 4 KiB costs there: the floor for anything durable.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use kubechat_flow::ports::ledger::{Change, Draft, Expect, Images, Ledger as _, Row, Version};
use kubechat_store::{DataDir, Options, SqliteLedger};

#[expect(dead_code, reason = "shared with the tests, which need more of it")]
#[path = "../tests/contract/make.rs"]
mod make;

const COMMITS: usize = 1_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: commit_time FOLDER")?;
    let folder = Path::new(&folder);
    report("bare fsync of 4 KiB", bare(folder)?);
    let ledger = SqliteLedger::open(&DataDir::open(&folder.join("data"))?, Options::default()).await?;
    report("intent: run, image (4 KB object), entry, payload", intents(&ledger).await?);
    let mut probes = Vec::new();
    for _ in 0..COMMITS / 4 {
        let begun = Instant::now();
        ledger.health().await?;
        probes.push(begun.elapsed());
    }
    report("health", probes);
    let begun = Instant::now();
    let size = ledger.verify().await?;
    println!("verify: {size} entries in {:?}", begun.elapsed());
    ledger.close().await;
    Ok(())
}

fn bare(folder: &Path) -> std::io::Result<Vec<Duration>> {
    std::fs::create_dir_all(folder)?;
    let mut file = std::fs::File::create(folder.join("bare"))?;
    let mut times = Vec::new();
    for _ in 0..COMMITS / 4 {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

async fn intents(ledger: &SqliteLedger) -> Result<Vec<Duration>, Box<dyn std::error::Error>> {
    use kubechat_core::audit::EntryKind;
    use kubechat_core::run::{RunState, StepState};
    let plan = make::plan();
    let mut run = make::run(&plan, RunState::Running, StepState::Running);
    run.id = kubechat_core::ids::RunId::mint(&make::Counting);
    let rows = vec![Row::Plan(Box::new(plan.clone()), Expect::New), Row::Run(Box::new(run.clone()), Expect::New)];
    ledger.commit(Change { rows, entries: Vec::new() }).await?;
    let object = serde_json::json!({"spec": "x".repeat(4_000)});
    let mut times = Vec::new();
    for index in 0..COMMITS {
        let images = Images { before: Some(object.clone()), ..Images::default() };
        let step = u32::try_from(index)?;
        let rows = vec![
            Row::Images { run: run.id, step, images },
            Row::Run(Box::new(run.clone()), Expect::At(Version(index as u64 + 1))),
        ];
        let mut entry = make::entry(EntryKind::StepIntent);
        (entry.plan, entry.run, entry.step) = (Some(plan.id), Some(run.id), Some(step));
        let payload =
            Some(make::redacted(serde_json::json!({"sentence": "Scale web to 5", "diff": ["x".repeat(500)]})));
        let change = Change { rows, entries: vec![Draft { entry, payload }] };
        let begun = Instant::now();
        ledger.commit(change).await?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_micros();
    println!("{what}: p50 {} µs, p90 {} µs, p99 {} µs, most {} µs", at(50), at(90), at(99), at(100));
}
