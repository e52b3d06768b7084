//! The plan as a whole: its reach, its level, what was not seen, and where it comes from.

use super::Rule;
use crate::facts::{Facts, Level, Step};
use crate::finding::{Effect, Found, SUBJECTS_SHOWN, Severity, cut};
use crate::settings::Settings;

pub(super) static PODS_MAX: Rule = Rule {
    id: "pods-max",
    severity: Severity::High,
    sentence: "A plan that reaches many pods (more than `pods_max`, 50 by default) needs a second person.",
    remedy: "Split it into smaller plans, or ask a second person to approve.",
    effect: "second person",
    found: "Reaches many pods",
};

pub(super) static UNVERIFIED: Rule = Rule {
    id: "unverified-step",
    severity: Severity::High,
    sentence: "A step the API server could not try out beforehand needs a second person.",
    remedy: "See why the dry-run failed (often an admission webhook that refuses dry-run), or ask for approval.",
    effect: "second person",
    found: "Could not be tried out",
};

pub(super) static RISK_CRITICAL: Rule = Rule {
    id: "risk-critical",
    severity: Severity::Critical,
    sentence: "A plan of risk critical needs a second person, wherever it runs.",
    remedy: "Ask a second person to approve, or make the plan smaller.",
    effect: "second person",
    found: "The risk is critical",
};

pub(super) static INCOMPLETE: Rule = Rule {
    id: "incomplete-facts",
    severity: Severity::Medium,
    sentence: "What takes something away needs a second person when not everything it touches could be seen.",
    remedy: "Get the right to read what is named here, or ask somebody who has it to approve.",
    effect: "second person if a step removes something; else note",
    found: "Not everything could be seen",
};

pub(super) static UNDO: Rule = Rule {
    id: "undo",
    severity: Severity::Info,
    sentence: "An undo is judged like any other plan.",
    remedy: "Nothing to do.",
    effect: "note",
    found: "This takes back an earlier run",
};

/// Longest reason quoted, bytes; more would push the object's name out of the finding.
const REASON_BYTES_MAX: usize = 60;

pub(super) fn check_step(step: &Step<'_>, settings: &Settings, found: &mut Found) {
    if let Some(reason) = &step.unverified {
        let reason = cut((**reason).to_owned(), REASON_BYTES_MAX);
        found.add(&UNVERIFIED, settings.second_person(), format!("{} ({reason})", step.plain()));
    }
}

pub(super) fn check(facts: &Facts<'_>, settings: &Settings, found: &mut Found) {
    if facts.radius_pods > settings.pods_max {
        let sentence = format!("{}, the limit is {}", facts.radius_pods, settings.pods_max);
        found.add(&PODS_MAX, settings.second_person(), sentence);
    }
    if facts.risk_level == Level::Critical {
        found.add(&RISK_CRITICAL, settings.second_person(), "see its reasons".to_owned());
    }
    if !facts.complete {
        let removes = facts.steps.iter().any(Step::removes);
        let effect = if removes { settings.second_person() } else { Effect::Note };
        for unseen in facts.unseen.iter().take(SUBJECTS_SHOWN * 4) {
            found.add(&INCOMPLETE, effect.clone(), (**unseen).to_owned());
        }
        if facts.unseen.is_empty() {
            found.add(&INCOMPLETE, effect, "the host did not say what".to_owned());
        }
    }
    if &*facts.origin == "undo" {
        found.add(&UNDO, Effect::Note, "the fields it changed get their former values".to_owned());
    }
}
