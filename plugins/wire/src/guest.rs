//! The exports of world `ai-provider` for any [`Provider`]: translation between the contract's types and ours.
//!
//! A component is `wire::guest::component!(TheProvider);`.

use crate::{
    chat,
    http::{self, Answer, Outgoing, Wire},
    provider::{Health, Provider},
    words::clipped,
};

#[expect(missing_docs, reason = "written by a macro from the contract, whose words stand there")]
pub mod bindings {
    //! The contract's types and functions.

    wit_bindgen::generate!({
        path: "../../wit/v0.1",
        world: "ai-provider",
        pub_export_macro: true,
        export_macro_name: "export",
    });
}

use bindings::{
    exports::kubechat::plugin::provider,
    kubechat::plugin::{events, http as gate},
};

/// Longest text of an error or a reason; the contract's cap.
const TEXT_BYTES_MAX: usize = 1 << 10;

/// A provider as the contract has it.
pub struct Exported<P>(core::marker::PhantomData<P>);

/// Makes a component of a provider.
#[macro_export]
macro_rules! component {
    ($provider:ty) => {
        type Component = $crate::guest::Exported<$provider>;
        $crate::guest::bindings::export!(Component with_types_in $crate::guest::bindings);
    };
}
pub use crate::component;

impl<P: Provider> provider::Guest for Exported<P> {
    fn describe() -> provider::ProviderInfo {
        // Where a destination leads is the operator's word, not ours: no promise that nothing leaves the machine.
        provider::ProviderInfo { title: P::TITLE.to_owned(), local: false }
    }

    fn list_models(settings_json: String) -> Result<Vec<provider::Model>, provider::ProviderError> {
        let models = P::new(&settings_json).and_then(|provider| provider.models(&Gate)).map_err(error)?;
        let model =
            |crate::Model { id, title, context_tokens, tools }| provider::Model { id, title, context_tokens, tools };
        Ok(models.into_iter().take(crate::provider::MODELS_MAX).map(model).collect())
    }

    fn health(settings_json: String) -> provider::HealthState {
        match P::new(&settings_json).map(|provider| provider.health(&Gate)) {
            Ok(Health::Ready) => provider::HealthState::Ready,
            Ok(Health::Degraded(why)) => provider::HealthState::Degraded(short(why)),
            Ok(Health::Down(why)) => provider::HealthState::Down(short(why)),
            Err(why) => provider::HealthState::Down(short(crate::provider::text_of(why))),
        }
    }

    fn complete(
        request: provider::Request,
        settings_json: String,
        sink: &events::EventSink,
    ) -> Result<provider::Finish, provider::ProviderError> {
        let asked = P::new(&settings_json).map_err(error)?;
        asked.complete(&taken(request), &Gate, &mut Mouth(sink)).map(finish).map_err(error)
    }
}

struct Mouth<'a>(&'a events::EventSink);

impl chat::Sink for Mouth<'_> {
    fn emit(&mut self, event: chat::Event) -> chat::Progress {
        let event = match event {
            chat::Event::Text(text) => events::Event::TextDelta(text),
            chat::Event::Call(call) => events::Event::ToolCall(events::ToolCall {
                id: call.id,
                name: call.name,
                arguments_json: call.arguments_json,
            }),
            chat::Event::Note(note) => events::Event::Note(short(note)),
        };
        match self.0.emit(&event) {
            events::Progress::Continue => chat::Progress::Continue,
            events::Progress::Stop => chat::Progress::Stop,
        }
    }
}

struct Gate;

impl Wire for Gate {
    fn send(&self, request: &Outgoing) -> Result<Box<dyn Answer>, http::HttpError> {
        let header = |(name, value): &(&str, String)| gate::Header { name: (*name).to_owned(), value: value.clone() };
        let outgoing = gate::Outgoing {
            destination: request.destination.to_owned(),
            method: match request.method {
                http::Method::Get => gate::Method::Get,
                http::Method::Post => gate::Method::Post,
            },
            path: request.path.clone(),
            headers: request.headers.iter().map(header).collect(),
            body: request.body.clone(),
        };
        gate::send(&outgoing).map(|answer| Box::new(Heard(answer)) as Box<dyn Answer>).map_err(refusal)
    }
}

