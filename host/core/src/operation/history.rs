//! The revisions a workload keeps of itself: ReplicaSets of a Deployment, ControllerRevisions of the others.
//!
//! Only those the workload controls count: a selector alone may pick a stranger's. Limit: [`REVISIONS_NAMED_MAX`] in words.

use serde_json::Value;

use crate::facts::{Fact, FactQuery, Snapshot};
use crate::object::{ApiType, ObjectRef, integer, items, text, uid};
use crate::read::selector;

use super::{LowerError, fact_error};

/// Most revisions named when the one asked for isn't there.
const REVISIONS_NAMED_MAX: usize = 10;
/// The label by which a ReplicaSet tells its pods from those of other revisions.
const POD_HASH: &str = "pod-template-hash";

/// One revision.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Revision {
    pub(super) number: i64,
    pub(super) template: Value,
}

/// Where the revisions of a workload are looked up.
pub(super) fn query(target: &ObjectRef, object: &Value) -> Option<FactQuery> {
    let api = match target.api.kind.as_str() {
        "Deployment" => ApiType::replica_sets(),
        _ => ApiType::controller_revisions(),
    };
    let selector = Some(selector::query(object)?);
    Some(FactQuery::List { api, namespace: target.namespace.clone(), selector })
}

/// The revisions, oldest first.
pub(super) fn revisions(target: &ObjectRef, object: &Value, known: &Snapshot) -> Result<Vec<Revision>, LowerError> {
    let unasked = || LowerError::FactFailed(format!("the revisions of {target} were not looked up"));
    let query = query(target, object).ok_or_else(|| LowerError::BadValue(format!("{target} has no selector")))?;
    let listed = match known.get(&query).ok_or_else(unasked)? {
        Fact::List { items, .. } => items,
        other => return Err(fact_error(other, &format!("the revisions of {target}"))),
    };
    let mine = |revision: &&Value| {
        let controls = |owner: &Value| owner.get("controller").and_then(Value::as_bool) == Some(true);
        items(revision, "/metadata/ownerReferences").iter().any(|o| controls(o) && text(o, "/uid") == uid(object))
    };
    let mut found: Vec<Revision> = listed.iter().filter(mine).filter_map(revision).collect();
    found.sort_by_key(|revision| revision.number);
    Ok(found)
}

fn revision(object: &Value) -> Option<Revision> {
    let (number, mut template) = match text(object, "/kind") {
        "ReplicaSet" => {
            let number = text(object, "/metadata/annotations/deployment.kubernetes.io~1revision").parse().ok()?;
            (number, object.pointer("/spec/template")?.clone())
        }
        _ => (integer(object, "/revision")?, object.pointer("/data/spec/template")?.clone()),
    };
    template.as_object_mut()?.remove("$patch");
    if let Some(metadata) = template.get_mut("metadata").and_then(Value::as_object_mut) {
        // Written as null by those who serialise an empty time.
        metadata.remove("creationTimestamp");
        if let Some(labels) = metadata.get_mut("labels").and_then(Value::as_object_mut) {
            labels.remove(POD_HASH);
        }
    }
    Some(Revision { number, template })
}

/// The revision asked for, or the one before the present one.
pub(super) fn choose(what: &str, mut all: Vec<Revision>, wanted: Option<i64>) -> Result<Revision, LowerError> {
    let present = all.pop();
    let names = |all: &[Revision]| {
        let newest = all.iter().rev().take(REVISIONS_NAMED_MAX).map(|revision| revision.number.to_string());
        newest.collect::<Vec<_>>().join(", ")
    };
    match (wanted, all.last()) {
        (_, None) => Err(LowerError::BadValue(format!("{what} keeps no earlier revision"))),
        (None, Some(former)) => Ok(former.clone()),
        (Some(wanted), _) if present.is_some_and(|present| present.number == wanted) => {
            Err(LowerError::NothingToDo(format!("{what} is at revision {wanted} already")))
        }
        (Some(wanted), _) => all.iter().find(|revision| revision.number == wanted).cloned().ok_or_else(|| {
            LowerError::BadValue(format!("{what} keeps no revision {wanted}; it keeps {}", names(&all)))
        }),
    }
}
