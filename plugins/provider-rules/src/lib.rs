//! The rule-based provider: English requests become tool calls by a grammar, as a model would make them.
//!
//! [`complete`] is a pure function of the conversation: the host replays every message, so a turn goes on where its last
//! tool result left it. Flow of a turn: the sentence is understood ([`grammar`] is the table, `docs/grammar.md` its page),
//! named objects go to the tool `resolve`, exactly one candidate becomes the operation's call, and one short sentence ends
//! the turn. It never guesses: a word that fits nowhere, two readings, two objects or a number that isn't one are asked
//! back, and no write is called then. What tools return is data: it is shown, never read as a request.
//!
//! Limits: the `*_MAX` constants below and in [`pattern`]. It does not read YAML, remember anything or know the time.

mod answer;
mod build;
mod clauses;
mod context;
mod conversation;
mod deed;
mod grammar;
mod images;
mod intent;
mod kinds;
mod numbers;
mod objects;
mod pattern;
mod refusal;
mod selection;
mod slots;
mod spans;
mod tokens;
mod turn;
mod understand;
mod values;
mod vocabulary;

#[cfg(target_arch = "wasm32")]
mod guest;

pub use conversation::{Call, Message, Reply, Request, ToolResult};
pub use grammar::{CLASSES, Row, rows};
pub use turn::{complete, refusal_code};

/// What people call this provider.
pub const TITLE: &str = "Rules";
/// The one model's id.
pub const MODEL: &str = "rules";
/// The one model's title.
pub const MODEL_TITLE: &str = "Grammar of English requests";

/// Longest sentence that is read, bytes. The host's own limit is 8 KiB; nobody asks one thing in more than this.
pub const SENTENCE_BYTES_MAX: usize = 2 << 10;
/// Most words of a sentence; a manifest after `apply` is not counted.
pub const WORDS_MAX: usize = 60;
/// Longest manifest taken after `apply`, bytes.
pub const MANIFEST_BYTES_MAX: usize = 48 << 10;
/// Most requests in one sentence.
pub const CLAUSES_MAX: usize = 8;
/// Most requests a sentence may come to, each counted once for every cluster it is for: the host takes 32 calls a turn, and
/// each may need its name looked up.
pub const CALLS_MAX: usize = 16;
/// Most replicas, as the host has it.
pub const REPLICAS_MAX: u32 = 10_000;
/// Most log lines one read may ask for, as the host has it.
pub const LOG_LINES_MAX: u32 = 2_000;
/// Longest answer, bytes.
pub const ANSWER_BYTES_MAX: usize = 4 << 10;
/// Longest reason for not answering, bytes; the contract's cap of a finish reason.
pub const REASON_BYTES_MAX: usize = 1 << 10;

/// Why the request can't be served at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A model this provider doesn't have.
    ModelNotFound(String),
    /// The conversation has no sentence of a person.
    BadRequest(&'static str),
}
