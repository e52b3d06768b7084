//! Undo: putting back only the fields we changed, with tests, as a plan of its own.
//!
//! From the before-image and the after-image (the API server's answer to our write) come the changed fields; the inverse
//! tests each for the value we left and puts the former one back. If somebody changed such a field meanwhile, the answer
//! is a conflict with a three-way view, not a write. A created object is deleted by UID; a deleted one is made again from
//! its image. Pure. What is not undone: status, what the server made by itself, fields nobody asked us to touch.

mod declared;
mod inverse;
mod patch;
mod remake;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diff::{FieldChange, all_changes};
use crate::field::FieldPath;
use crate::ids::RunId;
use crate::mutation::{Action, Mutation, Propagation};
use crate::object::{ApiType, ObjectRef, uid};
use crate::operation::Reversibility;
use crate::problem::{Code, Problem};
use crate::redact;

pub use declared::gitops;
pub use patch::{PatchError, apply as apply_json_patch};

/// What an undo step puts back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The run taken back.
    pub run: RunId,
    /// Its step.
    pub step: u32,
    /// Things to know, such as a tag that now means another digest.
    pub notes: Vec<String>,
}

/// One field that somebody else changed after us (masked when shown).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Where.
    pub path: FieldPath,
    /// Before our change.
    pub before: Option<Value>,
    /// What we wrote.
    pub ours: Option<Value>,
    /// What is there now.
    pub now: Option<Value>,
}

impl Conflict {
    /// The same, safe to show.
    #[must_use]
    pub fn masked(&self, api: &ApiType) -> Self {
        let pair = |before: &Option<Value>, after: &Option<Value>| {
            let change = FieldChange { path: self.path.clone(), before: before.clone(), after: after.clone() };
            redact::changes(api, &[change]).remove(0)
        };
        let (wrote, since) = (pair(&self.before, &self.ours), pair(&self.ours, &self.now));
        Self { path: wrote.path, before: wrote.before, ours: wrote.after, now: since.after }
    }
}

/// What an undo rests on: the three images of one object and what the step was.
#[derive(Debug, Clone, Copy)]
pub struct Undoing<'a> {
    /// The object our step wrote.
    pub target: &'a ObjectRef,
    /// It right before our write; absent when we created it.
    pub before: Option<&'a Value>,
    /// The API server's answer to our write; absent when we deleted it.
    pub after: Option<&'a Value>,
    /// It now.
    pub live: Option<&'a Value>,
    /// What our mutation touched; the root means everything.
    pub touches: &'a [FieldPath],
    /// How far the step can be taken back, as its plan said.
    pub reversibility: &'a Reversibility,
    /// Which digest each image stood for when it ran (`imageID` of its pods).
    pub digests_then: &'a BTreeMap<String, String>,
    /// Which digest each image stands for now, where that is known.
    pub digests_now: &'a BTreeMap<String, String>,
}

/// The write that takes a step back.
#[derive(Debug, Clone, PartialEq)]
pub struct UndoAction {
    /// The write.
    pub mutation: Mutation,
    /// Things to know before running it, in sentences.
    pub notes: Vec<String>,
    /// Images that could be put back by digest instead, because their tag has moved.
    pub pins: Vec<Pin>,
}

/// An image to put back by digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Where it stands.
    pub path: FieldPath,
    /// As it stood there.
    pub image: String,
    /// The reference that means what ran then.
    pub pinned: String,
}

/// Why there is no undo.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum UndoRefusal {
    /// Nothing is left to put back.
    #[error("{target} is already back: {how}")]
    AlreadyBack {
        /// The object.
        target: String,
        /// In which way.
        how: &'static str,
    },
    /// It can't be taken back.
    #[error("{target} cannot be rolled back, because {because}")]
    Impossible {
        /// The object.
        target: String,
        /// Why.
        because: String,
    },
    /// Others changed the same fields since.
    #[error("{target} was changed since in {}", .conflicts.iter().map(|c| c.path.to_string()).collect::<Vec<_>>().join(", "))]
    Conflict {
        /// The object.
        target: String,
        /// The fields, three ways, unmasked.
        conflicts: Vec<Conflict>,
    },
}

impl From<&UndoRefusal> for Problem {
    fn from(refusal: &UndoRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            UndoRefusal::AlreadyBack { .. } => Self::new(Code::WrongState, detail).hint("nothing needs to be put back"),
            UndoRefusal::Impossible { .. } => Self::new(Code::NotUndoable, detail),
            UndoRefusal::Conflict { .. } => Self::new(Code::UndoConflict, detail),
        }
    }
}

