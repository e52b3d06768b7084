//! A deleted object as it can be made again: its image without what a server or controller made for the old one.

use serde_json::{Map, Value};

use crate::fingerprint::SERVER_MADE;
use crate::object::{ObjectRef, items, text};

/// Annotations that bind to what is gone.
const BOUND_ANNOTATIONS: &[&str] = &[
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.daemonset.template.generation",
    "kubernetes.io/service-account.uid",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.kubernetes.io/selected-node",
];
/// Labels a job's controller writes onto the job and its pods.
const JOB_LABELS: &[&str] =
    &["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];

/// The body to create, and what to know about it.
pub(super) fn body(target: &ObjectRef, before: &Value) -> (Value, Vec<String>) {
    let mut body = before.clone();
    let mut notes = vec!["it gets a new UID".to_owned()];
    drop_keys(&mut body, "", &["status"]);
    drop_keys(&mut body, "/metadata", SERVER_MADE);
    drop_keys(&mut body, "/metadata/annotations", BOUND_ANNOTATIONS);
    if let Some(finalizers) = body.pointer_mut("/metadata/finalizers").and_then(Value::as_array_mut) {
        finalizers.retain(|finalizer| !matches!(finalizer.as_str(), Some("foregroundDeletion" | "orphan")));
    }
    for empty in ["finalizers", "annotations"] {
        let gone = body.pointer(&format!("/metadata/{empty}")).is_some_and(is_empty);
        drop_keys(&mut body, "/metadata", if gone { std::slice::from_ref(&empty) } else { &[] });
    }
    if let [owner, ..] = items(before, "/metadata/ownerReferences") {
        let (kind, name) = (text(owner, "/kind"), text(owner, "/name"));
        notes.push(format!(
            "it belongs to {kind} {name}; if that is gone too, the garbage collector takes it away again"
        ));
    }
    match (target.api.group.as_str(), target.api.kind.as_str()) {
        ("", "Service") => service(&mut body, &mut notes),
        ("batch", "Job") => job(&mut body, &mut notes),
        ("", "PersistentVolumeClaim") => {
            drop_keys(&mut body, "/spec", &["volumeName"]);
            notes.push("the claim gets a new volume; the data of the old one is not in it".to_owned());
        }
        ("", "PersistentVolume") => drop_keys(&mut body, "/spec/claimRef", &["uid", "resourceVersion"]),
        ("", "Pod") => {
            drop_keys(&mut body, "/spec", &["nodeName", "ephemeralContainers"]);
            notes.push("it may be placed on another node and starts from the beginning".to_owned());
        }
        ("", "Namespace") => drop_keys(&mut body, "/spec", &["finalizers"]),
        ("apps", _) => notes.push("its pods are made anew".to_owned()),
        _ => {}
    }
    (body, notes)
}

fn drop_keys(object: &mut Value, pointer: &str, keys: &[&str]) {
    if let Some(map) = object.pointer_mut(pointer).and_then(Value::as_object_mut) {
        map.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

fn service(body: &mut Value, notes: &mut Vec<String>) {
    // "None" is a wish (headless), an address was given by the server.
    if text(body, "/spec/clusterIP") != "None" {
        drop_keys(body, "/spec", &["clusterIP", "clusterIPs"]);
        notes.push("the Service gets a new cluster address and new node ports".to_owned());
    }
    drop_keys(body, "/spec", &["healthCheckNodePort"]);
    for port in body.pointer_mut("/spec/ports").and_then(Value::as_array_mut).into_iter().flatten() {
        drop_keys(port, "", &["nodePort"]);
    }
}

fn job(body: &mut Value, notes: &mut Vec<String>) {
    if body.pointer("/spec/manualSelector").and_then(Value::as_bool) != Some(true) {
        drop_keys(body, "/spec", &["selector"]);
        drop_keys(body, "/metadata/labels", JOB_LABELS);
        drop_keys(body, "/spec/template/metadata/labels", JOB_LABELS);
    }
    notes.push("the job runs once more from the beginning".to_owned());
}
