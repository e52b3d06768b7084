//! `label`: set and remove labels of any object. Reversibility: exact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::marks::{Marks, Sort};
use super::{LowerError, Reversibility, Target, Write};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::Mutation;

/// Set and remove labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The object.
    pub target: Target,
    /// Labels to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
    /// Keys to remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

impl Label {
    fn marks(&self) -> Marks<'_> {
        Marks { sort: Sort::Label, target: &self.target, set: &self.set, remove: &self.remove }
    }
}

impl Write for Label {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        self.marks().lower(known)
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        self.marks().sentence()
    }

    fn kubectl(&self) -> String {
        self.marks().kubectl()
    }
}
