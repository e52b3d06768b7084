//! Rights that are handed out, borrowed or opened: what a step gives beyond what it says.
//!
//! The host finds them on live objects and by asking the API server about the requester; each has a class. A class this
//! pack does not know counts as an escalation.

use super::Rule;
use super::place::ACCESS_GROUPS;
use crate::facts::{Escalation, Step};
use crate::finding::{Found, Severity};
use crate::settings::Settings;

pub(super) static ADMIN_GRANT: Rule = Rule {
    id: "admin-grant",
    severity: Severity::Critical,
    sentence: "Nobody gets `cluster-admin`, a wildcard, or rights that could not be seen from one person alone.",
    remedy: "Name the verbs and resources that are needed. For an emergency, ask a second person and take it back after.",
    effect: "second person (or deny, by `escalation`)",
    found: "Grants everything",
};

pub(super) static TOKEN_MINT: Rule = Rule {
    id: "token-mint",
    severity: Severity::Critical,
    sentence: "A token or certificate that acts as somebody else is not minted alone, nor the right to mint one given.",
    remedy: "Let workloads use projected tokens, which expire; for people, use the login of the cluster.",
    effect: "second person (or deny, by `escalation`)",
    found: "Mints credentials",
};

pub(super) static WEBHOOK: Rule = Rule {
    id: "webhook-configuration",
    severity: Severity::Critical,
    sentence: "Webhook configurations and admission policies are changed with a second person: they see or stop every write.",
    remedy: "Ask a second person to approve; begin with `failurePolicy: Ignore` and a narrow selector.",
    effect: "second person (or deny, by `escalation`)",
    found: "Changes what the API server accepts",
};

pub(super) static ESCALATION: Rule = Rule {
    id: "escalation",
    severity: Severity::Critical,
    sentence: "Nobody reaches further through a change than he may himself: Secrets and accounts used by a workload, rights \
               to bind, escalate or impersonate, nodes/proxy, labels that decide what may run in a namespace.",
    remedy: "Use Secrets and accounts you may use yourself, or ask somebody who may to approve.",
    effect: "second person (or deny, by `escalation`)",
    found: "Reaches further than it says",
};

pub(super) fn check(step: &Step<'_>, settings: &Settings, found: &mut Found) {
    for escalation in &step.escalations {
        let what: &str = &escalation.what;
        found.add(rule(escalation), settings.on_escalation(), what.to_owned());
    }
    let told = step.escalations.iter().any(|escalation| &*escalation.class == "webhook");
    if &*step.group == ACCESS_GROUPS[1] && !told {
        found.add(&WEBHOOK, settings.second_person(), step.plain());
    }
}

fn rule(escalation: &Escalation<'_>) -> &'static Rule {
    match &*escalation.class {
        "admin-grant" => &ADMIN_GRANT,
        "token" | "token-grant" => &TOKEN_MINT,
        "webhook" => &WEBHOOK,
        _ => &ESCALATION,
    }
}
