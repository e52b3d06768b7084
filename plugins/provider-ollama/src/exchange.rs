//! What Ollama says when it can't answer, as an error with the next step.
//!
//! Ollama has no codes, only sentences; those of version 0.24 are known here by their fixed parts. A sentence that is not
//! known goes by its status.

use wire::{Error, Reply, told};

use crate::models;

/// For an answer with a failing status.
pub(crate) fn refusal(reply: &Reply, model: &str) -> Error {
    let said = reply.message();
    match known(&said, model) {
        Some(Error::RateLimited(None)) => return Error::RateLimited(reply.retry_after_s),
        Some(error) => return error,
        None => {}
    }
    match reply.status {
        401 | 403 => Error::Auth(format!("Ollama refuses the request ({said}); check the credential of `ollama`")),
        404 => Error::ModelNotFound(models::pull(model)),
        429 => Error::RateLimited(reply.retry_after_s),
        400..=499 => Error::BadRequest(format!("Ollama does not take the request: {said}")),
        500..=599 => Error::Unavailable(format!("Ollama failed ({said}); its log says more: `journalctl -u ollama`")),
        status => Error::BadResponse(format!(
            "status {status} is nothing Ollama answers ({said}); is `ollama` bound to an Ollama server? `kubechat egress list`"
        )),
    }
}

/// For an `error` in the middle of a stream.
pub(crate) fn midway(said: &str, model: &str) -> Error {
    known(said, model).unwrap_or_else(|| {
        Error::Unavailable(format!(
            "Ollama failed in the middle of its answer ({}); what was shown is a fragment, ask again",
            told(said)
        ))
    })
}

fn known(said: &str, model: &str) -> Option<Error> {
    let has = |part: &str| said.contains(part);
    let model = told(model);
    if has("exceeds the context length") || has("exceeds maximum context length") {
        return Some(Error::ContextTooLong);
    }
    if has("requires more system memory") || has("out of memory") || has("insufficient memory") {
        return Some(Error::Unavailable(format!(
            "there is no memory for model `{model}` ({}); unload others (`ollama ps`, `ollama stop NAME`), lower `num_ctx`, or choose a smaller model",
            told(said)
        )));
    }
    if has("model runner has unexpectedly stopped")
        || has("runner process has terminated")
        || has("runner process no longer running")
    {
        return Some(Error::Unavailable(format!(
            "the process that runs `{model}` died, as a rule for lack of memory ({}); unload others (`ollama ps`), lower `num_ctx`, or choose a smaller model",
            told(said)
        )));
    }
    if has("does not support tools") {
        return Some(Error::BadRequest(models::no_tools(&model)));
    }
    if has("does not support thinking") {
        return Some(Error::BadRequest(format!("model `{model}` can't think aloud; set `thinking` to `off`")));
    }
    if has("does not support chat") {
        return Some(Error::BadRequest(format!(
            "model `{model}` can't hold a conversation; choose another: `ollama list`"
        )));
    }
    if has("server busy") {
        return Some(Error::RateLimited(None));
    }
    None
}
