//! What goes into a provider and what comes out, as plain Rust types; the WIT's types stay inside this crate.
//!
//! Sizes are checked here before a guest is even started: a request over its caps is the host's own mistake and is
//! refused with `contract-mismatch`, naming the cap. Texts that come out are cleaned and cut.

use crate::bindings::provider::exports::kubechat::plugin::provider as wire;
use crate::outcome::{Failure, OutcomeCode};
use crate::text;

const MESSAGES_MAX: usize = 512;
const TOOLS_MAX: usize = 64;
const CALLS_MAX: usize = 64;
pub(crate) const MODELS_MAX: usize = 256;
pub(crate) const NAME_BYTES_MAX: usize = 128;
const EXPLANATION_BYTES_MAX: usize = 1024;

/// One step of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// What the person typed.
    User(String),
    /// What the provider said, and the tools it called.
    Assistant {
        /// May be empty.
        text: String,
        /// In the order they were called.
        tool_calls: Vec<ToolCall>,
    },
    /// What a tool answered.
    Tool {
        /// The call it answers.
        call_id: String,
        /// The tool's name.
        name: String,
        /// Valid JSON.
        content_json: String,
        /// Whether it refused or failed.
        is_error: bool,
    },
}

/// A call of a tool, as the provider wants it. Nothing about it is checked but its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    /// Distinct within one completion, says the contract; not checked.
    pub id: String,
    /// Perhaps a tool of the request.
    pub name: String,
    /// Perhaps a JSON object that fits the tool's schema.
    pub arguments_json: String,
}

/// A tool the provider may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// At most 64 bytes.
    pub name: String,
    /// At most 4 KiB.
    pub description: String,
    /// At most 16 KiB.
    pub schema_json: String,
}

/// Everything a provider learns about a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Empty: the provider's default.
    pub model: String,
    /// The host's instructions.
    pub system: String,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// What it may call.
    pub tools: Vec<Tool>,
    /// A JSON object: cluster, namespace, the turn before.
    pub context_json: String,
    /// 0: the provider's default.
    pub max_output_tokens: u32,
    /// Calls the host will run from this completion.
    pub max_tool_calls: u32,
}

/// What a provider emits while it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The next piece of the answer, cleaned.
    Text(String),
    /// A call of a tool.
    ToolCall(ToolCall),
    /// About the answer, not part of it; cleaned.
    Note(String),
}

/// Why a completion ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// The answer is complete.
    Stop,
    /// It waits for its tools.
    ToolCalls,
    /// A fragment.
    Length,
    /// It won't answer; why.
    Refused(String),
    /// Something else.
    Other(String),
}

/// How a completion ended, and what it cost upstream if that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finish {
    /// Why.
    pub reason: FinishReason,
    /// Tokens in and out.
    pub usage: Option<(u64, u64)>,
}

/// A model of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// What a request names.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// 0: unknown or unlimited.
    pub context_tokens: u32,
    /// Whether it can call tools.
    pub tools: bool,
}

/// What a provider says about itself when it is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ProviderInfo {
    /// What people call it.
    pub title: String,
    /// True if it says that nothing leaves the machine.
    pub local: bool,
}

/// How a provider feels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Fine.
    Ready,
    /// Works, worse than usual.
    Degraded(String),
    /// Calls would fail.
    Down(String),
}

impl Request {
    /// Checks every cap and turns into what the guest takes.
    pub(crate) fn into_wire(self, input_max: usize, deadline_ms: u64) -> Result<wire::Request, Failure> {
        self.check(input_max)?;
        Ok(wire::Request {
            model: self.model,
            system: self.system,
            messages: self.messages.into_iter().map(message_to_wire).collect(),
            tools: self
                .tools
                .into_iter()
                .map(|tool| wire::Tool {
                    name: tool.name,
                    description: tool.description,
                    schema_json: tool.schema_json,
                })
                .collect(),
            limits: wire::Limits {
                max_output_tokens: self.max_output_tokens,
                max_tool_calls: self.max_tool_calls,
                deadline_ms: u32::try_from(deadline_ms).unwrap_or(u32::MAX),
            },
            context_json: self.context_json,
        })
    }

    fn check(&self, input_max: usize) -> Result<(), Failure> {
        cap("model", self.model.len(), NAME_BYTES_MAX)?;
        cap("system", self.system.len(), 64 * 1024)?;
        cap("context-json", self.context_json.len(), 16 * 1024)?;
        cap("messages", self.messages.len(), MESSAGES_MAX)?;
        cap("tools", self.tools.len(), TOOLS_MAX)?;
        let mut all = self.model.len() + self.system.len() + self.context_json.len();
        for tool in &self.tools {
            cap("a tool's name", tool.name.len(), 64)?;
            cap("a tool's description", tool.description.len(), 4 * 1024)?;
            cap("a tool's schema", tool.schema_json.len(), 16 * 1024)?;
            all += tool.name.len() + tool.description.len() + tool.schema_json.len();
        }
        for message in &self.messages {
            all += check_message(message)?;
        }
        cap("the request", all, input_max)
    }
}

