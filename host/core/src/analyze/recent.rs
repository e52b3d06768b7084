//! What changed lately about what is broken, from facts that are there anyway: the first question is always "since when?".
//!
//! A finding about a Deployment that was rolled out within [`LATELY_MS`] says so, with what differed; the first
//! [`TOLD_MAX`] findings do. A diagnosis of one object carries the newest [`SHOWN_MAX`] changes of it. The whole story is the
//! read `changes`.

use super::draft::Draft;
use super::inventory::Inventory;
use super::scope::Look;
use crate::object::{ApiType, ObjectRef};
use crate::read::changes::{ChangeRow, known, of_deployment};

/// How long ago a rollout may be to be told beside a finding.
const LATELY_MS: i64 = 24 * 3_600_000;
/// Most findings that tell of a rollout.
const TOLD_MAX: usize = 10;
/// Most changes shown with the diagnosis of one object.
const SHOWN_MAX: usize = 5;

/// Adds the last rollout to the evidence of the first findings.
pub(super) fn tell(drafts: &mut [Draft], inventory: &Inventory<'_>) {
    for draft in drafts.iter_mut().take(TOLD_MAX) {
        let deployment = draft.explains.iter().chain([&draft.object]).find(|object| is_deployment(object)).cloned();
        let Some(row) = deployment.and_then(|object| last_rollout(&object, inventory)) else { continue };
        let by = row.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
        let at = row.at.map(|at| at.to_string()).unwrap_or_default();
        draft.evidence.push((format!("{} rollout", row.object), format!("at {at}{by}: {}", row.what)));
    }
}

fn is_deployment(object: &ObjectRef) -> bool {
    object.api.is("apps", "Deployment")
}

fn last_rollout(object: &ObjectRef, inventory: &Inventory<'_>) -> Option<ChangeRow> {
    let place = object.namespace.as_ref()?;
    let (_, content) = inventory.workload("Deployment", place.as_str(), object.name.as_str())?;
    let (rows, _) = of_deployment(object, content, &inventory.history(content), inventory.now());
    let lately = |row: &ChangeRow| row.at.is_some_and(|at| inventory.now().since_ms(at) < LATELY_MS);
    rows.into_iter().next().filter(lately)
}

/// The newest changes of the object asked about.
pub(super) fn of_target<'a>(look: &Look<'a>, inventory: &Inventory<'a>) -> Vec<ChangeRow> {
    let Some((object, content)) = look.target() else { return Vec::new() };
    let mut rows = known(object, content, inventory.now());
    let root = inventory.root(content).filter(|root| root.object.api != ApiType::pods());
    let (deployment, own) = match root.as_ref().and_then(|root| Some((&root.object, root.content?))) {
        Some((object, content)) => (object.clone(), content),
        None => (object.clone(), content),
    };
    if is_deployment(&deployment) {
        rows.extend(of_deployment(&deployment, own, &inventory.history(own), inventory.now()).0);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    rows.truncate(SHOWN_MAX);
    rows
}
