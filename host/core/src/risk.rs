//! Risk: a score 0..=100, its level, and the reasons that made it, from one table.
//!
//! The table is the documentation: `docs/risk.md` is generated from it. The level follows the score; the reason with the
//! most points is the deciding one. Pure.

use serde::{Deserialize, Serialize};

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
