//! Why an operation did not become mutations, as problems with what to do next.

use crate::names::{KindWord, Namespace};
use crate::problem::{Code, Problem};

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
    /// Something of that name is there already.
    #[error("{0} exists already")]
    Exists(String),
    /// It is so already.
    #[error("{0}")]
    NothingToDo(String),
    /// What it rests on moved since it was shown.
    #[error("{0}")]
    Moved(String),
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
            LowerError::Exists(_) => {
                Self::new(Code::WrongState, detail).hint("apply changes what exists; or choose another name")
            }
            LowerError::NothingToDo(_) => Self::new(Code::WrongState, detail).hint("nothing needs to be changed"),
            LowerError::Moved(_) => {
                Self::new(Code::Stale, detail).hint("look at the object as it is now and make the change anew")
            }
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
