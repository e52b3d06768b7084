//! How plans, runs and answers look on a terminal. Everything a cluster said goes through `safe` first.
//!
//! Plain words; risk is a level with its deciding reason; numbers and digests stay in `-o json`.

use std::fmt::Write as _;

use kubechat_core::analyze::{Finding, Findings};
use kubechat_core::facts::Unseen;
use kubechat_core::read::{Answer, ChangeRow, Changes, Description, Events, Listing, Logs, Table};
use serde_json::Value;

use super::out::{items, safe, table, text};
use super::paint::{bold, dim, green, level, red, yellow};
use super::touched;

/// What stands between a model and its provider in the host's name for it.
const MODEL_OF: &str = " · ";
/// Most diff lines shown before "and n more"; `d` shows all.
const DIFF_LINES: usize = 12;

/// A plan to decide on; with a section for each cluster when it is for several.
pub(crate) fn plan(view: &Value, whole_diff: bool) -> String {
    let mut out = String::new();
    let (id, state) = (text(view, "/id"), text(view, "/state_text"));
    let _ = writeln!(out, "{} {}  {} on {}", bold("Plan"), bold(id), state_colour(view, state), clusters(view));
    let parts = items(view, "/parts");
    for part in parts {
        if parts.len() > 1 {
            let _ = writeln!(out, "\n {} {}", bold("On"), bold(&safe(text(part, "/cluster"))));
        }
        part_lines(&mut out, view, part, whole_diff);
    }
    made_by(&mut out, view);
    for chosen in items(view, "/chosen") {
        let _ = writeln!(out, "  {}  {}", label("Not said"), not_said(chosen));
    }
    if let Some(problem) = view.get("problem").filter(|problem| !problem.is_null()) {
        let _ = writeln!(out, "  {}  {}", label("Problem"), red(&safe(text(problem, "/detail"))));
    }
    let undone = names(view, "/undone");
    if !undone.is_empty() {
        let stands = names(view, "/stands");
        let left = if stands.is_empty() { String::new() } else { format!("; it still stands on {stands}") };
        let _ = writeln!(out, "  {}  taken back on {undone}{left}", label("Undone"));
    }
    out
}

/// Which model made it, and why those before it did not. Rules and findings follow from what is shown anyway.
fn made_by(out: &mut String, view: &Value) {
    let all: Vec<_> = items(view, "/provenance").iter().filter_map(Value::as_str).collect();
    if all.len() > 1 || all.first().is_some_and(|who| who.contains(MODEL_OF)) {
        for (at, line) in all.iter().enumerate() {
            let _ = writeln!(out, "  {}  {}", label(if at == 0 { "Made by" } else { "" }), dim(&safe(line)));
        }
    }
}

/// What a model chose that the person didn't say: yellow where the cluster's own text has it.
fn not_said(chosen: &Value) -> String {
    let what = format!("{} {}", text(chosen, "/choice"), safe(text(chosen, "/value")));
    match chosen.get("read_in") {
        Some(read) => yellow(&format!("{what}: it stood in {}, not in your words", safe(text(read, "/origin")))),
        None => dim(&format!("{what}: the model's own choice")),
    }
}

/// What a plan does to one cluster, and what has to be known of it.
fn part_lines(out: &mut String, view: &Value, part: &Value, whole_diff: bool) {
    let own = |step: &&Value| step["cluster"] == part["cluster"];
    let steps: Vec<&Value> = items(view, "/steps").iter().filter(own).collect();
    for step in &steps {
        step_lines(out, step, whole_diff);
        let elsewhere = waits_elsewhere(view, step);
        if !elsewhere.is_empty() {
            let _ = writeln!(out, "       {}", dim(&format!("after {elsewhere}")));
        }
    }
    let _ = writeln!(out, "  {}  {}", label("Risk"), risk(part));
    touched::lines(out, part, &steps);
    verdicts(out, part);
    if items(view, "/parts").len() > 1 && text(view, "/state") == "needs-approval" {
        let _ = writeln!(out, "  {}  {}", label("Approval"), votes(part));
    }
    reversibility(out, &steps);
    for gap in items(part, "/unseen") {
        let _ = writeln!(out, "  {}  {} ({})", label("Not seen"), safe(text(gap, "/what")), safe(text(gap, "/why")));
    }
    if matches!(text(part, "/mode"), "read-only" | "suggest-only") {
        let _ = writeln!(
            out,
            "  {}  {} here; `kubechat cluster mode` says why and how to change it",
            label("Mode"),
            safe(text(part, "/mode"))
        );
    }
}

