//! What other kinds stand in relation to: what they select, lead to, scale, hold, carry, and who uses them.

use serde_json::Value;

use super::look::Look;
use super::{Relation, chain, refers};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, items, name, text};
use crate::read::selector;

const HTTP_ROUTES: &str = "httproutes.gateway.networking.k8s.io";

/// Looks around an object that is no pod or workload.
pub(super) fn explore(object: &ObjectRef, content: &Value, look: &mut Look<'_>) {
    match (object.api.group.as_str(), object.api.kind.as_str()) {
        ("", "Node") => {
            let pods = look.pods_on(&object.name);
            pods.iter().for_each(|pod| look.add(Relation::Runs, &ApiType::pods(), pod));
        }
        ("", "Namespace") => holds(&object.name, look),
        ("", "PersistentVolume") => volume(content, look),
        _ => {}
    }
    let Some(place) = object.namespace.as_ref() else { return };
    match (object.api.group.as_str(), object.api.kind.as_str()) {
        ("", "Service") => {
            selected(content, "/spec/selector", false, place, look);
            routes_to(&[object.name.as_str()], place, look);
        }
        ("policy", "PodDisruptionBudget") => selected(content, "/spec/selector", true, place, look),
        ("networking.k8s.io", "NetworkPolicy") => selected(content, "/spec/podSelector", true, place, look),
        ("networking.k8s.io", "Ingress") | ("gateway.networking.k8s.io", "HTTPRoute") => route(content, place, look),
        ("autoscaling", "HorizontalPodAutoscaler") => scaled(content, place, look),
        ("", "PersistentVolumeClaim") => claim(object, content, place, look),
        ("", "ConfigMap" | "Secret" | "ServiceAccount") => users(object, place, look),
        _ => {}
    }
}

/// The pods an object picks.
fn selected(content: &Value, pointer: &str, empty_is_all: bool, place: &Namespace, look: &mut Look<'_>) {
    let Some(map) = at(content, pointer).and_then(Value::as_object) else { return };
    let text = Some(selector::text(map)).filter(|text| !text.is_empty());
    if text.is_none() && !empty_is_all {
        return;
    }
    let pods = look.list(&ApiType::pods(), Some(place), text);
    pods.iter().for_each(|pod| look.add(Relation::Selects, &ApiType::pods(), pod));
}

/// The routes that lead to one of these Services.
pub(super) fn routes_to(services: &[&str], place: &Namespace, look: &mut Look<'_>) {
    if services.is_empty() {
        return;
    }
    let leads = |route: &&Value| backends(route).any(|service| services.contains(&service));
    let ingresses = look.list(&ApiType::ingresses(), Some(place), None);
    ingresses.iter().filter(leads).for_each(|one| look.add(Relation::Route, &ApiType::ingresses(), one));
    if let Some(api) = look.served(HTTP_ROUTES).cloned() {
        let routes = look.list(&api, Some(place), None);
        routes.iter().filter(leads).for_each(|one| look.add(Relation::Route, &api, one));
    }
}

/// The Services an Ingress or HTTPRoute leads to, in its own namespace.
fn backends(route: &Value) -> impl Iterator<Item = &str> {
    let rules = || items(route, "/spec/rules").iter();
    let paths = rules().flat_map(|rule| items(rule, "/http/paths")).filter_map(|path| at(path, "/backend"));
    let of_ingress = paths.chain(at(route, "/spec/defaultBackend")).map(|backend| text(backend, "/service/name"));
    let here =
        |backend: &&Value| matches!(text(backend, "/kind"), "" | "Service") && text(backend, "/namespace").is_empty();
    let refs = rules().flat_map(|rule| items(rule, "/backendRefs")).filter(here);
    of_ingress.chain(refs.map(|backend| text(backend, "/name"))).filter(|name| !name.is_empty())
}

fn named(api: ApiType, place: &Namespace, name: &str) -> Option<ObjectRef> {
    Some(ObjectRef { api, namespace: Some(place.clone()), name: ObjectName::parse(name).ok()? })
}

