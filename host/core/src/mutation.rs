//! Mutations: what the API server will see. Risk, radius, dry-run, execution and undo know only these.
//!
//! An [`Operation`](crate::operation::Operation) is what a person understands; lowering turns it into mutations of
//! exactly addressed objects. A secret that goes to the cluster stands in a plan as its placeholder; the executor fills it in
//! ([`Mutation::is_filled_by`]) and keeps the result nowhere. Every mutation is sent under the field manager
//! [`FIELD_MANAGER`]. None is ever re-sent without a fresh permit.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diff::{self, FieldChange};
use crate::field::FieldPath;
use crate::object::ObjectRef;
use crate::redact;

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

    /// What is sent; nothing for a deletion.
    pub fn body(&self) -> Option<&Value> {
        match self {
            Self::Create { body }
            | Self::Apply { body }
            | Self::StrategicPatch { body }
            | Self::MergePatch { body }
            | Self::JsonPatch { body } => Some(body),
            Self::Delete { .. } | Self::Evict => None,
        }
    }

    /// The same with another body; a deletion has none.
    pub fn with_body(&self, body: Value) -> Self {
        match self {
            Self::Create { .. } => Self::Create { body },
            Self::Apply { .. } => Self::Apply { body },
            Self::StrategicPatch { .. } => Self::StrategicPatch { body },
            Self::MergePatch { .. } => Self::MergePatch { body },
            Self::JsonPatch { .. } => Self::JsonPatch { body },
            Self::Delete { .. } | Self::Evict => self.clone(),
        }
    }
}

impl Mutation {
    /// Whether the other is this one with nothing but the texts changed in which a placeholder stands.
    pub fn is_filled_by(&self, other: &Self) -> bool {
        let same_place = self.target == other.target && self.touches == other.touches;
        same_place
            && match (self.action.body(), other.action.body()) {
                (Some(own), Some(filled)) => {
                    self.action.with_body(filled.clone()) == other.action && fills(own, filled)
                }
                _ => self.action == other.action,
            }
    }

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

/// Whether two values differ in nothing but texts that hold a placeholder.
fn fills(own: &Value, filled: &Value) -> bool {
    match (own, filled) {
        (Value::String(text), Value::String(other)) => redact::is_filled(text, other),
        (Value::Array(items), Value::Array(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(own, filled)| fills(own, filled))
        }
        (Value::Object(map), Value::Object(others)) => {
            map.len() == others.len()
                && map.iter().all(|(key, own)| others.get(key).is_some_and(|filled| fills(own, filled)))
        }
        (own, filled) => own == filled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::ApiType;
    use serde_json::json;

    fn patch(body: Value) -> Mutation {
        let name = crate::names::ObjectName::parse("web").unwrap();
        let target = ObjectRef { api: ApiType::deployments(), namespace: None, name };
        Mutation { target, action: Action::StrategicPatch { body }, touches: Vec::new() }
    }

    #[test]
    fn only_texts_with_a_placeholder_may_be_filled() {
        let own = patch(json!({"spec": {"env": [{"name": "A", "value": "[[secret:password:1:00000007]]"}], "n": 1}}));
        let filled = |value: &str| patch(json!({"spec": {"env": [{"name": "A", "value": value}], "n": 1}}));
        assert!(own.is_filled_by(&own) && own.is_filled_by(&filled("hunter2")));
        for other in [
            patch(json!({"spec": {"env": [{"name": "B", "value": "hunter2"}], "n": 1}})),
            patch(json!({"spec": {"env": [{"name": "A", "value": "hunter2"}], "n": 2}})),
            patch(json!({"spec": {"env": [{"name": "A", "value": "hunter2", "x": "y"}], "n": 1}})),
            patch(json!({"spec": {"env": [{"name": "A", "value": "hunter2"}, {}], "n": 1}})),
            patch(json!({"spec": {"env": [{"name": "A", "value": 7}], "n": 1}})),
            Mutation { action: Action::Evict, ..filled("hunter2") },
            Mutation { action: Action::MergePatch { body: json!({}) }, ..filled("hunter2") },
        ] {
            assert!(!own.is_filled_by(&other), "{other:?}");
        }
        let url = |user: &str, password: &str| patch(json!({"url": format!("pg://{user}:{password}@db")}));
        let held = url("shop", "[[secret:password:1:00000007]]");
        assert!(held.is_filled_by(&url("shop", "hunter2")) && !held.is_filled_by(&url("admin", "hunter2")));
        let two = url("[[secret:data:2:00000007]]", "[[secret:password:1:00000007]]");
        assert!(two.is_filled_by(&url("shop", "hunter2")) && !two.is_filled_by(&patch(json!({"url": "pg://shop@db"}))));
        let clear = filled("hunter2");
        assert!(!clear.is_filled_by(&filled("other")), "what holds none is sent as it was agreed to");
    }
}
