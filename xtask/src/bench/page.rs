//! `docs/benchmarks.md`: figures beside their goals, and what was measured how.

use std::fmt::Write as _;

use serde::Deserialize;

use super::console::{self, Console};
use super::floor::{self, Floor};
use super::large::{self, Large};
use super::machine::Machine;
use super::models::{self, Models};
use super::redact::{self, Redact};
use crate::error::XtaskError;

/// What `tests/bench` prints; the fields the page shows.
#[derive(Deserialize)]
pub(super) struct Figures {
    policy: Policy,
    policy_on: When,
    sentence: Sentence,
    large: Large,
    large_on: When,
    lists: Lists,
    start: Start,
    start_on: When,
    /// Absent until it was measured once.
    redact: Option<Redact>,
    redact_on: Option<When>,
    /// Absent until it was measured once.
    models: Option<Models>,
    models_on: Option<When>,
    /// Absent until it was measured once.
    floor: Option<Floor>,
    floor_on: Option<When>,
    /// Absent until it was measured once.
    console: Option<Console>,
    console_on: Option<When>,
}

/// When a part was measured, and beside what.
#[derive(Deserialize)]
struct When {
    day: String,
    /// The minute's load average before.
    load: String,
    /// Machines of one size have different ones.
    processor: String,
    /// What the programs were built with.
    #[serde(default = "of_tests")]
    profile: String,
}

/// Figures that don't say it are from before releases were measured.
fn of_tests() -> String {
    crate::programs::PROFILE.to_owned()
}

#[derive(Deserialize)]
struct Lists {
    rows: usize,
    direct: Spread,
    host: Spread,
    row: Spread,
}

#[derive(Deserialize)]
struct Policy {
    facts_bytes: usize,
    sandbox: Spread,
    native: Spread,
    rego: Spread,
    fuel: u64,
    memory_bytes: u64,
}

#[derive(Deserialize)]
struct Sentence {
    pods: u32,
    sentence: String,
    whole: Spread,
    api: Spread,
    added: Spread,
    calls: usize,
}

#[derive(Deserialize)]
struct Start {
    first_us: u64,
    cached: Spread,
    idle_rss_kib: u64,
}

/// Quantiles of many measured times.
#[derive(Deserialize)]
pub(super) struct Spread {
    pub(super) p50_us: u64,
    pub(super) p99_us: u64,
    pub(super) max_us: u64,
    pub(super) count: usize,
}

/// A figure, its goal, and why it may miss it.
pub(super) struct Goal {
    pub(super) what: &'static str,
    /// Figure and goal in `unit`.
    pub(super) figure: f64,
    pub(super) at_most: f64,
    pub(super) unit: &'static str,
    /// What is known of the cause; shown only when missed.
    pub(super) cause: &'static str,
}

const SANDBOX_CAUSE: &str = "the goal was set for ten rules, the pack has 33 by now, and the same crate natively takes \
    longer with them too; besides judging, a decision crosses to the guests' threads and back, and on a machine with other \
    work each crossing waits for a core";
const SENTENCE_CAUSE: &str =
    "most of it is the API server answering on the same cores: see the share of its calls below";
const ADDED_CAUSE: &str = "the ledger commits the sentence, each round and the plan with a full sync to disk, and the \
    provider and the packs are called in sandboxes, all on the same cores as the API server and etcd";
const LIST_CAUSE: &str = "what the host adds is cleaning and masking each cell, and an entry in the ledger with a full sync to \
    disk; the API server answers on the same cores";
const ROW_CAUSE: &str = "watch, host and client share the cores with the API server, and each hand-over waits for one";
const START_CAUSE: &str =
    "opening the ledger syncs to disk, and every component's compiled form is checked by its seal";
const MEMORY_CAUSE: &str =
    "the resident size counts the program's own pages and the compiled components mapped from the cache";

/// The whole page.
pub(super) fn page(machine: &Machine, figures: &Figures) -> Result<String, XtaskError> {
    let mut page = String::new();
    write(&mut page, machine, figures).map_err(XtaskError::malformed("the page"))?;
    Ok(page)
}

