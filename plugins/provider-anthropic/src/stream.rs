//! The events of a streamed message as ours.
//!
//! Blocks come one after the other, each begun, continued and stopped by its index: text at once, a call when its block
//! stops. Thinking is not shown. Blocks and events that are not known are passed over, as Anthropic asks of its clients.
//! `message_delta` says why and at what cost; `message_stop` is the end, and without it the answer is a fragment.

use serde::Deserialize;
use wire::{Assembler, Error, Event, Finish, Frame, Framing, Peer, Piece, Reason, Usage, Vendor, object_of, told};

use crate::exchange::{self, Said};

/// Reads one answer.
#[derive(Debug, Default)]
pub struct Messages {
    model: String,
    calls: Assembler,
    stop: Option<Stop>,
    usage: Option<Usage>,
    done: bool,
}

#[derive(Debug)]
struct Stop {
    reason: String,
    why: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    MessageStart {
        message: Begun,
    },
    ContentBlockStart {
        index: u32,
        content_block: Block,
    },
    ContentBlockDelta {
        index: u32,
        delta: Delta,
    },
    ContentBlockStop {
        index: u32,
    },
    MessageDelta {
        delta: Ended,
        #[serde(default)]
        usage: Option<Cost>,
    },
    MessageStop,
    Error {
        error: Said,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct Begun {
    #[serde(default)]
    usage: Option<Cost>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        #[serde(default)]
        text: String,
    },
    ToolUse {
        #[serde(default)]
        id: String,
        name: String,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "input_json_delta")]
    Json { partial_json: String },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Ended {
    stop_reason: Option<String>,
    stop_details: Option<Details>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    category: Option<String>,
    explanation: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Cost {
    input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens: u64,
}

impl Messages {
    /// For an answer of this model; its name stands in errors.
    pub fn new(model: &str) -> Self {
        Self { model: model.to_owned(), ..Self::default() }
    }

    /// Numbers are totals so far; what a later one leaves out stays.
    fn cost(&mut self, cost: &Cost) {
        let before = self.usage.unwrap_or_default();
        let input = [cost.input_tokens, cost.cache_creation_input_tokens, cost.cache_read_input_tokens];
        let said = input.iter().any(Option::is_some);
        let input_tokens = input.iter().flatten().fold(0, |sum: u64, tokens| sum.saturating_add(*tokens));
        self.usage = Some(Usage {
            input_tokens: if said { input_tokens.max(before.input_tokens) } else { before.input_tokens },
            output_tokens: cost.output_tokens.max(before.output_tokens),
        });
    }

    fn ended(&mut self, ended: Ended, events: &mut Vec<Event>) {
        let Some(reason) = ended.stop_reason else { return };
        if self.calls.abandon() > 0 {
            events.push(Event::Note("a call was cut in the middle and not made".to_owned()));
        }
        let why = ended.stop_details.and_then(|details| details.explanation.or(details.category));
        self.stop = Some(Stop { reason, why });
    }
}

impl Vendor for Messages {
    const PEER: Peer = Peer { name: "Anthropic", destination: crate::DESTINATION, url: "https://api.anthropic.com" };
    const FRAMING: Framing = Framing::Events;

    fn take(&mut self, frame: Frame<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
        let part: Part = object_of::<Self, _>(frame.data)?;
        match part {
            Part::MessageStart { message: Begun { usage: Some(cost) } } => self.cost(&cost),
            Part::ContentBlockStart { content_block: Block::Text { text }, .. }
            | Part::ContentBlockDelta { delta: Delta::Text { text }, .. } => {
                events.extend(Some(text).filter(|text| !text.is_empty()).map(Event::Text));
            }
            Part::ContentBlockStart { index, content_block: Block::ToolUse { id, name } } => {
                self.calls.piece(Piece { index: Some(index), id: &id, name: &name, arguments: "" })?;
            }
            Part::ContentBlockDelta { index, delta: Delta::Json { partial_json } } => {
                self.calls.more(index, &partial_json)?;
            }
            Part::ContentBlockStop { index } => events.extend(self.calls.complete(index)?.map(Event::Call)),
            Part::MessageDelta { delta, usage } => {
                usage.iter().for_each(|cost| self.cost(cost));
                self.ended(delta, events);
            }
            Part::MessageStop => self.done = true,
            Part::Error { error } => return Err(exchange::midway(&error, &self.model)),
            _ => {}
        }
        Ok(())
    }

    fn done(&self) -> bool {
        self.done
    }

    fn end(self, events: &mut Vec<Event>) -> Result<Finish, Error> {
        let Some(Stop { reason, why }) = self.stop.filter(|_| self.done) else { return Err(Self::broken_off()) };
        let reason = match reason.as_str() {
            "tool_use" if self.calls.finished() > 0 => Reason::ToolCalls,
            "tool_use" => Reason::Other("the model said that it calls a tool and called none; ask again".to_owned()),
            "end_turn" | "stop_sequence" => Reason::Stop,
            "max_tokens" => Reason::Length,
            "model_context_window_exceeded" => {
                events.push(Event::Note("the model's context window is full; begin a new conversation".to_owned()));
                Reason::Length
            }
            "refusal" => Reason::Refused(
                why.map_or_else(|| "Anthropic's safeguards stopped the answer".to_owned(), |why| told(&why)),
            ),
            other => Reason::Other(format!("the answer ended with `{}`; ask again", told(other))),
        };
        Ok(Finish { reason, usage: self.usage })
    }
}