/// The clusters of a plan, by name.
pub(crate) fn clusters(view: &Value) -> String {
    names(view, "/clusters")
}

fn names(view: &Value, pointer: &str) -> String {
    let names: Vec<_> = items(view, pointer).iter().filter_map(Value::as_str).map(safe).collect();
    names.join(", ")
}

/// Steps on other clusters that have to succeed first.
fn waits_elsewhere(view: &Value, step: &Value) -> String {
    let waits =
        |other: &&Value| other["cluster"] != step["cluster"] && items(step, "/depends_on").contains(&other["index"]);
    let named = |other: &Value| {
        format!("step {} on {}", other["index"].as_u64().unwrap_or(0) + 1, safe(text(other, "/cluster")))
    };
    items(view, "/steps").iter().filter(waits).map(named).collect::<Vec<_>>().join(", ")
}

fn votes(part: &Value) -> String {
    match text(part, "/approval/tally/tally") {
        "met" => green("nothing is missing"),
        "confirmation-missing" => yellow("your own confirmation is missing"),
        "waiting" => {
            let one = |missing: &Value| {
                let groups = names(missing, "/groups");
                let of = if groups.is_empty() { String::new() } else { format!(" of {groups}") };
                let votes = missing["votes"].as_u64().unwrap_or(1);
                format!("{votes} more vote{}{of}", if votes == 1 { "" } else { "s" })
            };
            let all: Vec<_> = items(part, "/approval/tally/missing").iter().map(one).collect();
            yellow(&format!("missing: {}", all.join(", ")))
        }
        other => red(other),
    }
}

pub(super) fn label(name: &str) -> String {
    dim(&format!("{name:<9}"))
}

fn state_colour(view: &Value, word: &str) -> String {
    match text(view, "/state") {
        "ready" | "succeeded" | "undone" => green(word),
        "denied" | "failed" | "rejected" | "indeterminate" => red(word),
        _ => yellow(word),
    }
}

fn step_lines(out: &mut String, step: &Value, whole_diff: bool) {
    let number = step["index"].as_u64().unwrap_or(0) + 1;
    let _ =
        writeln!(out, "  {number}. {}  {}", bold(&safe(text(step, "/sentence"))), dim(&safe(text(step, "/object"))));
    let diff = items(step, "/diff");
    let shown = if whole_diff { diff.len() } else { DIFF_LINES };
    for change in diff.iter().take(shown) {
        let _ = writeln!(out, "       {}", change_line(change));
    }
    if diff.len() > shown {
        let _ = writeln!(out, "       {}", dim(&format!("and {} more fields", diff.len() - shown)));
    }
    if text(step, "/dry_run") == "unverified" {
        let _ =
            writeln!(out, "       {} {}", yellow("not tried by the server:"), safe(text(step, "/unverified_reason")));
    }
    for warning in items(step, "/warnings") {
        let _ = writeln!(out, "       {} {}", yellow("the server warns:"), safe(warning.as_str().unwrap_or("")));
    }
    for note in items(step, "/notes") {
        let _ = writeln!(out, "       {} {}", yellow("note:"), safe(note.as_str().unwrap_or("")));
    }
}

fn change_line(change: &Value) -> String {
    let path = safe(text(change, "/path"));
    let (before, after) = (change.get("before").filter(|v| !v.is_null()), change.get("after").filter(|v| !v.is_null()));
    match (before, after) {
        (Some(before), Some(after)) => format!("{path}: {} → {}", red(&brief(before)), green(&brief(after))),
        (None, Some(after)) => format!("{} {path}: {}", green("+"), brief(after)),
        (Some(before), None) => format!("{} {path}: {}", red("-"), brief(before)),
        (None, None) => path,
    }
}

fn brief(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text = safe(&text).replace('\n', "⏎");
    if text.chars().count() > 100 { format!("{}…", text.chars().take(99).collect::<String>()) } else { text }
}

