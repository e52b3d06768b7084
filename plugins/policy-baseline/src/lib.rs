//! The baseline policy: what no cluster should go without, as rules over the facts of one plan.
//!
//! [`evaluate`] takes the facts document (version 1, made by the host from live objects) and the settings, both JSON, and
//! gives findings. No clock, no randomness, no IO, no hash maps: equal input gives equal output, and the order of a
//! plan's steps does not change what is found. Limits: at most one finding for each rule and effect, so at most
//! [`FINDINGS_MAX`], each naming up to three objects. Errors: facts of another version or shape, and
//! settings that make no sense; the host takes both as a denial. It never says "allowed": it can only find nothing.

mod facts;
mod finding;
mod rules;
mod settings;

#[cfg(target_arch = "wasm32")]
mod guest;

use std::fmt;

pub use finding::{Approval, Effect, Finding, Severity};
pub use rules::{RULES, Rule};
pub use settings::Settings;

/// Most findings one call can give: each rule with each of the four effects.
pub const FINDINGS_MAX: usize = RULES.len() * 4;

/// What people call this pack.
pub const TITLE: &str = "Baseline";

/// Longest error text, bytes; the contract's cap is 1 KiB.
const ERROR_BYTES_MAX: usize = 512;

/// Why no verdict could be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The facts aren't the published schema.
    BadFacts(String),
    /// The settings make no sense.
    BadSettings(String),
}

impl Error {
    fn bad_facts(text: impl fmt::Display) -> Self {
        Self::BadFacts(finding::cut(text.to_string(), ERROR_BYTES_MAX))
    }

    fn bad_settings(text: impl fmt::Display) -> Self {
        Self::BadSettings(finding::cut(text.to_string(), ERROR_BYTES_MAX))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadFacts(text) => write!(f, "the facts can't be read: {text}"),
            Self::BadSettings(text) => write!(f, "the settings make no sense: {text}"),
        }
    }
}

impl std::error::Error for Error {}

/// Judges one plan.
///
/// # Errors
/// Facts of another version or shape; settings outside the manifest's schema.
pub fn evaluate(facts: &str, settings: &str) -> Result<Vec<Finding>, Error> {
    let settings = Settings::parse(settings)?;
    let facts = facts::parse(facts)?;
    Ok(rules::judge(&facts, &settings))
}
