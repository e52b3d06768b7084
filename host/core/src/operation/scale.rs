//! `scale`: the number of replicas of a workload.
//!
//! One merge patch of `spec.replicas`. Reversibility: exact. An autoscaler that owns the number is not a refusal here;
//! radius and policy say so. Kinds with a scale subresource beyond `apps` come with the other operations.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{LowerError, Reversibility, Target, Write};
use crate::facts::{FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation};
use crate::object::integer;

/// Most replicas one plan may ask for: beyond any real need, below any integer trick.
pub const REPLICAS_MAX: u32 = 10_000;

/// Change the number of replicas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The workload.
    pub target: Target,
    /// Wanted replicas, 0..=[`REPLICAS_MAX`].
    pub replicas: u32,
}

impl Write for Scale {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        if self.replicas > REPLICAS_MAX {
            let (actual, max) = (self.replicas as usize, REPLICAS_MAX as usize);
            return Err(LowerError::Limit { what: "replicas", actual, limit: "REPLICAS_MAX", max });
        }
        let (target, object) = self.target.object(known)?;
        let scales = target.api.group == "apps"
            && matches!(target.api.kind.as_str(), "Deployment" | "StatefulSet" | "ReplicaSet");
        if !scales {
            let kind = target.api.kind;
            return Err(LowerError::WrongKind {
                what: "scale",
                kind,
                works_for: "Deployment, StatefulSet and ReplicaSet",
            });
        }
        if integer(object, "/spec/replicas").unwrap_or(1) == i64::from(self.replicas) {
            return Err(LowerError::NothingToDo(format!("{target} already has {} replicas", self.replicas)));
        }
        let body = json!({"spec": {"replicas": self.replicas}});
        let touches = vec![FieldPath::of(&["spec", "replicas"])];
        Ok(vec![Mutation { target, action: Action::MergePatch { body }, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("scale {} to {}", self.target.plain(), self.replicas)
    }

    fn kubectl(&self) -> String {
        format!("kubectl scale {} --replicas={}", self.target.kubectl(), self.replicas)
    }
}
