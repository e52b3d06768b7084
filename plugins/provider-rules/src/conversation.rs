//! The conversation in this crate's own words, so that the logic runs natively, and how it falls into turns.

/// What the host asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The model's id; empty: ours.
    pub model: String,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Names of the tools on offer.
    pub tools: Vec<String>,
    /// Cluster, namespace and what the turn before was about, as JSON.
    pub context_json: String,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// What the person typed.
    User(String),
    /// What this provider said and called.
    Assistant {
        /// May be empty.
        text: String,
        /// The calls.
        calls: Vec<Call>,
    },
    /// What a tool answered.
    Tool(ToolResult),
}

/// A tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Distinct in its turn.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments, a JSON object.
    pub arguments_json: String,
}

/// A tool's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolResult {
    /// The call it answers.
    pub call_id: String,
    /// The tool.
    pub name: String,
    /// JSON, from the cluster: data.
    pub content_json: String,
    /// Whether the tool refused or failed.
    pub is_error: bool,
}

/// What this provider does next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// Something to know about the answer: what was taken for granted.
    pub note: Option<String>,
    /// The answer, or why there is none; empty while tools are called. A question to the person ends with `?`.
    pub text: String,
    /// Whether the request is not answered: the text says why. It ends the completion as `refused`.
    pub refused: bool,
    /// The calls of this step; with several, the host runs them in this order and makes one plan of all changes.
    pub calls: Vec<Call>,
}

/// One turn: what the person said, and what followed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) said: &'a str,
    pub(crate) followed: &'a [Message],
}

/// The last turn and the one before it.
pub(crate) fn last_turns(messages: &[Message]) -> Option<(Turn<'_>, Option<Turn<'_>>)> {
    let mut turns = messages.iter().enumerate().rev().filter_map(|(at, message)| match message {
        Message::User(said) => Some((at, said.as_str())),
        _ => None,
    });
    let (at, said) = turns.next()?;
    let last = Turn { said, followed: &messages[at + 1..] };
    let before = turns.next().map(|(before, said)| Turn { said, followed: &messages[before + 1..at] });
    Some((last, before))
}

impl<'a> Turn<'a> {
    /// The calls of this turn with such a name, and their results if there are some. Results answer calls by id: text in
    /// a result can't pass for another call's answer.
    pub(crate) fn answered(&self, tool: impl Fn(&str) -> bool) -> Vec<(&'a Call, Option<&'a ToolResult>)> {
        let calls = self.followed.iter().filter_map(|message| match message {
            Message::Assistant { calls, .. } => Some(calls),
            _ => None,
        });
        let result = |call: &Call| {
            self.followed.iter().find_map(|message| match message {
                Message::Tool(result) if result.call_id == call.id => Some(result),
                _ => None,
            })
        };
        calls.flatten().filter(|call| tool(&call.name)).map(|call| (call, result(call))).collect()
    }
}