fn write(page: &mut String, machine: &Machine, figures: &Figures) -> std::fmt::Result {
    writeln!(page, "# Benchmarks\n\n<!-- Written by `cargo xtask bench`. -->\n")?;
    writeln!(page, "Measured on machines of {} cores and {} GiB,", machine.cores, machine.memory_gib)?;
    writeln!(page, "Linux {}, {}; host, control plane and etcd", machine.kernel, machine.compiler)?;
    let parts = [("policy", &figures.policy_on), ("start", &figures.start_on), ("the rest", &figures.large_on)];
    let console = figures.console_on.iter().map(|on| ("console", on));
    let redaction = figures.redact_on.iter().map(|on| ("redaction", on));
    let parts: Vec<_> = parts
        .into_iter()
        .chain(redaction)
        .chain(figures.models_on.iter().map(|on| ("models", on)))
        .chain(figures.floor_on.iter().map(|on| ("the real model", on)))
        .chain(console)
        .map(|(part, on)| format!("{part} on {} at {} ({}, profile {})", on.day, on.load, on.processor, on.profile))
        .collect();
    let parts = parts.join(", ");
    writeln!(page, "share the machine. Its load average before each part's run: {parts};")?;
    writeln!(
        page,
        "above one a core, other work is in the figures. To measure anew: `cargo xtask bench`, one part: `--only`.\n"
    )?;
    writeln!(page, "| what | figure | goal | |\n|---|---|---|---|")?;
    let goals = goals(figures);
    for goal in &goals {
        let Goal { what, figure, at_most, unit, .. } = goal;
        let met = if figure <= at_most { "met" } else { "**missed**" };
        // Of a ratio, and of growth, the second digit counts.
        let digits = if ["×", "MB/min"].contains(unit) { 2 } else { 0 };
        writeln!(page, "| {what} | {figure:.digits$} {unit} | ≤ {at_most:.digits$} {unit} | {met} |")?;
    }
    let missed: Vec<&Goal> = goals.iter().filter(|goal| goal.figure > goal.at_most).collect();
    if !missed.is_empty() {
        writeln!(page, "\nWhy goals are missed here:\n")?;
        for goal in missed {
            writeln!(page, "- {}: {}.", goal.what, goal.cause)?;
        }
    }
    policy(page, &figures.policy)?;
    sentence(page, &figures.sentence)?;
    lists(page, &figures.lists)?;
    large::sections(page, &figures.large)?;
    start(page, &figures.start)?;
    figures.redact.iter().try_for_each(|measured| redact::section(page, measured))?;
    figures.models.iter().try_for_each(|measured| models::section(page, measured))?;
    figures.floor.iter().try_for_each(|measured| floor::section(page, measured))?;
    figures.console.iter().try_for_each(|measured| console::section(page, measured))
}

fn goals(figures: &Figures) -> Vec<Goal> {
    let goal = |what, figure, at_most, unit, cause| Goal { what, figure, at_most, unit, cause };
    let ms = |us: u64| us as f64 / 1_000.0;
    let (sandbox, sentence, lists) = (&figures.policy.sandbox, &figures.sentence, &figures.lists);
    let mut goals = vec![
        goal("policy decision in a fresh sandbox, p50", sandbox.p50_us as f64, 150.0, "µs", SANDBOX_CAUSE),
        goal("policy decision in a fresh sandbox, p99", sandbox.p99_us as f64, 500.0, "µs", SANDBOX_CAUSE),
        goal("sentence to complete plan, p50", ms(sentence.whole.p50_us), 250.0, "ms", SENTENCE_CAUSE),
        goal("of that, added to the API server's time, p50", ms(sentence.added.p50_us), 25.0, "ms", ADDED_CAUSE),
        goal(
            "first page of pods, against the same request made directly, p50",
            lists_ratio(lists),
            130.0,
            "%",
            LIST_CAUSE,
        ),
        goal("a changed row at the client, after a raw watch saw it, p99", ms(lists.row.p99_us), 20.0, "ms", ROW_CAUSE),
        goal("start to `/readyz`, components compiled, p50", ms(figures.start.cached.p50_us), 250.0, "ms", START_CAUSE),
        goal("resident memory when idle", figures.start.idle_rss_kib as f64 / 1_024.0, 60.0, "MiB", MEMORY_CAUSE),
    ];
    goals.extend(large::goals(&figures.large));
    goals.extend(figures.redact.iter().flat_map(redact::goals));
    goals.extend(figures.models.iter().flat_map(models::goals));
    goals.extend(figures.floor.iter().flat_map(floor::goals));
    goals.extend(figures.console.iter().flat_map(console::goals));
    goals
}

