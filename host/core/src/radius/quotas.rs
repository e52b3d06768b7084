//! Quotas and limit ranges that will refuse what a change asks for: counted before and after, and said beforehand.
//!
//! A quota that refuses pods does not refuse their workload: the change goes through and pods stay missing, which nobody
//! sees until later. Units: thousandths, as quantities are compared. Not looked at: quotas with scopes, init containers,
//! surge of a roll, and what another step of the same plan uses up.

use std::collections::BTreeMap;

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, kinds, pod_spec};
use crate::object::{ApiType, ObjectRef, integer, items, name, text};
use crate::quantity::{self, milli};

/// Most refusals that are named.
const NAMED_MAX: usize = 20;
/// What a pod's containers can be made to say, as quotas call it.
const SHARES: [(&str, &str, &str); 4] = [
    ("requests.cpu", "requests", "cpu"),
    ("requests.memory", "requests", "memory"),
    ("limits.cpu", "limits", "cpu"),
    ("limits.memory", "limits", "memory"),
];

/// What something takes of a quota, by the quota's names.
type Taken = BTreeMap<String, i128>;

/// A made or changed object: what it takes beyond what it takes now.
pub(super) fn of(target: &ObjectRef, live: Option<&Value>, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    if target.namespace.is_none() || target.api.is("", "ResourceQuota") {
        return;
    }
    let before = live.map(|live| taken(target, live)).unwrap_or_default();
    let mut more = taken(target, after);
    for (resource, amount) in &mut more {
        *amount -= before.get(resource).copied().unwrap_or(0);
    }
    if live.is_none() {
        counted(target, after, &mut more);
    }
    more.retain(|_, amount| *amount > 0);
    let templates_differ = live.map(pod_spec::specs).unwrap_or_default() != pod_spec::specs(after);
    let has_pods = !pod_spec::specs(after).is_empty();
    // What is not said is looked at when it is written; more of the same is only counted.
    let new_templates = has_pods && templates_differ;
    if more.is_empty() && !new_templates {
        return;
    }
    let ranges = if new_templates { look.list(kinds::limit_ranges(), target.namespace.as_ref(), None) } else { &[] };
    let quotas = look.list(ApiType::quotas(), target.namespace.as_ref(), None);
    for quota in quotas.iter().filter(|quota| !is_scoped(quota)) {
        quota_refuses(quota, &more, reach);
        if new_templates {
            quota_wants_words(quota, after, ranges, reach);
        }
    }
    if new_templates {
        ranges.iter().for_each(|range| range_refuses(range, after, reach));
        sized_by(ranges, reach);
    }
    reach.refusals.truncate(NAMED_MAX);
}

/// Where a limit range fills in what containers leave unsaid, nothing is missing.
fn sized_by(ranges: &[Value], reach: &mut Reach) {
    let limits = ranges.iter().flat_map(|range| items(range, "/spec/limits"));
    if limits
        .filter(|limit| text(limit, "/type") == "Container")
        .any(|limit| limit.pointer("/default/memory").is_some())
    {
        reach.resources_missing.clear();
    }
}

fn is_scoped(quota: &Value) -> bool {
    !items(quota, "/spec/scopes").is_empty() || quota.pointer("/spec/scopeSelector").is_some()
}

/// What an object's pods, or its storage, take.
fn taken(target: &ObjectRef, object: &Value) -> Taken {
    let mut taken = Taken::new();
    let number = |pointer: &str| integer(object, pointer).unwrap_or(1).max(0);
    let pods = match (target.api.group.as_str(), target.api.kind.as_str()) {
        ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") => number("/spec/replicas"),
        ("batch", "Job") => number("/spec/parallelism"),
        ("", "Pod") => 1,
        ("", "PersistentVolumeClaim") => {
            let storage = quantity::amount(text(object, "/spec/resources/requests/storage")).unwrap_or(0);
            taken.insert("requests.storage".to_owned(), storage);
            return taken;
        }
        _ => return taken,
    };
    let Some(spec) = pod_spec::specs(object).into_iter().next() else { return taken };
    let pods = i128::from(pods);
    taken.insert("pods".to_owned(), pods * 1_000);
    for (resource, kind, unit) in SHARES {
        let share: i128 = items(spec, "/containers").iter().filter_map(|c| said(c, kind, unit)).sum();
        taken.insert(resource.to_owned(), pods * share);
    }
    taken
}

/// What a container says of a resource; a limit stands for a request that is not said.
fn said(container: &Value, kind: &str, unit: &str) -> Option<i128> {
    let at = |kind: &str| container.get("resources")?.get(kind)?.get(unit)?.as_str().and_then(quantity::amount);
    at(kind).or_else(|| if kind == "requests" { at("limits") } else { None })
}

