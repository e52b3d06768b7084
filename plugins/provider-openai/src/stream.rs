//! The chunks of `/chat/completions` as events.
//!
//! Calls come in pieces by index and are complete with the finish reason. The finish reason is the end of the answer;
//! `[DONE]` and the usage come after it, and gateways forget either: without them the answer is still whole, only its
//! cost is not known. Without a finish reason it is a fragment, `[DONE]` or not. A gateway that says `stop` after calls
//! means calls. Only the first choice is read; none but one is ever asked for. A call that a limit cut is not made.

use serde::Deserialize;
use wire::{Assembler, Error, Event, Finish, Frame, Framing, Peer, Piece, Reason, Usage, Vendor, object_of, told};

use crate::exchange::{self, Said};

/// What ends a stream.
const DONE: &str = "[DONE]";
/// Most of a refusal that is kept; it may come in many pieces.
const REFUSAL_BYTES_MAX: usize = 1 << 10;

/// Reads one answer.
#[derive(Debug, Default)]
pub struct Chunks {
    model: String,
    calls: Assembler,
    refusal: String,
    reason: Option<String>,
    usage: Option<Usage>,
    done: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Chunk {
    choices: Vec<Choice>,
    usage: Option<Cost>,
    error: Option<Said>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Choice {
    index: u32,
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
    tool_calls: Option<Vec<Called>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Called {
    index: Option<u32>,
    id: Option<String>,
    function: Option<Function>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Function {
    name: Option<String>,
    arguments: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Cost {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl Chunks {
    /// For an answer of this model; its name stands in errors.
    pub fn new(model: &str) -> Self {
        Self { model: model.to_owned(), ..Self::default() }
    }

    fn delta(&mut self, delta: Delta, events: &mut Vec<Event>) -> Result<(), Error> {
        if let Some(text) = delta.content.filter(|text| !text.is_empty()) {
            events.push(Event::Text(text));
        }
        if let Some(refusal) = delta.refusal {
            let room = REFUSAL_BYTES_MAX.saturating_sub(self.refusal.len());
            self.refusal.push_str(wire::clipped(&refusal, room));
        }
        for call in delta.tool_calls.unwrap_or_default() {
            let function = call.function.unwrap_or_default();
            self.calls.piece(Piece {
                index: call.index,
                id: call.id.as_deref().unwrap_or_default(),
                name: function.name.as_deref().unwrap_or_default(),
                arguments: function.arguments.as_deref().unwrap_or_default(),
            })?;
        }
        Ok(())
    }

    /// Calls are whole now, unless something cut them.
    fn finished(&mut self, reason: String, events: &mut Vec<Event>) -> Result<(), Error> {
        if matches!(reason.as_str(), "length" | "content_filter") {
            if self.calls.abandon() > 0 {
                events.push(Event::Note("a call was cut in the middle and not made".to_owned()));
            }
        } else {
            events.extend(self.calls.complete_all()?.into_iter().map(Event::Call));
        }
        self.reason = Some(reason);
        Ok(())
    }
}

impl Vendor for Chunks {
    const PEER: Peer = Peer { name: "OpenAI", destination: crate::DESTINATION, url: "https://api.openai.com" };
    const FRAMING: Framing = Framing::Events;

    fn take(&mut self, frame: Frame<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
        if frame.data.trim() == DONE {
            self.done = true;
            return Ok(());
        }
        let chunk: Chunk = object_of::<Self, _>(frame.data)?;
        if let Some(error) = chunk.error {
            return Err(exchange::midway(&error, &self.model));
        }
        if let Some(cost) = chunk.usage {
            self.usage = Some(Usage { input_tokens: cost.prompt_tokens, output_tokens: cost.completion_tokens });
        }
        for choice in chunk.choices.into_iter().filter(|choice| choice.index == 0) {
            if let Some(delta) = choice.delta {
                self.delta(delta, events)?;
            }
            if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty() && self.reason.is_none()) {
                self.finished(reason, events)?;
            }
        }
        Ok(())
    }

    fn done(&self) -> bool {
        self.done
    }

    fn end(self, _events: &mut Vec<Event>) -> Result<Finish, Error> {
        let reason = self.reason.ok_or_else(Self::broken_off)?;
        let reason = match reason.as_str() {
            _ if !self.refusal.is_empty() => Reason::Refused(told(&self.refusal)),
            "length" => Reason::Length,
            "content_filter" => Reason::Refused("the content filter of the model's host stopped the answer".to_owned()),
            "stop" | "tool_calls" | "function_call" if self.calls.finished() > 0 => Reason::ToolCalls,
            "stop" => Reason::Stop,
            "tool_calls" | "function_call" => {
                Reason::Other("the model said that it calls a tool and called none; ask again".to_owned())
            }
            other => Reason::Other(format!("the answer ended with `{}`; ask again", told(other))),
        };
        Ok(Finish { reason, usage: self.usage })
    }
}