fn policy(page: &mut String, policy: &Policy) -> std::fmt::Result {
    let Policy { facts_bytes, sandbox, native, rego, fuel, memory_bytes } = policy;
    writeln!(
        page,
        "\n## Policy decision\n\n`policy-baseline` judges a plan of {facts_bytes} bytes. Each of {} rounds asks all three once:",
        sandbox.count
    )?;
    writeln!(
        page,
        "the component in a fresh sandbox (slot, store, instantiate, call, read the verdict, drop), the same crate"
    )?;
    writeln!(
        page,
        "natively, and `regorus` with `baseline.rego`, which finds the same (a test holds them together) with an engine"
    )?;
    writeln!(
        page,
        "that is made once. The last decision took {fuel} fuel and {} KiB of guest memory.\n",
        memory_bytes / 1_024
    )?;
    writeln!(page, "| | p50 µs | p99 µs | longest µs | against native, p50 |\n|---|---|---|---|---|")?;
    for (name, spread) in [("fresh sandbox", sandbox), ("native", native), ("regorus", rego)] {
        let ratio = spread.p50_us as f64 / native.p50_us.max(1) as f64;
        writeln!(page, "| {name} | {} | {} | {} | {ratio:.1} × |", spread.p50_us, spread.p99_us, spread.max_us)?;
    }
    Ok(())
}

fn sentence(page: &mut String, sentence: &Sentence) -> std::fmt::Result {
    let Sentence { pods, sentence: said, whole, api, added, calls } = sentence;
    writeln!(
        page,
        "\n## From a sentence to its plan\n\n“{said}”, said {} times through the host's API by an editor of one namespace",
        whole.count
    )?;
    writeln!(
        page,
        "of a cluster with {pods} pods, answered by `provider-rules` without a model. A plan is complete when its stream"
    )?;
    writeln!(
        page,
        "says so: dry-run twice, compared, weighed, judged, written down. The API server's time is that during which at"
    )?;
    writeln!(page, "least one of the {calls} calls was under way, which is less than their sum; the rest is ours.\n")?;
    writeln!(page, "| | p50 ms | p99 ms | longest ms |\n|---|---|---|---|")?;
    for (name, spread) in [("whole", whole), ("API server", api), ("added", added)] {
        let [p50, p99, max] = [spread.p50_us, spread.p99_us, spread.max_us].map(|us| us as f64 / 1_000.0);
        writeln!(page, "| {name} | {p50:.1} | {p99:.1} | {max:.1} |")?;
    }
    Ok(())
}

/// How long a page takes over the host, in percent of what it takes directly.
fn lists_ratio(lists: &Lists) -> f64 {
    lists.host.p50_us as f64 * 100.0 / lists.direct.p50_us.max(1) as f64
}

fn lists(page: &mut String, lists: &Lists) -> std::fmt::Result {
    let Lists { rows, direct, host, row } = lists;
    writeln!(
        page,
        "\n## Lists and watches\n\nThe first {rows} of all pods of the large cluster as the API server prints them, {} times by turns directly and over the",
        direct.count
    )?;
    writeln!(
        page,
        "host's API, where it is cleaned, masked and written down. Then {} changes of one pod, each seen by a raw watch of the",
        row.count
    )?;
    writeln!(page, "table and by a stream of ours: by how much later ours was told.\n")?;
    writeln!(page, "| | p50 ms | p99 ms | longest ms |\n|---|---|---|---|")?;
    for (name, spread) in [("page, directly", direct), ("page, over the host", host), ("row, later than raw", row)] {
        let [p50, p99, max] = [spread.p50_us, spread.p99_us, spread.max_us].map(|us| us as f64 / 1_000.0);
        writeln!(page, "| {name} | {p50:.1} | {p99:.1} | {max:.1} |")?;
    }
    Ok(())
}

