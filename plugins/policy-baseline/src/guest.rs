//! The exports of world `policy-pack`: translation between the contract's types and ours, nothing else.

use crate::finding::{Approval, Effect, Finding, Severity};
use crate::{Error, RULES, TITLE, evaluate};

wit_bindgen::generate!({ path: "../../wit/v0.1", world: "policy-pack" });

use exports::kubechat::plugin::pack;

struct Baseline;

export!(Baseline);

impl pack::Guest for Baseline {
    fn describe() -> pack::PackInfo {
        let rule = |rule: &&crate::Rule| pack::Rule {
            id: rule.id.to_owned(),
            severity: severity(rule.severity),
            sentence: rule.sentence.to_owned(),
            remedy: rule.remedy.to_owned(),
        };
        pack::PackInfo { title: TITLE.to_owned(), rules: RULES.iter().map(rule).collect() }
    }

    fn evaluate(facts_json: String, settings_json: String) -> Result<pack::Verdict, pack::PackError> {
        match evaluate(&facts_json, &settings_json) {
            Ok(findings) => Ok(findings.into_iter().map(finding).collect()),
            Err(Error::BadFacts(text)) => Err(pack::PackError::BadFacts(text)),
            Err(Error::BadSettings(text)) => Err(pack::PackError::BadSettings(text)),
        }
    }
}

fn finding(finding: Finding) -> pack::Finding {
    pack::Finding {
        rule: finding.rule.to_owned(),
        severity: severity(finding.severity),
        sentence: finding.sentence,
        remedy: finding.remedy.to_owned(),
        effect: match finding.effect {
            Effect::Note => pack::Effect::Note,
            Effect::Warn => pack::Effect::Warn,
            Effect::RequireApproval(Approval { count, groups, expiry_seconds }) => {
                pack::Effect::RequireApproval(pack::Approval { count, groups, expiry_seconds })
            }
            Effect::Deny => pack::Effect::Deny,
        },
    }
}

fn severity(severity: Severity) -> pack::Severity {
    match severity {
        Severity::Info => pack::Severity::Info,
        Severity::Low => pack::Severity::Low,
        Severity::Medium => pack::Severity::Medium,
        Severity::High => pack::Severity::High,
        Severity::Critical => pack::Severity::Critical,
    }
}
