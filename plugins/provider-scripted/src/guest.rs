//! The exports of world `ai-provider`: the script's lines are played into the sink.

use crate::{Line, MODEL, Said, Script, TITLE, placed};

wit_bindgen::generate!({ path: "../../wit/v0.1", world: "ai-provider" });

use exports::kubechat::plugin::provider::{
    Finish, FinishReason, Guest, HealthState, Message, Model, ProviderError, ProviderInfo, Request,
};
use kubechat::plugin::events::{Event, EventSink, Progress, ToolCall};

struct Scripted;

export!(Scripted);

impl Guest for Scripted {
    fn describe() -> ProviderInfo {
        ProviderInfo { title: TITLE.to_owned(), local: true }
    }

    fn list_models(_settings_json: String) -> Result<Vec<Model>, ProviderError> {
        Ok(vec![Model { id: MODEL.to_owned(), title: TITLE.to_owned(), context_tokens: 0, tools: true }])
    }

    fn health(settings_json: String) -> HealthState {
        match Script::parse(&settings_json) {
            Err(why) => HealthState::Down(why),
            Ok(script) => match script.health.as_deref() {
                Some("down") => HealthState::Down("the script says so".to_owned()),
                Some("degraded") => HealthState::Degraded("the script says so".to_owned()),
                _ => HealthState::Ready,
            },
        }
    }

    fn complete(request: Request, settings_json: String, sink: &EventSink) -> Result<Finish, ProviderError> {
        let script = Script::parse(&settings_json).map_err(ProviderError::BadRequest)?;
        let said: Vec<Said> = request.messages.into_iter().map(said).collect();
        let mut calls = 0;
        for line in script.round(&said) {
            for deed in deeds(&line, &request.context_json, &mut calls) {
                if done(&deed, sink) == Progress::Stop {
                    return Ok(finish(FinishReason::Other("nobody listens".to_owned())));
                }
            }
            if let Some(how) = &line.fail {
                return Err(error(how, &line));
            }
            if let Some(how) = &line.finish {
                return Ok(finish(reason(how, &line)));
            }
        }
        Ok(finish(if calls > 0 { FinishReason::ToolCalls } else { FinishReason::Stop }))
    }
}

/// One thing to do.
enum Deed {
    Wait(u32),
    Say(Event),
}

fn deeds(line: &Line, context_json: &str, calls: &mut u32) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = line.wait_ms.map(Deed::Wait).into_iter().collect();
    deeds.extend(line.text.clone().map(|text| Deed::Say(Event::TextDelta(text))));
    deeds.extend(line.note.clone().map(|note| Deed::Say(Event::Note(note))));
    if let Some(name) = &line.call {
        *calls += 1;
        let arguments_json = placed(line.arguments_json.as_deref().unwrap_or("{}"), context_json);
        deeds.push(Deed::Say(Event::ToolCall(ToolCall { id: calls.to_string(), name: name.clone(), arguments_json })));
    }
    deeds
}

fn done(deed: &Deed, sink: &EventSink) -> Progress {
    match deed {
        Deed::Wait(milliseconds) => sink.wait(*milliseconds),
        Deed::Say(event) => sink.emit(event),
    }
}

fn finish(reason: FinishReason) -> Finish {
    Finish { reason, usage: None }
}

fn reason(how: &str, line: &Line) -> FinishReason {
    let why = line.why.clone().unwrap_or_default();
    match how {
        "tool-calls" => FinishReason::ToolCalls,
        "length" => FinishReason::Length,
        "refused" => FinishReason::Refused(why),
        "other" => FinishReason::Other(why),
        _ => FinishReason::Stop,
    }
}

fn error(how: &str, line: &Line) -> ProviderError {
    let why = line.why.clone().unwrap_or_default();
    match how {
        "auth" => ProviderError::Auth(why),
        "rate-limited" => ProviderError::RateLimited(line.retry_after_s),
        "context-too-long" => ProviderError::ContextTooLong,
        "model-not-found" => ProviderError::ModelNotFound(why),
        "unavailable" => ProviderError::Unavailable(why),
        "bad-response" => ProviderError::BadResponse(why),
        "bad-request" => ProviderError::BadRequest(why),
        "trap" => core::arch::wasm32::unreachable(),
        _ => ProviderError::Other(why),
    }
}

fn said(message: Message) -> Said {
    match message {
        Message::User(sentence) => Said::Person(sentence),
        Message::Assistant(_) => Said::Assistant,
        Message::Tool(_) => Said::Tool,
    }
}
