//! Fingerprints: a digest of just the live values a step touches, so that only a change of those makes a plan stale.
//!
//! The root path (deletion) means the whole object without status and server-made metadata. An absent value has a
//! fingerprint of its own: a field that appears is a change. Pure.

use serde_json::{Value, json};

use crate::canonical::{CanonicalError, to_bytes_lossless};
use crate::digest::Digest;
use crate::field::FieldPath;

/// Metadata the server makes or others keep house in; never bound, never diffed.
pub const SERVER_MADE: &[&str] = &[
    "managedFields",
    "resourceVersion",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "selfLink",
];

/// Annotations that controllers rewrite by themselves.
pub const CONTROLLER_ANNOTATIONS: &[&str] = &[
    "autoscaling.alpha.kubernetes.io/conditions",
    "autoscaling.alpha.kubernetes.io/current-metrics",
    "control-plane.alpha.kubernetes.io/leader",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deprecated.daemonset.template.generation",
    "endpoints.kubernetes.io/last-change-trigger-time",
    "kubectl.kubernetes.io/last-applied-configuration",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
];

/// The object as far as people and plans care: without status, server-made metadata and controller annotations.
pub fn normalise(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        map.remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in SERVER_MADE {
            metadata.remove(*field);
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            for annotation in CONTROLLER_ANNOTATIONS {
                annotations.remove(*annotation);
            }
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
    }
    object
}

/// Fingerprint of the touched values of a live object; `None` when it does not exist.
pub fn fingerprint(object: Option<&Value>, touches: &[FieldPath]) -> Result<Digest, CanonicalError> {
    let Some(object) = object else { return Ok(Digest::of("kubechat/fingerprint/v1", b"absent")) };
    let object = normalise(object);
    let mut values: Vec<Value> = touches
        .iter()
        .map(|path| match path.get(&object) {
            Some(value) => json!({"path": path.to_string(), "value": value}),
            None => json!({"path": path.to_string()}),
        })
        .collect();
    values.sort_by_key(|value| value["path"].to_string());
    Ok(Digest::of("kubechat/fingerprint/v1", &to_bytes_lossless(&Value::Array(values))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web() -> Value {
        json!({"metadata": {"name": "web", "resourceVersion": "1", "annotations": {"deployment.kubernetes.io/revision": "1"}},
            "spec": {"replicas": 3, "paused": false}, "status": {"readyReplicas": 3}})
    }

    #[test]
    fn status_and_server_made_fields_do_not_change_it() {
        let mut busy = web();
        busy["status"]["readyReplicas"] = json!(1);
        busy["metadata"]["resourceVersion"] = json!("2");
        busy["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("2");
        for touches in [vec![FieldPath::root()], vec![FieldPath::of(&["spec", "replicas"])]] {
            assert_eq!(fingerprint(Some(&web()), &touches), fingerprint(Some(&busy), &touches));
        }
    }

    #[test]
    fn only_touched_fields_change_it() {
        let touches = vec![FieldPath::of(&["spec", "replicas"])];
        let (mut paused, mut scaled) = (web(), web());
        paused["spec"]["paused"] = json!(true);
        scaled["spec"]["replicas"] = json!(4);
        assert_eq!(fingerprint(Some(&web()), &touches), fingerprint(Some(&paused), &touches));
        assert_ne!(fingerprint(Some(&web()), &touches), fingerprint(Some(&scaled), &touches));
    }

    #[test]
    fn absent_null_and_gone_are_three_things() {
        let touches = vec![FieldPath::of(&["spec", "replicas"])];
        let (mut null, mut absent) = (web(), web());
        null["spec"]["replicas"] = Value::Null;
        absent["spec"].as_object_mut().unwrap().remove("replicas");
        let all =
            [fingerprint(Some(&null), &touches), fingerprint(Some(&absent), &touches), fingerprint(None, &touches)];
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
    }
}
