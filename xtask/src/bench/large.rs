//! The part of the page about clusters of thousands of pods: the goals for them, and what stands behind each.

use std::fmt::Write as _;

use serde::Deserialize;

use super::page::{Goal, Spread};

/// What `tests/bench` prints of a large cluster.
#[derive(Deserialize)]
pub(super) struct Large {
    nodes: u32,
    filled: Vec<Filled>,
    plans: Vec<Plans>,
    findings: Findings,
    completion: Completion,
}

#[derive(Deserialize)]
struct Filled {
    pods: u32,
    took_ms: u64,
    calm_ms: u64,
}

#[derive(Deserialize)]
struct Plans {
    pods: u32,
    sentence: String,
    whole: Spread,
    cpu_us_per_plan: u64,
    requests_per_plan: f64,
    resident_kib: u64,
    peak_kib: u64,
}

#[derive(Deserialize)]
struct Findings {
    found: usize,
    pods_looked_at: u64,
    cold: Spread,
    cold_lists: usize,
    warm: Spread,
    warm_lists: usize,
    warm_logs_per_question: f64,
    warm_cpu_us: u64,
    sentence: Spread,
    idle_kib: u64,
    cold_peak_kib: u64,
    warm_kib: u64,
    warm_peak_kib: u64,
}

#[derive(Deserialize)]
struct Completion {
    whole: Spread,
    with_names: usize,
}

const PLAN_CAUSE: &str =
    "most of it is the API server answering on the same two cores, with the controllers of 30,000 pods beside it";
const MEMORY_CAUSE: &str = "the allocator keeps what the largest answers once took";
const CPU_CAUSE: &str = "a plan reads all Services of its namespace, of which there are six times as many; and CPU time is \
    counted in ticks of 10 ms";
const REQUESTS_CAUSE: &str = "more of what a plan touches is listed in more pages";
const FINDINGS_CAUSE: &str = "the logs and objects of the worst findings are read from a busy API server each time";
const LISTS_CAUSE: &str = "something a diagnosis reads has no watch behind it";
const COMPLETION_CAUSE: &str = "every hundredth key press waits for a core";

