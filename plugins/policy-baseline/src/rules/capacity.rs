//! What is left afterwards: replicas, endpoints, budgets, data, configuration in use.

use super::{Rule, by_place};
use crate::facts::Step;
use crate::finding::{Found, Severity};
use crate::settings::Settings;

pub(super) static SCALE_TO_ZERO: Rule = Rule {
    id: "scale-to-zero",
    severity: Severity::High,
    sentence: "A workload is not scaled to nothing unnoticed.",
    remedy: "Keep at least one replica, or have it agreed that this stops.",
    effect: "second person in production; elsewhere warn (or second person, by `outside_production`)",
    found: "Scaled to zero",
};

pub(super) static SERVICE_LAST_ENDPOINT: Rule = Rule {
    id: "service-last-endpoint",
    severity: Severity::High,
    sentence: "A Service keeps at least one ready endpoint.",
    remedy: "Keep one replica ready while this happens, or point the Service elsewhere first.",
    effect: "second person in production; elsewhere warn (or second person, by `outside_production`)",
    found: "Loses its last ready endpoint",
};

pub(super) static BUDGET_BROKEN: Rule = Rule {
    id: "budget-broken",
    severity: Severity::High,
    sentence: "A disruption budget is kept; to break or remove one takes a second person.",
    remedy: "Leave more pods running, or change the budget first if it no longer says what you want.",
    effect: "second person",
    found: "Breaks the disruption budget",
};

pub(super) static DATA_LOST: Rule = Rule {
    id: "data-lost",
    severity: Severity::Critical,
    sentence: "Stored data does not go without a second person.",
    remedy: "Take a snapshot first, or keep the claims and delete only what uses them.",
    effect: "second person",
    found: "Stored data goes",
};

pub(super) static CLAIM_DELETE: Rule = Rule {
    id: "claim-delete",
    severity: Severity::Medium,
    sentence: "A claim whose volume stays is not let go unnoticed: it has to be bound again by hand.",
    remedy: "Keep the claim and delete only what uses it.",
    effect: "second person in production; elsewhere warn (or second person, by `outside_production`)",
    found: "Lets go of volumes that stay",
};

pub(super) static IN_USE: Rule = Rule {
    id: "in-use",
    severity: Severity::Medium,
    sentence: "What others use is not deleted unnoticed: configuration, secrets, claims.",
    remedy: "Change what uses it first; pods that restart afterwards will not start without it.",
    effect: "second person in production; elsewhere warn (or second person, by `outside_production`)",
    found: "Deletes what is in use",
};

pub(super) fn check(step: &Step<'_>, settings: &Settings, found: &mut Found) {
    if step.replicas.is_some_and(|replicas| replicas.before > 0 && replicas.after == 0) {
        found.add(&SCALE_TO_ZERO, by_place(step.production, settings), step.plain());
    }
    for service in step.services_lost() {
        let name: &str = &service.name;
        found.add(&SERVICE_LAST_ENDPOINT, by_place(step.production, settings), format!("Service {name}"));
    }
    for budget in step.budgets.iter().filter(|budget| budget.broken) {
        let name: &str = &budget.name;
        found.add(&BUDGET_BROKEN, settings.second_person(), format!("PodDisruptionBudget {name}"));
    }
    if step.claims_lost > 0 {
        let claims = step.claims_lost;
        found.add(&DATA_LOST, settings.second_person(), format!("{claims} volume claims with {}", step.plain()));
    }
    if step.claims_retained > 0 {
        let claims = step.claims_retained;
        found.add(&CLAIM_DELETE, by_place(step.production, settings), format!("{claims} with {}", step.plain()));
    }
    if step.deletes() && step.consumers > 0 {
        let users = format!("{} (used by {})", step.plain(), step.consumers);
        found.add(&IN_USE, by_place(step.production, settings), users);
    }
}
