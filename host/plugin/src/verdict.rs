//! A pack's rules and verdict, checked: every cap of the contract, every rule known, every text cleaned.
//!
//! There is no "allow" here because there is none in the contract: an empty verdict is an abstention. What breaks a
//! cap is not cut to fit, because half a verdict is a wrong verdict; the call fails, and a failing pack denies.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::bindings::pack::exports::kubechat::plugin::pack as wire;
use crate::outcome::{Failure, OutcomeCode};
use crate::text;

const RULES_MAX: usize = 256;
const FINDINGS_MAX: usize = 256;
const RULE_ID_BYTES_MAX: usize = 64;
const TITLE_BYTES_MAX: usize = 128;
const SENTENCE_BYTES_MAX: usize = 512;
const REMEDY_BYTES_MAX: usize = 1024;
const APPROVERS_MAX: u32 = 16;
const GROUPS_MAX: usize = 16;
const GROUP_BYTES_MAX: usize = 253;
const EXPIRY_SECONDS: std::ops::RangeInclusive<u32> = 60..=86_400;

/// How bad it is when a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words are the contract's")]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// One rule of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable for life.
    pub id: String,
    /// How bad.
    pub severity: Severity,
    /// What it demands.
    pub sentence: String,
    /// What to do instead.
    pub remedy: String,
}

/// What a pack says about itself when it is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PackInfo {
    /// What people call it.
    pub title: String,
    /// Every rule it has.
    pub rules: Vec<Rule>,
}

/// What a finding does to the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "effect")]
pub enum Effect {
    /// Said.
    Note,
    /// Said, and acknowledged.
    Warn,
    /// People have to agree.
    RequireApproval {
        /// Distinct people, 1 to 16.
        count: u32,
        /// Of these groups; empty: of any.
        groups: Vec<String>,
        /// For so long; none: the host's default.
        expiry_seconds: Option<u32>,
    },
    /// It doesn't happen.
    Deny,
}

/// One finding on one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A rule of the pack.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// What is wrong with this plan.
    pub sentence: String,
    /// What to change in this plan.
    pub remedy: String,
    /// What it does to the plan.
    pub effect: Effect,
}

/// Everything a pack has to say on a plan; empty: it abstains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// In the pack's order.
    pub findings: Vec<Finding>,
}

impl PackInfo {
    pub(crate) fn check(info: wire::PackInfo) -> Result<Self, Failure> {
        few("rules", info.rules.len(), RULES_MAX)?;
        let mut ids = BTreeSet::new();
        let mut rules = Vec::with_capacity(info.rules.len());
        for rule in info.rules {
            check_rule_id(&rule.id)?;
            if !ids.insert(rule.id.clone()) {
                return Err(broken(format!("rule {} is listed twice", rule.id)));
            }
            rules.push(Rule {
                id: rule.id,
                severity: rule.severity.into(),
                sentence: line("a rule's sentence", &rule.sentence, SENTENCE_BYTES_MAX)?,
                remedy: line("a rule's remedy", &rule.remedy, REMEDY_BYTES_MAX)?,
            });
        }
        Ok(Self { title: line("the title", &info.title, TITLE_BYTES_MAX)?, rules })
    }
}

impl Verdict {
    pub(crate) fn check(findings: Vec<wire::Finding>, info: &PackInfo, output_max: usize) -> Result<Self, Failure> {
        few("findings", findings.len(), FINDINGS_MAX)?;
        let size: usize = findings.iter().map(size_of_finding).sum();
        short("the verdict", size, output_max)?;
        let findings = findings.into_iter().map(|finding| check_finding(finding, info)).collect::<Result<_, _>>()?;
        Ok(Self { findings })
    }
}

fn size_of_finding(finding: &wire::Finding) -> usize {
    let groups = match &finding.effect {
        wire::Effect::RequireApproval(approval) => approval.groups.iter().map(String::len).sum(),
        _ => 0,
    };
    finding.rule.len() + finding.sentence.len() + finding.remedy.len() + groups
}

fn check_finding(finding: wire::Finding, info: &PackInfo) -> Result<Finding, Failure> {
    check_rule_id(&finding.rule)?;
    if !info.rules.iter().any(|rule| rule.id == finding.rule) {
        return Err(broken(format!("a finding names rule {}, which the pack doesn't list", finding.rule)));
    }
    Ok(Finding {
        rule: finding.rule,
        severity: finding.severity.into(),
        sentence: line("a finding's sentence", &finding.sentence, SENTENCE_BYTES_MAX)?,
        remedy: line("a finding's remedy", &finding.remedy, REMEDY_BYTES_MAX)?,
        effect: check_effect(finding.effect)?,
    })
}

fn check_effect(effect: wire::Effect) -> Result<Effect, Failure> {
    let approval = match effect {
        wire::Effect::Note => return Ok(Effect::Note),
        wire::Effect::Warn => return Ok(Effect::Warn),
        wire::Effect::Deny => return Ok(Effect::Deny),
        wire::Effect::RequireApproval(approval) => approval,
    };
    if !(1..=APPROVERS_MAX).contains(&approval.count) {
        return Err(broken(format!(
            "an approval by {} people is asked for; it can be 1 to {APPROVERS_MAX}",
            approval.count
        )));
    }
    if let Some(seconds) = approval.expiry_seconds.filter(|seconds| !EXPIRY_SECONDS.contains(seconds)) {
        return Err(broken(format!("an approval is to last {seconds} s; it can last {EXPIRY_SECONDS:?} s")));
    }
    few("groups of an approval", approval.groups.len(), GROUPS_MAX)?;
    let groups =
        approval.groups.iter().map(|group| line("a group's name", group, GROUP_BYTES_MAX)).collect::<Result<_, _>>()?;
    Ok(Effect::RequireApproval { count: approval.count, groups, expiry_seconds: approval.expiry_seconds })
}

