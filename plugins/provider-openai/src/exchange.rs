//! What OpenAI or a gateway says when it can't answer, as an error with the next step.
//!
//! Codes decide where there are some; gateways that have none are known by the fixed parts of their sentences.

use serde::Deserialize;
use wire::{Error, Finish, Reason, Reply, told};

use crate::DESTINATION;

/// `error` of a body or a chunk; some gateways send only a sentence.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Said {
    /// As OpenAI documents it.
    Full(Full),
    /// A sentence.
    Text(String),
}

/// As OpenAI documents it; codes are numbers with some gateways.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Full {
    message: Option<String>,
    r#type: Option<String>,
    code: Option<Code>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Code {
    Word(String),
    Number(u16),
}

#[derive(Deserialize)]
struct Body {
    error: Said,
}

/// For an answer with a failing status. A filter that refused the question is no failure.
pub(crate) fn refusal(reply: &Reply, model: &str) -> Result<Finish, Error> {
    let said: Option<Body> = reply.json();
    let (word, message) = match &said {
        Some(Body { error: Said::Full(full) }) => (full.word(), full.message.clone().unwrap_or_default()),
        _ => (String::new(), reply.message()),
    };
    if matches!(word.as_str(), "content_filter" | "content_policy_violation") {
        let reason = Reason::Refused("the content filter of the model's host refused the question".to_owned());
        return Ok(Finish { reason, usage: None });
    }
    if let Some(error) = known(&word, &message, model) {
        return Err(match error {
            Error::RateLimited(_) => Error::RateLimited(reply.retry_after_s),
            other => other,
        });
    }
    let said = told(&message);
    Err(match reply.status {
        401 => auth(),
        403 => Error::Auth(format!(
            "the credential of `{DESTINATION}` may not do this ({said}); check the rights of its project"
        )),
        404 => Error::ModelNotFound(format!("{} Or there is no such path: check `base_path`.", no_model(model))),
        429 => Error::RateLimited(reply.retry_after_s),
        408 | 409 | 425 | 500..=599 => {
            Error::Unavailable(format!("OpenAI failed with status {} ({said}); ask again later", reply.status))
        }
        400..=499 => Error::BadRequest(format!("OpenAI does not take the request: {said}")),
        status => Error::BadResponse(format!(
            "status {status} is nothing OpenAI answers; is `{DESTINATION}` bound to the API itself? `kubechat egress list`"
        )),
    })
}

/// For an `error` in the middle of a stream.
pub(crate) fn midway(said: &Said, model: &str) -> Error {
    let (word, message) = match said {
        Said::Full(full) => (full.word(), full.message.clone().unwrap_or_default()),
        Said::Text(text) => (String::new(), text.clone()),
    };
    known(&word, &message, model).unwrap_or_else(|| {
        Error::Unavailable(format!(
            "OpenAI failed in the middle of its answer ({}); what was shown is a fragment, ask again",
            told(&message)
        ))
    })
}

/// What to do about a model that is not there.
pub(crate) fn no_model(model: &str) -> String {
    format!("there is no model `{}`, or the credential may not use it: `kubechat provider models`.", told(model))
}

fn auth() -> Error {
    // Their own words would show a part of the key.
    Error::Auth(format!(
        "the credential of `{DESTINATION}` is missing, wrong or expired: bind it again with a valid key, `kubechat egress bind {DESTINATION} …`"
    ))
}

fn known(word: &str, message: &str, model: &str) -> Option<Error> {
    let has = |part: &str| message.contains(part);
    Some(match word {
        "invalid_api_key" | "authentication_error" => auth(),
        "context_length_exceeded" => Error::ContextTooLong,
        "model_not_found" | "DeploymentNotFound" => Error::ModelNotFound(no_model(model)),
        "insufficient_quota" | "billing_hard_limit_reached" | "billing_not_active" => Error::Unavailable(
            "the account has no quota left: its plan and billing are to be looked at; waiting does not help".to_owned(),
        ),
        "rate_limit_exceeded" | "rate_limit_error" => Error::RateLimited(None),
        "server_error" | "overloaded_error" | "service_unavailable" => {
            Error::Unavailable(format!("OpenAI is overloaded or failed ({}); ask again later", told(message)))
        }
        _ if has("maximum context length") || has("context length") || has("context window") => Error::ContextTooLong,
        _ => return None,
    })
}

impl Full {
    /// The code if it is a word, else the type.
    fn word(&self) -> String {
        match (&self.code, &self.r#type) {
            (Some(Code::Word(word)), _) if !word.is_empty() && word.parse::<u16>().is_err() => word.clone(),
            (Some(Code::Number(429)), _) => "rate_limit_error".to_owned(),
            (_, Some(kind)) => kind.clone(),
            _ => String::new(),
        }
    }
}
