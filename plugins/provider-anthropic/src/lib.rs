//! Anthropic: the conversation as the Messages API takes it, its stream as events, its errors in words.
//!
//! Tools and system stand first, end in a cache mark, and are the same byte for byte from call to call; while tools are
//! being called the conversation so far is marked too, because the next round reads all of it again. Where the person is
//! stands behind that, at the last sentence.
//!
//! Destination: `anthropic`; the host adds `x-api-key`. Wire: server-sent events that end with `message_stop`. Thinking
//! with a fixed budget is not offered: its blocks would have to come back signed in the next round, and the contract has
//! no place for them; adaptive thinking needs none.

mod body;
mod exchange;
mod models;
mod settings;
mod stream;

#[cfg(target_arch = "wasm32")]
mod guest;

pub use stream::Messages;

use settings::Settings;
use wire::{
    Error, Finish, Health, Model, Outgoing, Provider, Request, Sink, Wire, failure, listen, model_of, output_tokens_of,
    send,
};

/// Its one destination.
pub const DESTINATION: &str = "anthropic";

/// One call to Anthropic.
#[derive(Debug)]
pub struct Anthropic {
    settings: Settings,
}

impl Provider for Anthropic {
    const TITLE: &'static str = "Anthropic";

    fn new(settings_json: &str) -> Result<Self, Error> {
        Ok(Self { settings: wire::settings(settings_json)? })
    }

    fn models(&self, wire: &dyn Wire) -> Result<Vec<Model>, Error> {
        models::list(wire, &self.settings)
    }

    fn health(&self, wire: &dyn Wire) -> Health {
        // Models have aliases that the list leaves out: a name that is not in it may still be one.
        wire::health_of(self.models(wire), None, exchange::no_model)
    }

    fn complete(&self, request: &Request, wire: &dyn Wire, sink: &mut dyn Sink) -> Result<Finish, Error> {
        let model = model_of(request, self.settings.model.as_deref())?;
        let output_tokens = output_tokens_of(request.limits, self.settings.max_output_tokens);
        let body = body::messages(request, &self.settings, model, output_tokens)?;
        let outgoing = Outgoing::json(DESTINATION, self.settings.path("/messages")?, body)
            .with("anthropic-version", self.settings.api_version.as_str())
            .with("accept", "text/event-stream");
        let mut answer = send::<Messages>(wire, &outgoing)?;
        if answer.status() != 200 {
            return Err(exchange::refusal(&failure(answer.as_mut()), model));
        }
        listen(answer.as_mut(), Messages::new(model), sink)
    }
}
