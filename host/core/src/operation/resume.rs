//! `resume`: let a suspended CronJob, Job or other object run again. Reversibility: exact (what ran meanwhile, ran).

use serde::{Deserialize, Serialize};

use super::suspend::{SUSPENDED, suspendable};
use super::{LowerError, Reversibility, Target, Write, switch};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::Mutation;

/// Let it run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// The object.
    pub target: Target,
}

impl Write for Resume {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        switch::turn(suspendable("resume", &self.target, known)?, SUSPENDED, false, "is not suspended")
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("resume {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        format!("kubectl patch {} --type=merge -p '{{\"spec\":{{\"suspend\":null}}}}'", self.target.kubectl())
    }
}
