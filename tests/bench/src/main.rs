//! The benches behind `docs/benchmarks.md`: one JSON object on standard output, times in microseconds.
//!
//! Run by `cargo xtask bench`, which builds what is named in the arguments, starts a control plane and writes the page.
//! Every figure comes from the real thing: the component that ships, the host's own wiring, a real API server. It decides
//! nothing about goals. Errors end it with 1 and the reason; figures of a run that failed half-way are not printed.

mod client;
mod completion;
mod direct;
mod findings;
mod floor;
mod gateway;
mod host;
mod large;
mod lists;
mod mock;
mod models;
mod plans;
mod policy;
mod redact;
mod requests;
mod sentence;
mod spread;
mod start;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use kubechat_plugin::run_compile_child_if_asked;
use serde::Serialize;

/// What stops a bench.
type Trouble = Box<dyn Error + Send + Sync>;

/// What is measured with.
#[derive(Parser)]
struct Places {
    /// The host's program.
    #[arg(long)]
    host: PathBuf,
    /// The folder of components with its list of digests.
    #[arg(long)]
    components: PathBuf,
    /// The program that judges natively and in Rego.
    #[arg(long)]
    judge: PathBuf,
    /// The pack's bench folder, with the facts and the Rego policy.
    #[arg(long)]
    bench: PathBuf,
    /// Pods of the filled plane at first.
    #[arg(long, default_value_t = 5_000)]
    small: u32,
    /// Pods of the filled plane afterwards.
    #[arg(long, default_value_t = 30_000)]
    large: u32,
    /// Its nodes.
    #[arg(long, default_value_t = 300)]
    nodes: u32,
    /// Measure this part alone.
    #[arg(long)]
    only: Option<Part>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// One decision of a pack.
    Policy,
    /// Starts of the host.
    Start,
    /// Everything on the filled plane.
    Large,
    /// Redaction of text.
    Redact,
    /// What stands between a model and its reader.
    Models,
    /// A real small model, and what a model has to read.
    Floor,
}

/// Everything measured.
#[derive(Default, Serialize)]
struct Figures {
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<policy::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<start::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<sentence::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    large: Option<large::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lists: Option<lists::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redact: Option<redact::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    models: Option<models::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<floor::Figures>,
}

fn main() -> ExitCode {
    // First of all: loading a component compiles it in a child of this program.
    run_compile_child_if_asked();
    let asked = std::env::args().nth(1);
    let said = match asked.as_deref() {
        Some(mock::ARGUMENT) => mock::serve().map(|()| String::new()),
        _ => measure(&Places::parse()),
    };
    match said {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(places: &Places) -> Result<String, Trouble> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let wanted = |part| places.only.is_none_or(|only| only == part);
    let figures = runtime.block_on(async {
        let mut figures = Figures::default();
        if wanted(Part::Policy) {
            figures.policy = Some(policy::measure(places).await?);
            eprintln!("policy: {:?}", figures.policy);
        }
        if wanted(Part::Redact) {
            figures.redact = Some(redact::measure()?);
            eprintln!("redact: {:?}", figures.redact);
        }
        if wanted(Part::Models) {
            figures.models = Some(models::measure(places).await?);
            eprintln!("models: {:?}", figures.models);
        }
        if wanted(Part::Floor) {
            figures.floor = floor::measure(places).await?;
            eprintln!("floor: {:?}", figures.floor);
        }
        if wanted(Part::Start) {
            figures.start = Some(start::measure(places).await?);
            eprintln!("start: {:?}", figures.start);
        }
        if wanted(Part::Large) {
            let (large, sentence, lists) = large::measure(places).await?;
            eprintln!("sentence: {sentence:?}\nlists: {lists:?}\nlarge: {large:?}");
            (figures.large, figures.sentence, figures.lists) = (Some(large), Some(sentence), Some(lists));
        }
        Ok::<_, Trouble>(figures)
    })?;
    Ok(serde_json::to_string(&figures)?)
}
