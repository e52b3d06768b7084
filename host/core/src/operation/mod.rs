//! Operations: what a person understands, as a closed set. Never a shell string.
//!
//! Each operation is one file. A write says what it needs to know (`needs`), which API writes it becomes (`lower`), how
//! far it can be taken back ([`Reversibility`]) and how it reads in plain words and as kubectl text. kubectl text is
//! rendered for people and never parsed. Kinds and names arrive as they were said; discovery facts resolve them. Errors:
//! [`LowerError`], each a [`Problem`] with a hint. Reads are answered in [`crate::read`].

pub mod apply;
pub mod delete;
pub mod manifest;
pub mod read;
pub mod restart;
pub mod scale;
pub mod set_image;

use serde::{Deserialize, Serialize};

use crate::facts::{Fact, FactQuery, Snapshot};
use crate::mutation::Mutation;
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef};
use crate::problem::{Code, Problem};

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
}

/// An object as it was named: kind word, namespace if said, name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Kind as said.
    pub kind: KindWord,
    /// Namespace; the context's default is filled in before planning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Name.
    pub name: ObjectName,
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

/// Why an operation did not become mutations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LowerError {
    /// The cluster serves no such kind.
    #[error("the cluster serves no kind {0}")]
    UnknownKind(KindWord),
    /// The namespace was neither said nor filled in.
    #[error("{0} lives in a namespace and none was given")]
    NamespaceMissing(String),
    /// The object isn't there.
    #[error("{0} does not exist")]
    NotFound(String),
    /// The user may not read it.
    #[error("you may not {verb} {resource}{}", .namespace.as_ref().map(|n| format!(" in {n}")).unwrap_or_default())]
    Denied {
        /// RBAC verb.
        verb: String,
        /// Resource.
        resource: String,
        /// Namespace.
        namespace: Option<Namespace>,
    },
    /// A fact could not be had.
    #[error("{0}")]
    FactFailed(String),
    /// The kind can't take this operation.
    #[error("{what} can't be applied to {kind}; it works for {works_for}")]
    WrongKind {
        /// The operation.
        what: &'static str,
        /// The kind it was asked for.
        kind: String,
        /// The kinds that have it.
        works_for: &'static str,
    },
    /// Several containers fit.
    #[error("{object} has the containers {}; say which", .containers.join(", "))]
    AmbiguousContainer {
        /// The workload.
        object: String,
        /// Its containers.
        containers: Vec<String>,
    },
    /// No such container.
    #[error("{object} has no container {wanted}; it has {}", .containers.join(", "))]
    NoContainer {
        /// The workload.
        object: String,
        /// What was asked for.
        wanted: String,
        /// What there is.
        containers: Vec<String>,
    },
    /// It is so already.
    #[error("{0}")]
    NothingToDo(String),
    /// A value is wrong.
    #[error("{0}")]
    BadValue(String),
    /// A limit was exceeded.
    #[error("{what} is {actual}, the limit {limit} is {max}")]
    Limit {
        /// What was measured.
        what: &'static str,
        /// Its size.
        actual: usize,
        /// The limit's name.
        limit: &'static str,
        /// The limit.
        max: usize,
    },
}

impl From<LowerError> for Problem {
    fn from(error: LowerError) -> Self {
        let detail = error.to_string();
        match error {
            LowerError::NotFound(_) => Self::new(Code::NotFound, detail),
            LowerError::Denied { verb, resource, namespace } => {
                Self::new(Code::ClusterForbidden, detail).hint(can_i(&verb, &resource, namespace.as_ref()))
            }
            LowerError::FactFailed(_) => Self::new(Code::ClusterUnreachable, detail),
            LowerError::AmbiguousContainer { .. } => Self::new(Code::Ambiguous, detail),
            LowerError::NoContainer { .. } => Self::new(Code::NotFound, detail),
            LowerError::NothingToDo(_) => Self::new(Code::WrongState, detail).hint("nothing needs to be changed"),
            LowerError::Limit { .. } => Self::new(Code::LimitExceeded, detail),
            LowerError::UnknownKind(_)
            | LowerError::NamespaceMissing(_)
            | LowerError::WrongKind { .. }
            | LowerError::BadValue(_) => Self::new(Code::BadInput, detail),
        }
    }
}

/// The line with which a user checks a right for himself.
pub fn can_i(verb: &str, resource: &str, namespace: Option<&Namespace>) -> String {
    match namespace {
        Some(namespace) => format!("kubectl auth can-i {verb} {resource} -n {namespace}"),
        None => format!("kubectl auth can-i {verb} {resource}"),
    }
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
    /// It as kubectl text, for reading.
    fn kubectl(&self) -> String;
}

