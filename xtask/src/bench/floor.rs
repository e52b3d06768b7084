//! The part of the page about a real model: the floor of what a bigger machine gets, and what a model has to read.

use std::fmt::Write as _;

use serde::Deserialize;

use super::page::{Goal, Spread};

/// What `tests/bench` prints of it.
#[derive(Deserialize)]
pub(super) struct Floor {
    whole: Spread,
    read_tokens_per_s: f64,
    written_tokens_per_s: f64,
    prompt_tokens: u64,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    rounds: usize,
    prompt_tokens: u64,
    uncached_tokens: u64,
    output_tokens: u64,
    planned: bool,
}

const ROUNDS_CAUSE: &str = "a call did not fit at once and was put right";
const TOKENS_CAUSE: &str = "SmolLM2's vocabulary is small, and cuts the words of Kubernetes finely";

fn most(changes: &[Change], of: impl Fn(&Change) -> u64) -> f64 {
    changes.iter().map(of).max().unwrap_or_default() as f64
}

/// The first request has nothing before it; the others count.
pub(super) fn goals(measured: &Floor) -> Vec<Goal> {
    let goal = |what, figure, at_most, unit, cause| Goal { what, figure, at_most, unit, cause };
    let later = measured.changes.get(1..).unwrap_or_default();
    vec![
        goal(
            "change by a model: rounds, most",
            most(&measured.changes, |one| one.rounds as u64),
            1.0,
            "",
            ROUNDS_CAUSE,
        ),
        goal(
            "change by a model: uncached prompt tokens, most",
            most(later, |one| one.uncached_tokens),
            1_200.0,
            "",
            TOKENS_CAUSE,
        ),
        goal(
            "change by a model: tokens written, most",
            most(&measured.changes, |one| one.output_tokens),
            60.0,
            "",
            TOKENS_CAUSE,
        ),
    ]
}

pub(super) fn section(page: &mut String, measured: &Floor) -> std::fmt::Result {
    let Floor { whole, read_tokens_per_s, written_tokens_per_s, prompt_tokens, changes } = measured;
    writeln!(page, "\n## A real model\n")?;
    writeln!(
        page,
        "SmolLM2-135M (Q4_1) through a real Ollama on two threads: a sentence of {prompt_tokens} tokens, instructions and tools included, to its"
    )?;
    writeln!(
        page,
        "answer of 60 at most: p50 {:.1} s, longest {:.1} s of {}. Ollama reads {read_tokens_per_s:.0} tokens a second of a new prompt and writes {written_tokens_per_s:.0}. The model is too small to",
        whole.p50_us as f64 / 1e6,
        whole.max_us as f64 / 1e6,
        whole.count
    )?;
    writeln!(page, "plan: what it answers does not count, only the time, the floor of what a bigger machine gets.\n")?;
    let planned = changes.iter().filter(|change| change.planned).count();
    writeln!(
        page,
        "{} changes said in words no rule knows, {planned} of them planned, by a server that plays a model which understands them; tokens by",
        changes.len()
    )?;
    writeln!(
        page,
        "SmolLM2's tokenizer. Uncached is what follows the beginning shared with the request before; the first shares none.\n"
    )?;
    writeln!(page, "| | rounds | prompt tokens | uncached | written |\n|---|---|---|---|---|")?;
    for (at, change) in changes.iter().enumerate() {
        let Change { rounds, prompt_tokens, uncached_tokens, output_tokens, .. } = change;
        writeln!(page, "| {} | {rounds} | {prompt_tokens} | {uncached_tokens} | {output_tokens} |", at + 1)?;
    }
    writeln!(page, "\nkubectl-ai stands not beside it: we found no published prompt of it to count.")
}