fn check_message(message: &Message) -> Result<usize, Failure> {
    match message {
        Message::User(text) => cap("a user message", text.len(), 64 * 1024).map(|()| text.len()),
        Message::Assistant { text, tool_calls } => {
            cap("an assistant message", text.len(), 256 * 1024)?;
            cap("an assistant message's tool calls", tool_calls.len(), CALLS_MAX)?;
            let mut all = text.len();
            for call in tool_calls {
                cap("a tool call's arguments", call.arguments_json.len(), 64 * 1024)?;
                all += call.id.len() + call.name.len() + call.arguments_json.len();
            }
            Ok(all)
        }
        Message::Tool { call_id, name, content_json, .. } => {
            cap("a tool result", content_json.len(), 16 * 1024)?;
            Ok(call_id.len() + name.len() + content_json.len())
        }
    }
}

fn cap(what: &str, size: usize, limit: usize) -> Result<(), Failure> {
    if size <= limit {
        return Ok(());
    }
    Err(Failure::with_hint(
        OutcomeCode::ContractMismatch,
        format!("{what} would be {size} long; the contract caps it at {limit}"),
        "shorten the conversation or what the tools return",
    ))
}

fn message_to_wire(message: Message) -> wire::Message {
    match message {
        Message::User(text) => wire::Message::User(text),
        Message::Assistant { text, tool_calls } => wire::Message::Assistant(wire::AssistantMessage {
            text,
            tool_calls: tool_calls
                .into_iter()
                .map(|call| wire::ToolCall { id: call.id, name: call.name, arguments_json: call.arguments_json })
                .collect(),
        }),
        Message::Tool { call_id, name, content_json, is_error } => {
            wire::Message::Tool(wire::ToolResult { call_id, name, content_json, is_error })
        }
    }
}

fn explanation(text: &str) -> String {
    text::short_line(text, EXPLANATION_BYTES_MAX)
}

impl From<wire::Finish> for Finish {
    fn from(finish: wire::Finish) -> Self {
        let reason = match finish.reason {
            wire::FinishReason::Stop => FinishReason::Stop,
            wire::FinishReason::ToolCalls => FinishReason::ToolCalls,
            wire::FinishReason::Length => FinishReason::Length,
            wire::FinishReason::Refused(why) => FinishReason::Refused(explanation(&why)),
            wire::FinishReason::Other(why) => FinishReason::Other(explanation(&why)),
        };
        Self { reason, usage: finish.usage.map(|usage| (usage.input_tokens, usage.output_tokens)) }
    }
}

impl From<wire::Model> for Model {
    fn from(model: wire::Model) -> Self {
        Self {
            id: text::short_line(&model.id, NAME_BYTES_MAX),
            title: text::short_line(&model.title, NAME_BYTES_MAX),
            context_tokens: model.context_tokens,
            tools: model.tools,
        }
    }
}

impl From<wire::ProviderInfo> for ProviderInfo {
    fn from(info: wire::ProviderInfo) -> Self {
        Self { title: text::short_line(&info.title, NAME_BYTES_MAX), local: info.local }
    }
}

impl From<wire::HealthState> for Health {
    fn from(health: wire::HealthState) -> Self {
        match health {
            wire::HealthState::Ready => Self::Ready,
            wire::HealthState::Degraded(why) => Self::Degraded(explanation(&why)),
            wire::HealthState::Down(why) => Self::Down(explanation(&why)),
        }
    }
}

/// The provider's own error as a failure: it ran and said no.
pub(crate) fn guest_error(error: &wire::ProviderError) -> Failure {
    use wire::ProviderError as E;
    let (detail, hint) = match error {
        E::Auth(why) => (format!("auth: {}", explanation(why)), "check the credential bound to this provider"),
        E::RateLimited(Some(seconds)) => {
            (format!("rate-limited: try again in {seconds} s"), "wait, or use another provider")
        }
        E::RateLimited(None) => ("rate-limited".to_owned(), "wait, or use another provider"),
        E::ContextTooLong => {
            ("context-too-long".to_owned(), "start a new thread, or pick a model with a longer context")
        }
        E::ModelNotFound(model) => {
            (format!("model-not-found: {}", explanation(model)), "pick one of the provider's models")
        }
        E::Unavailable(why) => (format!("unavailable: {}", explanation(why)), "look at the model server"),
        E::BadResponse(why) => {
            (format!("bad-response: {}", explanation(why)), "look at the model server's version and log")
        }
        E::BadRequest(why) => {
            (format!("bad-request: {}", explanation(why)), "ask in another way, or use another provider")
        }
        E::Other(why) => (format!("other: {}", explanation(why)), OutcomeCode::GuestError.hint()),
    };
    Failure::with_hint(OutcomeCode::GuestError, detail, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_over_a_cap_is_refused_before_any_guest_runs() {
        let long = Request { messages: vec![Message::User("x".repeat(64 * 1024 + 1))], ..Request::default() };
        let failure = long.into_wire(usize::MAX, 1).expect_err("refused");
        assert_eq!(failure.code, OutcomeCode::ContractMismatch);
        assert!(failure.detail.contains("user message") && failure.detail.contains("65536"), "{failure}");
        let many = Request { messages: vec![Message::User("abc".into()); 2], ..Request::default() };
        assert!(many.clone().into_wire(6, 1).is_ok());
        assert!(many.into_wire(5, 1).expect_err("refused").detail.contains("the request"));
    }
}