/// The write that takes a step back, computed against the live object.
pub fn restore(undoing: &Undoing<'_>) -> Result<UndoAction, UndoRefusal> {
    if let Reversibility::None { because } = undoing.reversibility {
        return Err(undoing.impossible(because.clone()));
    }
    match (undoing.before, undoing.after) {
        (None, None) => Err(undoing.already_back("it was not there and is not")),
        (None, Some(after)) => undoing.delete_created(after),
        (Some(before), None) => undoing.make_again(before),
        (Some(before), Some(after)) => undoing.put_back(before, after),
    }
}

impl Undoing<'_> {
    fn impossible(&self, because: impl Into<String>) -> UndoRefusal {
        UndoRefusal::Impossible { target: self.target.to_string(), because: because.into() }
    }

    fn already_back(&self, how: &'static str) -> UndoRefusal {
        UndoRefusal::AlreadyBack { target: self.target.to_string(), how }
    }

    fn delete_created(&self, after: &Value) -> Result<UndoAction, UndoRefusal> {
        let Some(live) = self.live else { return Err(self.already_back("what was created is gone")) };
        if uid(live) != uid(after) {
            return Err(self.impossible("what was created is gone and another object has its name"));
        }
        let since = all_changes(Some(after), Some(live));
        let touched = |change: &FieldChange| self.touches.iter().any(|t| t.0.is_empty() || meets(&change.path, t));
        let (ours, others): (Vec<_>, Vec<_>) =
            since.into_iter().partition(|change| !self.is_whole() && touched(change));
        if !ours.is_empty() {
            let conflict = |c: FieldChange| Conflict { path: c.path, before: None, ours: c.before, now: c.after };
            let conflicts = ours.into_iter().map(conflict).collect();
            return Err(UndoRefusal::Conflict { target: self.target.to_string(), conflicts });
        }
        let mut notes = Vec::new();
        if !others.is_empty() {
            let paths: Vec<_> = others.iter().take(3).map(|change| change.path.to_string()).collect();
            notes.push(format!("what was set there since goes with it: {}", paths.join(", ")));
        }
        match (self.target.api.group.as_str(), self.target.api.kind.as_str()) {
            ("", "Namespace") => notes.push("everything that was put into the namespace since goes with it".to_owned()),
            ("", "PersistentVolumeClaim") => notes.push("data written to the claim since goes with it".to_owned()),
            _ => {}
        }
        let action = Action::Delete { propagation: Propagation::Background };
        Ok(self.action(action, vec![FieldPath::root()], notes))
    }

    fn make_again(&self, before: &Value) -> Result<UndoAction, UndoRefusal> {
        if let Some(live) = self.live {
            return Err(if uid(live) == uid(before) {
                self.impossible("it is still being deleted; try again when it is gone")
            } else if all_changes(Some(before), Some(live)).is_empty() {
                self.already_back("an equal object was made again")
            } else {
                self.impossible("another object has its name by now")
            });
        }
        // What does not come back is in the step's reversibility and told with it.
        let (body, notes) = remake::body(self.target, before);
        Ok(self.action(Action::Create { body }, vec![FieldPath::root()], notes))
    }

    fn put_back(&self, before: &Value, after: &Value) -> Result<UndoAction, UndoRefusal> {
        let Some(live) = self.live else { return Err(self.impossible("it is gone by now")) };
        if uid(live) != uid(after) {
            return Err(self.impossible("it was deleted and made again since"));
        }
        let ours = inverse::ours(before, after, self.touches);
        let (open, conflicts) = inverse::three_way(&ours, live);
        if !conflicts.is_empty() {
            return Err(UndoRefusal::Conflict { target: self.target.to_string(), conflicts });
        }
        if open.is_empty() {
            return Err(self.already_back("the changed fields have their former values"));
        }
        let body = inverse::patch(before, after, live, &open)
            .ok_or_else(|| self.impossible("its lists were rearranged so that the fields can't be told apart"))?;
        let (pins, notes) = inverse::image_notes(&open, self.digests_then, self.digests_now);
        let touches = open.iter().map(|change| change.path.clone()).collect();
        Ok(UndoAction { pins, ..self.action(Action::JsonPatch { body }, touches, notes) })
    }

    fn is_whole(&self) -> bool {
        self.touches.iter().any(|touch| touch.0.is_empty())
    }

    fn action(&self, action: Action, touches: Vec<FieldPath>, notes: Vec<String>) -> UndoAction {
        let mutation = Mutation { target: self.target.clone(), action, touches };
        UndoAction { mutation, notes, pins: Vec::new() }
    }
}

/// Whether one path leads to, into or around what the other names.
fn meets(one: &FieldPath, other: &FieldPath) -> bool {
    one.is_within(other) || other.is_within(one)
}

#[cfg(test)]
mod tests;
