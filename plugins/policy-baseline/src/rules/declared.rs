//! Who else declares the object: a change here that its declaration does not know will be lost or in the way.

use super::Rule;
use crate::facts::Step;
use crate::finding::{Effect, Found, Severity};
use crate::settings::Settings;

pub(super) static ELSEWHERE: Rule = Rule {
    id: "declared-elsewhere",
    severity: Severity::Medium,
    sentence: "What a Git repository or a Helm release declares is changed there.",
    remedy: "Make the change where the object is declared: `kubechat plan export --patch` prints this plan as a patch. \
             Changed only here, it is undone by the next release.",
    effect: "warn",
    found: "Declared elsewhere",
};

pub(super) static REVERTS: Rule = Rule {
    id: "declared-reverts",
    severity: Severity::High,
    sentence: "A change that a controller would put back at once needs a second person.",
    remedy: "Make the change where the object is declared: `kubechat plan export --patch` prints this plan as a patch. \
             Here it lasts only until the controller's next turn, unless syncing is paused first.",
    effect: "second person",
    found: "A controller would put this back",
};

pub(super) fn check(step: &Step<'_>, settings: &Settings, found: &mut Found) {
    let Some(declared) = &step.declared_by else { return };
    let (tool, owner): (&str, &str) = (&declared.tool, &declared.owner);
    let subject = format!("{} ({tool} {owner})", step.plain());
    if declared.reverts {
        found.add(&REVERTS, settings.second_person(), subject);
    } else {
        found.add(&ELSEWHERE, Effect::Warn, subject);
    }
}