fn risk(view: &Value) -> String {
    let reason = items(view, "/risk/reasons").first().map(|reason| text(reason, "/sentence")).unwrap_or_default();
    let shown = level(text(view, "/risk/level"));
    if reason.is_empty() { format!("{shown}: nothing counts against it") } else { format!("{shown}: {}", safe(reason)) }
}

fn verdicts(out: &mut String, view: &Value) {
    let all = items(view, "/decision/verdicts");
    if all.is_empty() {
        let _ = writeln!(out, "  {}  {}", label("Policy"), green("no rule objects"));
    }
    for verdict in all {
        let effect = match text(verdict, "/effect/effect") {
            "deny" => red("denied"),
            "require" => yellow("needs approval"),
            "warn" => yellow("warning"),
            _ => dim("note"),
        };
        let monitor = if verdict["enforced"] == Value::Bool(true) { "" } else { " (monitor only)" };
        let _ = writeln!(out, "  {}  {effect}{monitor}: {}", label("Policy"), safe(text(verdict, "/sentence")));
        if matches!(text(verdict, "/effect/effect"), "deny" | "require") && !text(verdict, "/remedy").is_empty() {
            let _ = writeln!(out, "  {}  {}", label(""), dim(&safe(text(verdict, "/remedy"))));
        }
    }
}

fn reversibility(out: &mut String, steps: &[&Value]) {
    let mut said: Vec<String> = Vec::new();
    for step in steps {
        let one = match text(step, "/reversibility/class") {
            "exact" if step["creates"] == Value::Bool(true) => green("can be undone: what is created is deleted again"),
            "exact" => green("can be undone: the changed fields come back"),
            "re-made" => yellow("can be undone: made again, with a new identity"),
            "partial" => {
                let lost: Vec<_> = items(step, "/reversibility/lost").iter().filter_map(Value::as_str).collect();
                yellow(&format!("can be undone in part; lost: {}", lost.join(", ")))
            }
            _ => red(&format!("cannot be undone, because {}", safe(text(step, "/reversibility/because")))),
        };
        if !said.contains(&one) {
            said.push(one);
        }
    }
    for one in said {
        let _ = writeln!(out, "  {}  {one}", label("Undo"));
    }
}

/// The lines of a run, one a step; of several clusters, what stands on each.
pub(crate) fn run(run: &Value) -> String {
    let mut out = String::new();
    let clusters = items(run, "/clusters");
    for left in clusters {
        let steps: Vec<&Value> =
            items(run, "/steps").iter().filter(|step| step["cluster"] == left["cluster"]).collect();
        if clusters.len() > 1 {
            let _ =
                writeln!(out, " {} {}: {}", bold("On"), bold(&safe(text(left, "/cluster"))), safe(text(left, "/text")));
        }
        run_steps(&mut out, &steps);
    }
    out
}

fn run_steps(out: &mut String, steps: &[&Value]) {
    for step in steps {
        let number = step["index"].as_u64().unwrap_or(0) + 1;
        let state = match text(step, "/state") {
            state @ "succeeded" => green(state),
            state @ ("failed" | "indeterminate") => red(state),
            state => yellow(state),
        };
        let progress = text(step, "/progress");
        let rests = if step["settled"] == Value::Bool(false) { " (not settled)" } else { "" };
        let progress = if progress.is_empty() { String::new() } else { format!(" · {}{rests}", safe(progress)) };
        let _ = writeln!(out, "  {number}. {state}{progress}");
        if !text(step, "/note").is_empty() {
            let _ = writeln!(out, "     {}", dim(&safe(text(step, "/note"))));
        }
        if let Some(problem) = step.get("problem").filter(|problem| !problem.is_null()) {
            let _ = writeln!(out, "     {}", safe(text(problem, "/detail")));
        }
        for change in items(step, "/surprises") {
            let path: kubechat_core::field::FieldPath =
                serde_json::from_value(change["path"].clone()).unwrap_or_default();
            let _ = writeln!(out, "     {} {path} is other than the dry-run said", yellow("surprise:"));
        }
    }
}

