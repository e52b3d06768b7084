//! `cordon`: keep new pods off a node. What runs there stays. Reversibility: exact.

use serde::{Deserialize, Serialize};

use super::{LowerError, Reversibility, Target, Write, shell_word, switch};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::Mutation;
use crate::object::ObjectRef;

/// Where a node says that nothing new is to be placed on it.
pub(super) const UNSCHEDULABLE: &[&str] = &["spec", "unschedulable"];

/// Keep new pods off a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cordon {
    /// The node.
    pub target: Target,
}

/// The node and its content; anything else is refused.
pub(super) fn node<'a>(
    what: &'static str,
    target: &Target,
    known: &'a Snapshot,
) -> Result<(ObjectRef, &'a serde_json::Value), LowerError> {
    let (target, object) = target.object(known)?;
    if !target.api.is("", "Node") {
        return Err(LowerError::WrongKind { what, kind: target.api.kind, works_for: "Node" });
    }
    Ok((target, object))
}

impl Write for Cordon {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        switch::turn(node("cordon", &self.target, known)?, UNSCHEDULABLE, true, "is cordoned already")
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("cordon {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        format!("kubectl cordon {}", shell_word(self.target.name.as_str()))
    }
}
