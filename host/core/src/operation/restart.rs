//! `restart`: roll the pods of a workload anew, by the annotation kubectl uses.
//!
//! The moment written is the snapshot's, so the plan's diff is exact. Reversibility: none; the pods that ran are gone,
//! and taking the annotation away would roll them once more.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{LowerError, ROLLING, Reversibility, Target, Write, rolls};
use crate::facts::{FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation};

/// The annotation of `kubectl rollout restart`.
pub const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// Roll the pods anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restart {
    /// The workload.
    pub target: Target,
}

impl Write for Restart {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        let (target, object) = self.target.object(known)?;
        if !rolls(&target.api) {
            return Err(LowerError::WrongKind { what: "restart", kind: target.api.kind, works_for: ROLLING });
        }
        if object.pointer("/spec/paused").and_then(serde_json::Value::as_bool) == Some(true) {
            return Err(LowerError::BadValue(format!(
                "{target} is paused, so a restart would do nothing; resume it first"
            )));
        }
        let at = known.taken_at.to_string();
        let body = json!({"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: at}}}}});
        let touches = vec![FieldPath::of(&["spec", "template"])];
        Ok(vec![Mutation { target, action: Action::StrategicPatch { body }, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::None { because: "the pods that ran are gone; undoing would only restart them again".to_owned() }
    }

    fn sentence(&self) -> String {
        format!("restart {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        format!("kubectl rollout restart {}", self.target.kubectl())
    }
}
