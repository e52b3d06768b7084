//! What pods get and leave unsaid: a hand on their node, and no share of it.

use super::Rule;
use crate::facts::Step;
use crate::finding::{Effect, Found, Severity};
use crate::settings::Settings;

pub(super) static PRIVILEGES: Rule = Rule {
    id: "pod-privileges",
    severity: Severity::High,
    sentence: "Pods get at their node (privileged, host network, host paths, added capabilities) with a second person.",
    remedy: "Leave it out, or ask a second person to approve. Where such pods belong, an operator can name the namespace in \
             `privileged_namespaces`.",
    effect: "second person, except in `privileged_namespaces`",
    found: "Pods get at their node",
};

pub(super) static RESOURCES: Rule = Rule {
    id: "resources-missing",
    severity: Severity::Low,
    sentence: "Containers say what they need: requests for CPU and memory, and a memory limit.",
    remedy: "Add `resources` with requests for CPU and memory and a limit for memory, or a LimitRange that fills them in.",
    effect: "warn",
    found: "Runs without a said share",
};

pub(super) static REFUSED: Rule = Rule {
    id: "quota-refuses",
    severity: Severity::Medium,
    sentence: "What a quota or limit range will refuse is said beforehand.",
    remedy: "Ask for less, or have the quota raised first; the change goes through, and pods stay missing.",
    effect: "warn",
    found: "Will be refused",
};

pub(super) fn check(step: &Step<'_>, settings: &Settings, found: &mut Found) {
    if !settings.trusts(&step.namespace) {
        for power in &step.pod_powers {
            let power: &str = power;
            found.add(&PRIVILEGES, settings.second_person(), format!("{power} for {}", step.plain()));
        }
    }
    for container in &step.resources_missing {
        let container: &str = container;
        found.add(&RESOURCES, Effect::Warn, format!("container {container} of {}", step.plain()));
    }
    for refusal in &step.refusals {
        found.add(&REFUSED, Effect::Warn, (**refusal).to_owned());
    }
}
