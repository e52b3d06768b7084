//! The settings; their shape is the manifest's.

use serde::Deserialize;
use wire::{Error, below};

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// The model when a request names none.
    pub(crate) model: Option<String>,
    /// Most tokens of an answer.
    pub(crate) max_output_tokens: u32,
    base_path: String,
    /// How much the model thinks first.
    pub(crate) thinking: Thinking,
    /// What every answer in text has to fit.
    pub(crate) output_schema_json: Option<String>,
}

/// How much the model thinks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Thinking {
    /// As the model has it.
    Default,
    /// Not at all; models up to 2.5.
    Off,
    /// Hardly; models from 3 on, as the next ones.
    Minimal,
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
}

impl Settings {
    /// The path of an endpoint.
    ///
    /// # Errors
    /// A base path that is none.
    pub(crate) fn path(&self, endpoint: &str) -> Result<String, Error> {
        below(&self.base_path, endpoint)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: None,
            max_output_tokens: 4096,
            base_path: "/v1beta".to_owned(),
            thinking: Thinking::Default,
            output_schema_json: None,
        }
    }
}