/// What a read found.
pub(crate) fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Object { content, .. } => serde_yaml_ng::to_string(content).map(|yaml| safe(&yaml)).unwrap_or_default(),
        Answer::Table(found) => found_table(found),
        Answer::Description(found) => description(found),
        Answer::Logs(found) => logs(found),
        Answer::Events(found) => events(found),
        Answer::Findings(found) => findings(found, &[]),
        Answer::Changes(found) => changes(found),
        Answer::Listing(found) => listing(found),
    }
}

fn found_table(found: &Table) -> String {
    if found.rows.is_empty() {
        return format!("No {} found.\n", found.kind);
    }
    let heads: Vec<&str> = found.columns.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = found.rows.iter().map(|row| row.cells.clone()).collect();
    let mut out = table(&heads, &rows);
    if found.omitted > 0 {
        let _ = writeln!(out, "and {} more of {}", found.omitted, found.total);
    }
    unseen(&mut out, &found.unseen);
    out
}

fn listing(found: &Listing) -> String {
    let mut out = if found.rows.is_empty() {
        format!("No {} found.\n", safe(&found.what))
    } else {
        let heads: Vec<&str> = found.columns.iter().map(String::as_str).collect();
        table(&heads, &found.rows)
    };
    if found.omitted > 0 {
        let _ = writeln!(out, "and {} more of {}", found.omitted, found.total);
    }
    for note in &found.notes {
        let _ = writeln!(out, "{}", dim(&safe(note)));
    }
    unseen(&mut out, &found.unseen);
    out
}

fn unseen(out: &mut String, gaps: &[Unseen]) {
    for gap in gaps {
        let _ = writeln!(out, "{} {} ({})", dim("not seen:"), safe(&gap.what), safe(&gap.why));
    }
}

fn description(found: &Description) -> String {
    let mut out = format!("{}\n", bold(&found.object.to_string()));
    for section in &found.sections {
        let _ = writeln!(out, "{}", bold(&safe(&section.title)));
        for line in &section.lines {
            let _ = writeln!(
                out,
                "  {:<20} {}",
                safe(&line.label),
                safe(&line.text).replace('\n', "\n                       ")
            );
        }
        if section.omitted > 0 {
            let _ = writeln!(out, "  {}", dim(&format!("and {} more", section.omitted)));
        }
    }
    unseen(&mut out, &found.unseen);
    out
}

fn logs(found: &Logs) -> String {
    let mut out = String::new();
    for source in &found.sources {
        let container = source.container.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let previous = if source.previous { " (the container before this one)" } else { "" };
        let _ = writeln!(out, "{}", dim(&format!("── {}/{}{container}{previous}", source.namespace, source.pod)));
        for line in &source.lines {
            let _ = writeln!(out, "{}", safe(line));
        }
        if let Some(problem) = &source.problem {
            let _ = writeln!(out, "{}", yellow(&safe(problem)));
        }
    }
    if found.omitted > 0 {
        let _ = writeln!(out, "{}", dim(&format!("and {} more pods", found.omitted)));
    }
    out
}

fn events(found: &Events) -> String {
    if found.rows.is_empty() {
        return "No events.\n".to_owned();
    }
    let row = |row: &kubechat_core::read::EventRow| {
        vec![row.age.clone(), row.level.clone(), row.reason.clone(), row.object.clone(), row.message.clone()]
    };
    table(&["AGE", "TYPE", "REASON", "OBJECT", "MESSAGE"], &found.rows.iter().map(row).collect::<Vec<_>>())
}

fn changes(found: &Changes) -> String {
    let mut out = String::new();
    if found.rows.is_empty() {
        out.push_str("No changes are recorded.\n");
    } else {
        let row = |row: &ChangeRow| {
            let who = row.who.clone().unwrap_or_else(|| "-".to_owned());
            vec![row.age.clone(), row.source.as_str().to_owned(), row.object.clone(), who, row.what.clone()]
        };
        out = table(&["AGE", "FROM", "OBJECT", "WHO", "WHAT"], &found.rows.iter().map(row).collect::<Vec<_>>());
    }
    if found.omitted > 0 {
        let _ = writeln!(out, "and {} older ones", found.omitted);
    }
    for gap in &found.gaps {
        let _ = writeln!(out, "{} {}", dim("not recorded:"), safe(gap));
    }
    unseen(&mut out, &found.unseen);
    out
}

