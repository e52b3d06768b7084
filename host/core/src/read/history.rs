//! The revisions of a workload, the newest first: which is in force, what each changed, and the operation that goes back.
//!
//! A Deployment's are its ReplicaSets, a StatefulSet's and a DaemonSet's their ControllerRevisions; other kinds have none,
//! which `gaps` says. Limit: [`REVISIONS_MAX`], older ones are counted. What this host itself did to the object is not
//! known here: whoever holds the log adds it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::scope::seen_of;
use super::{age, changes, resolved, shown};
use crate::facts::{FactQuery, Snapshot, Unseen};
use crate::object::{ObjectRef, at, items, text};
use crate::operation::{LowerError, Operation, Target, rollout_undo};
use crate::time::Timestamp;

/// Most revisions shown.
pub const REVISIONS_MAX: usize = 50;
/// Most images of one revision.
const IMAGES_MAX: usize = 20;
const CAUSE: &str = "kubernetes.io/change-cause";

/// The revisions of an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The object asked about.
    pub object: ObjectRef,
    /// The newest first.
    pub revisions: Vec<RevisionRow>,
    /// How many older ones are left out.
    pub omitted: u64,
    /// What is not recorded, in sentences.
    pub gaps: Vec<String>,
    /// What could not be looked at.
    pub unseen: Vec<Unseen>,
}

/// One revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionRow {
    /// Its number.
    pub number: i64,
    /// The ReplicaSet or ControllerRevision that keeps it.
    pub name: String,
    /// When that was made; a template that came back keeps its first time.
    pub at: Option<Timestamp>,
    /// How long ago that is, as people read it.
    pub age: String,
    /// Whether it is the one wanted now.
    pub current: bool,
    /// The images of its containers.
    pub images: Vec<String>,
    /// What differs from the revision before, masked; empty for the first.
    pub what: String,
    /// What somebody noted as its cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The operation that brings it back, for `POST /plans`; absent for the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Operation>,
}

/// What must be known first.
pub fn needs(target: &Target, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let Some((object, _)) = resolved(target, known)? else { return target.needs_object(known) };
    Ok(known.missing(changes::revision_list(&object).into_iter().collect()))
}

/// The answer, once nothing is missing.
pub fn answer(target: &Target, known: &Snapshot, now: Timestamp) -> Result<History, LowerError> {
    let (object, content) = target.object(known)?;
    let mut history =
        History { object: object.clone(), revisions: Vec::new(), omitted: 0, gaps: Vec::new(), unseen: Vec::new() };
    let Some(query) = changes::revision_list(&object) else {
        let kind = &object.api.kind;
        history.gaps.push(format!("a {kind} keeps no revisions; Deployments, StatefulSets and DaemonSets do"));
        return Ok(history);
    };
    let seen = seen_of(&[query], known);
    history.unseen.clone_from(&seen.unseen);
    let all = changes::revisions(content, &seen.items);
    let current = current(content, &all);
    for (index, revision) in all.iter().enumerate().rev().take(REVISIONS_MAX) {
        let before = index.checked_sub(1).and_then(|before| all.get(before));
        let is_current = current == Some(revision.number);
        let keeper = seen.items.iter().find(|one| crate::object::name(one) == revision.called);
        let cause = keeper.and_then(|one| at(one, "/metadata/annotations")?.get(CAUSE)?.as_str());
        history.revisions.push(RevisionRow {
            number: revision.number,
            name: shown::line(revision.called),
            at: revision.made,
            age: revision.made.map_or("<unknown>".to_owned(), |made| age::span(now.since_ms(made))),
            current: is_current,
            images: images(revision.template),
            what: before
                .map(|before| shown::line(&changes::differences(&object, before.template, revision.template)))
                .unwrap_or_default(),
            cause: cause.map(shown::line),
            undo: back(target, &object, revision.number).filter(|_| !is_current),
        });
    }
    history.omitted = all.len().saturating_sub(REVISIONS_MAX) as u64;
    if let Some(oldest) = all.first().filter(|oldest| oldest.number > 1) {
        history.gaps.push(format!("revisions of {object} before {} are gone (revisionHistoryLimit)", oldest.number));
    }
    Ok(history)
}

/// The number of the revision wanted now: as the object says, else the newest.
fn current(content: &Value, all: &[changes::Revision<'_>]) -> Option<i64> {
    let annotated = at(content, "/metadata/annotations")
        .and_then(|all| all.get("deployment.kubernetes.io/revision")?.as_str()?.parse().ok());
    let named = text(content, "/status/updateRevision");
    let by_name = || all.iter().find(|revision| revision.called == named).map(|revision| revision.number);
    annotated.or_else(by_name).or_else(|| all.last().map(|revision| revision.number))
}

fn images(template: &Value) -> Vec<String> {
    let containers = ["/spec/initContainers", "/spec/containers"].into_iter().flat_map(|list| items(template, list));
    containers.map(|container| shown::line(text(container, "/image"))).take(IMAGES_MAX).collect()
}

fn back(target: &Target, object: &ObjectRef, number: i64) -> Option<Operation> {
    let (kind, revision) = (object.api.resource().parse().ok()?, Some(number));
    let target = Target { kind, namespace: object.namespace.clone(), name: target.name.clone() };
    Some(Operation::RolloutUndo(rollout_undo::RolloutUndo { target, revision }))
}
