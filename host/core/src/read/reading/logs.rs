//! Log lines: lines that speak of errors and the newest matter most, of each container alike; what repeats stands once.
//!
//! Lines say the same when they differ only in words with a digit in them: times, ids, counts. Of those the newest is shown,
//! with how many there are. Which words speak of an error is a list of beginnings in English, not a judgement.

use std::collections::HashMap;

use super::{Lines, Made, Pick, unread, woven};
use crate::read::answer::{LogSource, Logs};

/// What a line that speaks of an error has in it, lower case.
const ERRORS: &[&str] = &[
    "error",
    "fatal",
    "panic",
    "exception",
    "fail",
    "critical",
    "oom",
    "killed",
    "denied",
    "refused",
    "timeout",
    "timed out",
    "unhealthy",
    "crash",
    "traceback",
    "segfault",
    "abort",
];

pub(super) fn made(logs: &Logs) -> Made {
    let mut lines = Lines::default();
    let mut all = 0;
    let mut errors = 0;
    let mut headings = Vec::new();
    let mut sources = Vec::new();
    for source in &logs.sources {
        headings.extend(Pick::all(lines.push(&heading(source))));
        let begun = lines.0.len();
        for line in &source.lines {
            lines.push(line);
        }
        all += source.lines.len();
        errors += source.lines.iter().filter(|line| is_error(line)).count();
        sources.push(picks(&lines.0, begun));
    }
    let from = match logs.sources.len() {
        1 => "1 container".to_owned(),
        many => format!("{many} containers"),
    };
    let pods = unread(logs.omitted, 0);
    let summary = format!("{all} log lines of {from}, {errors} speak of errors; (×n) is n lines alike{pods}");
    let order = headings.into_iter().chain(woven(&sources)).collect();
    Made { answer: "logs", summary, lines, order }
}

fn heading(source: &LogSource) -> String {
    let container = source.container.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let previous = if source.previous { " (previous)" } else { "" };
    let problem = source.problem.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("== {}/{}{container}{previous}{problem}", source.namespace, source.pod)
}

/// A container's lines from one on, the most telling first: errors and newest lines in turn, the first error before the
/// others, because what comes after it often follows from it.
fn picks(lines: &[String], begun: usize) -> Vec<Pick> {
    let mut alike = HashMap::<String, Pick>::new();
    let mut first_error = None;
    for (line, text) in lines.iter().enumerate().skip(begun) {
        let sense = sense(text);
        if first_error.is_none() && is_error(text) {
            first_error = Some(sense.clone());
        }
        let pick = alike.entry(sense).or_insert(Pick { line, alike: 0 });
        (pick.line, pick.alike) = (line, pick.alike + 1);
    }
    let first_error = first_error.and_then(|sense| alike.get(&sense).copied());
    let mut newest: Vec<Pick> = alike.into_values().collect();
    newest.sort_by_key(|pick| std::cmp::Reverse(pick.line));
    let errors = newest.iter().copied().filter(|pick| is_error(&lines[pick.line]));
    let errors = first_error.into_iter().chain(errors).collect();
    woven(&[errors, newest])
}

fn is_error(line: &str) -> bool {
    let line = line.to_lowercase();
    ERRORS.iter().any(|word| line.contains(word))
}

/// The line without what makes each one different.
fn sense(line: &str) -> String {
    let mut sense = String::with_capacity(line.len());
    for word in line.split_inclusive(|c: char| !c.is_alphanumeric()) {
        if word.contains(|c: char| c.is_ascii_digit()) { sense.push('#') } else { sense.push_str(word) }
    }
    sense
}
