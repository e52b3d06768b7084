//! What else a plan touches, on a terminal: the count in one phrase, then the host's sentences, worst first.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kubechat_core::radius::{Besides, Radius};
use serde::Deserialize;
use serde_json::Value;

use super::out::{items, safe, text};
use super::show::{label, plural};

/// The lines of one cluster's part, which has these steps.
pub(super) fn lines(out: &mut String, part: &Value, steps: &[&Value]) {
    let written: BTreeSet<&str> = steps.iter().map(|step| text(step, "/object")).collect();
    let words = match Radius::deserialize(&part["radius"]) {
        Ok(radius) => words(radius.besides(written.len() as u64)),
        Err(_) => "this program and the host are of different versions; -o json has it".to_owned(),
    };
    let _ = writeln!(out, "  {}  {words}", label("Touches"));
    for sentence in items(part, "/radius/sentences") {
        let _ = writeln!(out, "  {}  {}", label(""), safe(sentence.as_str().unwrap_or("")));
    }
}

fn words(Besides { pods, others, at_least }: Besides) -> String {
    let counted = [("pod", pods), ("other object", others)].into_iter().filter(|(_, count)| *count > 0);
    let all: Vec<String> = counted.map(|(noun, count)| format!("{count} {}", plural(noun, count))).collect();
    match (all.is_empty(), at_least) {
        (true, false) => "nothing else".to_owned(),
        (true, true) => "nothing else that could be seen".to_owned(),
        (false, false) => all.join(" and "),
        (false, true) => format!("at least {}", all.join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_else_is_touched_is_one_phrase() {
        let said = |pods, others, at_least| words(Besides { pods, others, at_least });
        assert_eq!(said(2, 1, false), "2 pods and 1 other object");
        assert_eq!(said(1, 0, true), "at least 1 pod");
        assert_eq!(said(0, 3, false), "3 other objects");
        assert_eq!(said(0, 0, false), "nothing else");
        assert_eq!(said(0, 0, true), "nothing else that could be seen");
    }
}
