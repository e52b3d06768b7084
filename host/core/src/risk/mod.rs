//! Risk: a score 0..=100, its level, and the reasons that made it, from one table.
//!
//! The table is the documentation: `docs/risk.md` is generated from it. A rule counts once a plan, at the first step it
//! fits; points add up to at most 100. The level follows the score; the reason with the most points is the deciding one.
//! Pure. Judged is what the packs are told ([`policy::facts`](crate::policy::facts)), so the two can't disagree.

mod rules;

use serde::{Deserialize, Serialize};

use crate::policy::facts::Step;

pub use rules::{RULES, Rule};

/// How bad it can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// 0..=100.
    pub score: u32,
    /// What people see.
    pub level: Level,
    /// Every reason that added points, most first; the first decides.
    pub reasons: Vec<Reason>,
}

/// What people see of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 0..=24.
    Low,
    /// 25..=49.
    Medium,
    /// 50..=74.
    High,
    /// 75..=100.
    Critical,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Row of the table.
    pub rule: String,
    /// Points it added.
    pub points: u32,
    /// What it means for this plan, in a sentence.
    pub sentence: String,
}

impl Level {
    /// The level of a score.
    pub fn of(score: u32) -> Self {
        match score {
            0..=24 => Self::Low,
            25..=49 => Self::Medium,
            50..=74 => Self::High,
            _ => Self::Critical,
        }
    }

    /// `low`, `medium`, `high`, `critical`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What risk is judged from.
#[derive(Debug, Clone, Copy)]
pub struct RiskInput<'a> {
    /// The steps, as the packs are told of them.
    pub steps: &'a [Step],
    /// Pods the whole plan can reach.
    pub pods: u64,
    /// Whether everything looked for could be seen.
    pub complete: bool,
}

/// How bad a plan can be, and why.
pub fn assess(input: &RiskInput<'_>) -> Risk {
    let mut reasons: Vec<Reason> = RULES
        .iter()
        .filter_map(|rule| {
            let sentence = rule.applies(input)?;
            Some(Reason { rule: rule.id.to_owned(), points: rule.points, sentence })
        })
        .collect();
    // Stable: of equal points the earlier row decides.
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
    let score = reasons.iter().map(|reason| reason.points).sum::<u32>().min(100);
    Risk { score, level: Level::of(score), reasons }
}

/// `docs/risk.md`.
pub fn table_markdown() -> String {
    let mut text = String::from(INTRODUCTION);
    for rule in RULES {
        text.push_str(&format!("| `{}` | {} | {} |\n", rule.id, rule.points, rule.when));
    }
    text
}

const INTRODUCTION: &str = "\
# How risk is judged

Every plan gets a score from 0 to 100 and a level people see, with the reason that decided it. Each rule below counts once
for a plan; the points of all that apply are added and cut at 100. The rule with the most points is the deciding reason.
Policy packs see level and score and decide what they mean; risk alone stops nothing.

| level | score |
|---|---|
| low | 0 to 24 |
| medium | 25 to 49 |
| high | 50 to 74 |
| critical | 75 to 100 |

This page is written from the table in `host/core/src/risk/rules.rs`; a test holds the two together.

| rule | points | applies when |
|---|---|---|
";

#[cfg(test)]
mod tests;
