//! Gemini: the conversation as `streamGenerateContent` takes it, its chunks as events, its errors in words.
//!
//! System and tools stand in fields of their own and are the same byte for byte from call to call, which is what Google's
//! own cache goes by. Models from 3 on sign the calls they make and want the signature back; the contract has no place
//! for it, so calls are replayed with the mark Google documents for calls without one. A model then reasons anew in each
//! round.
//!
//! Destination: `gemini`; the host adds `x-goog-api-key`. Wire: server-sent events; the chunk with a finish reason is the
//! end mark. What a model thinks is not shown.

mod body;
mod exchange;
mod models;
mod settings;
mod stream;

#[cfg(target_arch = "wasm32")]
mod guest;

pub use stream::Contents;

use settings::Settings;
use wire::{
    Error, Finish, Health, Model, Outgoing, Provider, Request, Sink, Wire, failure, listen, model_of, output_tokens_of,
    send,
};

/// Its one destination.
pub const DESTINATION: &str = "gemini";

/// One call to Gemini.
#[derive(Debug)]
pub struct Gemini {
    settings: Settings,
}

impl Provider for Gemini {
    const TITLE: &'static str = "Gemini";

    fn new(settings_json: &str) -> Result<Self, Error> {
        Ok(Self { settings: wire::settings(settings_json)? })
    }

    fn models(&self, wire: &dyn Wire) -> Result<Vec<Model>, Error> {
        models::list(wire, &self.settings)
    }

    fn health(&self, wire: &dyn Wire) -> Health {
        let chosen = self.settings.model.as_deref().map(models::bare);
        wire::health_of(self.models(wire), chosen, exchange::no_model)
    }

    fn complete(&self, request: &Request, wire: &dyn Wire, sink: &mut dyn Sink) -> Result<Finish, Error> {
        let model = models::named(model_of(request, self.settings.model.as_deref())?)?;
        let output_tokens = output_tokens_of(request.limits, self.settings.max_output_tokens);
        let body = body::contents(request, &self.settings, model, output_tokens)?;
        let path = self.settings.path(&format!("/models/{model}:streamGenerateContent?alt=sse"))?;
        let mut answer = send::<Contents>(wire, &Outgoing::json(DESTINATION, path, body))?;
        if answer.status() != 200 {
            return Err(exchange::refusal(&failure(answer.as_mut()), model));
        }
        listen(answer.as_mut(), Contents::new(model), sink)
    }
}
