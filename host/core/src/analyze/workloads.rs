//! Workloads short of pods when nothing deeper explains it: pods refused by the API server, rollouts that don't go on,
//! workloads that have been unavailable for longer than [`UNSETTLED_MS`], wishes no controller has looked at.
//!
//! These come last in depth: an image, a crash or a quota that explains one of them takes it in. Whether a controller is
//! late follows from who changed the spec when, so the object itself is read for at most [`LAGGING_MAX`] of them.

use serde_json::Value;

use super::draft::{Depth, Draft, severity};
use super::inventory::{Inventory, Serving, serving, template_labels};
use super::{events, fixes, quota};
use crate::facts::FactQuery;
use crate::object::{ApiType, ObjectRef, integer, items, name, namespace, text};
use crate::policy::Severity;
use crate::read::pod_status::condition;
use crate::read::reference;

/// How long a workload may be short of pods before that is worth a word.
const UNSETTLED_MS: i64 = 60_000;

/// Most workloads read again because their controller seems late.
const LAGGING_MAX: usize = 5;
/// How long a controller may take to look at a change.
const LATE_MS: i64 = 60_000;

/// Workloads whose controller has not looked at the newest spec are read with who changed it when.
pub(super) fn needs(inventory: &Inventory<'_>) -> Vec<FactQuery> {
    let lagging = inventory.workloads.iter().filter(|(_, workload)| lags(workload));
    let objects = lagging.filter_map(|(api, workload)| reference(api, workload)).take(LAGGING_MAX);
    objects.map(|object| FactQuery::Object { object }).collect()
}

fn lags(workload: &Value) -> bool {
    integer(workload, "/status/observedGeneration") < integer(workload, "/metadata/generation")
}

/// StatefulSets and DaemonSets short of pods: their refusals stand in events only.
pub(super) fn silent<'i, 'a>(
    inventory: &'i Inventory<'a>,
) -> impl Iterator<Item = &'i (ApiType, &'a Value)> + use<'i, 'a> {
    inventory.workloads.iter().filter(|(api, workload)| {
        let created = |field| integer(workload, field).unwrap_or_default();
        match api.kind.as_str() {
            "StatefulSet" => created("/status/replicas") < integer(workload, "/spec/replicas").unwrap_or(1),
            "DaemonSet" => created("/status/currentNumberScheduled") < created("/status/desiredNumberScheduled"),
            _ => false,
        }
    })
}

/// The findings about workloads.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let mut drafts: Vec<_> = quota::refused(inventory)
        .into_iter()
        .filter(|refused| quota::quota_named(refused.message).is_none())
        .filter_map(|refused| pods_refused(&refused, inventory))
        .collect();
    drafts.extend(silent(inventory).filter_map(|(api, workload)| refused_by_event(api, workload, inventory)));
    for (api, workload) in &inventory.workloads {
        drafts.extend(short_of_pods(api, workload, inventory).or_else(|| unobserved(api, workload, inventory)));
    }
    drafts
}

/// A spec that nobody has acted upon since long: then the controller itself is the trouble.
fn unobserved(api: &ApiType, workload: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    if !lags(workload) {
        return None;
    }
    let object = reference(api, workload)?;
    let fresh = inventory.known.object(&object).filter(|fresh| lags(fresh))?;
    let written = items(fresh, "/metadata/managedFields").iter().filter(|entry| text(entry, "/subresource").is_empty());
    let newest = written.max_by_key(|entry| text(entry, "/time"))?;
    let (when, who) = (text(newest, "/time"), text(newest, "/manager"));
    (inventory.ms_since(when)? > LATE_MS).then_some(())?;
    let generations = format!(
        "generation {}, observed {}",
        integer(fresh, "/metadata/generation").unwrap_or_default(),
        integer(fresh, "/status/observedGeneration").unwrap_or_default()
    );
    let sentence = format!("{object} was changed at {when} by {who}, and its controller has not looked at it since");
    let draft = draft("workload/not-observed", Depth::Root, object.clone(), workload, inventory);
    Some(
        draft
            .shown_by(format!("{object} metadata"), generations)
            .says(sentence, "look at kube-controller-manager: it is down, without its lease, or far behind"),
    )
}

fn refused_by_event(api: &ApiType, workload: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    let event = events::newest(&[workload], inventory, &["FailedCreate"])?;
    let message = text(event, "/message");
    // Then the quota is the finding.
    if quota::quota_named(message).is_some() {
        return None;
    }
    let object = reference(api, workload)?;
    Some(refusal(object, workload, events::source(event), message, inventory))
}

fn draft(rule: &'static str, depth: Depth, object: ObjectRef, workload: &Value, inventory: &Inventory<'_>) -> Draft {
    let serving = serving(&object.api, workload);
    let severity = severity(serving, namespace(workload), template_labels(workload), inventory);
    let explains = vec![object.clone()];
    let lost = (serving.wanted - serving.ready).max(0);
    Draft { explains, lost, ..Draft::about(rule, depth, object, severity) }
}

