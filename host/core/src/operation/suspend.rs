//! `suspend`: hold a CronJob, a Job, or whatever else has `spec.suspend`.
//!
//! A kind that is not Kubernetes' own may have the field without showing it: the server's dry-run, which refuses unknown
//! fields, decides. Reversibility: exact, but a suspended Job's running pods are gone with what they had done.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{LowerError, Reversibility, Target, Write, switch};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::Mutation;
use crate::object::{ObjectRef, integer};

/// Where an object says that it is suspended.
pub(super) const SUSPENDED: &[&str] = &["spec", "suspend"];

/// Suspend a job or whatever else can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// The object.
    pub target: Target,
}

/// The object and its content; a kind that can't be suspended is refused.
pub(super) fn suspendable<'a>(
    what: &'static str,
    target: &Target,
    known: &'a Snapshot,
) -> Result<(ObjectRef, &'a Value), LowerError> {
    let (target, object) = target.object(known)?;
    let job = target.api.group == "batch" && matches!(target.api.kind.as_str(), "CronJob" | "Job");
    let has_field = object.pointer("/spec/suspend").is_some_and(Value::is_boolean);
    if !(job || has_field || !target.api.is_built_in()) {
        let works_for = "CronJob, Job and kinds with a spec.suspend";
        return Err(LowerError::WrongKind { what, kind: target.api.kind, works_for });
    }
    Ok((target, object))
}

impl Write for Suspend {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        switch::turn(suspendable("suspend", &self.target, known)?, SUSPENDED, true, "is suspended already")
    }

    fn reversibility(&self, mutation: &Mutation, known: &Snapshot) -> Reversibility {
        let active = known.object(&mutation.target).and_then(|object| integer(object, "/status/active")).unwrap_or(0);
        if mutation.target.api.is("batch", "Job") && active > 0 {
            return Reversibility::Partial { lost: vec!["what its running pods had done".to_owned()] };
        }
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("suspend {}", self.target.plain())
    }

    fn kubectl(&self) -> String {
        format!("kubectl patch {} --type=merge -p '{{\"spec\":{{\"suspend\":true}}}}'", self.target.kubectl())
    }
}
