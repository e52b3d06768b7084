//! OpenAI and compatible gateways: the conversation as `/chat/completions` takes it, its chunks as events, its errors in
//! words.
//!
//! Chat completions and not the newer responses: it is what every gateway speaks, and a host that replays the whole
//! conversation has no use for one that is kept elsewhere (OpenAI is told not to: `store`). What goes first is the same
//! byte for byte from call to call, so OpenAI's own cache finds it.
//!
//! Destination: `openai`; the host adds `authorization`. Wire: server-sent events with `[DONE]` at the end. What a model
//! reasons is not shown.

mod body;
mod exchange;
mod models;
mod settings;
mod stream;

#[cfg(target_arch = "wasm32")]
mod guest;

pub use stream::Chunks;

use settings::Settings;
use wire::{
    Error, Finish, Health, Model, Outgoing, Provider, Request, Sink, Wire, failure, listen, model_of, output_tokens_of,
    send,
};

/// Its one destination.
pub const DESTINATION: &str = "openai";

/// One call to OpenAI or a gateway.
#[derive(Debug)]
pub struct OpenAi {
    settings: Settings,
}

impl Provider for OpenAi {
    const TITLE: &'static str = "OpenAI";

    fn new(settings_json: &str) -> Result<Self, Error> {
        Ok(Self { settings: wire::settings(settings_json)? })
    }

    fn models(&self, wire: &dyn Wire) -> Result<Vec<Model>, Error> {
        models::list(wire, &self.settings)
    }

    fn health(&self, wire: &dyn Wire) -> Health {
        let words = |model: &str| exchange::no_model(model);
        wire::health_of(self.models(wire), self.settings.model.as_deref(), words)
    }

    fn complete(&self, request: &Request, wire: &dyn Wire, sink: &mut dyn Sink) -> Result<Finish, Error> {
        let model = model_of(request, self.settings.model.as_deref())?;
        let output_tokens = output_tokens_of(request.limits, self.settings.max_output_tokens);
        let body = body::chat(request, &self.settings, model, output_tokens)?;
        let path = self.settings.path("/chat/completions")?;
        let outgoing = Outgoing::json(DESTINATION, path, body).with("accept", "text/event-stream");
        let mut answer = send::<Chunks>(wire, &outgoing)?;
        if answer.status() != 200 {
            return exchange::refusal(&failure(answer.as_mut()), model);
        }
        listen(answer.as_mut(), Chunks::new(model), sink)
    }
}