fn pods_refused(refused: &quota::Refused<'_>, inventory: &Inventory<'_>) -> Option<Draft> {
    let source = format!("ReplicaSet {}/{} condition ReplicaFailure", namespace(refused.set), name(refused.set));
    Some(refusal(refused.root.object.clone(), refused.root.content?, source, refused.message, inventory))
}

fn refusal(object: ObjectRef, workload: &Value, source: String, message: &str, inventory: &Inventory<'_>) -> Draft {
    let advice = match () {
        () if message.contains("violates PodSecurity") => {
            "change the pod's securityContext as the message says, or the namespace's level"
        }
        () if message.contains("serviceaccount") || message.contains("service account") => {
            "create the service account named here"
        }
        () if quota::webhook_named(message).is_some() => "the webhook named here does not answer: look at its Service",
        () if message.contains("admission webhook") => "the webhook named here refuses the pods; its own words say why",
        () if message.contains("limit") => "correct requests and limits to what the namespace's LimitRange allows",
        () => "the API server's own words say why it refuses the pods",
    };
    // A webhook that nobody answers is a finding of its own, of which this follows.
    let depth = if quota::webhook_named(message).is_some() { Depth::Far } else { Depth::Root };
    let sentence = format!("The API server refuses new pods of {object}: {message}");
    draft("workload/pods-refused", depth, object, workload, inventory).shown_by(source, message).says(sentence, advice)
}

fn short_of_pods(api: &ApiType, workload: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    let Serving { wanted, ready } = serving(api, workload);
    if api.is("apps", "Deployment") {
        return deployment(api, workload, inventory);
    }
    if ready >= wanted {
        return None;
    }
    let object = reference(api, workload)?;
    // The controller has not looked at the newest wish yet, or it was made only now.
    let settled = integer(workload, "/status/observedGeneration") >= integer(workload, "/metadata/generation")
        && inventory.ms_since(text(workload, "/metadata/creationTimestamp")).is_some_and(|ms| ms > UNSETTLED_MS);
    if !settled || moving(workload, inventory) {
        return None;
    }
    let sentence = format!("{object} has {ready} of {wanted} pods ready");
    let evidence = format!("{ready} ready of {wanted} wanted");
    let source = format!("{object} status");
    let draft = draft("workload/unavailable", Depth::Far, object, workload, inventory);
    Some(draft.shown_by(source, evidence).says(sentence, ADVICE))
}

const ADVICE: &str = "look at its pods and events: `describe` and `logs` show what keeps them";

/// Whether pods of a workload without conditions changed just now: then it is on its way, not stuck.
fn moving(workload: &Value, inventory: &Inventory<'_>) -> bool {
    let waiting = inventory.owned(workload).filter(|pod| !crate::read::pod_status::has_condition(pod, "Ready"));
    waiting.into_iter().any(|pod| {
        let since = condition(pod, "Ready")
            .map_or(text(pod, "/metadata/creationTimestamp"), |ready| text(ready, "/lastTransitionTime"));
        inventory.ms_since(since).is_none_or(|ms| ms < UNSETTLED_MS)
    })
}

fn deployment(api: &ApiType, workload: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    let failed = |kind| condition(workload, kind).filter(|condition| text(condition, "/status") == "False");
    let Serving { wanted, ready } = serving(api, workload);
    let object = || reference(api, workload);
    if let Some(progress) = failed("Progressing").filter(|c| text(c, "/reason") == "ProgressDeadlineExceeded") {
        let object = object()?;
        let sentence = format!("The rollout of {object} does not go on: {ready} of {wanted} pods are available");
        let source = format!("{object} condition Progressing");
        let undo = fixes::rollout_undo(&object, workload, inventory);
        let mut draft = draft("workload/rollout-stuck", Depth::Far, object, workload, inventory);
        draft = draft.shown_by(source, text(progress, "/message"));
        let Some((fix, number)) = undo else { return Some(draft.says(sentence, ADVICE)) };
        draft.fix = Some(fix);
        return Some(
            draft.says(sentence, format!("go back to revision {number}, whose pods still serve; or {ADVICE}")),
        );
    }
    let unavailable = failed("Available")?;
    let long = inventory.ms_since(text(unavailable, "/lastTransitionTime"))? > UNSETTLED_MS;
    if !long || wanted == 0 {
        return None;
    }
    let object = object()?;
    let sentence = format!("{object} is not available: {ready} of {wanted} pods serve");
    let source = format!("{object} condition Available");
    let mut draft = draft("workload/unavailable", Depth::Far, object, workload, inventory);
    draft.severity = draft.severity.max(Severity::Medium);
    Some(draft.shown_by(source, text(unavailable, "/message")).says(sentence, ADVICE))
}