fn start(page: &mut String, start: &Start) -> std::fmt::Result {
    let ms = |us: u64| us as f64 / 1_000.0;
    let Start { first_us, cached, idle_rss_kib } = start;
    writeln!(
        page,
        "\n## Start\n\nFrom starting the program to its first 200 on `/readyz`, {} times with the components' compiled form cached:",
        cached.count
    )?;
    writeln!(
        page,
        "p50 {:.0} ms, longest {:.0} ms. The first start of all, which compiles them: {:.0} ms.",
        ms(cached.p50_us),
        ms(cached.max_us),
        ms(*first_us)
    )?;
    writeln!(page, "Resident after three idle seconds: {:.1} MiB.", *idle_rss_kib as f64 / 1_024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_stands_there_with_its_cause_and_a_met_one_without() {
        let spread =
            |p50_us: u64| format!(r#"{{"p50_us": {p50_us}, "p99_us": {p50_us}, "max_us": {p50_us}, "count": 9}}"#);
        let (fast, slow) = (spread(100), spread(900_000));
        let on = r#"{"day": "2026-11-23", "load": "0.1", "processor": "p"}"#;
        let plans = format!(
            r#"{{"pods": 5000, "sentence": "s", "whole": {fast}, "cpu_us_per_plan": 10, "requests_per_plan": 13.0,
                "resident_kib": 1, "peak_kib": 1}}"#
        );
        let figures = serde_json::from_str(&format!(
            r#"{{"policy": {{"facts_bytes": 4000, "sandbox": {fast}, "native": {fast}, "rego": {fast}, "fuel": 1, "memory_bytes": 1}},
                "policy_on": {on}, "start_on": {on}, "large_on": {on},
                "sentence": {{"pods": 1, "sentence": "s", "whole": {slow}, "api": {fast}, "added": {fast}, "calls": 9}},
                "lists": {{"rows": 500, "direct": {fast}, "host": {fast}, "row": {fast}}},
                "large": {{"nodes": 3, "filled": [{{"pods": 5000, "took_ms": 1, "calm_ms": 1}}], "plans": [{plans}, {plans}],
                    "findings": {{"found": 1, "pods_looked_at": 1, "cold": {slow}, "cold_lists": 20, "warm": {fast}, "warm_lists": 1,
                        "warm_logs_per_question": 8.0, "warm_cpu_us": 1, "sentence": {fast}, "idle_kib": 1, "cold_peak_kib": 1,
                        "warm_kib": 1, "warm_peak_kib": 1}},
                    "completion": {{"whole": {fast}, "with_names": 9}}}},
                "start": {{"first_us": 1, "cached": {fast}, "idle_rss_kib": 1024}}}}"#
        ))
        .expect("figures");
        let machine = Machine {
            processor: "p".to_owned(),
            cores: 2,
            memory_gib: 8,
            kernel: "6.1".to_owned(),
            compiler: "rustc 1.95.0".to_owned(),
            load: "0.1".to_owned(),
            day: "2026-11-23".to_owned(),
        };
        let page = page(&machine, &figures).expect("a page");
        assert!(page.contains(SENTENCE_CAUSE) && page.contains("900 ms | ≤ 250 ms | **missed**"), "{page}");
        assert!(!page.contains(SANDBOX_CAUSE), "{page}");
        assert!(page.contains("against 5,000 | 1.00 × | ≤ 1.20 × | met |"), "{page}");
        assert!(page.contains("list requests of all warm diagnoses | 1  | ≤ 0  | **missed** |"), "{page}");
    }
}