impl Operation {
    /// The wire name: `scale`, `set-image`, …
    pub fn name(&self) -> &'static str {
        match self {
            Self::Get(_) => "get",
            Self::List(_) => "list",
            Self::Describe(_) => "describe",
            Self::Logs(_) => "logs",
            Self::Events(_) => "events",
            Self::Diagnose(_) => "diagnose",
            Self::Top(_) => "top",
            Self::Images(_) => "images",
            Self::WhoCan(_) => "who-can",
            Self::Scale(_) => "scale",
            Self::SetImage(_) => "set-image",
            Self::Restart(_) => "restart",
            Self::Apply(_) => "apply",
            Self::Delete(_) => "delete",
        }
    }

    /// The write behind it; reads have none.
    pub fn write(&self) -> Option<&dyn Write> {
        match self {
            Self::Scale(op) => Some(op),
            Self::SetImage(op) => Some(op),
            Self::Restart(op) => Some(op),
            Self::Apply(op) => Some(op),
            Self::Delete(op) => Some(op),
            Self::Get(_) | Self::List(_) | Self::Describe(_) | Self::Logs(_) | Self::Events(_) | Self::Diagnose(_) => {
                None
            }
            Self::Top(_) | Self::Images(_) | Self::WhoCan(_) => None,
        }
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
            | Self::Delete(delete::Delete { target }) => Some(target),
            Self::Events(read::Events { target, .. }) => target.as_mut(),
            Self::Diagnose(read::Diagnose { target, .. }) => target.as_mut(),
            Self::List(_) | Self::Top(_) | Self::Images(_) | Self::WhoCan(_) | Self::Apply(_) => None,
        }
    }
}

impl Target {
    /// `deployment web -n shop`, as kubectl takes it.
    pub fn kubectl(&self) -> String {
        let object = shell_word(&format!("{}/{}", self.kind.as_str().to_lowercase(), self.name));
        match &self.namespace {
            Some(namespace) => format!("{object} -n {namespace}"),
            None => object,
        }
    }

    /// `deployment shop/web`, as a sentence takes it.
    pub fn plain(&self) -> String {
        let kind = self.kind.as_str().to_lowercase();
        match &self.namespace {
            Some(namespace) => format!("{kind} {namespace}/{}", self.name),
            None => format!("{kind} {}", self.name),
        }
    }

    fn kind_query(&self) -> FactQuery {
        FactQuery::Kind { word: self.kind.clone() }
    }

    /// The type the kind word means, once asked.
    pub fn api(&self, known: &Snapshot) -> Result<Option<ApiType>, LowerError> {
        api_of(&self.kind, known)
    }

    /// The address, once the kind is known.
    pub fn address(&self, known: &Snapshot) -> Result<Option<ObjectRef>, LowerError> {
        let Some(api) = self.api(known)? else { return Ok(None) };
        let namespace = match (api.namespaced, &self.namespace) {
            (true, None) => return Err(LowerError::NamespaceMissing(self.plain())),
            (true, Some(namespace)) => Some(namespace.clone()),
            (false, _) => None,
        };
        Ok(Some(ObjectRef { api, namespace, name: self.name.clone() }))
    }

    /// What is missing to know the kind and read the object.
    pub fn needs_object(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        Ok(match self.address(known)? {
            None => vec![self.kind_query()],
            Some(object) => known.missing(vec![FactQuery::Object { object }]),
        })
    }

    /// The object and its address, once both are known.
    pub fn object<'a>(&self, known: &'a Snapshot) -> Result<(ObjectRef, &'a serde_json::Value), LowerError> {
        let address = self
            .address(known)?
            .ok_or_else(|| LowerError::FactFailed(format!("{} was not looked up", self.plain())))?;
        match known.get(&FactQuery::Object { object: address.clone() }) {
            Some(Fact::Object { object }) => Ok((address, object)),
            Some(other) => Err(fact_error(other, &address.to_string())),
            None => Err(LowerError::FactFailed(format!("{address} was not looked up"))),
        }
    }
}

/// The type a kind word means, once asked.
pub(crate) fn api_of(word: &KindWord, known: &Snapshot) -> Result<Option<ApiType>, LowerError> {
    match known.get(&FactQuery::Kind { word: word.clone() }) {
        None => Ok(None),
        Some(Fact::Types { types }) => {
            types.first().cloned().map(Some).ok_or_else(|| LowerError::UnknownKind(word.clone()))
        }
        Some(other) => Err(fact_error(other, word.as_str())),
    }
}

/// A word as a shell takes it: people paste what they are shown.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._/:@=,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The error a fact that isn't an object stands for.
pub(crate) fn fact_error(fact: &Fact, what: &str) -> LowerError {
    match fact {
        Fact::Denied { verb, resource, namespace } => {
            LowerError::Denied { verb: verb.clone(), resource: resource.clone(), namespace: namespace.clone() }
        }
        Fact::Failed { reason } => LowerError::FactFailed(format!("{what}: {reason}")),
        _ => LowerError::NotFound(what.to_owned()),
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
