//! What Gemini says when it can't answer, as an error with the next step.
//!
//! Errors are Google's: a status word, a sentence, and details of which two are read, how long to wait (`RetryInfo`) and
//! that a key is wrong (`ErrorInfo`). With `alt=sse` an error before the stream comes as JSON, sometimes in a list.

use serde::Deserialize;
use wire::{Error, Reply, seconds, told};

use crate::DESTINATION;

/// `error` of a body or a chunk.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Said {
    message: String,
    status: String,
    details: Vec<Detail>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    reason: String,
    retry_delay: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    error: Said,
}

/// For an answer with a failing status.
pub(crate) fn refusal(reply: &Reply, model: &str) -> Error {
    let listed = || reply.json::<Vec<Body>>().and_then(|mut bodies| bodies.pop());
    // The list first: serde would take one for a struct, field by field.
    let said = listed().or_else(|| reply.json::<Body>()).map(|body| body.error);
    let said = said.unwrap_or_else(|| Said { message: reply.message(), ..Said::default() });
    if let Some(error) = known(&said, model, reply.retry_after_s) {
        return error;
    }
    let message = told(&said.message);
    match reply.status {
        401 | 403 => auth(),
        404 => Error::ModelNotFound(no_model(model)),
        429 => Error::RateLimited(reply.retry_after_s),
        408 | 499..=599 => {
            Error::Unavailable(format!("Gemini failed with status {} ({message}); ask again later", reply.status))
        }
        400..=498 => Error::BadRequest(format!("Gemini does not take the request: {message}")),
        status => Error::BadResponse(format!(
            "status {status} is nothing Gemini answers; is `{DESTINATION}` bound to the API itself? `kubechat egress list`"
        )),
    }
}

/// For an `error` in the middle of a stream.
pub(crate) fn midway(said: &Said, model: &str) -> Error {
    known(said, model, None).unwrap_or_else(|| {
        Error::Unavailable(format!(
            "Gemini failed in the middle of its answer ({}); what was shown is a fragment, ask again",
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
        "the credential of `{DESTINATION}` is missing, wrong or without rights: bind it again with a valid key, `kubechat egress bind {DESTINATION} …`"
    ))
}

fn known(said: &Said, model: &str, retry_after_s: Option<u32>) -> Option<Error> {
    let reason = |word: &str| said.details.iter().any(|detail| detail.reason == word);
    let message = told(&said.message);
    Some(match said.status.as_str() {
        _ if reason("API_KEY_INVALID") => auth(),
        "UNAUTHENTICATED" | "PERMISSION_DENIED" => auth(),
        "NOT_FOUND" => Error::ModelNotFound(no_model(model)),
        "RESOURCE_EXHAUSTED" => {
            let asked = said.details.iter().find_map(|detail| seconds(detail.retry_delay.as_deref()?));
            Error::RateLimited(asked.or(retry_after_s))
        }
        "INVALID_ARGUMENT" if said.message.contains("token count") => Error::ContextTooLong,
        "FAILED_PRECONDITION" => {
            Error::Auth(format!("the account can't use this ({message}); look at its region and billing"))
        }
        "UNAVAILABLE" | "INTERNAL" | "DEADLINE_EXCEEDED" => {
            Error::Unavailable(format!("Gemini is overloaded or failed ({message}); ask again later"))
        }
        _ => return None,
    })
}
