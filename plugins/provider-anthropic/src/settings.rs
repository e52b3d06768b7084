//! The settings; their shape is the manifest's.

use serde::{Deserialize, Serialize};
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
    /// Sent as `anthropic-version`.
    pub(crate) api_version: String,
    /// Whether the model thinks first.
    pub(crate) thinking: Thinking,
    /// How much effort goes into an answer.
    pub(crate) effort: Option<Effort>,
    /// How long the beginning is kept.
    pub(crate) cache_ttl: CacheTtl,
    /// What every answer in text has to fit.
    pub(crate) output_schema_json: Option<String>,
}

/// Whether the model thinks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Thinking {
    /// It is told not to.
    Off,
    /// It decides.
    Adaptive,
    /// As the model has it.
    Default,
}

/// How much effort goes into an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effort {
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// More.
    Xhigh,
    /// All it can.
    Max,
}

/// How long the beginning is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum CacheTtl {
    /// It is not.
    #[serde(rename = "off")]
    Off,
    /// Five minutes.
    #[serde(rename = "5m")]
    Minutes5,
    /// An hour.
    #[serde(rename = "1h")]
    Hour1,
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
            base_path: "/v1".to_owned(),
            api_version: "2023-06-01".to_owned(),
            thinking: Thinking::Default,
            effort: None,
            cache_ttl: CacheTtl::Minutes5,
            output_schema_json: None,
        }
    }
}
