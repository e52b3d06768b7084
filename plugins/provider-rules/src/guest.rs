//! The exports of world `ai-provider`: translation between the contract's types and ours, nothing else.

use crate::{Call, Error, MODEL, MODEL_TITLE, Message, Reply, Request, TITLE, ToolResult, complete};

wit_bindgen::generate!({ path: "../../wit/v0.1", world: "ai-provider" });

use exports::kubechat::plugin::provider;
use kubechat::plugin::events::{Event, EventSink, Progress, ToolCall};

struct Rules;

export!(Rules);

impl provider::Guest for Rules {
    fn describe() -> provider::ProviderInfo {
        provider::ProviderInfo { title: TITLE.to_owned(), local: true }
    }

    fn list_models(_settings_json: String) -> Result<Vec<provider::Model>, provider::ProviderError> {
        let (id, title) = (MODEL.to_owned(), MODEL_TITLE.to_owned());
        Ok(vec![provider::Model { id, title, context_tokens: 0, tools: true }])
    }

    fn health(_settings_json: String) -> provider::HealthState {
        provider::HealthState::Ready
    }

    fn complete(
        request: provider::Request,
        _settings_json: String,
        sink: &EventSink,
    ) -> Result<provider::Finish, provider::ProviderError> {
        match complete(&taken(request)) {
            Ok(reply) => Ok(provider::Finish { reason: emit(reply, sink), usage: None }),
            Err(Error::ModelNotFound(model)) => Err(provider::ProviderError::ModelNotFound(model)),
            Err(Error::BadRequest(why)) => Err(provider::ProviderError::BadRequest(why.to_owned())),
        }
    }
}

/// Gives the reply out until nobody reads any more. Why a request is not answered is the end's reason, not text.
fn emit(reply: Reply, sink: &EventSink) -> provider::FinishReason {
    let Reply { note, text, refused, calls } = reply;
    let reason = match (calls.is_empty(), refused) {
        (false, _) => provider::FinishReason::ToolCalls,
        (true, true) => provider::FinishReason::Refused(text.clone()),
        (true, false) => provider::FinishReason::Stop,
    };
    let text = Some(text).filter(|text| !text.is_empty() && !refused).map(Event::TextDelta);
    let call = |Call { id, name, arguments_json }| Event::ToolCall(ToolCall { id, name, arguments_json });
    let first = [note.map(Event::Note), text].into_iter().flatten();
    for event in first.chain(calls.into_iter().map(call)) {
        if sink.emit(&event) == Progress::Stop {
            break;
        }
    }
    reason
}

fn taken(request: provider::Request) -> Request {
    Request {
        model: request.model,
        messages: request.messages.into_iter().map(message).collect(),
        tools: request.tools.into_iter().map(|tool| tool.name).collect(),
        context_json: request.context_json,
    }
}

fn message(message: provider::Message) -> Message {
    match message {
        provider::Message::User(text) => Message::User(text),
        provider::Message::Assistant(said) => {
            let call = |call: ToolCall| Call { id: call.id, name: call.name, arguments_json: call.arguments_json };
            Message::Assistant { text: said.text, calls: said.tool_calls.into_iter().map(call).collect() }
        }
        provider::Message::Tool(result) => Message::Tool(ToolResult {
            call_id: result.call_id,
            name: result.name,
            content_json: result.content_json,
            is_error: result.is_error,
        }),
    }
}
