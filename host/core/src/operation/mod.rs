//! Operations: what a person understands, as a closed set. Never a shell string.
//!
//! Each operation is one file. A write says what it needs to know (`needs`), which API writes it becomes (`lower`), how
//! far it can be taken back ([`Reversibility`]) and how it reads in plain words and as kubectl text. kubectl text is
//! rendered for people and never parsed. Kinds and names arrive as they were said; discovery facts resolve them. Errors:
//! [`LowerError`], each a [`Problem`](crate::problem::Problem) with a hint. Reads are answered in [`crate::read`].

pub mod annotate;
pub mod apply;
pub mod autoscale;
mod container;
pub mod cordon;
pub mod create;
pub mod delete;
pub mod drain;
pub mod edit;
mod error;
pub mod expose;
mod history;
pub mod label;
pub mod manifest;
mod marks;
pub mod patch;
mod qualified;
pub mod read;
pub mod restart;
pub mod resume;
pub mod rollout_pause;
pub mod rollout_resume;
pub mod rollout_undo;
pub mod scale;
pub mod set_env;
pub mod set_image;
pub mod set_resources;
mod shown;
pub mod suspend;
mod switch;
pub mod taint;
mod target;
pub mod uncordon;
mod words;

use serde::{Deserialize, Serialize};

use crate::facts::{FactQuery, Snapshot};
use crate::mutation::Mutation;
use crate::object::ApiType;

pub use error::{LowerError, can_i};
pub use target::{Target, in_context};
pub(crate) use target::{api_of, fact_error, shell_word};

/// Something a person can ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Operation {
    /// One object.
    Get(read::Get),
    /// Objects of a kind.
    List(read::List),
    /// One object with what belongs to it.
    Describe(read::Describe),
    /// A container's log.
    Logs(read::Logs),
    /// Events of an object or a namespace.
    Events(read::Events),
    /// What is broken, and why.
    Diagnose(read::Diagnose),
    /// What changed, who did it and when.
    Changes(read::Changes),
    /// Use of CPU and memory.
    Top(read::Top),
    /// The images that pods run.
    Images(read::Images),
    /// Who has a right.
    WhoCan(read::WhoCan),
    /// Change the number of replicas.
    Scale(scale::Scale),
    /// Change a container's image.
    SetImage(set_image::SetImage),
    /// Roll the pods anew.
    Restart(restart::Restart),
    /// Server-side apply of manifests.
    Apply(apply::Apply),
    /// Delete an object.
    Delete(delete::Delete),
    /// Change what a container asks for and may use.
    SetResources(set_resources::SetResources),
    /// Change a container's environment.
    SetEnv(set_env::SetEnv),
    /// Put a workload back to an earlier revision.
    RolloutUndo(rollout_undo::RolloutUndo),
    /// Hold a rollout.
    RolloutPause(rollout_pause::RolloutPause),
    /// Let a held rollout go on.
    RolloutResume(rollout_resume::RolloutResume),
    /// Create objects that must not be there yet.
    Create(create::Create),
    /// Patch an object.
    Patch(patch::Patch),
    /// Change an object as its YAML was changed.
    Edit(edit::Edit),
    /// Set and remove labels.
    Label(label::Label),
    /// Set and remove annotations.
    Annotate(annotate::Annotate),
    /// Put a Service in front of a workload.
    Expose(expose::Expose),
    /// Let a workload scale by itself.
    Autoscale(autoscale::Autoscale),
    /// Keep new pods off a node.
    Cordon(cordon::Cordon),
    /// Let new pods onto a node again.
    Uncordon(uncordon::Uncordon),
    /// Cordon a node and evict its pods.
    Drain(drain::Drain),
    /// Set and remove taints of a node.
    Taint(taint::Taint),
    /// Suspend a job or whatever else can be.
    Suspend(suspend::Suspend),
    /// Let it run again.
    Resume(resume::Resume),
}

/// How far a write can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "class", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reversibility {
    /// The touched fields come back.
    Exact,
    /// The object comes back with a new UID, its children anew.
    ReMade,
    /// It comes back, but the named parts don't.
    Partial {
        /// What stays lost, in plain words.
        lost: Vec<String>,
    },
    /// It can't be taken back.
    None {
        /// Why, as it follows "cannot be undone, because …".
        because: String,
    },
}

/// A write, lowered: what each file of this module offers.
pub trait Write: Sync {
    /// What must be known before it can be lowered; empty when nothing is missing.
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError>;
    /// The API writes it becomes, in order.
    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError>;
    /// How far each of those can be taken back.
    fn reversibility(&self, mutation: &Mutation, known: &Snapshot) -> Reversibility;
    /// It in plain words, without a full stop.
    fn sentence(&self) -> String;
    /// One of its steps in plain words, where the snapshot tells more than the operation does.
    fn told(&self, _mutation: &Mutation, _known: &Snapshot) -> Option<String> {
        None
    }
    /// It as kubectl text, for reading.
    fn kubectl(&self) -> String;
    /// One of its steps as kubectl text, where looking at the cluster told more than the operation does.
    fn kubectl_for(&self, _mutation: &Mutation) -> String {
        self.kubectl()
    }
}

impl Operation {
    /// Wire names of the reads.
    pub const READS: &[&str] =
        &["get", "list", "describe", "logs", "events", "diagnose", "changes", "top", "images", "who-can"];

    /// Wire names of the writes.
    pub const WRITES: &[&str] = &[
        "scale",
        "set-image",
        "restart",
        "apply",
        "delete",
        "set-resources",
        "set-env",
        "rollout-undo",
        "rollout-pause",
        "rollout-resume",
        "create",
        "patch",
        "edit",
        "label",
        "annotate",
        "expose",
        "autoscale",
        "cordon",
        "uncordon",
        "drain",
        "taint",
        "suspend",
        "resume",
    ];

