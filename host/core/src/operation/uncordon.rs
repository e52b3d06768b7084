//! `uncordon`: let new pods onto a node again. Reversibility: exact.

use serde::{Deserialize, Serialize};

use super::cordon::{UNSCHEDULABLE, node};
use super::{LowerError, Reversibility, Target, Write, shell_word, switch};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::Mutation;

/// Let new pods onto a node again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uncordon {
    /// The node.
    pub target: Target,
}

impl Write for Uncordon {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        switch::turn(node("uncordon", &self.target, known)?, UNSCHEDULABLE, false, "is not cordoned")
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("uncordon {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        format!("kubectl uncordon {}", shell_word(self.target.name.as_str()))
    }
}
