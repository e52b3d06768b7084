//! The lines of `/api/chat` as events.
//!
//! A line is a piece of text, whole calls, or both; the one with `done` ends the answer and says what it cost. What a
//! model thinks aloud comes in a field of its own and is not shown. A line with `error` ends the answer: what failed
//! before the first line comes with a status instead, in the same words. Ollama ends a stream without `done` when a model
//! repeats one token thirty times: that is a fragment like any other.

use serde::Deserialize;
use serde_json::value::RawValue;
use wire::{Assembler, Error, Event, Finish, Frame, Framing, Peer, Reason, Usage, Vendor, object_of, told};

use crate::exchange;

/// Reads one answer.
#[derive(Debug, Default)]
pub struct Chat {
    model: String,
    calls: Assembler,
    end: Option<End>,
}

#[derive(Debug)]
struct End {
    reason: String,
    usage: Usage,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Line<'a> {
    #[serde(borrow)]
    message: Option<Said<'a>>,
    done: bool,
    done_reason: String,
    prompt_eval_count: u64,
    eval_count: u64,
    error: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Said<'a> {
    content: String,
    #[serde(borrow)]
    tool_calls: Option<Vec<Called<'a>>>,
}

#[derive(Deserialize)]
struct Called<'a> {
    #[serde(default)]
    id: String,
    #[serde(borrow)]
    function: Function<'a>,
}

#[derive(Deserialize)]
struct Function<'a> {
    name: String,
    #[serde(borrow, default)]
    arguments: Option<&'a RawValue>,
}

impl Chat {
    /// For an answer of this model; its name stands in errors.
    pub fn new(model: &str) -> Self {
        Self { model: model.to_owned(), ..Self::default() }
    }
}

impl Vendor for Chat {
    const PEER: Peer = Peer { name: "Ollama", destination: crate::DESTINATION, url: "http://127.0.0.1:11434" };
    const FRAMING: Framing = Framing::Lines;

    fn take(&mut self, frame: Frame<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
        let line: Line<'_> = object_of::<Self, _>(frame.data)?;
        if let Some(error) = line.error {
            return Err(exchange::midway(&error, &self.model));
        }
        if let Some(said) = line.message {
            if !said.content.is_empty() {
                events.push(Event::Text(said.content));
            }
            for call in said.tool_calls.unwrap_or_default() {
                let arguments = call.function.arguments.map_or("", RawValue::get);
                events.push(Event::Call(self.calls.whole(&call.id, &call.function.name, arguments)?));
            }
        }
        if line.done {
            let usage = Usage { input_tokens: line.prompt_eval_count, output_tokens: line.eval_count };
            self.end = Some(End { reason: line.done_reason, usage });
        }
        Ok(())
    }

    fn done(&self) -> bool {
        self.end.is_some()
    }

    fn end(self, _events: &mut Vec<Event>) -> Result<Finish, Error> {
        let End { reason, usage } = self.end.ok_or_else(Self::broken_off)?;
        let reason = match reason.as_str() {
            "stop" if self.calls.finished() > 0 => Reason::ToolCalls,
            "stop" => Reason::Stop,
            "length" => Reason::Length,
            "" => Reason::Other("Ollama ended the answer without saying why; ask again".to_owned()),
            other => Reason::Other(format!("Ollama ended the answer with `{}`; ask again", told(other))),
        };
        let known = usage != Usage::default();
        Ok(Finish { reason, usage: known.then_some(usage) })
    }
}