    /// The wire name: `scale`, `set-image`, …
    pub fn name(&self) -> &'static str {
        match self {
            Self::Get(_) => "get",
            Self::List(_) => "list",
            Self::Describe(_) => "describe",
            Self::Logs(_) => "logs",
            Self::Events(_) => "events",
            Self::Diagnose(_) => "diagnose",
            Self::Changes(_) => "changes",
            Self::Top(_) => "top",
            Self::Images(_) => "images",
            Self::WhoCan(_) => "who-can",
            Self::Scale(_) => "scale",
            Self::SetImage(_) => "set-image",
            Self::Restart(_) => "restart",
            Self::Apply(_) => "apply",
            Self::Delete(_) => "delete",
            Self::SetResources(_) => "set-resources",
            Self::SetEnv(_) => "set-env",
            Self::RolloutUndo(_) => "rollout-undo",
            Self::RolloutPause(_) => "rollout-pause",
            Self::RolloutResume(_) => "rollout-resume",
            Self::Create(_) => "create",
            Self::Patch(_) => "patch",
            Self::Edit(_) => "edit",
            Self::Label(_) => "label",
            Self::Annotate(_) => "annotate",
            Self::Expose(_) => "expose",
            Self::Autoscale(_) => "autoscale",
            Self::Cordon(_) => "cordon",
            Self::Uncordon(_) => "uncordon",
            Self::Drain(_) => "drain",
            Self::Taint(_) => "taint",
            Self::Suspend(_) => "suspend",
            Self::Resume(_) => "resume",
        }
    }

    /// The write behind it; reads have none.
    pub fn write(&self) -> Option<&dyn Write> {
        Some(match self {
            Self::Scale(op) => op,
            Self::SetImage(op) => op,
            Self::Restart(op) => op,
            Self::Apply(op) => op,
            Self::Delete(op) => op,
            Self::SetResources(op) => op,
            Self::SetEnv(op) => op,
            Self::RolloutUndo(op) => op,
            Self::RolloutPause(op) => op,
            Self::RolloutResume(op) => op,
            Self::Create(op) => op,
            Self::Patch(op) => op,
            Self::Edit(op) => op,
            Self::Label(op) => op,
            Self::Annotate(op) => op,
            Self::Expose(op) => op,
            Self::Autoscale(op) => op,
            Self::Cordon(op) => op,
            Self::Uncordon(op) => op,
            Self::Drain(op) => op,
            Self::Taint(op) => op,
            Self::Suspend(op) => op,
            Self::Resume(op) => op,
            Self::Get(_)
            | Self::List(_)
            | Self::Describe(_)
            | Self::Logs(_)
            | Self::Events(_)
            | Self::Diagnose(_)
            | Self::Changes(_)
            | Self::Top(_)
            | Self::Images(_)
            | Self::WhoCan(_) => return None,
        })
    }

    /// The object it names, if it names one.
    pub fn target_mut(&mut self) -> Option<&mut Target> {
        match self {
            Self::Get(read::Get { target })
            | Self::Describe(read::Describe { target })
            | Self::Logs(read::Logs { target, .. })
            | Self::Scale(scale::Scale { target, .. })
            | Self::SetImage(set_image::SetImage { target, .. })
            | Self::Restart(restart::Restart { target })
            | Self::Delete(delete::Delete { target })
            | Self::SetResources(set_resources::SetResources { target, .. })
            | Self::SetEnv(set_env::SetEnv { target, .. })
            | Self::RolloutUndo(rollout_undo::RolloutUndo { target, .. })
            | Self::RolloutPause(rollout_pause::RolloutPause { target })
            | Self::RolloutResume(rollout_resume::RolloutResume { target })
            | Self::Patch(patch::Patch { target, .. })
            | Self::Edit(edit::Edit { target, .. })
            | Self::Label(label::Label { target, .. })
            | Self::Annotate(annotate::Annotate { target, .. })
            | Self::Expose(expose::Expose { target, .. })
            | Self::Autoscale(autoscale::Autoscale { target, .. })
            | Self::Cordon(cordon::Cordon { target })
            | Self::Uncordon(uncordon::Uncordon { target })
            | Self::Drain(drain::Drain { target, .. })
            | Self::Taint(taint::Taint { target, .. })
            | Self::Suspend(suspend::Suspend { target })
            | Self::Resume(resume::Resume { target }) => Some(target),
            Self::Events(read::Events { target, .. }) => target.as_mut(),
            Self::Diagnose(read::Diagnose { target, .. }) => target.as_mut(),
            Self::Changes(read::Changes { target, .. }) => target.as_mut(),
            Self::List(_) | Self::Top(_) | Self::Images(_) | Self::WhoCan(_) | Self::Apply(_) | Self::Create(_) => None,
        }
    }

    /// The same with no namespace where its kind lives in none: a node is not in the context's namespace.
    pub fn settle_place(&mut self, known: &Snapshot) -> Result<(), LowerError> {
        if let Some(target) = self.target_mut()
            && target.api(known)?.is_some_and(|api| !api.namespaced)
        {
            target.namespace = None;
        }
        Ok(())
    }
}

/// The kinds whose pods come from `spec.template`, and that roll.
pub(crate) const ROLLING: &str = "Deployment, StatefulSet and DaemonSet";

/// Whether a type rolls its pods by itself when the template changes.
pub(crate) fn rolls(api: &ApiType) -> bool {
    api.group == "apps" && matches!(api.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet")
}

#[cfg(test)]
mod tests;