/// A new object is counted by its kind.
fn counted(target: &ObjectRef, after: &Value, more: &mut Taken) {
    let api = &target.api;
    more.insert(format!("count/{}", api.resource()), 1_000);
    let plain = ["services", "configmaps", "secrets", "persistentvolumeclaims", "replicationcontrollers"];
    if api.group.is_empty() && plain.contains(&api.plural.as_str()) {
        more.insert(api.plural.clone(), 1_000);
    }
    if api.is("", "Service") {
        match text(after, "/spec/type") {
            "LoadBalancer" => drop(more.insert("services.loadbalancers".to_owned(), 1_000)),
            "NodePort" => drop(more.insert("services.nodeports".to_owned(), 1_000)),
            _ => {}
        }
    }
}

/// The resources a quota limits, by the one name each has here (`cpu` and `memory` are older names for the requests).
fn limited(quota: &Value) -> impl Iterator<Item = (&str, String, &str)> {
    let hard = quota.pointer("/spec/hard").and_then(Value::as_object).into_iter().flatten();
    hard.filter_map(|(resource, hard)| {
        let known = match resource.as_str() {
            "cpu" | "memory" => format!("requests.{resource}"),
            other => other.to_owned(),
        };
        Some((resource.as_str(), known, hard.as_str()?))
    })
}

fn called(object: &Value, kind: &str) -> String {
    format!("{kind} {}/{}", crate::object::namespace(object), name(object))
}

fn quota_refuses(quota: &Value, more: &Taken, reach: &mut Reach) {
    let who = called(quota, "ResourceQuota");
    for (resource, known, hard) in limited(quota) {
        let used =
            quota.pointer("/status/used").and_then(|used| used.get(resource)).and_then(Value::as_str).unwrap_or("0");
        let Some(wanted) = more.get(&known) else { continue };
        let (Some(limit), Some(now)) = (milli(hard), milli(used)) else { continue };
        if now + wanted > limit {
            let wanted = amount(&known, *wanted);
            refuse(format!("{who} allows {hard} {known}: {used} are used and {wanted} more are wanted"), reach);
            reach.touch(address(ApiType::quotas(), quota), Why::Selects);
        }
    }
}

/// A quota that counts what a container leaves unsaid refuses the pod.
fn quota_wants_words(quota: &Value, after: &Value, ranges: &[Value], reach: &mut Reach) {
    let who = called(quota, "ResourceQuota");
    for (_, known, _) in limited(quota) {
        if let Some(container) = unsaid(&known, after, ranges) {
            refuse(format!("{who} refuses pods that say no {known}, as container {container}"), reach);
            reach.touch(address(ApiType::quotas(), quota), Why::Selects);
        }
    }
}

/// A container that leaves unsaid what a quota counts and no limit range fills in.
fn unsaid<'a>(resource: &str, after: &'a Value, ranges: &[Value]) -> Option<&'a str> {
    let (_, kind, unit) = SHARES.iter().find(|(known, _, _)| *known == resource)?;
    let filled = |limit: &Value| {
        let default = |key: &str| limit.get(key).is_some_and(|default| default.get(unit).is_some());
        text(limit, "/type") == "Container"
            && (default("default") || (*kind == "requests" && default("defaultRequest")))
    };
    if ranges.iter().flat_map(|range| items(range, "/spec/limits")).any(filled) {
        return None;
    }
    let containers = pod_spec::specs(after).into_iter().flat_map(|spec| items(spec, "/containers"));
    containers
        .into_iter()
        .find(|container| said(container, kind, unit).is_none())
        .map(|container| text(container, "/name"))
}

fn range_refuses(range: &Value, after: &Value, reach: &mut Reach) {
    let who = called(range, "LimitRange");
    for limit in items(range, "/spec/limits").iter().filter(|limit| text(limit, "/type") == "Container") {
        for container in pod_spec::specs(after).into_iter().flat_map(|spec| items(spec, "/containers")) {
            for unit in ["cpu", "memory"] {
                let bound = |key: &str| limit.get(key).and_then(|bounds| bounds.get(unit)).and_then(Value::as_str);
                let container_name = text(container, "/name");
                let (most, least) = (bound("max"), bound("min"));
                let over = most.filter(|most| said(container, "limits", unit) > milli(most));
                let under = least
                    .filter(|least| said(container, "requests", unit).is_some_and(|asks| Some(asks) < milli(least)));
                if let Some(most) = over {
                    refuse(format!("{who} allows at most {most} {unit}, container {container_name} wants more"), reach);
                }
                if let Some(least) = under {
                    refuse(
                        format!("{who} asks for at least {least} {unit}, container {container_name} wants less"),
                        reach,
                    );
                }
            }
        }
    }
}

fn refuse(sentence: String, reach: &mut Reach) {
    if reach.refusals.len() < NAMED_MAX {
        reach.say(Weight::Loss, sentence.clone());
        reach.refusals.push(sentence);
    }
}

/// An amount as people write it.
fn amount(resource: &str, thousandths: i128) -> String {
    let whole = thousandths / 1_000;
    match () {
        () if resource.ends_with("memory") || resource.ends_with("storage") => {
            format!("{}Mi", (whole + (1 << 20) - 1) >> 20)
        }
        () if resource.ends_with("cpu") && thousandths % 1_000 != 0 => format!("{thousandths}m"),
        () => whole.to_string(),
    }
}
