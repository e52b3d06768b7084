//! Production: a second person for what is risky or takes something away, and a free hand for an owner's routine.
//!
//! Routine is what an owner does every day and can do again: another version of the image that already runs, replicas
//! within the autoscaler's bounds (or, without one, no fewer than now), a restart. It is judged by content, so the undo of
//! a routine change is routine when it, too, takes nothing away. What is routine needs no second person for its level
//! alone below critical; whatever else is wrong with it is found by the other rules.

use super::Rule;
use super::place::ACCESS_GROUPS;
use crate::facts::{Level, Step};
use crate::finding::{Effect, Found, Severity};
use crate::settings::Settings;

pub(super) static RISK_HIGH: Rule = Rule {
    id: "production-risk",
    severity: Severity::High,
    sentence: "In production a plan of risk high or above needs a second person, unless it is its owner's routine.",
    remedy: "Ask a second person to approve, or split the plan so that each part is less risky.",
    effect: "second person",
    found: "A risky change in production",
};

pub(super) static REMOVES: Rule = Rule {
    id: "production-removes",
    severity: Severity::High,
    sentence: "In production nothing that removes capacity, data or protection runs without a second person.",
    remedy: "Ask a second person to approve, or keep what is there.",
    effect: "second person",
    found: "Removes something from production",
};

pub(super) static NOT_OWNER: Rule = Rule {
    id: "production-not-owner",
    severity: Severity::Medium,
    sentence: "In production people change what is theirs.",
    remedy: "Tell the owners named by the namespace's `kubechat.dev/owner`, or let one of them ask for it.",
    effect: "warn",
    found: "You are not among the owners of",
};

pub(super) static ROUTINE: Rule = Rule {
    id: "production-routine",
    severity: Severity::Info,
    sentence: "An owner's routine work in production passes: an own image, replicas within bounds, a restart.",
    remedy: "Nothing to do.",
    effect: "note",
    found: "Routine work of an owner in production",
};

pub(super) fn check(step: &Step<'_>, level: Level, settings: &Settings, found: &mut Found) {
    if !step.production {
        return;
    }
    if !step.owner {
        found.add(&NOT_OWNER, Effect::Warn, step.plain());
    }
    if is_routine(step) {
        found.add(&ROUTINE, Effect::Note, step.plain());
        return;
    }
    if level >= Level::High {
        found.add(&RISK_HIGH, settings.second_person(), step.plain());
    }
    if let Some(what) = removed(step) {
        found.add(&REMOVES, settings.second_person(), format!("{what} of {}", step.plain()));
    }
}

/// What a step takes away for good, the gravest first.
fn removed(step: &Step<'_>) -> Option<&'static str> {
    let opens = ACCESS_GROUPS.contains(&&*step.group) && !step.creates;
    if step.claims_lost > 0 {
        Some("data")
    } else if step.budgets.iter().any(|budget| budget.broken) || !step.weakens.is_empty() || opens {
        Some("protection")
    } else if step.shrinks() {
        Some("capacity")
    } else if (step.deletes() || step.removes_objects > 0) && !step.tidies() {
        Some("deletion")
    } else {
        None
    }
}

fn is_routine(step: &Step<'_>) -> bool {
    let harmless = step.owner
        && &*step.verb == "patch"
        && step.unverified.is_none()
        && step.claims_lost == 0
        && step.removes_objects == 0
        && step.escalations.is_empty()
        && step.pod_powers.is_empty()
        && !step.budgets.iter().any(|budget| budget.broken)
        && step.services_lost().next().is_none();
    harmless
        && match &*step.op {
            "restart" => true,
            "set-image" => own_images(step),
            "scale" => step.replicas.is_some() && within_bounds(step),
            "undo" | "rollout-undo" => {
                (step.replicas.is_some() || !step.images.is_empty()) && own_images_or_none(step) && within_bounds(step)
            }
            _ => false,
        }
}

fn own_images(step: &Step<'_>) -> bool {
    !step.images.is_empty() && own_images_or_none(step)
}

fn own_images_or_none(step: &Step<'_>) -> bool {
    step.images.iter().all(|image| image.same_repository() && !image.floats())
}

/// Replicas that the autoscaler could have chosen itself, or that are no fewer than now.
fn within_bounds(step: &Step<'_>) -> bool {
    match (step.replicas, step.autoscaler) {
        (None, _) => true,
        (Some(replicas), Some(bounds)) => replicas.after > 0 && (bounds.min..=bounds.max).contains(&replicas.after),
        (Some(replicas), None) => replicas.after > 0 && replicas.after >= replicas.before,
    }
}
