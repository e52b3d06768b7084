//! The rules: one table of what they demand, and the checks behind it by subject.
//!
//! The table is the documentation; `docs/policies/baseline.md` is written from it. A check sees one step or the whole
//! plan and adds findings; it never looks at what another check found.

mod capacity;
mod cluster;
mod declared;
mod image;
mod place;
mod plan;
mod pods;
mod production;
mod rights;

use crate::facts::Facts;
use crate::finding::{Effect, Finding, Found, Severity};
use crate::settings::{OutsideProduction, Settings};

/// One rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable for life.
    pub id: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// What it demands, one sentence.
    pub sentence: &'static str,
    /// What to do instead.
    pub remedy: &'static str,
    /// What it does to a plan, for the documentation.
    pub effect: &'static str,
    /// How a finding starts; the objects follow.
    pub(crate) found: &'static str,
}

/// Every rule, as it is listed before any fires.
pub const RULES: &[&Rule] = &[
    &place::PROTECTED_NAMESPACE,
    &place::NAMESPACE_DELETE,
    &place::ACCESS_RULES,
    &rights::ADMIN_GRANT,
    &rights::TOKEN_MINT,
    &rights::WEBHOOK,
    &rights::ESCALATION,
    &pods::PRIVILEGES,
    &pods::RESOURCES,
    &pods::REFUSED,
    &cluster::DEFINITION,
    &cluster::NODE,
    &cluster::DEPENDED,
    &cluster::TRAFFIC,
    &cluster::ROUTE,
    &image::IMAGE_FLOATING,
    &capacity::SCALE_TO_ZERO,
    &capacity::SERVICE_LAST_ENDPOINT,
    &capacity::BUDGET_BROKEN,
    &capacity::DATA_LOST,
    &capacity::CLAIM_DELETE,
    &capacity::IN_USE,
    &production::RISK_HIGH,
    &production::REMOVES,
    &production::NOT_OWNER,
    &production::ROUTINE,
    &declared::ELSEWHERE,
    &declared::REVERTS,
    &plan::PODS_MAX,
    &plan::UNVERIFIED,
    &plan::RISK_CRITICAL,
    &plan::INCOMPLETE,
    &plan::UNDO,
];

/// Applies every rule to the plan.
pub(crate) fn judge(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    let mut found = Found::default();
    for step in &facts.steps {
        place::check(step, settings, &mut found);
        rights::check(step, settings, &mut found);
        pods::check(step, settings, &mut found);
        cluster::check(step, settings, &mut found);
        image::check(step, &mut found);
        capacity::check(step, settings, &mut found);
        production::check(step, facts.risk_level, settings, &mut found);
        declared::check(step, settings, &mut found);
        plan::check_step(step, settings, &mut found);
    }
    plan::check(facts, settings, &mut found);
    found.finish()
}

/// A second person in production; elsewhere what the operator chose.
fn by_place(production: bool, settings: &Settings) -> Effect {
    match (production, settings.outside_production) {
        (false, OutsideProduction::Warn) => Effect::Warn,
        _ => settings.second_person(),
    }
}