fn ms(us: u64) -> f64 {
    us as f64 / 1_000.0
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

/// The smallest and the largest cluster that plans were made in.
fn ends(large: &Large) -> Option<(&Plans, &Plans)> {
    Some((large.plans.first()?, large.plans.last()?))
}

/// How large a figure is against another.
fn against(figure: f64, base: f64) -> f64 {
    figure / base.max(f64::MIN_POSITIVE)
}

/// The goals.
pub(super) fn goals(large: &Large) -> Vec<Goal> {
    let goal = |what, figure, at_most, unit, cause| Goal { what, figure, at_most, unit, cause };
    let (findings, mut goals) = (&large.findings, Vec::new());
    if let Some((small, all)) = ends(large) {
        let growth = mib(all.peak_kib.saturating_sub(small.peak_kib));
        let cpu = against(all.cpu_us_per_plan as f64, small.cpu_us_per_plan as f64);
        let requests = against(all.requests_per_plan, small.requests_per_plan);
        goals.extend([
            goal("30,000 pods: sentence to complete plan, p50", ms(all.whole.p50_us), 400.0, "ms", PLAN_CAUSE),
            goal("30,000 pods: the host's memory for planning, above that at 5,000", growth, 64.0, "MiB", MEMORY_CAUSE),
            goal("30,000 pods: the host's CPU time per plan, against 5,000", cpu, 1.2, "×", CPU_CAUSE),
            goal("30,000 pods: API requests per plan, against 5,000", requests, 1.2, "×", REQUESTS_CAUSE),
        ]);
    }
    goals.extend([
        goal("30,000 pods: what is broken, warm, longest", ms(findings.warm.max_us), 3_000.0, "ms", FINDINGS_CAUSE),
        goal("30,000 pods: list requests of all warm diagnoses", findings.warm_lists as f64, 0.0, "", LISTS_CAUSE),
        goal(
            "completion, 5,000 objects in scope, p99",
            ms(large.completion.whole.p99_us),
            50.0,
            "ms",
            COMPLETION_CAUSE,
        ),
    ]);
    goals
}

/// The sections.
pub(super) fn sections(page: &mut String, large: &Large) -> std::fmt::Result {
    writeln!(page, "\n## Thousands of pods\n")?;
    writeln!(
        page,
        "One control plane (etcd, API server, controllers, scheduler, and kwok as the kubelet of {} nodes), filled",
        large.nodes
    )?;
    writeln!(
        page,
        "with running pods of about 7 KB in twenty namespaces, up to fifty to a Deployment, measured, and filled on:"
    )?;
    writeln!(
        page,
        "the pods are written into etcd, Services and endpoints through the API. No container runs. The host is the"
    )?;
    writeln!(
        page,
        "program itself in a process of its own, the same for all sizes; its memory and CPU time are those `/proc`"
    )?;
    writeln!(page, "tells, requests are counted in the API server's audit log.\n")?;
    writeln!(page, "| pods | written in s | calm after s |\n|---|---|---|")?;
    for Filled { pods, took_ms, calm_ms } in &large.filled {
        writeln!(page, "| {pods} | {:.1} | {:.1} |", *took_ms as f64 / 1_000.0, *calm_ms as f64 / 1_000.0)?;
    }
    plans(page, large)?;
    findings(page, &large.findings)?;
    let Completion { whole, with_names } = &large.completion;
    writeln!(page, "\n### Completion\n")?;
    writeln!(
        page,
        "{} key presses in a namespace of 4,000 pods, with 600 Deployments, 600 Services and {} nodes beside them;",
        whole.count, large.nodes
    )?;
    writeln!(
        page,
        "{with_names} were answered with names. p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms.",
        ms(whole.p50_us),
        ms(whole.p99_us),
        ms(whole.max_us)
    )
}

fn plans(page: &mut String, large: &Large) -> std::fmt::Result {
    let Some((first, _)) = ends(large) else { return Ok(()) };
    writeln!(
        page,
        "\n### Plans\n\n“{}” in the largest namespace, {} times at each size.\n",
        first.sentence, first.whole.count
    )?;
    writeln!(
        page,
        "| pods | p50 ms | p99 ms | host CPU ms a plan | requests a plan | memory MiB | peak MiB |\n|---|---|---|---|---|---|---|"
    )?;
    for plans in &large.plans {
        let Plans { pods, whole, cpu_us_per_plan, requests_per_plan, resident_kib, peak_kib, .. } = plans;
        let (p50, p99, cpu) = (ms(whole.p50_us), ms(whole.p99_us), ms(*cpu_us_per_plan));
        let (resident, peak) = (mib(*resident_kib), mib(*peak_kib));
        writeln!(
            page,
            "| {pods} | {p50:.1} | {p99:.1} | {cpu:.1} | {requests_per_plan:.1} | {resident:.0} | {peak:.0} |"
        )?;
    }
    Ok(())
}

fn findings(page: &mut String, findings: &Findings) -> std::fmt::Result {
    let Findings { found, pods_looked_at, cold, cold_lists, warm, warm_lists, sentence, .. } = findings;
    writeln!(page, "\n### What is broken?\n")?;
    writeln!(
        page,
        "`GET /findings` by somebody who may see everything: {pods_looked_at} pods looked at, {found} findings. Cold is the"
    )?;
    writeln!(
        page,
        "first question to a host that has just started, and lists everything in {cold_lists} requests; warm ones take"
    )?;
    writeln!(
        page,
        "what is watched ({warm_lists} list requests in {} of them) and read the logs of the worst findings",
        warm.count
    )?;
    writeln!(
        page,
        "({:.0} a question). The sentence “what is broken?” also plans the fixes of the worst findings, from facts that",
        findings.warm_logs_per_question
    )?;
    writeln!(
        page,
        "are asked for anew. A warm question takes {:.0} ms of the host's CPU time.\n",
        ms(findings.warm_cpu_us)
    )?;
    writeln!(page, "| | times | p50 ms | longest ms |\n|---|---|---|---|")?;
    for (name, spread) in [("cold", cold), ("warm", warm), ("the sentence, warm", sentence)] {
        writeln!(page, "| {name} | {} | {:.0} | {:.0} |", spread.count, ms(spread.p50_us), ms(spread.max_us))?;
    }
    let Findings { idle_kib, cold_peak_kib, warm_kib, warm_peak_kib, .. } = findings;
    let [idle, cold, warm, peak] = [idle_kib, cold_peak_kib, warm_kib, warm_peak_kib].map(|kib| mib(*kib));
    writeln!(
        page,
        "\nMemory of the host: {idle:.0} MiB when idle, at most {cold:.0} MiB while everything is listed, {warm:.0} MiB with"
    )?;
    writeln!(page, "everything watched, at most {peak:.0} MiB during a warm question.")
}
