//! Mutations: what the API server will see. Risk, radius, dry-run, execution and undo know only these.
//!
//! An [`Operation`](crate::operation::Operation) is what a person understands; lowering turns it into mutations of
//! exactly addressed objects. Every mutation is sent under the field manager [`FIELD_MANAGER`]. None is ever re-sent
//! without a fresh permit.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diff::{self, FieldChange};
use crate::field::FieldPath;
use crate::object::ObjectRef;

/// The one field manager every write of ours carries.
pub const FIELD_MANAGER: &str = "kubechat";

/// Begins the key of a strategic patch that tells in which order a list of the rest of its name is to stand.
pub(crate) const SET_ORDER: &str = "$setElementOrder/";

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
    /// POST to a pod's eviction subresource: a deletion that disruption budgets may refuse.
    Evict,
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
    /// What is done, as people and policy are told: `create`, `patch` or `delete`.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Apply { .. } | Self::StrategicPatch { .. } | Self::MergePatch { .. } | Self::JsonPatch { .. } => {
                "patch"
            }
            Self::Delete { .. } | Self::Evict => "delete",
        }
    }

    /// The right RBAC wants for it: verb, and subresource where it is asked of one.
    pub fn right(&self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Evict => ("create", Some("eviction")),
            other => (other.verb(), None),
        }
    }

    /// Whether the object is gone afterwards.
    pub fn removes(&self) -> bool {
        matches!(self, Self::Delete { .. } | Self::Evict)
    }
}

impl Mutation {
    /// What changes between two versions of its object. Of an evicted pod only what the eviction rests on is told: a drain
    /// of many pods is not to be read field by field.
    pub fn changes(&self, before: Option<&Value>, after: Option<&Value>, volatile: &[FieldPath]) -> Vec<FieldChange> {
        let mut changes = diff::changes(before, after, volatile);
        if self.action == Action::Evict {
            changes.retain(|change| self.touches.iter().any(|touch| change.path.is_within(touch)));
        }
        changes
    }
}
