//! Mutations: what the API server will see. Risk, radius, dry-run, execution and undo know only these.
//!
//! An [`Operation`](crate::operation::Operation) is what a person understands; lowering turns it into mutations of
//! exactly addressed objects. Every mutation is sent under the field manager [`FIELD_MANAGER`]. None is ever re-sent
//! without a fresh permit.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::field::FieldPath;
use crate::object::ObjectRef;

/// The one field manager every write of ours carries.
pub const FIELD_MANAGER: &str = "kubechat";

/// One write to one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// The object written.
    pub target: ObjectRef,
    /// What is done to it.
    pub action: Action,
    /// The live fields this write reads or replaces; the root for a deletion. Fingerprints are made over these.
    pub touches: Vec<FieldPath>,
}

/// The kinds of write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// POST of a whole object.
    Create {
        /// The object.
        body: Value,
    },
    /// Server-side apply; `force` is never set: a field-manager conflict is an answer for people.
    Apply {
        /// The fields we want.
        body: Value,
    },
    /// Strategic merge patch (built-in kinds).
    StrategicPatch {
        /// The patch.
        body: Value,
    },
    /// JSON merge patch (any kind).
    MergePatch {
        /// The patch.
        body: Value,
    },
    /// JSON patch, RFC 6902; undo uses it with `test` operations.
    JsonPatch {
        /// The operations.
        body: Value,
    },
    /// DELETE with a UID precondition.
    Delete {
        /// What happens to owned objects.
        propagation: Propagation,
    },
}

/// What deletion does to owned objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Propagation {
    /// The garbage collector removes them afterwards.
    Background,
    /// They go first; the object waits.
    Foreground,
    /// They stay, without an owner.
    Orphan,
}

impl Action {
    /// The RBAC verb this write needs.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Apply { .. } | Self::StrategicPatch { .. } | Self::MergePatch { .. } | Self::JsonPatch { .. } => {
                "patch"
            }
            Self::Delete { .. } => "delete",
        }
    }
}
