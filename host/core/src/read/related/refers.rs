//! What a pod's spec refers to by name: ConfigMaps, Secrets, claims, its service account.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, items, text};

/// `v1` service accounts.
pub(super) fn service_accounts() -> ApiType {
    let (kind, plural) = ("ServiceAccount".to_owned(), "serviceaccounts".to_owned());
    ApiType { kind, plural, ..ApiType::config_maps() }
}

/// A pod's template in an object that has one; a pod is its own.
pub(super) fn template<'a>(api: &ApiType, content: &'a Value) -> Option<&'a Value> {
    if api.is("", "Pod") {
        return Some(content);
    }
    let pointers = ["/spec/template", "/spec/jobTemplate/spec/template"];
    pointers
        .iter()
        .find_map(|pointer| content.pointer(pointer).filter(|found| found.pointer("/spec/containers").is_some()))
}

/// What it refers to, in a stable order.
pub(super) fn of(template: &Value, place: &Namespace) -> BTreeSet<ObjectRef> {
    let mut found = BTreeSet::new();
    let mut add = |api: ApiType, name: &str| {
        if let Ok(name) = ObjectName::parse(name) {
            found.insert(ObjectRef { api, namespace: Some(place.clone()), name });
        }
    };
    let spec = |list: &str| items(template, &format!("/spec/{list}"));
    let containers = ["initContainers", "containers"].into_iter().flat_map(spec);
    for container in containers {
        for source in items(container, "/envFrom") {
            add(ApiType::config_maps(), text(source, "/configMapRef/name"));
            add(ApiType::secrets(), text(source, "/secretRef/name"));
        }
        for variable in items(container, "/env") {
            add(ApiType::config_maps(), text(variable, "/valueFrom/configMapKeyRef/name"));
            add(ApiType::secrets(), text(variable, "/valueFrom/secretKeyRef/name"));
        }
    }
    for volume in spec("volumes") {
        add(ApiType::claims(), text(volume, "/persistentVolumeClaim/claimName"));
        add(ApiType::secrets(), text(volume, "/secret/secretName"));
        add(ApiType::config_maps(), text(volume, "/configMap/name"));
        for source in items(volume, "/projected/sources") {
            add(ApiType::config_maps(), text(source, "/configMap/name"));
            add(ApiType::secrets(), text(source, "/secret/name"));
        }
    }
    for secret in spec("imagePullSecrets") {
        add(ApiType::secrets(), text(secret, "/name"));
    }
    add(service_accounts(), text(template, "/spec/serviceAccountName"));
    found
}
