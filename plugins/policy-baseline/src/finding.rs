//! Findings: what a rule says about this plan, collected so that one rule speaks once for each effect.
//!
//! A plan of a hundred steps breaks a rule a hundred times; people are told once, with the first
//! [`SUBJECTS_SHOWN`] objects and how many more. Texts stay under the contract's caps by construction.

use crate::rules::Rule;

/// Objects named in one finding; more are counted.
pub(crate) const SUBJECTS_SHOWN: usize = 3;
/// Longest name of one object in a finding, bytes: three of them and the rule's words stay under 512.
const SUBJECT_BYTES_MAX: usize = 120;

/// How bad it is when a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For information.
    Info,
    /// Minor.
    Low,
    /// Worth a look.
    Medium,
    /// Serious.
    High,
    /// Could take a service or its data away.
    Critical,
}

impl Severity {
    /// As people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Who has to agree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Approval {
    /// Distinct people besides the requester.
    pub count: u32,
    /// Groups whose members may; empty: anyone.
    pub groups: Vec<String>,
    /// How long it stays good, seconds.
    pub expiry_seconds: Option<u32>,
}

/// What a finding does to the plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Said, nothing else.
    Note,
    /// Said, and shown before the run.
    Warn,
    /// Others must agree.
    RequireApproval(Approval),
    /// It may not run.
    Deny,
}

impl Effect {
    /// As people read it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::RequireApproval(_) => "require-approval",
            Self::Deny => "deny",
        }
    }
}

/// What one rule found in one plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong with this plan.
    pub sentence: String,
    /// What to change.
    pub remedy: &'static str,
    /// What it does.
    pub effect: Effect,
}

/// What the rules found so far.
#[derive(Debug, Default)]
pub(crate) struct Found {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    rule: &'static Rule,
    effect: Effect,
    subjects: Vec<String>,
}

impl Found {
    /// A rule speaks about one object (or about the plan, in its own words).
    pub(crate) fn add(&mut self, rule: &'static Rule, effect: Effect, subject: String) {
        match self.rows.iter_mut().find(|row| row.rule.id == rule.id && row.effect == effect) {
            Some(row) => row.subjects.push(subject),
            None => self.rows.push(Row { rule, effect, subjects: vec![subject] }),
        }
    }

    /// The findings, strongest effect first.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.rows.into_iter().map(Row::finding).collect();
        findings.sort_by(|one, other| other.effect.cmp(&one.effect).then(one.rule.cmp(other.rule)));
        findings
    }
}

impl Row {
    fn finding(mut self) -> Finding {
        // Sorted, so that the order of a plan's steps can't be read from a verdict.
        self.subjects.sort();
        self.subjects.dedup();
        let mut sentence = String::with_capacity(128);
        sentence.push_str(self.rule.found);
        let more = self.subjects.len().saturating_sub(SUBJECTS_SHOWN);
        for (index, subject) in self.subjects.into_iter().take(SUBJECTS_SHOWN).enumerate() {
            sentence.push_str(if index == 0 { ": " } else { ", " });
            sentence.push_str(&cut(subject, SUBJECT_BYTES_MAX));
        }
        if more > 0 {
            sentence.push_str(&format!(" and {more} more"));
        }
        let Rule { id, severity, remedy, .. } = self.rule;
        Finding { rule: id, severity: *severity, sentence, remedy, effect: self.effect }
    }
}

/// The text, at most so many bytes, at a character's border.
pub(crate) fn cut(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        let mut end = bytes_max.saturating_sub('…'.len_utf8());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}
