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
    /// Whose words are spoken.
    pub(crate) dialect: Dialect,
    /// Between the bound URL and the endpoint.
    base_path: String,
    /// Sent as a query.
    api_version: Option<String>,
    /// How much a reasoning model thinks.
    pub(crate) reasoning_effort: Option<Effort>,
    /// Keeps requests with the same beginning together.
    pub(crate) prompt_cache_key: Option<String>,
    /// What every answer in text has to fit.
    pub(crate) output_schema_json: Option<String>,
}

/// Whose words are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Dialect {
    /// OpenAI's own.
    Openai,
    /// What every gateway understands.
    Compatible,
}

/// How much a reasoning model thinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effort {
    /// Not at all.
    None,
    /// Hardly.
    Minimal,
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

impl Settings {
    /// The path of an endpoint.
    ///
    /// # Errors
    /// A base path or a version that can't stand in one.
    pub(crate) fn path(&self, endpoint: &str) -> Result<String, Error> {
        let path = below(&self.base_path, endpoint)?;
        let fits = |version: &str| version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        match self.api_version.as_deref() {
            None => Ok(path),
            Some(version) if fits(version) => Ok(format!("{path}?api-version={version}")),
            Some(_) => Err(Error::BadRequest("the setting `api_version` has signs no version has".to_owned())),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: None,
            max_output_tokens: 4096,
            dialect: Dialect::Openai,
            base_path: "/v1".to_owned(),
            api_version: None,
            reasoning_effort: None,
            prompt_cache_key: None,
            output_schema_json: None,
        }
    }
}
