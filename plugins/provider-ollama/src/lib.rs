//! Ollama: the conversation as `/api/chat` takes it, its lines as events, its errors in words.
//!
//! Before a conversation goes out the model is looked at (`/api/show`): whether it is there, whether it can call tools,
//! how much it takes, and whether it runs here at all: a model that Ollama only forwards is refused unless the settings
//! allow it. The context window is always said (`num_ctx`), because Ollama's own is small, and Ollama is told to fail
//! rather than drop the beginning (`truncate` and `shift` off). A server too old to know those words drops it anyway;
//! what it says it read is compared with what was sent.
//!
//! Destination: `ollama`. Wire: NDJSON, as version 0.24 sends it. It pulls no model and starts no server: it says the
//! command. What a model thinks aloud is not shown.

mod body;
mod exchange;
mod models;
mod settings;
mod stream;
mod window;

#[cfg(target_arch = "wasm32")]
mod guest;

pub use stream::Chat;

use settings::Settings;
use wire::{
    Error, Event, Finish, Health, Model, Outgoing, Provider, Request, Sink, Wire, failure, listen, model_of,
    output_tokens_of, send,
};

/// Its one destination.
pub const DESTINATION: &str = "ollama";

/// One call to Ollama.
#[derive(Debug)]
pub struct Ollama {
    settings: Settings,
}

impl Provider for Ollama {
    const TITLE: &'static str = "Ollama";

    fn new(settings_json: &str) -> Result<Self, Error> {
        Ok(Self { settings: wire::settings(settings_json)? })
    }

    fn models(&self, wire: &dyn Wire) -> Result<Vec<Model>, Error> {
        models::list(wire, self.settings.cloud_models)
    }

    fn health(&self, wire: &dyn Wire) -> Health {
        let pull = |model: &str| models::pull(model);
        let chosen = self.settings.model.as_deref().map(models::tagged);
        wire::health_of(self.models(wire), chosen.as_deref(), pull)
    }

    fn complete(&self, request: &Request, wire: &dyn Wire, sink: &mut dyn Sink) -> Result<Finish, Error> {
        let model = model_of(request, self.settings.model.as_deref())?;
        let shown = models::show(wire, model, self.settings.cloud_models)?;
        models::suits(&shown, model, request)?;
        let output_tokens = output_tokens_of(request.limits, self.settings.max_output_tokens);
        let sized = window::size(request, output_tokens, self.settings.num_ctx, shown.context_tokens());
        let num_ctx = sized.map_err(|why| too_long(sink, why))?;
        let body = body::chat(request, &self.settings, model, num_ctx, output_tokens, shown.can("thinking"))?;
        let mut answer = send::<Chat>(wire, &Outgoing::json(DESTINATION, "/api/chat", body))?;
        if answer.status() != 200 {
            let error = exchange::refusal(&failure(answer.as_mut()), model);
            return Err(if error == Error::ContextTooLong { too_long(sink, window::over(num_ctx)) } else { error });
        }
        let finish = listen(answer.as_mut(), Chat::new(model), sink)?;
        match window::lost(request, finish.usage, num_ctx) {
            Some(why) => Err(too_long(sink, why)),
            None => Ok(finish),
        }
    }
}

/// The contract's error has no words; the person gets them as a note.
fn too_long(sink: &mut dyn Sink, why: String) -> Error {
    // Whoever left does not need it.
    let _ = sink.emit(Event::Note(why));
    Error::ContextTooLong
}
