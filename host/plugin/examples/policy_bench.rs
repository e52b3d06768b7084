//! How long one policy decision takes in a fresh sandbox: instantiate, call, drop, as the host does it.
//!
//! `policy_bench COMPONENT FACTS.json [CALLS]`. The component is trusted because it is named here. Prints one JSON line:
//! calls, p50, p99 and the longest in microseconds, fuel and peak memory of the last call. Errors: exit code 1 with the
//! failure's code and hint; 2 for wrong arguments.

use std::borrow::Cow;
use std::error::Error;
use std::time::Instant;

use kubechat_plugin::{Compiler, Digest, Embedded, Plugins, PluginsConfig, run_compile_child_if_asked};

/// Calls before the clock counts.
const WARM_UP: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    run_compile_child_if_asked();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (component, facts, calls) = match arguments.as_slice() {
        [component, facts] => (component, facts, 5_000),
        [component, facts, calls] => (component, facts, calls.parse()?),
        _ => {
            eprintln!("usage: policy_bench COMPONENT FACTS.json [CALLS]");
            std::process::exit(2);
        }
    };
    let plugins = load(component)?;
    let facts = std::fs::read_to_string(facts)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(measure(&plugins, &facts, calls))
}

fn load(component: &str) -> Result<Plugins, Box<dyn Error>> {
    let bytes = std::fs::read(component)?;
    let mut config = PluginsConfig::new(Compiler::this_program()?);
    config.digests.add(Digest::of(&bytes), component);
    config.embedded.push(Embedded { name: component.to_owned(), bytes: Cow::Owned(bytes) });
    Ok(Plugins::load(config)?)
}

async fn measure(plugins: &Plugins, facts: &str, calls: usize) -> Result<(), Box<dyn Error>> {
    let pack = plugins.packs().into_iter().next().ok_or("the component is no policy pack")?;
    let mut times_us = Vec::with_capacity(calls);
    let mut stats = None;
    for at in 0..WARM_UP + calls.max(1) {
        let started = Instant::now();
        let outcome = pack.evaluate(facts, "{}").await;
        let elapsed = started.elapsed();
        outcome.result?;
        stats = Some(outcome.stats);
        if at >= WARM_UP {
            times_us.push(elapsed.as_micros());
        }
    }
    times_us.sort_unstable();
    let at = |percent: usize| times_us[(times_us.len() - 1) * percent / 100];
    let stats = stats.ok_or("nothing was measured")?;
    println!(
        "{{\"calls\":{},\"p50_us\":{},\"p99_us\":{},\"max_us\":{},\"fuel\":{},\"peak_memory_bytes\":{}}}",
        times_us.len(),
        at(50),
        at(99),
        at(100),
        stats.fuel,
        stats.peak_memory_bytes
    );
    Ok(())
}
