//! `rollout-resume`: let a held Deployment roll on. Reversibility: exact (the field; pods that were replaced meanwhile stay).

use serde::{Deserialize, Serialize};

use super::rollout_pause::{PAUSED, deployment};
use super::{LowerError, Reversibility, Target, Write, switch};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::Mutation;

/// Let a held rollout go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolloutResume {
    /// The Deployment.
    pub target: Target,
}

impl Write for RolloutResume {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        switch::turn(deployment("rollout-resume", &self.target, known)?, PAUSED, false, "is not paused")
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("resume the rollout of {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        format!("kubectl rollout resume {}", self.target.kubectl())
    }
}
