//! What Anthropic says when it can't answer, as an error with the next step. Types decide; its sentences may change.

use serde::Deserialize;
use wire::{Error, Reply, told};

use crate::DESTINATION;

/// `error` of a body or an event.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Said {
    r#type: String,
    message: String,
}

#[derive(Deserialize)]
struct Body {
    error: Said,
}

/// For an answer with a failing status.
pub(crate) fn refusal(reply: &Reply, model: &str) -> Error {
    let said = reply
        .json::<Body>()
        .map(|body| body.error)
        .unwrap_or_else(|| Said { message: reply.message(), ..Said::default() });
    if let Some(error) = known(&said, model, reply.retry_after_s) {
        return error;
    }
    let message = told(&said.message);
    match reply.status {
        401 => auth(),
        403 => Error::Auth(format!(
            "the credential of `{DESTINATION}` may not do this ({message}); check the rights of its workspace"
        )),
        404 => Error::ModelNotFound(no_model(model)),
        413 => Error::ContextTooLong,
        429 => Error::RateLimited(reply.retry_after_s),
        408 | 500..=599 => {
            Error::Unavailable(format!("Anthropic failed with status {} ({message}); ask again later", reply.status))
        }
        400..=499 => Error::BadRequest(format!("Anthropic does not take the request: {message}")),
        status => Error::BadResponse(format!(
            "status {status} is nothing Anthropic answers; is `{DESTINATION}` bound to the API itself? `kubechat egress list`"
        )),
    }
}

/// For an `error` event in the middle of a stream.
pub(crate) fn midway(said: &Said, model: &str) -> Error {
    known(said, model, None).unwrap_or_else(|| {
        Error::Unavailable(format!(
            "Anthropic failed in the middle of its answer ({}); what was shown is a fragment, ask again",
            told(&said.message)
        ))
    })
}

/// What to do about a model that is not there.
pub(crate) fn no_model(model: &str) -> String {
    format!("there is no model `{}`, or the credential may not use it: `kubechat provider models`", told(model))
}

fn auth() -> Error {
    Error::Auth(format!(
        "the credential of `{DESTINATION}` is missing, wrong or expired: bind it again with a valid key, `kubechat egress bind {DESTINATION} …`"
    ))
}

fn known(said: &Said, model: &str, retry_after_s: Option<u32>) -> Option<Error> {
    let message = told(&said.message);
    Some(match said.r#type.as_str() {
        "authentication_error" => auth(),
        "permission_error" => Error::Auth(format!(
            "the credential of `{DESTINATION}` may not do this ({message}); check the rights of its workspace"
        )),
        "billing_error" => {
            Error::Unavailable(format!("the account can't be billed ({message}); waiting does not help"))
        }
        "not_found_error" => Error::ModelNotFound(no_model(model)),
        "request_too_large" => Error::ContextTooLong,
        "rate_limit_error" => Error::RateLimited(retry_after_s),
        "overloaded_error" => Error::Unavailable("Anthropic is overloaded; ask again in a minute".to_owned()),
        "timeout_error" => Error::Unavailable("Anthropic took too long; ask again".to_owned()),
        "invalid_request_error" if too_long(&said.message) => Error::ContextTooLong,
        _ => return None,
    })
}

/// There is no type of its own for it; these are the sentences there are.
fn too_long(message: &str) -> bool {
    ["prompt is too long", "exceed context limit", "context window"].iter().any(|part| message.contains(part))
}
