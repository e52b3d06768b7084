//! What stands around pods and workloads: Services, routes, autoscalers, budgets, NetworkPolicies, nodes, and what their
//! spec refers to.

use serde_json::Value;

use super::look::Look;
use super::refers;
use super::{Relation, around};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, name, text};
use crate::read::selector;

/// Looks around a pod or a workload; others are left alone.
pub(super) fn explore(object: &ObjectRef, content: &Value, owners: &[ObjectRef], pods: &[&Value], look: &mut Look<'_>) {
    let (Some(template), Some(place)) = (refers::template(&object.api, content), object.namespace.as_ref()) else {
        return;
    };
    let labels = at(template, "/metadata/labels").and_then(Value::as_object);
    let services = look.list(&ApiType::services(), Some(place), None);
    let selects = |service: &&Value| selector::of(service).is_some_and(|map| selector::matches(map, labels));
    let services: Vec<&Value> = services.iter().filter(selects).collect();
    for service in &services {
        look.add(Relation::Service, &ApiType::services(), service);
    }
    let names: Vec<&str> = services.iter().map(|service| name(service)).collect();
    around::routes_to(&names, place, look);
    for (relation, api, pointer) in [
        (Relation::Budget, ApiType::budgets(), "/spec/selector"),
        (Relation::NetworkPolicy, ApiType::network_policies(), "/spec/podSelector"),
    ] {
        let all = look.list(&api, Some(place), None);
        let picks = |one: &&Value| {
            let map = at(one, pointer).and_then(Value::as_object);
            map.is_some_and(|map| is_empty(map) || selector::matches(map, labels))
        };
        all.iter().filter(picks).for_each(|one| look.add(relation, &api, one));
    }
    autoscalers(object, owners, place, look);
    for referred in refers::of(template, place) {
        match referred.api.kind.as_str() {
            "ConfigMap" | "Secret" => look.named_only(Relation::RefersTo, referred),
            "PersistentVolumeClaim" => look.named(Relation::Storage, referred),
            _ => look.named(Relation::RefersTo, referred),
        }
    }
    let own = object.api.is("", "Pod").then_some(content);
    nodes(own.into_iter().chain(pods.iter().copied()), look);
}

/// A selector without a word in it, which picks everything here.
fn is_empty(selector: &serde_json::Map<String, Value>) -> bool {
    selector.values().all(|part| {
        part.as_object().is_some_and(serde_json::Map::is_empty) || part.as_array().is_some_and(Vec::is_empty)
    })
}

fn autoscalers(object: &ObjectRef, owners: &[ObjectRef], place: &Namespace, look: &mut Look<'_>) {
    let all = look.list(&ApiType::autoscalers(), Some(place), None);
    let scales = |hpa: &&Value| {
        let (kind, called) = (text(hpa, "/spec/scaleTargetRef/kind"), text(hpa, "/spec/scaleTargetRef/name"));
        owners.iter().chain([object]).any(|one| one.api.kind == kind && one.name.as_str() == called)
    };
    all.iter().filter(scales).for_each(|hpa| look.add(Relation::Autoscaler, &ApiType::autoscalers(), hpa));
}

fn nodes<'p>(pods: impl Iterator<Item = &'p Value>, look: &mut Look<'_>) {
    let mut names: Vec<&str> = pods.map(|pod| text(pod, "/spec/nodeName")).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names.into_iter().filter_map(|name| ObjectName::parse(name).ok()) {
        look.named(Relation::Node, ObjectRef { api: ApiType::nodes(), namespace: None, name });
    }
}
