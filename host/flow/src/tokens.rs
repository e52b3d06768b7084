//! Tokens as the host estimates them, before a model's own tokenizer is known: for budgets, accounts and windows alike.
//!
//! A rule of thumb for English and JSON, [`BYTES_PER_TOKEN`]; rounded up. What a vendor says it counted goes before it.

use std::sync::LazyLock;

use crate::folded;
use crate::ports::provider::{Message, Request};

/// Bytes that make a token.
pub const BYTES_PER_TOKEN: usize = 4;

/// Bytes of the two tools, which are the same in every request.
static TOOL_BYTES: LazyLock<usize> =
    LazyLock::new(|| folded::offered().iter().map(|tool| tool.description.len() + tool.schema.to_string().len()).sum());

/// Tokens of so many bytes.
pub fn of_bytes(bytes: u64) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN as u64)
}

/// Bytes of a request as a model gets it, before its own template.
pub fn request_bytes(request: &Request) -> u64 {
    let all = request.system.len() + request.context.to_string().len() + *TOOL_BYTES;
    all as u64 + message_bytes(&request.messages)
}

/// Bytes of messages.
pub fn message_bytes(messages: &[Message]) -> u64 {
    let bytes = |message: &Message| match message {
        Message::User { text } => text.len(),
        Message::Assistant { text, calls } => {
            text.len() + calls.iter().map(|call| call.arguments.to_string().len()).sum::<usize>()
        }
        Message::Tool { content, .. } => content.to_string().len(),
    };
    messages.iter().map(bytes).sum::<usize>() as u64
}
