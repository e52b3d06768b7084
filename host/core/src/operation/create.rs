//! `create`: make objects that must not be there yet; like `apply`, but what exists is refused instead of changed.
//!
//! One POST an object, in the order given. Reversibility: exact (the object is deleted again, by UID). A generated name is
//! refused: nobody could say beforehand what is made.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::apply::{Apply, named};
use super::{LowerError, Reversibility, Write};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::{Action, Mutation};
use crate::names::Namespace;

/// Create objects that must not be there yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The objects.
    pub objects: Vec<Value>,
    /// The namespace for objects that don't name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
}

impl Create {
    fn as_apply(&self) -> Apply {
        Apply { objects: self.objects.clone(), namespace: self.namespace.clone() }
    }
}

impl Write for Create {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.as_apply().needs(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        let mut mutations = self.as_apply().lower(known)?;
        if let Some(there) = mutations.iter().find(|mutation| known.object(&mutation.target).is_some()) {
            return Err(LowerError::Exists(there.target.to_string()));
        }
        for mutation in &mut mutations {
            if let Action::Apply { body } = &mut mutation.action {
                mutation.action = Action::Create { body: std::mem::take(body) };
            }
        }
        Ok(mutations)
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("create {}", named(&self.objects))
    }

    fn kubectl(&self) -> String {
        "kubectl create -f -".to_owned()
    }
}
