//! How a call of a guest ended: one stable code, what happened, and what to do about it.
//!
//! The codes are part of the API (`GET /plugins`, audit entries, metrics) and never change their meaning. There is no
//! "internal error": whatever can't be told apart better is `trap(other)` or `load-failed`, with a hint all the same.
//! Texts from a guest are cleaned by `text::line` before they get here. Times are microseconds, sizes bytes.

use std::fmt;

use serde::Serialize;

/// Stable name of an ending; `trap` carries its kind after a colon, as in `trap:unreachable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeCode {
    /// The guest returned a value within every limit.
    Ok,
    /// The guest itself said that it could not answer.
    GuestError,
    /// The guest broke a rule of WebAssembly or of the canonical ABI, or gave up (a Rust panic).
    Trap(TrapKind),
    /// Fuel (policy packs) or CPU time (providers) ran out.
    CpuExhausted,
    /// The call, queueing or instantiation included, took too long.
    WallTimeout,
    /// Memories and tables together would have grown over the limit.
    MemoryLimit,
    /// The guest called the host more often than one call may.
    HostCallLimit,
    /// The guest handed out more, or longer things, than the contract caps.
    OutputLimit,
    /// The caller left before the guest was done.
    Cancelled,
    /// The component speaks another contract than this host, or broke a rule of it that types can't express.
    ContractMismatch,
    /// The component needs something nobody granted it: trust, a capability, a higher limit.
    NotGranted,
    /// The file is no usable component.
    LoadFailed,
}

/// What kind of trap it was. Stable like the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrapKind {
    /// `unreachable` was executed: a panic or an abort in the guest's language.
    Unreachable,
    /// The guest recursed too deep.
    StackOverflow,
    /// A load or store outside of linear memory.
    MemoryOutOfBounds,
    /// A table index outside of the table.
    TableOutOfBounds,
    /// An indirect call through an empty slot or with another signature.
    BadIndirectCall,
    /// Integer overflow, division by zero or a float that fits no integer.
    Arithmetic,
    /// Values handed over break the canonical ABI: bad UTF-8, pointers, discriminants, handles.
    Abi,
    /// Host code panicked while serving the guest.
    Host,
    /// A trap this list doesn't know.
    Other,
}

impl TrapKind {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::StackOverflow => "stack-overflow",
            Self::MemoryOutOfBounds => "memory-out-of-bounds",
            Self::TableOutOfBounds => "table-out-of-bounds",
            Self::BadIndirectCall => "bad-indirect-call",
            Self::Arithmetic => "arithmetic",
            Self::Abi => "abi",
            Self::Host => "host",
            Self::Other => "other",
        }
    }
}

impl OutcomeCode {
    /// The stable name without the kind of a trap; fit for a metric label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::GuestError => "guest-error",
            Self::Trap(_) => "trap",
            Self::CpuExhausted => "cpu-exhausted",
            Self::WallTimeout => "wall-timeout",
            Self::MemoryLimit => "memory-limit",
            Self::HostCallLimit => "host-call-limit",
            Self::OutputLimit => "output-limit",
            Self::Cancelled => "cancelled",
            Self::ContractMismatch => "contract-mismatch",
            Self::NotGranted => "not-granted",
            Self::LoadFailed => "load-failed",
        }
    }

    /// What whoever runs the host can do; said when a failure brings no better hint of its own.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Ok => "nothing to do",
            Self::GuestError => "read the plugin's own message; its settings or its upstream are the usual cause",
            Self::Trap(TrapKind::Host) => {
                "this is a defect of the host, not of the plugin: report it with the log lines around it"
            }
            Self::Trap(_) => "the plugin has a defect: report it to its author with this code and the plugin's version",
            Self::CpuExhausted => "the plugin loops or the input is far larger than usual: report it to its author",
            Self::WallTimeout => {
                "the plugin or what it waits for is too slow, or this machine is overloaded: look at the load, then at the plugin"
            }
            Self::MemoryLimit => "the plugin needs more memory than its class may have: report it to its author",
            Self::HostCallLimit => "the plugin calls the host in a loop: report it to its author",
            Self::OutputLimit => "the plugin says more than the contract allows: report it to its author",
            Self::Cancelled => "the caller left; ask again if the answer is still wanted",
            Self::ContractMismatch => "rebuild the plugin against wit/v0.1 of this host's version",
            Self::NotGranted => "grant what is named, or remove the plugin",
            Self::LoadFailed => "replace the file with one built by `cargo xtask component build`",
        }
    }

    /// Whether the circuit breaker counts this ending as the plugin's fault.
    pub fn counts_against_plugin(self) -> bool {
        !matches!(self, Self::Ok | Self::GuestError | Self::Cancelled)
    }
}

