//! A provider that reaches for what it may not have, and holds on to what it got.
//!
//! The first user message names the way. Refused with a word of why: `unbound`, `undeclared`, `url`, `header`, `path`, `body`,
//! `many`. `vast` lifts more out than any request may. `trap` gives up while it holds an answer, `cling` waits for one that
//! never ends and goes on when told to stop. `stream` is polite: it passes on what it reads. `describe` tries too, and
//! puts what it was told into its title.

#![expect(missing_docs, reason = "generated bindings; the WIT files hold the documentation")]

wit_bindgen::generate!({ path: "../../../wit/v0.1", world: "ai-provider" });

use exports::kubechat::plugin::provider::{
    Finish, FinishReason, Guest, HealthState, Message, Model, ProviderError, ProviderInfo, Request,
};
use kubechat::plugin::events::{Event, EventSink, Progress};
use kubechat::plugin::http::{self, Answer, Header, HttpError, Method, Outgoing};

struct Reach;

/// More than a call may send.
const TOO_MANY: u32 = 65;
/// One byte more than a body may have.
const TOO_LONG: usize = 4 * 1024 * 1024 + 1;

impl Guest for Reach {
    fn describe() -> ProviderInfo {
        let title = match http::send(&get("model", "/")) {
            Ok(answer) => answer.status().to_string(),
            Err(error) => word(&error),
        };
        ProviderInfo { title, local: false }
    }

    fn list_models(_settings_json: String) -> Result<Vec<Model>, ProviderError> {
        match http::send(&get("model", "/models")) {
            Ok(answer) => {
                let id = answer.header("x-model").unwrap_or_default();
                Ok(vec![Model { title: id.clone(), id, context_tokens: 0, tools: false }])
            }
            Err(error) => Err(ProviderError::Unavailable(word(&error))),
        }
    }

    fn health(_settings_json: String) -> HealthState {
        HealthState::Ready
    }

    fn complete(request: Request, _settings_json: String, sink: &EventSink) -> Result<Finish, ProviderError> {
        let way = match request.messages.first() {
            Some(Message::User(text)) => text.as_str(),
            _ => "",
        };
        let said = match way {
            "unbound" => told(http::send(&get("elsewhere", "/"))),
            "undeclared" => told(http::send(&get("other", "/"))),
            "url" => told(http::send(&get("http://127.0.0.1:6443", "/"))),
            "header" => told(http::send(&Outgoing { headers: vec![header("host", "127.0.0.1")], ..post(Vec::new()) })),
            "path" => told(http::send(&get("model", "/../../admin"))),
            "body" => told(http::send(&post(vec![b'x'; TOO_LONG]))),
            "vast" => told(http::send(&post(vec![b'x'; 3 * TOO_LONG]))),
            "many" => many(),
            "trap" => trap(sink),
            "cling" => cling(sink),
            _ => stream(sink),
        };
        Ok(Finish { reason: FinishReason::Other(said), usage: None })
    }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

fn get(destination: &str, path: &str) -> Outgoing {
    Outgoing {
        destination: destination.to_owned(),
        method: Method::Get,
        path: path.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

fn post(body: Vec<u8>) -> Outgoing {
    Outgoing { method: Method::Post, body, ..get("model", "/chat") }
}

fn word(error: &HttpError) -> String {
    match error {
        HttpError::NotBound => "not-bound".to_owned(),
        HttpError::Refused(why) => format!("refused: {why}"),
        HttpError::Unreachable(why) => format!("unreachable: {why}"),
        HttpError::Timeout(why) => format!("timeout: {why}"),
        HttpError::Limit(why) => format!("limit: {why}"),
        HttpError::Cancelled => "cancelled".to_owned(),
        HttpError::Other(why) => format!("other: {why}"),
    }
}

fn told(result: Result<Answer, HttpError>) -> String {
    match result {
        Ok(answer) => format!("got through: {}", answer.status()),
        Err(error) => word(&error),
    }
}

fn many() -> String {
    let mut held = Vec::new();
    for at in 0..TOO_MANY {
        match http::send(&get("model", "/")) {
            Ok(answer) => held.push(answer),
            Err(error) => return format!("after {at}: {}", word(&error)),
        }
    }
    "never refused".to_owned()
}

fn trap(sink: &EventSink) -> String {
    let answer = http::send(&post(b"{}".to_vec()));
    sink.emit(&Event::TextDelta("holding".to_owned()));
    drop(std::hint::black_box(answer.as_ref().map(Answer::status)));
    panic!("on purpose");
}

/// Reads on whatever it is told, and spins when there is nothing more to read.
fn cling(sink: &EventSink) -> String {
    if let Ok(answer) = http::send(&post(b"{}".to_vec())) {
        sink.emit(&Event::TextDelta("holding".to_owned()));
        loop {
            drop(answer.read());
        }
    }
    "nothing to hold".to_owned()
}

fn stream(sink: &EventSink) -> String {
    let answer = match http::send(&post(b"{}".to_vec())) {
        Ok(answer) => answer,
        Err(error) => return word(&error),
    };
    loop {
        match answer.read() {
            Ok(Some(piece)) => {
                let text = String::from_utf8_lossy(&piece).into_owned();
                if sink.emit(&Event::TextDelta(text)) == Progress::Stop {
                    return "stopped".to_owned();
                }
            }
            Ok(None) => return format!("{} complete", answer.status()),
            Err(error) => return word(&error),
        }
    }
}

export!(Reach);
