//! The ledger port: state, audit and event intent in one transaction.
//!
//! [`Ledger::commit`] takes a whole [`Change`] or nothing. Rows are written with compare-and-set on a version; entries get
//! contiguous indexes and leaf hashes inside the same transaction; events are published by the use case after it. Reads
//! see only committed state. Errors: a lost race is [`LedgerError::Conflict`]; a database that is locked, read-only, full
//! or damaged is [`LedgerError::Unavailable`], and then nothing may be written to a cluster either.

use async_trait::async_trait;
use kubechat_core::approval::{ApprovalRequest, Vote};
use kubechat_core::audit::{Committed, Entry, EntryKind};
use kubechat_core::digest::Digest;
use kubechat_core::ids::{ApprovalId, PlanId, RunId, ThreadId, TurnId};
use kubechat_core::plan::{Plan, PlanState, Revision};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact::Redacted;
use kubechat_core::run::Run;
use kubechat_core::time::Timestamp;
use serde_json::Value;

use crate::turn::{Thread, Turn};

pub use kubechat_core::approval::Ballot;

/// A row's version: 1 when inserted, one more with every write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

/// What must be so for a row to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It does not exist.
    New,
    /// It is at this version.
    At(Version),
}

/// A row with its version.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// The row.
    pub row: T,
    /// Its version.
    pub version: Version,
}

/// One row to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A plan with its current revision; every revision is kept.
    Plan(Box<Plan>, Expect),
    /// A request for approval; at most one open per plan, revision and cluster.
    Approval(ApprovalRequest),
    /// One subject's vote on a request; a second one of the same subject is a conflict.
    Vote(ApprovalId, Vote),
    /// Marks a request as used by a run; a second use is a conflict.
    UseApproval(ApprovalId, RunId),
    /// A run.
    Run(Box<Run>, Expect),
    /// A thread.
    Thread(Thread, Expect),
    /// A thread that goes, as it was seen, with its turns and the payloads of its entries, except of a plan and of a turn that
    /// made one. One that was changed meanwhile, or has a turn at work, is a conflict.
    Forget(Thread, Version),
    /// A turn.
    Turn(Box<Turn>, Expect),
    /// The live object before a step's write and the server's answer after it; sealed with a key outside the database.
    /// Absent object: it did not exist. Written twice for a step: first before, then both.
    Images {
        /// The run.
        run: RunId,
        /// The step.
        step: u32,
        /// Before and after.
        images: Images,
    },
    /// A request that must not be done twice: same key and body give the same answer, another body is a conflict.
    Once {
        /// The principal's subject.
        subject: String,
        /// `Idempotency-Key`.
        key: String,
        /// Digest of method, path and body.
        request: Digest,
        /// The answer to repeat.
        answer: Value,
    },
}

/// What was there before and after a step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Images {
    /// Before; `None` when the step created it.
    pub before: Option<Value>,
    /// After; `None` before the outcome is known or after a deletion.
    pub after: Option<Value>,
    /// Whether the outcome is in `after`.
    pub complete: bool,
    /// Image references and the digests they ran as, by container image text.
    pub digests: std::collections::BTreeMap<String, String>,
}

/// An entry and the payload kept beside the log under a salted digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The entry; its `payload` is filled in by the store.
    pub entry: Entry,
    /// What stands beside it.
    pub payload: Option<Redacted<Value>>,
}

/// One unit of work.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// Rows, in order.
    pub rows: Vec<Row>,
    /// Entries, in order.
    pub entries: Vec<Draft>,
}

/// Why the ledger did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Somebody else was first.
    #[error("somebody else changed {0} at the same time")]
    Conflict(String),
    /// The database can't be used: locked, read-only, full, gone.
    #[error("the database can't be {what}: {why}")]
    Unavailable {
        /// `written` or `read`.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// What was read does not fit its own hashes, seal or schema.
    #[error("the database holds something altered: {0}")]
    Altered(String),
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        let code = match &error {
            LedgerError::Conflict(_) => Code::PreconditionFailed,
            LedgerError::Unavailable { .. } => Code::StoreUnavailable,
            LedgerError::Altered(_) => Code::VerificationFailed,
        };
        Self::new(code, error.to_string())
    }
}

