//! `delete`: remove one object, with its UID as precondition.
//!
//! Owned objects go in the background. Reversibility depends on the kind: most objects are made again from their
//! before-image; what hung on them (data, a namespace's content, a controller's pod) does not come back and is named.

use serde::{Deserialize, Serialize};

use super::{LowerError, Reversibility, Target, Write};
use crate::facts::{FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation, Propagation};
use crate::object::items;

/// Delete an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The object.
    pub target: Target,
}

impl Write for Delete {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        let (target, object) = self.target.object(known)?;
        if object.pointer("/metadata/deletionTimestamp").is_some() {
            return Err(LowerError::NothingToDo(format!("{target} is being deleted already")));
        }
        let action = Action::Delete { propagation: Propagation::Background };
        Ok(vec![Mutation { target, action, touches: vec![FieldPath::root()] }])
    }

    fn reversibility(&self, mutation: &Mutation, known: &Snapshot) -> Reversibility {
        let api = &mutation.target.api;
        let owned = known.object(&mutation.target).is_some_and(|o| !items(o, "/metadata/ownerReferences").is_empty());
        match (api.group.as_str(), api.kind.as_str()) {
            ("", "Namespace") => {
                Reversibility::None { because: "everything inside the namespace goes with it".to_owned() }
            }
            ("", "Node") => {
                Reversibility::None { because: "a node registers itself; it is not ours to make".to_owned() }
            }
            ("", "PersistentVolumeClaim" | "PersistentVolume") => {
                Reversibility::None { because: "the data behind it may be gone with it".to_owned() }
            }
            ("", "Pod") if owned => {
                Reversibility::None { because: "its controller makes another pod in its place".to_owned() }
            }
            ("apiextensions.k8s.io", _) => {
                Reversibility::None { because: "every object of that kind goes with the definition".to_owned() }
            }
            ("apps", "StatefulSet") => Reversibility::Partial { lost: vec!["the running pods".to_owned()] },
            ("batch", "Job") | ("", "Pod") => {
                Reversibility::Partial { lost: vec!["its progress and its logs".to_owned()] }
            }
            _ => Reversibility::ReMade,
        }
    }

    fn sentence(&self) -> String {
        format!("delete {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        format!("kubectl delete {}", self.target.kubectl())
    }
}
