//! Objects, descriptions and findings: the fields that matter, the first lines of each section, the worst first.
//!
//! An object is told field by field with its way (`spec.replicas: 3`); the summary has its outline: which lines its parts are,
//! so that the rest can be paged where it is of interest.

use serde::Serialize;
use serde_json::Value;

use super::{Lines, Made, Pick, unread, woven};
use crate::analyze::Findings;
use crate::object::ObjectRef;
use crate::read::answer::Description;

/// Lines of each section of a description that come before the others.
const SECTION_LINES_FIRST: usize = 4;
/// Ways that matter before all others, wherever they stand in a way.
const TELLING: &[&str] = &[
    "status.phase",
    "status.conditions",
    "status.containerStatuses",
    "status.replicas",
    "status.readyReplicas",
    "spec.replicas",
    ".image:",
    ".state.",
    ".lastState.",
    ".resources.",
    ".nodeName",
    "metadata.name:",
    "metadata.namespace:",
    "metadata.deletionTimestamp",
];
/// Beginnings of ways that matter after all others.
const QUIET: &[&str] = &["metadata.managedFields", "metadata.annotations", "metadata.uid", "metadata.resourceVersion"];

pub(super) fn of_object(object: &ObjectRef, content: &Value) -> Made {
    let mut lines = Lines::default();
    fields(content, String::new(), &mut lines);
    let mut ranked: Vec<usize> = (0..lines.0.len()).collect();
    ranked.sort_by_key(|line| rank(&lines.0[*line]));
    let order = Pick::all(ranked).collect();
    Made { answer: "object", summary: format!("{} as lines; {}", object, outline(content)), lines, order }
}

fn rank(line: &str) -> u8 {
    if QUIET.iter().any(|way| line.starts_with(way)) {
        3
    } else if TELLING.iter().any(|way| line.contains(way)) {
        0
    } else if line.starts_with("status.") {
        1
    } else {
        2
    }
}

/// A value as lines of a way and a text.
fn fields(value: &Value, way: String, lines: &mut Lines) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let way = if way.is_empty() { key.clone() } else { format!("{way}.{key}") };
                fields(value, way, lines);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                fields(item, format!("{way}[{index}]"), lines);
            }
        }
        Value::String(text) => {
            let mut parts = text.split('\n');
            lines.push(&format!("{way}: {}", parts.next().unwrap_or_default()));
            for part in parts {
                lines.push(part);
            }
        }
        other => {
            lines.push(&format!("{way}: {other}"));
        }
    }
}

/// `metadata 0-12, spec 13-80`: on which lines its parts stand.
fn outline(content: &Value) -> String {
    let mut begun = 0;
    let parts = content.as_object().into_iter().flatten().map(|(key, value)| {
        let mut lines = Lines::default();
        fields(value, key.clone(), &mut lines);
        let first = begun;
        begun += lines.0.len();
        format!("{key} {first}-{}", begun.saturating_sub(1))
    });
    parts.collect::<Vec<_>>().join(", ")
}

pub(super) fn of_description(description: &Description) -> Made {
    let mut lines = Lines::default();
    let (mut first, mut then) = (Vec::new(), Vec::new());
    for section in &description.sections {
        let omitted =
            if section.omitted > 0 { format!(" ({} more are left out)", section.omitted) } else { String::new() };
        first.extend(lines.push(&format!("[{}]{omitted}", section.title)));
        for (at, line) in section.lines.iter().enumerate() {
            let numbers = lines.push(&format!("{}: {}", line.label, line.text));
            if at < SECTION_LINES_FIRST { first.extend(numbers) } else { then.extend(numbers) }
        }
    }
    let titles: Vec<&str> = description.sections.iter().map(|section| section.title.as_str()).collect();
    let unread = unread(0, description.unseen.len());
    let summary = format!("{}: {}{unread}", description.object, titles.join(", "));
    Made { answer: "description", summary, lines, order: Pick::all(first.into_iter().chain(then)).collect() }
}

pub(super) fn of_findings(found: &Findings) -> Made {
    let mut lines = Lines::default();
    let (mut sentences, mut details) = (Vec::new(), Vec::new());
    // The worst come first already.
    for finding in &found.findings {
        let severity = word(&finding.severity);
        let folded = if finding.folded > 0 { format!(" (and {} more objects)", finding.folded) } else { String::new() };
        let sentence = format!("{severity} {} {}: {}{folded}", finding.rule, finding.object, finding.sentence);
        sentences.extend(Pick::all(lines.push(&sentence)));
        if let Some(fix) = finding.fix.as_ref().and_then(|fix| serde_json::to_string(fix).ok()) {
            details.extend(Pick::all(lines.push(&format!("  fix: {fix}"))));
        }
        details.extend(Pick::all(lines.push(&format!("  advice: {}", finding.advice))));
        for evidence in &finding.evidence {
            details.extend(Pick::all(lines.push(&format!("  {}: {}", evidence.source, evidence.text))));
        }
    }
    for change in &found.changes {
        details
            .extend(Pick::all(lines.push(&format!("changed {} ago: {}: {}", change.age, change.object, change.what))));
    }
    let severities: Vec<String> = found.findings.iter().map(|finding| word(&finding.severity)).collect();
    let by_severity = super::counted(severities.iter().map(String::as_str));
    let unread = unread(found.omitted, found.unseen.len());
    let summary = format!("{} findings, the worst first: {by_severity}{unread}", found.findings.len());
    Made { answer: "findings", summary, lines, order: woven(&[sentences, details]) }
}

/// The word that stands for a value in JSON.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
