//! A provider that floods: events, one huge event, log lines; or that spins, or goes on when nobody listens.
//!
//! The first user message names the way: `events`, `bytes`, `huge`, `logs`, `spin`, `deaf`, `doze`; `nap` waits as
//! long as one may; anything else gets a polite answer of three deltas. Expected: `host-call-limit`, `output-limit`, `output-limit`, `host-call-limit`,
//! `cpu-exhausted`, `cancelled`, `output-limit`.

#![expect(missing_docs, reason = "generated bindings; the WIT files hold the documentation")]

wit_bindgen::generate!({ path: "../../../wit/v0.1", world: "ai-provider" });

use exports::kubechat::plugin::provider::{
    Finish, FinishReason, Guest, HealthState, Message, Model, ProviderError, ProviderInfo, Request,
};
use kubechat::plugin::events::{Event, EventSink, Progress, ToolCall};
use kubechat::plugin::log::{self, Level};

struct Flood;

impl Guest for Flood {
    fn describe() -> ProviderInfo {
        ProviderInfo { title: "Floods".to_owned(), local: true }
    }

    fn list_models(_settings_json: String) -> Result<Vec<Model>, ProviderError> {
        let model = Model { id: "m".to_owned(), title: "M".to_owned(), context_tokens: 0, tools: true };
        Ok(vec![model; 300])
    }

    fn health(_settings_json: String) -> HealthState {
        HealthState::Degraded("always\u{7}".to_owned())
    }

    fn complete(request: Request, _settings_json: String, sink: &EventSink) -> Result<Finish, ProviderError> {
        let way = match request.messages.first() {
            Some(Message::User(text)) => text.as_str(),
            _ => "",
        };
        match way {
            "events" => loop {
                sink.emit(&Event::TextDelta(String::new()));
            },
            "bytes" => loop {
                sink.emit(&Event::TextDelta("x".repeat(16 * 1024)));
            },
            "huge" => drop(sink.emit(&Event::TextDelta("x".repeat(16 * 1024 + 1)))),
            "vast" => drop(sink.emit(&Event::TextDelta("x".repeat(8 * 1024 * 1024)))),
            "logs" => loop {
                log::write(Level::Error, "flood\r\nfake line");
            },
            "spin" => spin(),
            "deaf" => loop {
                if sink.emit(&Event::TextDelta("still here".to_owned())) == Progress::Stop {
                    spin();
                }
            },
            "doze" => drop(sink.wait(60_001)),
            "nap" => drop(sink.wait(60_000)),
            "error" => return Err(ProviderError::RateLimited(Some(7))),
            _ => return Ok(polite(sink)),
        }
        Ok(finish(FinishReason::Length))
    }
}

fn spin() -> ! {
    let mut steps = 0_u64;
    loop {
        steps = std::hint::black_box(steps.wrapping_add(1));
    }
}

fn polite(sink: &EventSink) -> Finish {
    for delta in ["one ", "two ", "three\u{1b}[2J"] {
        if sink.emit(&Event::TextDelta(delta.to_owned())) == Progress::Stop {
            return finish(FinishReason::Other("nobody listens".to_owned()));
        }
    }
    let call =
        ToolCall { id: "1".to_owned(), name: "get".to_owned(), arguments_json: "{\"kind\":\"pods\"}".to_owned() };
    sink.emit(&Event::ToolCall(call));
    finish(FinishReason::ToolCalls)
}

fn finish(reason: FinishReason) -> Finish {
    Finish { reason, usage: None }
}

export!(Flood);
