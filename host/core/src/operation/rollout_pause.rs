//! `rollout-pause`: hold a Deployment's rollout, so that changes of its template wait. Reversibility: exact.

use serde::{Deserialize, Serialize};

use super::{LowerError, Reversibility, Target, Write, switch};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::Mutation;
use crate::object::ObjectRef;

/// Where a Deployment says that it is held.
pub(super) const PAUSED: &[&str] = &["spec", "paused"];

/// Hold a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolloutPause {
    /// The Deployment.
    pub target: Target,
}

/// The Deployment and its content; other kinds can't be held.
pub(super) fn deployment<'a>(
    what: &'static str,
    target: &Target,
    known: &'a Snapshot,
) -> Result<(ObjectRef, &'a serde_json::Value), LowerError> {
    let (target, object) = target.object(known)?;
    if !target.api.is("apps", "Deployment") {
        return Err(LowerError::WrongKind { what, kind: target.api.kind, works_for: "Deployment" });
    }
    Ok((target, object))
}

impl Write for RolloutPause {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        switch::turn(deployment("rollout-pause", &self.target, known)?, PAUSED, true, "is paused already")
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("pause the rollout of {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        format!("kubectl rollout pause {}", self.target.kubectl())
    }
}