impl fmt::Display for OutcomeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trap(kind) => write!(f, "trap:{}", kind.name()),
            other => f.write_str(other.name()),
        }
    }
}

impl Serialize for OutcomeCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a plugin gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}: {detail} ({hint})")]
pub struct Failure {
    /// The stable code; never `ok`.
    pub code: OutcomeCode,
    /// What happened, in one sentence with numbers and names. May hold cleaned guest text: data, not instructions.
    pub detail: String,
    /// What to do next.
    pub hint: String,
    /// True if no guest ran because the plugin is paused after repeated failures; `code` is then the last failure's.
    pub paused: bool,
}

impl Failure {
    /// A failure with the code's own hint.
    pub fn new(code: OutcomeCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), hint: code.hint().to_owned(), paused: false }
    }

    /// A failure with a better hint than the code's own.
    pub fn with_hint(code: OutcomeCode, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), hint: hint.into(), paused: false }
    }
}

/// What one call used up. Zero where the engine doesn't count it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallStats {
    /// Wall time from asking to answer, queueing included.
    pub wall_us: u64,
    /// Units of fuel (policy engine).
    pub fuel: u64,
    /// CPU time inside the guest and its host calls (io engine).
    pub cpu_us: u64,
    /// Highest sum over all memories and tables.
    pub peak_memory_bytes: u64,
    /// Calls of host functions.
    pub host_calls: u32,
    /// Log lines written.
    pub log_lines: u32,
    /// Log lines over the cap, not written.
    pub log_dropped: u32,
    /// Events emitted.
    pub events: u32,
    /// Bytes of text that left the guest as events.
    pub output_bytes: u64,
}

/// The ending of one call: the answer or why there is none, and what it cost.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    /// The answer, checked against every cap.
    pub result: Result<T, Failure>,
    /// What it cost.
    pub stats: CallStats,
}

impl<T> Outcome<T> {
    /// The stable code of this ending.
    pub fn code(&self) -> OutcomeCode {
        match &self.result {
            Ok(_) => OutcomeCode::Ok,
            Err(failure) => failure.code,
        }
    }

    /// The same ending with another answer.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        Outcome { result: self.result.map(change), stats: self.stats }
    }

    /// The same ending, unless its answer turns out to be none.
    pub(crate) fn and_then<U>(self, check: impl FnOnce(T) -> Result<U, Failure>) -> Outcome<U> {
        Outcome { result: self.result.and_then(check), stats: self.stats }
    }

    /// An ending before any guest ran.
    pub(crate) fn not_run(failure: Failure) -> Self {
        Self { result: Err(failure), stats: CallStats::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_their_published_names() {
        let names: Vec<String> = [
            OutcomeCode::Ok,
            OutcomeCode::GuestError,
            OutcomeCode::Trap(TrapKind::Unreachable),
            OutcomeCode::CpuExhausted,
            OutcomeCode::WallTimeout,
            OutcomeCode::MemoryLimit,
            OutcomeCode::HostCallLimit,
            OutcomeCode::OutputLimit,
            OutcomeCode::Cancelled,
            OutcomeCode::ContractMismatch,
            OutcomeCode::NotGranted,
            OutcomeCode::LoadFailed,
        ]
        .iter()
        .map(ToString::to_string)
        .collect();
        assert_eq!(
            names.join(" "),
            "ok guest-error trap:unreachable cpu-exhausted wall-timeout memory-limit host-call-limit output-limit \
             cancelled contract-mismatch not-granted load-failed"
        );
    }
}