/// One page of a list: newest first, `before` is exclusive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// At most this many; adapters cap it at 500.
    pub limit: u32,
    /// Continue below this position.
    pub before: Option<u64>,
}

/// Which entries.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuditFilter {
    /// About this plan.
    pub plan: Option<PlanId>,
    /// About this run.
    pub run: Option<RunId>,
    /// By this subject.
    pub subject: Option<String>,
    /// Of these kinds; empty means all.
    pub kinds: Vec<EntryKind>,
}

/// An entry as read back, with its payload if that is still kept.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// The entry with its place.
    pub committed: Committed,
    /// Its payload.
    pub payload: Option<Value>,
}

/// The database.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Writes all of it, or nothing. Gives back the entries with their places, in order.
    async fn commit(&self, change: Change) -> Result<Vec<Committed>, LedgerError>;

    /// One plan.
    async fn plan(&self, id: PlanId) -> Result<Option<Versioned<Plan>>, LedgerError>;
    /// A former revision of a plan.
    async fn revision(&self, id: PlanId, number: u32) -> Result<Option<Revision>, LedgerError>;
    /// Plans, newest first, with their positions; of one requester or of all.
    async fn plans(&self, subject: Option<&str>, page: Page) -> Result<Vec<(u64, Plan)>, LedgerError>;
    /// Plans that stand in this state, newest first, with their positions.
    async fn plans_in(&self, state: PlanState, page: Page) -> Result<Vec<(u64, Plan)>, LedgerError>;
    /// The requests for approval of a plan's newest revision, the newest one of each part, with their votes.
    async fn ballots(&self, plan: PlanId) -> Result<Vec<Ballot>, LedgerError>;
    /// One run.
    async fn run(&self, id: RunId) -> Result<Option<Versioned<Run>>, LedgerError>;
    /// Runs that are not in a final state, oldest first: what a restarted host picks up.
    async fn open_runs(&self) -> Result<Vec<Versioned<Run>>, LedgerError>;
    /// A principal's newest runs that may be undone, newest first.
    async fn last_runs(&self, subject: &str, limit: u32) -> Result<Vec<Run>, LedgerError>;
    /// What was there before and after a step.
    async fn images(&self, run: RunId, step: u32) -> Result<Option<Images>, LedgerError>;
    /// A principal's threads that he did not delete, newest first, with their positions.
    async fn threads(&self, subject: &str, page: Page) -> Result<Vec<(u64, Thread)>, LedgerError>;
    /// One thread.
    async fn thread(&self, id: ThreadId) -> Result<Option<Versioned<Thread>>, LedgerError>;
    /// Threads that their owners deleted, and those whose newest turn (or they themselves, without one) began before this;
    /// deleted ones first, then the oldest, at most this many.
    async fn threads_due(&self, before: Timestamp, limit: u32) -> Result<Vec<Versioned<Thread>>, LedgerError>;
    /// One turn.
    async fn turn(&self, id: TurnId) -> Result<Option<Versioned<Turn>>, LedgerError>;
    /// Turns that are being worked on, oldest first, at most 1,000: what a former process was answering.
    async fn open_turns(&self) -> Result<Vec<Versioned<Turn>>, LedgerError>;
    /// A thread's turns, oldest first, at most the newest 100.
    async fn turns(&self, thread: ThreadId) -> Result<Vec<Turn>, LedgerError>;
    /// The stored answer of a request made once before.
    async fn once(&self, subject: &str, key: &str) -> Result<Option<(Digest, Value)>, LedgerError>;
    /// Entries, newest first.
    async fn audit(&self, filter: AuditFilter, page: Page) -> Result<Vec<AuditRow>, LedgerError>;
    /// Re-reads the whole log: contiguous indexes, leaf hashes, derived columns. Gives the number of entries.
    async fn verify(&self) -> Result<u64, LedgerError>;
    /// Whether it can be written right now, by trying.
    async fn health(&self) -> Result<(), LedgerError>;
}
