//! Objects of the kinds a diagnosis looks at, as an API server would return them, each to be bent by a test.

use kubechat_core::object::ApiType;
use serde_json::{Value, json};

use crate::cluster::{BEFORE, deployment, pod, service};
use crate::faults::RECENT;

/// What a cluster with the Gateway API serves.
pub(crate) fn http_routes() -> ApiType {
    ApiType {
        group: "gateway.networking.k8s.io".to_owned(),
        version: "v1".to_owned(),
        kind: "HTTPRoute".to_owned(),
        plural: "httproutes".to_owned(),
        namespaced: true,
    }
}

/// An object of a kind, in `shop` unless it is cluster-wide, old enough for anything.
pub(crate) fn object(version: &str, kind: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": version, "kind": kind,
        "metadata": {"name": name, "uid": format!("uid-{kind}-{name}"), "creationTimestamp": BEFORE, "generation": 1}});
    if !matches!(kind, "Node" | "StorageClass" | "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration") {
        object["metadata"]["namespace"] = json!("shop");
    }
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

pub(crate) fn condition(kind: &str, status: &str, reason: &str, since: &str) -> Value {
    json!({"type": kind, "status": status, "reason": reason, "message": format!("{reason} it is"), "lastTransitionTime": since})
}

pub(crate) fn node(name: &str, conditions: &[Value], unschedulable: bool) -> Value {
    object(
        "v1",
        "Node",
        name,
        json!({"spec": {"unschedulable": unschedulable},
        "status": {"allocatable": {"cpu": "8", "memory": "32Gi"}, "conditions": conditions}}),
    )
}

pub(crate) fn well(name: &str) -> Value {
    node(
        name,
        &[condition("Ready", "True", "KubeletReady", BEFORE), condition("MemoryPressure", "False", "", BEFORE)],
        false,
    )
}

pub(crate) fn claim(name: &str, class: Option<&str>, phase: &str, since: &str) -> Value {
    let mut claim = object(
        "v1",
        "PersistentVolumeClaim",
        name,
        json!({"spec": {"volumeName": if phase == "Lost" { "pv-7" } else { "" }}, "status": {"phase": phase}}),
    );
    if let Some(class) = class {
        claim["spec"]["storageClassName"] = json!(class);
    }
    claim["metadata"]["creationTimestamp"] = json!(since);
    claim
}

pub(crate) fn class(name: &str, mode: &str, is_default: bool) -> Value {
    let mut class =
        object("storage.k8s.io/v1", "StorageClass", name, json!({"volumeBindingMode": mode, "provisioner": "x"}));
    class["metadata"]["annotations"] = json!({"storageclass.kubernetes.io/is-default-class": is_default.to_string()});
    class
}

