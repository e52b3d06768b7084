//! The chunks of `streamGenerateContent` as events.
//!
//! A chunk is a list of parts: text, thoughts (not shown), whole calls. The finish reason is the only end mark there is;
//! a stream without one is a fragment. A prompt that is blocked has no candidate at all and says so beside them. Numbers
//! are totals so far, the last ones count.

use serde::Deserialize;
use serde_json::value::RawValue;
use wire::{Assembler, Error, Event, Finish, Frame, Framing, Peer, Reason, Usage, Vendor, object_of, told};

use crate::exchange::{self, Said};

/// Reads one answer.
#[derive(Debug, Default)]
pub struct Contents {
    model: String,
    calls: Assembler,
    reason: Option<String>,
    blocked: Option<String>,
    usage: Option<Usage>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Chunk<'a> {
    #[serde(borrow)]
    candidates: Vec<Candidate<'a>>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<Cost>,
    error: Option<Said>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Candidate<'a> {
    index: u32,
    #[serde(borrow)]
    content: Option<Content<'a>>,
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Content<'a> {
    #[serde(borrow)]
    parts: Vec<Part<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Part<'a> {
    text: Option<String>,
    thought: bool,
    #[serde(borrow)]
    function_call: Option<Called<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Called<'a> {
    id: String,
    name: String,
    #[serde(borrow)]
    args: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Cost {
    prompt_token_count: u64,
    tool_use_prompt_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
}

impl Contents {
    /// For an answer of this model; its name stands in errors.
    pub fn new(model: &str) -> Self {
        Self { model: model.to_owned(), ..Self::default() }
    }

    fn part(&mut self, part: Part<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
        if let Some(text) = part.text.filter(|text| !text.is_empty() && !part.thought) {
            events.push(Event::Text(text));
        }
        if let Some(call) = part.function_call {
            let arguments = call.args.map_or("", RawValue::get);
            events.push(Event::Call(self.calls.whole(&call.id, &call.name, arguments)?));
        }
        Ok(())
    }
}

impl Vendor for Contents {
    const PEER: Peer =
        Peer { name: "Gemini", destination: crate::DESTINATION, url: "https://generativelanguage.googleapis.com" };
    const FRAMING: Framing = Framing::Events;

    fn take(&mut self, frame: Frame<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
        let chunk: Chunk<'_> = object_of::<Self, _>(frame.data)?;
        if let Some(error) = chunk.error {
            return Err(exchange::midway(&error, &self.model));
        }
        if let Some(cost) = chunk.usage_metadata {
            self.usage = Some(Usage {
                input_tokens: cost.prompt_token_count.saturating_add(cost.tool_use_prompt_token_count),
                output_tokens: cost.candidates_token_count.saturating_add(cost.thoughts_token_count),
            });
        }
        if let Some(blocked) = chunk.prompt_feedback.and_then(|feedback| feedback.block_reason) {
            self.blocked = Some(blocked);
        }
        for candidate in chunk.candidates.into_iter().filter(|candidate| candidate.index == 0) {
            for part in candidate.content.unwrap_or_default().parts {
                self.part(part, events)?;
            }
            if candidate.finish_reason.as_deref().is_some_and(|reason| reason != "FINISH_REASON_UNSPECIFIED") {
                self.reason = candidate.finish_reason;
            }
        }
        Ok(())
    }

    /// Never early: the numbers may come after the reason.
    fn done(&self) -> bool {
        false
    }

    fn end(self, _events: &mut Vec<Event>) -> Result<Finish, Error> {
        if let Some(blocked) = self.blocked {
            let why = format!("Google does not let the model answer this ({})", told(&blocked));
            return Ok(Finish { reason: Reason::Refused(why), usage: self.usage });
        }
        let reason = self.reason.ok_or_else(Self::broken_off)?;
        let reason = match reason.as_str() {
            "STOP" if self.calls.finished() > 0 => Reason::ToolCalls,
            "STOP" => Reason::Stop,
            "MAX_TOKENS" | "CONTINUATION" => Reason::Length,
            "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "TOO_MANY_TOOL_CALLS" | "MALFORMED_RESPONSE" => {
                Reason::Other(format!("the model called a tool in a way that can't be read ({reason}); ask again"))
            }
            "SAFETY"
            | "RECITATION"
            | "LANGUAGE"
            | "BLOCKLIST"
            | "PROHIBITED_CONTENT"
            | "SPII"
            | "ESCALATION"
            | "PUP_LIMITED_DISABLED"
            | "MODEL_ARMOR" => Reason::Refused(format!("Google stopped the answer ({reason})")),
            other => Reason::Other(format!("the answer ended with `{}`; ask again", told(other))),
        };
        Ok(Finish { reason, usage: self.usage })
    }
}
