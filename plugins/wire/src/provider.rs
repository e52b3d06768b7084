//! What a provider is to the contract, and the small decisions all of them make alike.

use serde::de::DeserializeOwned;

use crate::{
    chat::{Error, Finish, Limits, Request, Sink},
    http::Wire,
    words::told,
};

/// Most models listed; the contract's cap.
pub(crate) const MODELS_MAX: usize = 256;
/// Longest id and title of a model; the contract's cap.
pub(crate) const MODEL_BYTES_MAX: usize = 128;

/// One provider. A value is one call: its settings are read, nothing outlives it.
pub trait Provider: Sized {
    /// What people call it.
    const TITLE: &'static str;

    /// Reads the settings.
    ///
    /// # Errors
    /// What does not fit, in words.
    fn new(settings_json: &str) -> Result<Self, Error>;

    /// What a request can name.
    ///
    /// # Errors
    /// Why nobody knows.
    fn models(&self, wire: &dyn Wire) -> Result<Vec<Model>, Error>;

    /// Whether a call would work. Costs no tokens.
    fn health(&self, wire: &dyn Wire) -> Health;

    /// Answers the conversation.
    ///
    /// # Errors
    /// Why there is no answer, or only half of one.
    fn complete(&self, request: &Request, wire: &dyn Wire, sink: &mut dyn Sink) -> Result<Finish, Error>;
}

/// One model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// What a request names.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// In and out together; 0: not known.
    pub context_tokens: u32,
    /// Whether it can call tools.
    pub tools: bool,
}

/// Whether calls would work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// They would.
    Ready,
    /// Worse than usual.
    Degraded(String),
    /// They would fail.
    Down(String),
}

/// Settings of a shape; the host has checked them against the manifest's schema.
///
/// # Errors
/// What does not fit.
pub fn settings<T: DeserializeOwned>(settings_json: &str) -> Result<T, Error> {
    let json = if settings_json.trim().is_empty() { "{}" } else { settings_json };
    serde_json::from_str(json)
        .map_err(|why| Error::BadRequest(format!("the provider's settings don't fit: {}", told(&why.to_string()))))
}

/// A path below a base path of the settings.
///
/// # Errors
/// A base path that is none.
pub fn below(base_path: &str, endpoint: &str) -> Result<String, Error> {
    let base = base_path.trim_end_matches('/');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let dots = base.split('/').any(|segment| segment == "." || segment == "..");
    if !(base.is_empty() || base.starts_with('/')) || base.contains("//") || dots || !base.bytes().all(fits) {
        return Err(Error::BadRequest("the setting `base_path` is no path: write it like `/v1`".to_owned()));
    }
    Ok(format!("{base}{endpoint}"))
}

/// The model to ask: the request's, else the settings'.
///
/// # Errors
/// When neither names one.
pub fn model_of<'a>(request: &'a Request, set: Option<&'a str>) -> Result<&'a str, Error> {
    let chosen = Some(request.model.as_str()).filter(|model| !model.is_empty()).or(set);
    chosen.filter(|model| !model.is_empty() && model.len() <= MODEL_BYTES_MAX).ok_or_else(|| {
        Error::BadRequest(
            "no model is chosen: `kubechat provider models` lists them; put one into the settings as `model`"
                .to_owned(),
        )
    })
}

/// What may be generated: the host's limit and the settings' limit, whichever is less.
pub fn output_tokens_of(limits: Limits, set: u32) -> u32 {
    if limits.max_output_tokens == 0 { set } else { limits.max_output_tokens.min(set) }
}

/// Health as a list of models tells it: the list came, and the chosen model is in it.
pub fn health_of(listed: Result<Vec<Model>, Error>, chosen: Option<&str>, get: impl Fn(&str) -> String) -> Health {
    match (listed, chosen) {
        (Ok(models), Some(model)) if models.len() < MODELS_MAX && !models.iter().any(|listed| listed.id == model) => {
            Health::Down(get(model))
        }
        (Ok(_), _) => Health::Ready,
        (Err(Error::RateLimited(_)), _) => Health::Degraded("too many requests just now".to_owned()),
        (Err(error), _) => Health::Down(text_of(error)),
    }
}

/// An error's words.
pub fn text_of(error: Error) -> String {
    match error {
        Error::RateLimited(Some(seconds)) => format!("too many requests; come again in {seconds} s"),
        Error::RateLimited(None) => "too many requests; come again later".to_owned(),
        Error::ContextTooLong => "more than the model takes".to_owned(),
        Error::Auth(why)
        | Error::ModelNotFound(why)
        | Error::Unavailable(why)
        | Error::BadResponse(why)
        | Error::BadRequest(why)
        | Error::Other(why) => why,
    }
}

impl Model {
    /// One that fits the contract's caps; none for an id that does not.
    pub fn listed(id: String, title: String, context_tokens: u32, tools: bool) -> Option<Self> {
        let title = crate::words::clipped(&title, MODEL_BYTES_MAX).to_owned();
        (!id.is_empty() && id.len() <= MODEL_BYTES_MAX).then_some(Self { id, title, context_tokens, tools })
    }
}
