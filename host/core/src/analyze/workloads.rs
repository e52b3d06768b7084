//! Workloads short of pods when nothing deeper explains it: pods refused by the API server, rollouts that don't go on,
//! workloads that have been unavailable for longer than [`UNSETTLED_MS`].
//!
//! These come last in depth: an image, a crash or a quota that explains one of them takes it in.

use serde_json::Value;

use super::draft::{Depth, Draft, severity};
use super::inventory::{Inventory, Serving, serving, template_labels};
use super::quota;
use crate::object::{ApiType, ObjectRef, integer, name, namespace, text};
use crate::policy::Severity;
use crate::read::pod_status::condition;
use crate::read::reference;

/// How long a workload may be short of pods before that is worth a word.
const UNSETTLED_MS: i64 = 60_000;

/// The findings about workloads.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let mut drafts: Vec<_> = quota::refused(inventory)
        .into_iter()
        .filter(|refused| quota::quota_named(refused.message).is_none())
        .filter_map(|refused| pods_refused(&refused, inventory))
        .collect();
    drafts.extend(inventory.workloads.iter().filter_map(|(api, workload)| short_of_pods(api, workload, inventory)));
    drafts
}

fn draft(rule: &'static str, depth: Depth, object: ObjectRef, workload: &Value, inventory: &Inventory<'_>) -> Draft {
    let serving = serving(&object.api, workload);
    let severity = severity(serving, namespace(workload), template_labels(workload), inventory);
    let explains = vec![object.clone()];
    let lost = (serving.wanted - serving.ready).max(0);
    Draft { explains, lost, ..Draft::about(rule, depth, object, severity) }
}

fn pods_refused(refused: &quota::Refused<'_>, inventory: &Inventory<'_>) -> Option<Draft> {
    let object = refused.root.object.clone();
    let message = refused.message;
    let advice = match () {
        () if message.contains("violates PodSecurity") => {
            "change the pod's securityContext as the message says, or the namespace's level"
        }
        () if message.contains("serviceaccount") || message.contains("service account") => {
            "create the service account named here"
        }
        () if message.contains("admission webhook") => "the webhook named here refuses the pods; its own words say why",
        () if message.contains("limit") => "correct requests and limits to what the namespace's LimitRange allows",
        () => "the API server's own words say why it refuses the pods",
    };
    let sentence = format!("The API server refuses new pods of {object}: {message}");
    let source = format!("ReplicaSet {}/{} condition ReplicaFailure", namespace(refused.set), name(refused.set));
    let draft = draft("workload/pods-refused", Depth::Root, object, refused.root.content?, inventory);
    Some(draft.shown_by(source, message).says(sentence, advice))
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
    let uid = text(workload, "/metadata/uid");
    let own = inventory.pods_in(namespace(workload)).iter().filter(|pod| {
        super::inventory::controller(pod).is_some_and(|owner| !uid.is_empty() && text(owner, "/uid") == uid)
    });
    own.filter(|pod| !crate::read::pod_status::has_condition(pod, "Ready")).any(|pod| {
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
        let draft = draft("workload/rollout-stuck", Depth::Far, object, workload, inventory);
        return Some(draft.shown_by(source, text(progress, "/message")).says(sentence, ADVICE));
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
