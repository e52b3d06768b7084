//! The part of the page about what stands between a model and its reader.

use std::fmt::Write as _;

use serde::Deserialize;

use super::page::{Goal, Spread};

/// What `tests/bench` prints of it.
#[derive(Deserialize)]
pub(super) struct Models {
    direct: Spread,
    host: Spread,
    litellm: Option<Spread>,
    prompt_bytes: usize,
    paced: Streams,
    flat_out: Streams,
}

/// Many answers at once.
#[derive(Deserialize)]
struct Streams {
    streams: usize,
    chunks: u64,
    took_ms: u64,
    cpu_us: u64,
    before_kib: u64,
    middle_kib: u64,
    end_kib: u64,
}

impl Streams {
    /// What went through in a second, µs of the host's CPU for each, and what a second of one core would do.
    fn speeds(&self) -> [f64; 3] {
        let chunks = self.chunks as f64;
        let each_us = self.cpu_us as f64 / chunks.max(1.0);
        [chunks * 1_000.0 / (self.took_ms as f64).max(1.0), each_us, 1e6 / each_us.max(f64::MIN_POSITIVE)]
    }

    /// KiB of each stream, and by how much each grew in the second half.
    fn memory(&self) -> [f64; 2] {
        let each = |from: u64, to: u64| (to as f64 - from as f64) / self.streams.max(1) as f64;
        [each(self.before_kib, self.middle_kib), each(self.middle_kib, self.end_kib)]
    }
}

const FIRST_CAUSE: &str = "before a conversation goes out the component looks at the model (`/api/show`), one exchange more; the sandbox \
    is fresh for each call, and each crossing to the guests' threads and back waits for a core";
const TAIL_CAUSE: &str =
    "host, mock and other work share two cores: the direct client's own tail on the same rounds stands below";
const GATEWAY_CAUSE: &str = "ours holds a sandbox, a mask and a gate, and asks the server twice";
const CHUNKS_CAUSE: &str = "each word is a crossing into the sandbox and one out of it";
const MEMORY_CAUSE: &str = "the allocator keeps what it was given";

fn ms(us: f64) -> f64 {
    us / 1_000.0
}

fn added(to: &Spread, by: &Spread) -> [f64; 2] {
    [(to.p50_us, by.p50_us), (to.p99_us, by.p99_us)].map(|(direct, through)| through as f64 - direct as f64)
}

/// The aims. 20,000 chunks a second on one core are 50 µs each.
pub(super) fn goals(measured: &Models) -> Vec<Goal> {
    let goal = |what, figure, at_most, unit, cause| Goal { what, figure, at_most, unit, cause };
    let [p50, p99] = added(&measured.direct, &measured.host);
    let mut goals = vec![
        goal("first word of a model, added by the host's way, p50", p50, 500.0, "µs", FIRST_CAUSE),
        goal("first word of a model, added by the host's way, p99", p99, 3_000.0, "µs", TAIL_CAUSE),
    ];
    if let Some(litellm) = &measured.litellm {
        let [theirs, _] = added(&measured.direct, litellm);
        goals.push(goal("of what LiteLLM's proxy adds, p50", p50 / theirs.max(1.0), 0.125, "×", GATEWAY_CAUSE));
    }
    goals.extend([
        goal("100 streams, CPU a word", measured.flat_out.speeds()[1], 50.0, "µs", CHUNKS_CAUSE),
        goal(
            "100 streams, memory each grew by in their second half",
            measured.paced.memory()[1],
            16.0,
            "KiB",
            MEMORY_CAUSE,
        ),
    ]);
    goals
}

pub(super) fn section(page: &mut String, measured: &Models) -> std::fmt::Result {
    let Models { direct, host, litellm, prompt_bytes, paced, flat_out } = measured;
    writeln!(page, "\n## Between a model and its reader\n")?;
    writeln!(
        page,
        "A mock on loopback that speaks Ollama's wire, in a process of its own, asked with {prompt_bytes} bytes by turns ({} times) by a",
        direct.count
    )?;
    writeln!(
        page,
        "client that only reads, and in the host's way: masked by the conversation's vault, `provider-ollama` in a fresh sandbox, the"
    )?;
    writeln!(
        page,
        "gate, the answer through the vault. LiteLLM's proxy is asked over its own wire, without tools. The ledger is not in it.\n"
    )?;
    writeln!(page, "| first word | p50 ms | p99 ms | longest ms | added p50 | added p99 |\n|---|---|---|---|---|---|")?;
    let others = [("directly", Some(direct)), ("the host's way", Some(host)), ("LiteLLM", litellm.as_ref())];
    for (name, spread) in others {
        let Some(spread) = spread else {
            writeln!(page, "| {name} | not installed | | | | |")?;
            continue;
        };
        let [p50, p99] = added(direct, spread).map(ms);
        let [median, tail, longest] = [spread.p50_us, spread.p99_us, spread.max_us].map(|us| ms(us as f64));
        writeln!(page, "| {name} | {median:.2} | {tail:.2} | {longest:.2} | {p50:.2} | {p99:.2} |")?;
    }
    writeln!(
        page,
        "\n{} streams at once through one gate, each in a sandbox of its own, with as many calls at once as the entry of the model",
        paced.streams
    )?;
    writeln!(page, "grants (`calls_at_once`). CPU and memory are the process's, without the mock's.\n")?;
    writeln!(
        page,
        "| | words | words/s | CPU µs a word | words/s on one core | KiB a stream | grown later |\n|---|---|---|---|---|---|---|"
    )?;
    for (name, streams) in [("200 words a second each", paced), ("as quickly as they come", flat_out)] {
        let ([speed, each, core], [memory, grown]) = (streams.speeds(), streams.memory());
        writeln!(
            page,
            "| {name} | {} | {speed:.0} | {each:.1} | {core:.0} | {memory:.0} | {grown:.1} |",
            streams.chunks
        )?;
    }
    Ok(())
}
