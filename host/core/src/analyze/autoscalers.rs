//! Autoscalers that can't work: no metrics, no target; or that stand at their maximum and want more.
//!
//! All that fail because the metrics API itself is gone are one finding. A target scaled to zero is switched off on
//! purpose; a maximum that equals the minimum is meant. Conditions younger than [`SETTLING_MS`] pass.

use serde_json::{Value, json};

use super::draft::{Depth, Draft};
use super::fixes;
use super::inventory::Inventory;
use crate::object::{ApiType, ObjectRef, at, integer, items, namespace, text};
use crate::policy::Severity;
use crate::read::pod_status::condition;
use crate::read::reference;

/// How long a condition must have lasted.
const SETTLING_MS: i64 = 300_000;

/// The findings about autoscalers.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let all = inventory.items(&ApiType::autoscalers());
    let (mut drafts, mut blind): (Vec<Draft>, Option<Draft>) = (Vec::new(), None);
    for scaler in all {
        let Some(object) = reference(&ApiType::autoscalers(), scaler) else { continue };
        let Some(draft) = without_target(scaler, &object, inventory)
            .or_else(|| without_metrics(scaler, &object, inventory))
            .or_else(|| at_max(scaler, &object, inventory))
        else {
            continue;
        };
        if !is_api_gone(scaler) || draft.rule != "autoscaler/no-metrics" {
            drafts.push(draft);
        } else if let Some(first) = &mut blind {
            first.folded += 1;
            first.involved.push(object);
        } else {
            blind = Some(draft);
        }
    }
    drafts.extend(blind);
    drafts
}

/// A condition that is so since long.
fn lasting<'a>(scaler: &'a Value, kind: &str, status: &str, inventory: &Inventory<'_>) -> Option<&'a Value> {
    let found = condition(scaler, kind).filter(|condition| text(condition, "/status") == status)?;
    (inventory.ms_since(text(found, "/lastTransitionTime"))? > SETTLING_MS).then_some(found)
}

/// Whether the metrics API as such does not answer, whoever asks.
fn is_api_gone(scaler: &Value) -> bool {
    let message = condition(scaler, "ScalingActive").map(|active| text(active, "/message")).unwrap_or_default();
    ["could not find the requested resource", "unable to handle the request", "no matches for kind", "not registered"]
        .iter()
        .any(|mark| message.contains(mark))
}

fn target_of(scaler: &Value) -> String {
    format!("{} {}", text(scaler, "/spec/scaleTargetRef/kind"), text(scaler, "/spec/scaleTargetRef/name"))
}

fn without_target(scaler: &Value, object: &ObjectRef, inventory: &Inventory<'_>) -> Option<Draft> {
    let able = lasting(scaler, "AbleToScale", "False", inventory)?;
    if text(able, "/reason") != "FailedGetScale" {
        return None;
    }
    let mut draft = Draft::about("autoscaler/no-target", Depth::Root, object.clone(), Severity::Medium);
    let (kind, called) = (text(scaler, "/spec/scaleTargetRef/kind"), text(scaler, "/spec/scaleTargetRef/name"));
    let alike = inventory.workloads_in(namespace(scaler)).filter(|(api, _)| api.kind == kind);
    if let Some(meant) = fixes::slip(called, alike.map(|(_, workload)| crate::object::name(workload))) {
        draft.fix = fixes::replaced(object, &[("/spec/scaleTargetRef/name".to_owned(), json!(called), json!(meant))]);
    }
    Some(draft.shown_by(format!("{object} condition AbleToScale"), text(able, "/message")).says(
        format!("{object} scales nothing: its target {} can't be read", target_of(scaler)),
        "correct its target, or delete it if the workload is gone",
    ))
}

fn without_metrics(scaler: &Value, object: &ObjectRef, inventory: &Inventory<'_>) -> Option<Draft> {
    let active = lasting(scaler, "ScalingActive", "False", inventory)?;
    let (reason, message) = (text(active, "/reason"), text(active, "/message"));
    // ScalingDisabled: its target was scaled to zero.
    if !reason.starts_with("FailedGet") && !reason.starts_with("Invalid") && reason != "FailedComputeMetricsReplicas" {
        return None;
    }
    let advice = match () {
        () if is_api_gone(scaler) => {
            "the metrics API does not answer: check the metrics server or adapter and its APIService"
        }
        () if message.contains("missing request for") => "set a request for that resource: the share is counted of it",
        () if message.contains("no metrics returned") || message.contains("did not receive metrics") => {
            "no pod of its target reports metrics yet: check that they run and are ready, and the metrics server"
        }
        () => "the message says which metric can't be read",
    };
    let severity = Severity::Medium;
    let draft = Draft::about("autoscaler/no-metrics", Depth::Near, object.clone(), severity);
    let draft = target(scaler, inventory).into_iter().fold(draft, Draft::explaining);
    Some(
        draft
            .shown_by(format!("{object} condition ScalingActive"), format!("{reason}: {message}"))
            .says(format!("{object} does not scale {}: it can't read its metrics", target_of(scaler)), advice),
    )
}

/// The workload it scales, if it was seen.
fn target(scaler: &Value, inventory: &Inventory<'_>) -> Option<ObjectRef> {
    let (kind, called) = (text(scaler, "/spec/scaleTargetRef/kind"), text(scaler, "/spec/scaleTargetRef/name"));
    let (api, workload) = inventory.workload(kind, namespace(scaler), called)?;
    reference(api, workload)
}

fn at_max(scaler: &Value, object: &ObjectRef, inventory: &Inventory<'_>) -> Option<Draft> {
    let limited = lasting(scaler, "ScalingLimited", "True", inventory)?;
    let max = integer(scaler, "/spec/maxReplicas")?;
    let meant = integer(scaler, "/spec/minReplicas").unwrap_or(1) >= max;
    let current = integer(scaler, "/status/currentReplicas").unwrap_or_default();
    if text(limited, "/reason") != "TooManyReplicas" || meant || current < max {
        return None;
    }
    let over = over_target(scaler);
    let severity = if over.is_some() { Severity::Medium } else { Severity::Low };
    let load = over.map(|over| format!(", and {over}")).unwrap_or_default();
    let draft = Draft::about("autoscaler/at-max", Depth::Root, object.clone(), severity);
    Some(draft.shown_by(format!("{object} condition ScalingLimited"), text(limited, "/message")).says(
        format!("{object} stands at its maximum of {max} pods since {}{load}", text(limited, "/lastTransitionTime")),
        "raise its maximum if the cluster has room, or find out where the load comes from",
    ))
}

/// `cpu is at 140 % of requests, 80 % is wanted`, for the first metric that is over.
fn over_target(scaler: &Value) -> Option<String> {
    let current = items(scaler, "/status/currentMetrics").iter();
    current.filter(|metric| text(metric, "/type") == "Resource").find_map(|metric| {
        let named = text(metric, "/resource/name");
        let used = integer(metric, "/resource/current/averageUtilization")?;
        let wanted = items(scaler, "/spec/metrics")
            .iter()
            .filter(|wanted| text(wanted, "/resource/name") == named)
            .find_map(|wanted| at(wanted, "/resource/target/averageUtilization")?.as_i64())?;
        (used > wanted).then(|| format!("{named} is at {used} % of requests where {wanted} % is wanted"))
    })
}