/// Findings, ranked, each with its evidence and the plan of its fix.
pub(crate) fn findings(found: &Findings, fixes: &[Value]) -> String {
    let mut out = String::new();
    let total = found.findings.len() as u64 + found.omitted;
    match total {
        0 => out.push_str(&format!("{}\n", nothing_found(&found.unseen))),
        1 => out.push_str("1 thing is broken:\n"),
        n => {
            let _ = writeln!(out, "{n} things are broken, the worst first:");
        }
    }
    for (index, finding) in found.findings.iter().enumerate() {
        one_finding(&mut out, index + 1, finding, fixes);
    }
    if found.omitted > 0 {
        let _ = writeln!(out, "and {} more", found.omitted);
    }
    let looked: Vec<_> =
        found.looked_at.iter().map(|one| format!("{} {}", one.total, plural(&one.kind, one.total))).collect();
    if !looked.is_empty() {
        let place = match found.namespaces.as_slice() {
            [] => String::new(),
            some => format!(" in {}", some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        };
        let _ = writeln!(out, "{}", dim(&format!("Looked at {}{place}.", looked.join(", "))));
    }
    unseen(&mut out, &found.unseen);
    out
}

/// That nothing is broken is said only where all that one may see was read.
fn nothing_found(unseen: &[Unseen]) -> String {
    if unseen.iter().all(Unseen::is_forbidden) {
        green("Nothing is broken in what you may see.")
    } else {
        yellow("Nothing broken was found, but not everything could be read.")
    }
}

pub(super) fn plural(kind: &str, count: u64) -> String {
    if count == 1 || kind.ends_with('s') { kind.to_owned() } else { format!("{kind}s") }
}

fn one_finding(out: &mut String, number: usize, finding: &Finding, fixes: &[Value]) {
    let severity = serde_json::to_value(finding.severity).ok();
    let severity = severity.as_ref().and_then(Value::as_str).unwrap_or("");
    let object = finding.object.to_string();
    let _ = writeln!(out, "\n{number}. {}  {}", level(severity), bold(&safe(&object)));
    let _ = writeln!(out, "   {}", safe(&finding.sentence));
    for evidence in &finding.evidence {
        let shown = safe(&evidence.text).replace('\n', "\n     │ ");
        let _ = writeln!(out, "     {} {}", dim(&format!("│ {}:", safe(&evidence.source))), shown);
    }
    if finding.folded > 0 {
        let follows = if finding.folded == 1 { "object follows" } else { "objects follow" };
        let _ = writeln!(out, "   {}", dim(&format!("and {} more {follows} from it", finding.folded)));
    }
    if !finding.advice.is_empty() {
        let _ = writeln!(out, "   {}", safe(&finding.advice));
    }
    let wanted = finding.fix.as_ref().and_then(|fix| serde_json::to_value(fix).ok());
    for fix in fixes.iter().filter(|fix| wanted.as_ref().is_some_and(|wanted| is_fix(fix, wanted))) {
        let sentence = items(fix, "/steps").first().map(|step| text(step, "/sentence")).unwrap_or_default();
        let _ = writeln!(
            out,
            "   {} {}: {}, risk {}  {}",
            green("fix"),
            bold(text(fix, "/id")),
            safe(sentence),
            level(text(fix, "/risk/level")),
            dim(&format!("kubechat plan show {0} · kubechat execute {0}", text(fix, "/id"))),
        );
    }
}

/// Whether a plan is this fix: the same operation on the same object.
fn is_fix(plan: &Value, wanted: &Value) -> bool {
    let same = |one: &Value| {
        one["op"] == wanted["op"]
            && one.pointer("/target/name") == wanted.pointer("/target/name")
            && one.pointer("/target/namespace") == wanted.pointer("/target/namespace")
    };
    items(plan, "/operations").iter().any(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_to_be_well_where_a_list_failed_or_was_cut() {
        let gap = |why: &str| Unseen { what: "list pods in shop".to_owned(), why: why.to_owned() };
        assert!(nothing_found(&[gap("forbidden")]).contains("Nothing is broken in what you may see"));
        for why in ["failed: timed out", "list cut at 10000", "as of 3 min ago"] {
            assert!(!nothing_found(&[gap("forbidden"), gap(why)]).contains("Nothing is broken"), "{why}");
        }
    }
}
