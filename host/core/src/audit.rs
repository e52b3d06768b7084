//! Audit entries: canonical bytes with a leaf hash and a contiguous index, from the first day.
//!
//! An entry says who did or decided what, when, on which plan or run. Leaf hash = SHA-256(0x00 ‖ canonical bytes), as in
//! RFC 6962 section 2.1. Payloads (sentences, diffs) stand beside the log and only their salted digest is in it, so that
//! retention doesn't break the tree. The store gives indexes inside the transaction of the change they tell of.

use serde::{Deserialize, Serialize};

use crate::canonical::{CanonicalError, to_bytes};
use crate::digest::Digest;
use crate::ids::{PlanId, RunId, ThreadId, TurnId};
use crate::names::ClusterName;
use crate::principal::Principal;
use crate::time::Timestamp;

/// What happened, before the store has given it a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Schema version: 1.
    pub v: u32,
    /// When.
    pub at: Timestamp,
    /// Who; the host itself is `host|supervisor`.
    pub actor: Principal,
    /// What kind of thing.
    pub kind: EntryKind,
    /// About which thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    /// About which turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnId>,
    /// About which plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanId>,
    /// Which revision of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// About which run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Which step of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
    /// On which cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterName>,
    /// The object written, as text: `Deployment shop/web`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// What came of it: a state word or a problem code.
    pub outcome: String,
    /// The digest it rests on: approval for intents and outcomes, revision for plans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Salted digest of the payload kept beside the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Digest>,
}

/// Kinds of entry; a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// The host started: version, mode, packs.
    HostStarted,
    /// A session began.
    SessionOpened,
    /// A login was refused.
    SessionRefused,
    /// A person asked something.
    Asked,
    /// A tool read from a cluster for a turn.
    ToolRead,
    /// A turn was answered.
    Answered,
    /// A plan or revision was made.
    Planned,
    /// A plan was refused before it became one.
    PlanRefused,
    /// A vote.
    Voted,
    /// Execution was refused.
    ExecuteRefused,
    /// Execution was accepted.
    RunAccepted,
    /// A write is about to leave.
    StepIntent,
    /// What came of a write.
    StepOutcome,
    /// An unknown outcome was resolved by looking.
    StepResolved,
    /// A run ended.
    RunEnded,
    /// Cancel was asked for.
    CancelAsked,
    /// Records were exported or read from the log.
    AuditRead,
    /// A plan was exported as a patch.
    Exported,
    /// A thread was begun, changed, shared, unshared or deleted by hand; the outcome says which.
    ThreadChanged,
    /// Somebody else opened a shared thread; the outcome says whether he was shown it.
    ThreadOpened,
}

impl Entry {
    /// The bytes the log is made of.
    pub fn canonical(&self) -> Result<Vec<u8>, CanonicalError> {
        to_bytes(self)
    }
}

/// RFC 6962 leaf hash of an entry's canonical bytes.
pub fn leaf_hash(canonical: &[u8]) -> Digest {
    Digest::plain(&[&[0], canonical])
}

/// Digest of a payload under its salt; without the salt, nothing about a short payload can be guessed from it.
pub fn payload_digest(salt: &[u8; 32], payload: &[u8]) -> Digest {
    Digest::plain(&[salt, payload])
}

/// An entry with its place, as the store gives it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Committed {
    /// Contiguous from 0.
    pub index: u64,
    /// RFC 6962 leaf hash.
    pub leaf: Digest,
    /// The entry.
    pub entry: Entry,
}
