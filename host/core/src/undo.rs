//! Undo: putting back only the fields we changed, with tests, as a plan of its own.
//!
//! From the before-image and the after-image of a step come the changed fields; the inverse tests each for the value we
//! left and puts the former one back. If somebody changed such a field meanwhile, the answer is a conflict with a
//! three-way view, not a write. A created object is deleted by UID; a deleted one is made again from its image. Pure.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::field::FieldPath;
use crate::ids::RunId;

/// What an undo step puts back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The run taken back.
    pub run: RunId,
    /// Its step.
    pub step: u32,
    /// Things to know, such as a tag that now means another digest.
    pub notes: Vec<String>,
}

/// One field that somebody else changed after us (masked when shown).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Where.
    pub path: FieldPath,
    /// Before our change.
    pub before: Option<Value>,
    /// What we wrote.
    pub ours: Option<Value>,
    /// What is there now.
    pub now: Option<Value>,
}
