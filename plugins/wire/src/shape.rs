//! How a conversation is laid out, whatever the vendor: what never changes first, so that it can be cached.
//!
//! System and tools stand first and equal byte for byte from call to call. Where the person is (the context) changes
//! with every turn, so it stands at the last sentence of the person, behind everything that was said before. Results of
//! one step go together: vendors want them in one message.

use serde_json::value::RawValue;

use crate::chat::{Assistant, Error, Message, Request, ToolResult};

/// One step of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<'a> {
    /// What the person typed.
    User {
        /// The sentence.
        sentence: &'a str,
        /// Where the person is; at the last sentence only.
        context: Option<&'a str>,
    },
    /// What was answered.
    Assistant(&'a Assistant),
    /// What the tools answered.
    Results(Vec<&'a ToolResult>),
}

/// The conversation's steps.
pub fn steps(request: &Request) -> Vec<Step<'_>> {
    let last = request.messages.iter().rposition(|message| matches!(message, Message::User(_)));
    let context = Some(request.context_json.as_str()).filter(|json| !json.is_empty() && *json != "{}");
    let mut steps: Vec<Step<'_>> = Vec::with_capacity(request.messages.len());
    for (at, message) in request.messages.iter().enumerate() {
        match (message, steps.last_mut()) {
            (Message::Tool(result), Some(Step::Results(results))) => results.push(result),
            (Message::Tool(result), _) => steps.push(Step::Results(vec![result])),
            (Message::Assistant(said), _) => steps.push(Step::Assistant(said)),
            (Message::User(sentence), _) => {
                steps.push(Step::User { sentence, context: context.filter(|_| Some(at) == last) });
            }
        }
    }
    steps
}

/// A sentence with where the person is in front of it, for vendors that take one text.
pub fn sentence_with_context(sentence: &str, context: Option<&str>) -> String {
    match context {
        Some(context) => format!("{}\n\n{sentence}", context_line(context)),
        None => sentence.to_owned(),
    }
}

/// Where the person is, as data.
pub fn context_line(context: &str) -> String {
    format!("Context (data): {context}")
}

/// JSON that goes through as it was written.
///
/// # Errors
/// When it is no JSON, by what it is.
pub fn raw<'a>(json: &'a str, what: &str) -> Result<&'a RawValue, Error> {
    serde_json::from_str(json)
        .map_err(|_| Error::BadRequest(format!("{what} is not JSON; this is a fault of the host")))
}