pub(crate) fn scaler(conditions: &[Value], current: i64) -> Value {
    object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "web",
        json!({
        "spec": {"minReplicas": 1, "maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}]},
        "status": {"currentReplicas": current, "conditions": conditions,
            "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 140, "averageValue": "1"}}}]}}),
    )
}

pub(crate) fn ingress(name: &str, service: &str, port: Value) -> Value {
    object(
        "networking.k8s.io/v1",
        "Ingress",
        name,
        json!({"spec": {"rules": [{"host": "shop.example", "http": {"paths": [
        {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": service, "port": port}}}]}}]}}),
    )
}

pub(crate) fn route(service: &str, port: i64) -> Value {
    object(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        "web",
        json!({"spec": {"rules": [{"backendRefs": [
        {"name": service, "port": port}, {"group": "x.example", "kind": "Bucket", "name": "assets"}, {"name": "off", "port": 1, "weight": 0}]}]}}),
    )
}

pub(crate) fn budget(desired: i64, expected: i64, healthy: i64, allowed: i64) -> Value {
    object(
        "policy/v1",
        "PodDisruptionBudget",
        "web",
        json!({"spec": {"minAvailable": desired, "selector": {"matchLabels": {"app": "web"}}},
        "status": {"observedGeneration": 1, "expectedPods": expected, "desiredHealthy": desired, "currentHealthy": healthy, "disruptionsAllowed": allowed}}),
    )
}

pub(crate) fn policy(selector: Value) -> Value {
    object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "guard",
        json!({"spec": {"podSelector": selector, "policyTypes": ["Ingress"]}}),
    )
}

pub(crate) fn webhook(service: &str, failure: &str) -> Value {
    object(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "checker",
        json!({"webhooks": [
        {"name": "check.shop.example", "failurePolicy": failure, "clientConfig": {"service": {"namespace": "shop", "name": service}},
            "rules": [{"resources": ["pods", "deployments"]}]},
        {"name": "far.shop.example", "failurePolicy": "Fail", "clientConfig": {"url": "https://elsewhere.example"}, "rules": []}]}),
    )
}

pub(crate) fn cron(schedule: &str, last: Option<&str>, suspend: bool) -> Value {
    let mut cron = object(
        "batch/v1",
        "CronJob",
        "report",
        json!({"spec": {"schedule": schedule, "suspend": suspend}, "status": {}}),
    );
    cron["metadata"]["creationTimestamp"] = json!("2026-11-01T00:00:00Z");
    if let Some(last) = last {
        cron["status"]["lastScheduleTime"] = json!(last);
    }
    cron
}

/// A Job that ended so, of a CronJob or of its own.
pub(crate) fn job(name: &str, ended: Value, made: &str, of_cron: bool) -> Value {
    let mut job = object(
        "batch/v1",
        "Job",
        name,
        json!({"spec": {"backoffLimit": 6, "activeDeadlineSeconds": 60},
        "status": {"failed": 7, "conditions": [ended]}}),
    );
    job["metadata"]["creationTimestamp"] = json!(made);
    if of_cron {
        job["metadata"]["ownerReferences"] = json!([{"apiVersion": "batch/v1", "kind": "CronJob", "name": "report", "uid": "uid-CronJob-report", "controller": true}]);
    }
    job
}

pub(crate) fn failed(reason: &str, since: &str) -> Value {
    condition("Failed", "True", reason, since)
}

pub(crate) fn complete() -> Value {
    condition("Complete", "True", "CompletionsReached", RECENT)
}

/// A TLS Secret with a certificate valid from 2026-11-23T04:26:26Z to 2027-02-21T04:26:26Z, unless another is given.
pub(crate) fn tls(name: &str, certificate: &str) -> Value {
    object(
        "v1",
        "Secret",
        name,
        json!({"type": "kubernetes.io/tls", "data": {"tls.crt": certificate, "tls.key": "bm8ta2V5LWhlcmU="}}),
    )
}

/// A certificate with these two times in the place where X.509 keeps them, and nothing else of use.
pub(crate) fn certificate(from: &str, until: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let element = |tag: u8, content: &[u8]| {
        let mut out = vec![tag, u8::try_from(content.len()).unwrap()];
        out.extend(content);
        out
    };
    let validity = element(0x30, &[element(0x17, from.as_bytes()), element(0x17, until.as_bytes())].concat());
    let nothing = || element(0x30, &[]);
    let body = [element(0xa0, &element(2, &[2])), element(2, &[1]), nothing(), nothing(), validity, nothing()].concat();
    let whole = element(0x30, &element(0x30, &body));
    STANDARD.encode(format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(whole)))
}

pub(crate) fn event(kind: &str, name: &str, uid: &str, reason: &str, message: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": format!("{name}.1"), "namespace": "shop"}, "type": "Warning",
        "reason": reason, "message": message, "involvedObject": {"kind": kind, "name": name, "namespace": "shop", "uid": uid}, "lastTimestamp": RECENT})
}

/// `web` with two pods behind a Service, all well.
pub(crate) fn web() -> Vec<Value> {
    [deployment("shop", "web", 2), service("shop", "web", "web", 2)].concat()
}

/// A pod of its own that no node takes.
pub(crate) fn unschedulable(message: &str, claims: &[&str]) -> Value {
    let mut pod = pod("shop", "db", "db", None);
    pod["spec"].as_object_mut().unwrap().remove("nodeName");
    pod["spec"]["volumes"] =
        claims.iter().map(|claim| json!({"name": "v", "persistentVolumeClaim": {"claimName": claim}})).collect();
    pod["status"] = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": message, "lastTransitionTime": BEFORE}]});
    pod
}