struct Heard(gate::Answer);

impl Answer for Heard {
    fn status(&self) -> u16 {
        self.0.status()
    }

    fn header(&self, name: &str) -> Option<String> {
        self.0.header(name)
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, http::HttpError> {
        self.0.read().map_err(refusal)
    }
}

fn refusal(error: gate::HttpError) -> http::HttpError {
    match error {
        gate::HttpError::NotBound => http::HttpError::NotBound,
        gate::HttpError::Refused(why) => http::HttpError::Refused(why),
        gate::HttpError::Unreachable(why) => http::HttpError::Unreachable(why),
        gate::HttpError::Timeout(why) => http::HttpError::Timeout(why),
        gate::HttpError::Limit(why) => http::HttpError::Limit(why),
        gate::HttpError::Cancelled => http::HttpError::Cancelled,
        gate::HttpError::Other(why) => http::HttpError::Other(why),
    }
}

fn taken(request: provider::Request) -> chat::Request {
    let tool = |tool: provider::Tool| chat::Tool {
        name: tool.name,
        description: tool.description,
        schema_json: tool.schema_json,
    };
    chat::Request {
        model: request.model,
        system: request.system,
        messages: request.messages.into_iter().map(message).collect(),
        tools: request.tools.into_iter().map(tool).collect(),
        limits: chat::Limits {
            max_output_tokens: request.limits.max_output_tokens,
            max_tool_calls: request.limits.max_tool_calls,
            deadline_ms: request.limits.deadline_ms,
        },
        context_json: request.context_json,
    }
}

fn message(message: provider::Message) -> chat::Message {
    let call =
        |call: events::ToolCall| chat::Call { id: call.id, name: call.name, arguments_json: call.arguments_json };
    match message {
        provider::Message::User(sentence) => chat::Message::User(sentence),
        provider::Message::Assistant(said) => chat::Message::Assistant(chat::Assistant {
            text: said.text,
            calls: said.tool_calls.into_iter().map(call).collect(),
        }),
        provider::Message::Tool(result) => chat::Message::Tool(chat::ToolResult {
            call_id: result.call_id,
            name: result.name,
            content_json: result.content_json,
            is_error: result.is_error,
        }),
    }
}

fn finish(finish: chat::Finish) -> provider::Finish {
    let usage = finish
        .usage
        .map(|usage| provider::Usage { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens });
    let reason = match finish.reason {
        chat::Reason::Stop => provider::FinishReason::Stop,
        chat::Reason::ToolCalls => provider::FinishReason::ToolCalls,
        chat::Reason::Length => provider::FinishReason::Length,
        chat::Reason::Refused(why) => provider::FinishReason::Refused(short(why)),
        chat::Reason::Other(why) => provider::FinishReason::Other(short(why)),
    };
    provider::Finish { reason, usage }
}

fn error(error: chat::Error) -> provider::ProviderError {
    match error {
        chat::Error::Auth(why) => provider::ProviderError::Auth(short(why)),
        chat::Error::RateLimited(seconds) => provider::ProviderError::RateLimited(seconds),
        chat::Error::ContextTooLong => provider::ProviderError::ContextTooLong,
        chat::Error::ModelNotFound(why) => provider::ProviderError::ModelNotFound(short(why)),
        chat::Error::Unavailable(why) => provider::ProviderError::Unavailable(short(why)),
        chat::Error::BadResponse(why) => provider::ProviderError::BadResponse(short(why)),
        chat::Error::BadRequest(why) => provider::ProviderError::BadRequest(short(why)),
        chat::Error::Other(why) => provider::ProviderError::Other(short(why)),
    }
}

fn short(text: String) -> String {
    clipped(&text, TEXT_BYTES_MAX).to_owned()
}