fn check_rule_id(id: &str) -> Result<(), Failure> {
    let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'/'));
    if plain && !id.is_empty() && id.len() <= RULE_ID_BYTES_MAX {
        return Ok(());
    }
    Err(broken(format!(
        "rule id {:?} is not 1 to {RULE_ID_BYTES_MAX} of a-z 0-9 - . /",
        text::short_line(id, RULE_ID_BYTES_MAX)
    )))
}

fn line(what: &str, text: &str, limit: usize) -> Result<String, Failure> {
    short(what, text.len(), limit)?;
    Ok(text::line(text))
}

fn short(what: &str, size: usize, limit: usize) -> Result<(), Failure> {
    if size <= limit {
        return Ok(());
    }
    Err(Failure::new(OutcomeCode::OutputLimit, format!("{what} has {size} bytes; the limit is {limit}")))
}

fn few(what: &str, count: usize, limit: usize) -> Result<(), Failure> {
    if count <= limit {
        return Ok(());
    }
    Err(Failure::new(OutcomeCode::OutputLimit, format!("there are {count} {what}; the limit is {limit}")))
}

fn broken(detail: String) -> Failure {
    Failure::with_hint(
        OutcomeCode::ContractMismatch,
        detail,
        "the pack breaks wit/v0.1/pack.wit: report it to its author",
    )
}

impl From<wire::Severity> for Severity {
    fn from(severity: wire::Severity) -> Self {
        match severity {
            wire::Severity::Info => Self::Info,
            wire::Severity::Low => Self::Low,
            wire::Severity::Medium => Self::Medium,
            wire::Severity::High => Self::High,
            wire::Severity::Critical => Self::Critical,
        }
    }
}

/// The pack's own error as a failure: it ran and gave no verdict.
pub(crate) fn guest_error(error: &wire::PackError) -> Failure {
    use wire::PackError as E;
    let (name, why, hint) = match error {
        E::BadFacts(why) => ("bad-facts", why, "the pack was built for other facts: rebuild it against this version"),
        E::BadSettings(why) => ("bad-settings", why, "correct the pack's settings"),
        E::Other(why) => ("other", why, OutcomeCode::GuestError.hint()),
    };
    Failure::with_hint(OutcomeCode::GuestError, format!("{name}: {}", text::short_line(why, 1024)), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> PackInfo {
        let rule = Rule { id: "no-latest".into(), severity: Severity::High, sentence: "s".into(), remedy: "r".into() };
        PackInfo { title: "t".into(), rules: vec![rule] }
    }

    fn finding(effect: wire::Effect) -> wire::Finding {
        wire::Finding {
            rule: "no-latest".into(),
            severity: wire::Severity::High,
            sentence: "image of web has\u{1b}[31m no tag".into(),
            remedy: "name one".into(),
            effect,
        }
    }

    fn approval(count: u32, groups: Vec<String>, expiry_seconds: Option<u32>) -> wire::Effect {
        wire::Effect::RequireApproval(wire::Approval { count, groups, expiry_seconds })
    }

    #[track_caller]
    fn refused(findings: Vec<wire::Finding>, code: OutcomeCode) {
        let failure = Verdict::check(findings, &info(), 256 * 1024).expect_err("refused");
        assert_eq!(failure.code, code, "{failure}");
    }

    #[test]
    fn a_verdict_within_its_caps_comes_through_cleaned() {
        let verdict = Verdict::check(vec![finding(wire::Effect::Deny)], &info(), 256 * 1024).expect("good");
        assert_eq!(verdict.findings[0].effect, Effect::Deny);
        assert_eq!(verdict.findings[0].sentence, "image of web has[31m no tag");
    }

    #[test]
    fn a_verdict_over_a_cap_is_no_verdict() {
        refused(vec![finding(wire::Effect::Warn); FINDINGS_MAX + 1], OutcomeCode::OutputLimit);
        refused(
            vec![wire::Finding { sentence: "x".repeat(513), ..finding(wire::Effect::Warn) }],
            OutcomeCode::OutputLimit,
        );
        refused(vec![finding(approval(1, vec![String::new(); 17], None))], OutcomeCode::OutputLimit);
        let failure = Verdict::check(vec![finding(wire::Effect::Warn)], &info(), 10).expect_err("refused");
        assert!(failure.detail.contains("the verdict"), "{failure}");
    }

    #[test]
    fn what_types_can_not_say_is_checked_too() {
        refused(vec![finding(approval(0, Vec::new(), None))], OutcomeCode::ContractMismatch);
        refused(vec![finding(approval(17, Vec::new(), None))], OutcomeCode::ContractMismatch);
        refused(vec![finding(approval(1, Vec::new(), Some(59)))], OutcomeCode::ContractMismatch);
        refused(
            vec![wire::Finding { rule: "unlisted".into(), ..finding(wire::Effect::Warn) }],
            OutcomeCode::ContractMismatch,
        );
        refused(
            vec![wire::Finding { rule: "No Latest".into(), ..finding(wire::Effect::Warn) }],
            OutcomeCode::ContractMismatch,
        );
    }
}
