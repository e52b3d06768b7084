//! The provider port: a sentence goes in, text and tool calls come out as a stream that ends with its reason.
//!
//! Dropping the stream cancels the call. Limits on input, output, calls and time are the adapter's, by design.md §3.

use futures_util::stream::BoxStream;
use kubechat_core::egress::DataClasses;
use kubechat_core::plan::Evidence;
use kubechat_core::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One message of the replayed conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum Message {
    /// What the person said.
    User {
        /// The sentence, masked.
        text: String,
    },
    /// What the provider said and called.
    Assistant {
        /// Text.
        text: String,
        /// Calls.
        calls: Vec<ToolCall>,
    },
    /// What a tool answered.
    Tool {
        /// The call it answers.
        call_id: String,
        /// The tool.
        name: String,
        /// Valid JSON, masked.
        content: Value,
        /// Whether it is a problem.
        is_error: bool,
        /// What it is cited as, and where it was read; absent of what is no reading.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Evidence>,
    },
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The provider's id for it.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments.
    pub arguments: Value,
}

/// A tool the host offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Name.
    pub name: &'static str,
    /// What it does.
    pub description: String,
    /// JSON schema of its arguments.
    pub schema: Value,
}

/// One call of a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The host's instructions.
    pub system: String,
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// Tools.
    pub tools: Vec<Tool>,
    /// Cluster, namespace, what the turn before was about.
    pub context: Value,
    /// Classes of data that went into this conversation before, and may stand in anybody's words by now.
    pub carries: DataClasses,
}

/// What comes out.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Text.
    Text(String),
    /// A call.
    Call(ToolCall),
    /// A remark about the answer.
    Note(String),
    /// What the call used, once, before its end; a provider that does not know says nothing.
    Usage(Usage),
    /// The end; nothing follows.
    End(Result<Finish, Problem>),
}

/// Tokens of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens that were read.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// Whether the host estimated them, because the provider did not say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

impl Usage {
    /// Both together.
    pub fn tokens(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// What a provider is asked for; the host says which, never the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// To understand a sentence: choose what to read and what to change.
    Plan,
    /// To answer a question from what was read.
    Explain,
    /// To answer from much that was read.
    Summarise,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Plan, Self::Explain, Self::Summarise];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Explain => "explain",
            Self::Summarise => "summarise",
        }
    }
}

/// Why it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// Complete.
    Stop,
    /// Waiting for tool results.
    ToolCalls,
    /// Cut off by a limit.
    Length,
    /// Refused, with why.
    Refused(String),
    /// Something else, with what.
    Other(String),
}

/// Who turns sentences into tool calls.
pub trait Provider: Send + Sync {
    /// `provider-rules 0.1.0`.
    fn label(&self) -> String;
    /// Whether the answer comes from rules alone (badge "no model").
    fn is_rules(&self) -> bool;
    /// The name of the model, where it is known: `qwen3:8b`.
    fn model(&self) -> Option<String> {
        None
    }
    /// Its context, tokens in and out together, where the operator says it.
    fn context_tokens(&self) -> Option<u32> {
        None
    }
    /// Whether it is asked for this; rules are asked for everything.
    fn takes(&self, _: Task) -> bool {
        true
    }
    /// Starts a call.
    fn complete(&self, request: Request) -> BoxStream<'static, Event>;
}
