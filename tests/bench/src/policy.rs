//! One policy decision in a fresh sandbox, beside the same crate natively and the same rules in Rego.
//!
//! Interleaved: each round asks all three once, so that what else the machine does meets all alike. The sandbox's time is
//! the host's whole call: a slot, a new store, instantiate, call, read the verdict, drop. The other two measure
//! themselves in their own process and say how long it took; their engines are made once and reused.

use std::borrow::Cow;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use kubechat_plugin::{Compiler, Digest, Embedded, Plugins, PluginsConfig};
use serde::Serialize;

use crate::spread::Spread;
use crate::{Places, Trouble};

/// Rounds before the clock counts.
const WARM_UP: usize = 300;
/// Rounds that count.
const ROUNDS: usize = 3_000;
const COMPONENT: &str = "policy-baseline.wasm";

/// The three ways to judge.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    facts_bytes: usize,
    sandbox: Spread,
    native: Spread,
    rego: Spread,
    /// Of the last call.
    fuel: u64,
    memory_bytes: u64,
}

pub(crate) async fn measure(places: &Places) -> Result<Figures, Trouble> {
    let plugins = load(places)?;
    let pack = plugins.packs().into_iter().next().ok_or("the component is no policy pack")?;
    let facts = std::fs::read_to_string(places.bench.join("facts-4k.json"))?;
    let mut judge = Judge::start(places)?;
    let (mut sandbox, mut native, mut rego) = (Vec::new(), Vec::new(), Vec::new());
    let (mut fuel, mut memory_bytes) = (0, 0);
    for round in 0..WARM_UP + ROUNDS {
        let started = Instant::now();
        let outcome = pack.evaluate(&facts, "{}").await;
        let times = (started.elapsed(), judge.ask("native")?, judge.ask("rego")?);
        outcome.result.map_err(|failure| format!("the pack gave no verdict: {failure:?}"))?;
        (fuel, memory_bytes) = (outcome.stats.fuel, outcome.stats.peak_memory_bytes);
        if round >= WARM_UP {
            sandbox.push(times.0);
            native.push(times.1);
            rego.push(times.2);
        }
    }
    let [sandbox, native, rego] = [sandbox, native, rego].map(Spread::of);
    Ok(Figures { facts_bytes: facts.len(), sandbox, native, rego, fuel, memory_bytes })
}

fn load(places: &Places) -> Result<Plugins, Trouble> {
    let bytes = std::fs::read(places.components.join(COMPONENT))?;
    let refused = |failure| format!("{COMPONENT} is not loaded: {failure:?}");
    let mut config = PluginsConfig::new(Compiler::this_program().map_err(refused)?);
    config.digests.add(Digest::of(&bytes), COMPONENT);
    config.embedded.push(Embedded { name: COMPONENT.to_owned(), bytes: Cow::Owned(bytes) });
    Ok(Plugins::load(config).map_err(refused)?)
}

/// The process that judges natively and in Rego; it ends when its input does.
struct Judge {
    child: Child,
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Judge {
    fn start(places: &Places) -> Result<Self, Trouble> {
        let mut command = Command::new(&places.judge);
        command.arg(places.bench.join("facts-4k.json")).arg(places.bench.join("baseline.rego"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let asks = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("the judge has no output")?);
        Ok(Self { child, asks, answers })
    }

    /// How long one judgement took.
    fn ask(&mut self, how: &str) -> Result<Duration, Trouble> {
        let asks = self.asks.as_mut().ok_or("the judge takes no input")?;
        writeln!(asks, "{how}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(Duration::from_nanos(line.trim().parse()?))
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        drop(self.asks.take());
        // It ends by itself now; if it was gone before, there is nothing to wait for.
        let _ = self.child.wait();
    }
}
