//! Services and the ready endpoints each keeps.

use std::collections::HashSet;

use serde_json::Value;

use super::look::Look;
use super::selector::{picks_by_map, text as selector_text};
use super::{Reach, Weight, Why, address, count, dependents, routes};
use crate::names::Namespace;
use crate::object::{ApiType, ObjectRef, at, items, name, text, uid};
use crate::policy::facts::ServiceReach;

/// Most Services asked for by name in one list of endpoints; beyond it the namespace's endpoints are listed.
const NAMED_SERVICES_MAX: usize = 40;
const SERVICE_NAME: &str = "kubernetes.io/service-name";

/// Pods of ours that leave or roll, as Services see them.
pub(super) struct Leaving<'a> {
    pub(super) namespace: Option<&'a Namespace>,
    /// Their label sets.
    pub(super) labels: &'a [&'a Value],
    /// Their labels afterwards; absent when they go.
    pub(super) labels_after: Option<&'a Value>,
    pub(super) pods: &'a [&'a Value],
    /// How many of them stay ready at the lowest point.
    pub(super) keep: u64,
}

/// The Services that lose ready endpoints.
pub(super) fn lose(leaving: &Leaving<'_>, look: &mut Look<'_>, reach: &mut Reach) {
    let all = look.list(ApiType::services(), leaving.namespace, None);
    let picks = |service: &Value, labels: &Value| picks_by_map(service.pointer("/spec/selector"), Some(labels));
    let ours: Vec<&Value> = all.iter().filter(|s| leaving.labels.iter().any(|labels| picks(s, labels))).collect();
    let slices = slices(leaving.namespace, &ours, look);
    let mut lost = Vec::new();
    if slices.is_empty() {
        ours.iter().for_each(|service| reach.touch(address(ApiType::services(), service), Why::Selects));
        return;
    }
    let pods: HashSet<&str> = leaving.pods.iter().map(|pod| uid(pod)).collect();
    for service in ours {
        let ready = ready_endpoints(slices, name(service));
        let mine = ready.iter().filter(|id| pods.contains(**id)).count() as u64;
        let stays = leaving.labels_after.is_some_and(|labels| picks(service, labels));
        let before = ready.len() as u64;
        let after = before - mine + if stays || leaving.labels_after.is_none() { mine.min(leaving.keep) } else { 0 };
        reach.touch(address(ApiType::services(), service), Why::Selects);
        tell(service, before, after, reach);
        if before > 0 && after == 0 {
            lost.push(name(service));
        }
    }
    silent(leaving.namespace, &lost, look, reach);
}

/// Services nobody answers for any more: what leads to them, and what the cluster asks of them.
fn silent(at: Option<&Namespace>, services: &[&str], look: &mut Look<'_>, reach: &mut Reach) {
    if !services.is_empty() {
        routes::without(at, services, look, reach);
        dependents::without(at, services, look, reach);
    }
}

/// The Services that pods with these labels will answer for.
pub(super) fn gain(at: Option<&Namespace>, labels: Option<&Value>, look: &mut Look<'_>, reach: &mut Reach) {
    for service in look.list(ApiType::services(), at, None) {
        if picks_by_map(service.pointer("/spec/selector"), labels) {
            reach.touch(address(ApiType::services(), service), Why::Selects);
        }
    }
}

/// A Service that goes: nothing answers under its name.
pub(super) fn removed(target: &ObjectRef, service: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let slices = slices(target.namespace.as_ref(), &[service], look);
    tell(service, ready_endpoints(slices, name(service)).len() as u64, 0, reach);
    silent(target.namespace.as_ref(), &[name(service)], look, reach);
}

/// All Services of a namespace that goes.
pub(super) fn all_removed(namespace: Option<&Namespace>, look: &mut Look<'_>, reach: &mut Reach) {
    let services = look.list(ApiType::services(), namespace, None);
    let slices = look.list(ApiType::endpoint_slices(), namespace, None);
    for service in services {
        tell(service, ready_endpoints(slices, name(service)).len() as u64, 0, reach);
    }
    // Routes inside go as well; what the cluster asks of it stays.
    let names: Vec<&str> = services.iter().map(name).collect();
    routes::from_elsewhere(namespace, &names, look, reach);
    dependents::without(namespace, &names, look, reach);
}

/// A Service that is pointed at other pods.
pub(super) fn reselect(target: &ObjectRef, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let namespace = target.namespace.as_ref();
    let slices = slices(namespace, &[after], look);
    let picked = after.pointer("/spec/selector").and_then(selector_text);
    let pods = picked.map_or(&[][..], |picked| look.list(ApiType::pods(), namespace, Some(picked)));
    let ready = pods.iter().filter(|pod| is_ready(pod)).count() as u64;
    let before = ready_endpoints(slices, name(after)).len() as u64;
    tell(after, before, ready, reach);
    if before > 0 && ready == 0 {
        silent(namespace, &[name(after)], look, reach);
    }
}

fn tell(service: &Value, before: u64, after: u64, reach: &mut Reach) {
    if after >= before {
        return;
    }
    let name = format!("{}/{}", crate::object::namespace(service), name(service));
    match after {
        0 => reach.say(Weight::Outage, format!("Service {name} loses all of its {}", count(before, "ready endpoint"))),
        _ => reach.say(Weight::Change, format!("Service {name} keeps {after} of {}", count(before, "ready endpoint"))),
    }
    reach.services.push(ServiceReach { name, ready_before: before, ready_after: after });
}

fn slices<'a>(namespace: Option<&Namespace>, services: &[&Value], look: &mut Look<'a>) -> &'a [Value] {
    let mut names: Vec<&str> = services.iter().map(|service| name(service)).collect();
    names.sort_unstable();
    if names.is_empty() {
        return &[];
    }
    let by_name = (names.len() <= NAMED_SERVICES_MAX).then(|| format!("{SERVICE_NAME} in ({})", names.join(",")));
    look.list(ApiType::endpoint_slices(), namespace, by_name)
}

/// Who answers for a Service, once each: pods by UID, others by address.
fn ready_endpoints<'a>(slices: &'a [Value], service: &str) -> HashSet<&'a str> {
    let of = |slice: &&Value| {
        slice.pointer("/metadata/labels").and_then(|l| l.get(SERVICE_NAME)).and_then(Value::as_str) == Some(service)
    };
    let endpoints = slices.iter().filter(of).flat_map(|slice| items(slice, "/endpoints"));
    // An absent condition means ready, says the API.
    let ready = |endpoint: &&Value| at(endpoint, "/conditions/ready").and_then(Value::as_bool) != Some(false);
    let id = |endpoint: &'a Value| match text(endpoint, "/targetRef/uid") {
        "" => text(endpoint, "/addresses/0"),
        uid => uid,
    };
    endpoints.filter(ready).map(id).filter(|id| !id.is_empty()).collect()
}

/// Whether a pod's Ready condition holds.
pub(super) fn is_ready(pod: &Value) -> bool {
    let ready = |c: &Value| text(c, "/type") == "Ready" && text(c, "/status") == "True";
    items(pod, "/status/conditions").iter().any(ready)
}
