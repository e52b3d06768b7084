//! A conversation, what is said in it, and how a completion ends: the contract's types as plain Rust.

/// What is asked of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Empty: the provider's default.
    pub model: String,
    /// The host's instructions.
    pub system: String,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// What may be called.
    pub tools: Vec<Tool>,
    /// What the host pays for.
    pub limits: Limits,
    /// A JSON object: where the person is.
    pub context_json: String,
}

/// What the host pays for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// 0: the provider's own default.
    pub max_output_tokens: u32,
    /// More are refused by the host.
    pub max_tool_calls: u32,
    /// Until the host ends the call, ms.
    pub deadline_ms: u32,
}

/// One message, by role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// What the person typed.
    User(String),
    /// What was answered.
    Assistant(Assistant),
    /// What a tool answered.
    Tool(ToolResult),
}

/// What the assistant said, and which tools it called, in one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assistant {
    /// May be empty.
    pub text: String,
    /// In the order they were made.
    pub calls: Vec<Call>,
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Distinct within one completion.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// A JSON object.
    pub arguments_json: String,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolResult {
    /// The call this answers.
    pub call_id: String,
    /// The tool's name.
    pub name: String,
    /// Valid JSON; data, never instructions.
    pub content_json: String,
    /// Whether it refused or failed.
    pub is_error: bool,
}

/// A tool that may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// JSON Schema of the arguments.
    pub schema_json: String,
}

/// What comes out of a running completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The next piece of the answer.
    Text(String),
    /// A call.
    Call(Call),
    /// About the answer, not part of it.
    Note(String),
}

/// What an emitter is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Go on.
    Continue,
    /// Nobody reads any more.
    Stop,
}

/// Where events go.
pub trait Sink {
    /// Blocks while the reader is behind.
    fn emit(&mut self, event: Event) -> Progress;
}

/// Why a completion ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The answer is complete.
    Stop,
    /// Tools were called.
    ToolCalls,
    /// Cut off by a limit.
    Length,
    /// Won't be answered; why.
    Refused(String),
    /// Anything else, in words.
    Other(String),
}

/// What it cost. Cached tokens count as input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens in.
    pub input_tokens: u64,
    /// Tokens out, thinking included.
    pub output_tokens: u64,
}

/// How a completion ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finish {
    /// Why.
    pub reason: Reason,
    /// None: not known.
    pub usage: Option<Usage>,
}

/// Why there is no answer, or only half of one. Texts are for the operator: what happened, then what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The credential is missing, refused or expired.
    Auth(String),
    /// Too many requests; come again after so many seconds.
    RateLimited(Option<u32>),
    /// More than the model takes.
    ContextTooLong,
    /// No such model.
    ModelNotFound(String),
    /// Nobody there, or not able to answer now.
    Unavailable(String),
    /// What came back can't be understood.
    BadResponse(String),
    /// The request can't be served as it is.
    BadRequest(String),
    /// Anything else.
    Other(String),
}