fn route(content: &Value, place: &Namespace, look: &mut Look<'_>) {
    for service in backends(content).filter_map(|name| named(ApiType::services(), place, name)) {
        look.named(Relation::Target, service);
    }
    let secrets = items(content, "/spec/tls").iter().map(|tls| text(tls, "/secretName"));
    for secret in secrets.filter_map(|name| named(ApiType::secrets(), place, name)) {
        look.named_only(Relation::RefersTo, secret);
    }
}

fn scaled(content: &Value, place: &Namespace, look: &mut Look<'_>) {
    let Some(said) = at(content, "/spec/scaleTargetRef") else { return };
    let (version, kind) = (text(said, "/apiVersion"), text(said, "/kind"));
    let api = match chain::known_type(version, kind) {
        Some(api) => Some(api),
        None => {
            let group = version.split_once('/').map_or(String::new(), |(group, _)| format!(".{group}"));
            look.served(&format!("{kind}{group}")).cloned()
        }
    };
    if let Some(target) = api.and_then(|api| named(api, place, text(said, "/name"))) {
        look.named(Relation::Target, target);
    }
}

fn claim(object: &ObjectRef, content: &Value, place: &Namespace, look: &mut Look<'_>) {
    let api =
        |kind: &str, plural: &str| ApiType { kind: kind.to_owned(), plural: plural.to_owned(), ..ApiType::nodes() };
    let volume = ObjectName::parse(text(content, "/spec/volumeName")).ok();
    if let Some(name) = volume {
        let api = api("PersistentVolume", "persistentvolumes");
        look.named(Relation::Storage, ObjectRef { api, namespace: None, name });
    }
    if let Ok(name) = ObjectName::parse(text(content, "/spec/storageClassName")) {
        look.named(Relation::Storage, ObjectRef { api: ApiType::storage_classes(), namespace: None, name });
    }
    users(object, place, look);
}

fn volume(content: &Value, look: &mut Look<'_>) {
    let (place, claim) = (text(content, "/spec/claimRef/namespace"), text(content, "/spec/claimRef/name"));
    let claim = Namespace::parse(place).ok().and_then(|place| named(ApiType::claims(), &place, claim));
    if let Some(claim) = claim {
        look.named(Relation::Storage, claim);
    }
    if let Ok(name) = ObjectName::parse(text(content, "/spec/storageClassName")) {
        look.named(Relation::Storage, ObjectRef { api: ApiType::storage_classes(), namespace: None, name });
    }
}

/// The workloads and bare pods whose spec names it; for a Secret, Ingresses too.
fn users(object: &ObjectRef, place: &Namespace, look: &mut Look<'_>) {
    let types = [
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::cron_jobs(),
        ApiType::jobs(),
        ApiType::pods(),
    ];
    for api in types {
        let all = look.list(&api, Some(place), None);
        // What a workload owns says the same as the workload; but claims are made for each pod of a StatefulSet.
        let alone = |one: &&Value| {
            !matches!(api.kind.as_str(), "Pod" | "Job")
                || object.api.is("", "PersistentVolumeClaim")
                || items(one, "/metadata/ownerReferences").is_empty()
        };
        let uses =
            |one: &&Value| refers::template(&api, one).is_some_and(|spec| refers::of(spec, place).contains(object));
        all.iter().filter(alone).filter(uses).for_each(|one| look.add(Relation::UsedBy, &api, one));
    }
    if object.api.is("", "Secret") {
        let all = look.list(&ApiType::ingresses(), Some(place), None);
        let uses =
            |one: &&Value| items(one, "/spec/tls").iter().any(|tls| text(tls, "/secretName") == object.name.as_str());
        all.iter().filter(uses).for_each(|one| look.add(Relation::UsedBy, &ApiType::ingresses(), one));
    }
}

/// What lives in a namespace: its workloads and Services.
fn holds(namespace: &ObjectName, look: &mut Look<'_>) {
    let Ok(place) = Namespace::parse(namespace.as_str()) else { return };
    for api in [
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::cron_jobs(),
        ApiType::services(),
        ApiType::claims(),
    ] {
        let all = look.list(&api, Some(&place), None);
        all.iter().filter(|one| !name(one).is_empty()).for_each(|one| look.add(Relation::Holds, &api, one));
    }
}
