//! The settings; their shape is the manifest's.

use serde::Deserialize;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// The model when a request names none.
    pub(crate) model: Option<String>,
    /// Most tokens of an answer.
    pub(crate) max_output_tokens: u32,
    /// The context window; sized to the request when absent.
    pub(crate) num_ctx: Option<u32>,
    /// How long the model stays in memory, s.
    pub(crate) keep_alive_s: u32,
    /// Whether the model thinks aloud first.
    pub(crate) thinking: Thinking,
    /// Whether models that run elsewhere may be used.
    pub(crate) cloud_models: bool,
    /// What every answer in text has to fit.
    pub(crate) output_schema_json: Option<String>,
}

/// Whether a model thinks aloud first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Thinking {
    /// It is told not to.
    Off,
    /// It is told to.
    On,
    /// As the model has it.
    Default,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: None,
            max_output_tokens: 2048,
            num_ctx: None,
            keep_alive_s: 1800,
            thinking: Thinking::Off,
            cloud_models: false,
            output_schema_json: None,
        }
    }
}
