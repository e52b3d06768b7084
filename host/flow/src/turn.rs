//! Threads and turns: a conversation, and one sentence in it with everything it led to.
//!
//! A turn is a row that grows by parts; a stream resumes from any part. Texts are masked before they are stored.

use kubechat_core::egress::DataClasses;
use kubechat_core::ids::{PlanId, ThreadId, TurnId};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::principal::Principal;
use kubechat_core::problem::Problem;
use kubechat_core::redact::Masked;
use kubechat_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::looked::Looked;
use crate::ports::provider::{Message, Usage};
use crate::recall::Memory;

/// A conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Whose it is.
    pub owner: Principal,
    /// Which cluster it is about.
    pub cluster: ClusterName,
    /// Which namespace it is about.
    pub namespace: Namespace,
    /// What it is called, masked; its first sentence until its owner says otherwise.
    #[serde(default)]
    pub title: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When its owner deleted it. Nobody is shown it from then on, and it goes with the next look of retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// Since when its owner shares it with others who may read what it read; absent: with nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_at: Option<Timestamp>,
    /// What the last turn was about: what `it` means.
    #[serde(default)]
    pub topic: Topic,
    /// The turn before the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<TurnId>,
}

/// What a turn was about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Topic {
    /// Objects, as kind, namespace, name.
    pub objects: Vec<TopicObject>,
    /// The operation's name, if one was planned.
    pub operation: Option<String>,
    /// The sentence.
    pub sentence: String,
}

/// One object talked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicObject {
    /// Kind.
    pub kind: String,
    /// Namespace; empty for cluster-wide kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its cluster, where that is another one than the thread's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterName>,
}

/// One sentence and everything it led to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// Its thread.
    pub thread: ThreadId,
    /// Who said it.
    pub who: Principal,
    /// What was said, masked.
    pub sentence: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was answered.
    pub ended_at: Option<Timestamp>,
    /// Where it stands.
    pub state: TurnState,
    /// Who answered: `provider-rules 0.1.0`.
    pub provider: String,
    /// Which model answered, where one did and its name is known: `qwen3:8b`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether no model was involved.
    pub rules: bool,
    /// What models used for it; absent where none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<TurnUsage>,
    /// Whether its owner asked to stop; honoured before the next round and before a plan is made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancel_requested: bool,
    /// What came of it, in order.
    pub parts: Vec<Part>,
    /// What was kept from the provider: sort, count and field, never the value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<Masked>,
    /// Classes of data that this conversation holds by now, those of former turns included.
    #[serde(default = "DataClasses::usual")]
    pub carries: DataClasses,
    /// What this conversation has looked at by now, that of former turns included: what others need to be shown it. Kept for the
    /// host, never shown; a turn that does not say can't tell.
    #[serde(default, skip_serializing_if = "Looked::is_untold")]
    pub looked: Looked,
    /// What was said to and fro, for the turn after it; kept for the provider, never shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<Message>,
    /// What is kept of the turns before it, in short; kept for models, never shown.
    #[serde(default, skip_serializing_if = "Memory::is_empty")]
    pub before: Memory,
}

/// What models used for a turn, all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TurnUsage {
    /// Tokens that were read.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// How often a model answered.
    pub rounds: u32,
    /// Whether some tokens are the host's estimate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

impl TurnUsage {
    /// One more answer of a model.
    pub(crate) fn add(&mut self, more: Usage) {
        self.input_tokens = self.input_tokens.saturating_add(more.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(more.output_tokens);
        self.rounds = self.rounds.saturating_add(1);
        self.estimated |= more.estimated;
    }
}

/// Where a turn stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TurnState {
    /// Being worked on.
    Working,
    /// Answered.
    Answered,
    /// A plan was made.
    Planned,
    /// The person is asked something back.
    AskedBack,
    /// It failed.
    Failed,
    /// Its owner stopped it.
    Cancelled,
}

/// One thing that came of a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "kebab-case")]
pub enum Part {
    /// Text of the answer.
    Text {
        /// The text, masked.
        text: String,
        /// Whether it is not all of it: it still grows, or it broke off there.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        partial: bool,
        /// Of a model: which readings of this turn it cites, by number.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cites: Vec<u32>,
        /// Of a model: that it cites nothing that was read, so nothing shows that it is true.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unproven: bool,
    },
    /// A remark about the answer.
    Note {
        /// The remark.
        text: String,
    },
    /// A tool that ran, as whom.
    Tool {
        /// The tool.
        name: String,
        /// Its arguments, masked.
        arguments: Value,
        /// What refused it, if anything.
        problem: Option<Problem>,
        /// Of a read: the line with which kubectl does the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kubectl: Option<String>,
        /// What its result is cited as.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<u32>,
    },
    /// What a read found: a table, an object, findings, logs.
    Answer {
        /// `kubechat_core`'s answer as JSON, masked and bounded.
        answer: Value,
    },
    /// A plan was made.
    Plan {
        /// Its id.
        plan: PlanId,
    },
    /// It ended in a problem.
    Problem {
        /// The problem.
        problem: Problem,
    },
}
