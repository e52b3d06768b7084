//! Revisions of workloads: what differs from one to the next, and when the next was made.
//!
//! A Deployment's are its ReplicaSets, a StatefulSet's and a DaemonSet's their ControllerRevisions. A revision is made
//! once and used again when a template comes back, so for a return the time is not recorded. Who rolled out is told by a
//! field manager that wrote the template at that moment. Limits: [`REVISIONS_MAX`] of the newest, [`FIELDS_MAX`] fields each.

use serde_json::{Value, json};

use super::{ChangeRow, ChangeSource, writers};
use crate::diff;
use crate::object::{ObjectRef, at, integer, items, name, text, uid};
use crate::redact;
use crate::time::Timestamp;

/// Most revisions compared.
const REVISIONS_MAX: usize = 20;
/// Most fields told of one revision.
const FIELDS_MAX: usize = 6;
/// Longest value shown, characters.
const VALUE_CHARS_MAX: usize = 120;
/// How far a writer's time may lie before the revision it caused, ms.
const CAUSED_WITHIN_MS: i64 = 5_000;

/// One revision of a workload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Revision<'a> {
    pub(crate) number: i64,
    pub(crate) made: Option<Timestamp>,
    pub(crate) called: &'a str,
    pub(crate) template: &'a Value,
}

/// The revisions of a workload among these ReplicaSets or ControllerRevisions, the oldest first.
pub(crate) fn revisions<'a>(content: &Value, listed: &[&'a Value]) -> Vec<Revision<'a>> {
    let own = listed.iter().copied().filter(|one| is_of(content, one));
    let mut all: Vec<_> = own.filter_map(|one| of_replica_set(one).or_else(|| of_controller_revision(one))).collect();
    all.sort_by_key(|revision| revision.number);
    all
}

/// The changes of a Deployment by its ReplicaSets, the latest revision first, and what they can't say.
pub(crate) fn of_deployment(
    object: &ObjectRef,
    content: &Value,
    sets: &[&Value],
    now: Timestamp,
) -> (Vec<ChangeRow>, Vec<String>) {
    let own = sets.iter().copied().filter(|set| is_of(content, set));
    rows(object, content, own.filter_map(of_replica_set).collect(), now)
}

fn of_replica_set(set: &Value) -> Option<Revision<'_>> {
    let said = at(set, "/metadata/annotations")?.get("deployment.kubernetes.io/revision")?.as_str()?;
    Some(Revision {
        number: said.parse().ok()?,
        made: made(set),
        called: name(set),
        template: at(set, "/spec/template")?,
    })
}

/// The changes of a StatefulSet or DaemonSet by its ControllerRevisions, and what they can't say.
pub(super) fn of_set(
    object: &ObjectRef,
    content: &Value,
    history: &[&Value],
    now: Timestamp,
) -> (Vec<ChangeRow>, Vec<String>) {
    let own = history.iter().copied().filter(|revision| is_of(content, revision));
    rows(object, content, own.filter_map(of_controller_revision).collect(), now)
}

fn of_controller_revision(revision: &Value) -> Option<Revision<'_>> {
    let (number, template) = (integer(revision, "/revision")?, at(revision, "/data/spec/template")?);
    Some(Revision { number, made: made(revision), called: name(revision), template })
}

fn made(object: &Value) -> Option<Timestamp> {
    text(object, "/metadata/creationTimestamp").parse().ok()
}

/// Whether a workload controls an object.
fn is_of(workload: &Value, object: &Value) -> bool {
    let own = uid(workload);
    items(object, "/metadata/ownerReferences").iter().any(|owner| !own.is_empty() && text(owner, "/uid") == own)
}

fn rows(
    object: &ObjectRef,
    content: &Value,
    mut revisions: Vec<Revision<'_>>,
    now: Timestamp,
) -> (Vec<ChangeRow>, Vec<String>) {
    revisions.sort_by_key(|revision| revision.number);
    let (mut gaps, mut rows) = (Vec::new(), Vec::new());
    let first = revisions.len().saturating_sub(REVISIONS_MAX);
    for pair in revisions[first..].windows(2).rev() {
        let [before, after] = pair else { continue };
        // A later number on an older revision: an earlier template came back.
        let returned = after.made < before.made;
        let fields = differences(object, before.template, after.template);
        let what = if returned {
            format!("revision {} is a return to an earlier template ({}): {fields}", after.number, after.called)
        } else {
            format!("revision {} ({}): {fields}", after.number, after.called)
        };
        let at = after.made.filter(|_| !returned);
        if returned {
            gaps.push(format!("when {object} returned to revision {} is not recorded", after.number));
        }
        let row = ChangeRow::new(ChangeSource::Rollout, at, &object.to_string(), &what, now);
        let writer = at.and_then(|at| writers::of_template(content, at, CAUSED_WITHIN_MS));
        rows.push(writer.map_or(row.clone(), |writer| row.by(writer)));
    }
    if let Some(oldest) = revisions.first().filter(|oldest| oldest.number > 1) {
        gaps.push(format!("revisions of {object} before {} are gone (revisionHistoryLimit)", oldest.number));
    }
    (rows, gaps)
}

/// What differs between two templates, in a line, masked.
pub(crate) fn differences(object: &ObjectRef, before: &Value, after: &Value) -> String {
    let whole = |template: &Value| {
        let mut template = template.clone();
        let labels = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut);
        labels.map(|labels| labels.remove("pod-template-hash"));
        json!({"spec": {"template": template}})
    };
    let changes = diff::changes(Some(&whole(before)), Some(&whole(after)), &[]);
    let changes = redact::changes(&object.api, &changes);
    let more = changes.len().saturating_sub(FIELDS_MAX);
    let told: Vec<_> = changes.iter().take(FIELDS_MAX).map(told).collect();
    match (told.is_empty(), more) {
        (true, _) => "the same template".to_owned(),
        (false, 0) => told.join("; "),
        (false, more) => format!("{}; and {more} more fields", told.join("; ")),
    }
}

fn told(change: &diff::FieldChange) -> String {
    let path = change.path.to_string();
    let path = path.strip_prefix("spec.template.spec.").or(path.strip_prefix("spec.template.")).unwrap_or(&path);
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{path}: {} → {}", brief(before), brief(after)),
        (None, Some(after)) => format!("{path}: added {}", brief(after)),
        (Some(before), None) => format!("{path}: removed {}", brief(before)),
        (None, None) => path.to_owned(),
    }
}

fn brief(value: &Value) -> String {
    let whole = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut brief: String = whole.chars().take(VALUE_CHARS_MAX).collect();
    if whole.chars().nth(VALUE_CHARS_MAX).is_some() {
        brief.push('…');
    }
    brief
}
