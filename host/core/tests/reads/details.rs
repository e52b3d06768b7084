//! What a finding says beyond its rule: names that were meant, use of memory, images of old revisions, what is folded.

use kubechat_core::operation::Operation;
use kubechat_core::policy::Severity;
use serde_json::json;

use crate::cluster::{BEFORE, deployment, edit};
use crate::faults;
use crate::kinds::{findings, secrets};
use crate::objects::{failed, job, object, scaler};
use crate::table;

#[test]
fn a_missing_key_names_the_one_that_was_meant() {
    let (_, objects, _) = secrets().into_iter().find(|(what, ..)| *what == "a Secret without the key").unwrap();
    assert!(findings(objects)[0].advice.starts_with("key uri exists: perhaps that was meant"));
}

#[test]
fn a_missing_config_map_names_the_one_that_was_meant() {
    let mut objects = faults::crash_loop(1);
    edit(&mut objects, "Pod", "checkout", |pod| {
        pod["spec"]["containers"][0]["envFrom"] = json!([{"configMapRef": {"name": "shop-confg"}}]);
        pod["status"]["containerStatuses"][0]["state"] = json!({"waiting": {"reason": "CreateContainerConfigError", "message": "configmap \"shop-confg\" not found"}});
    });
    objects.push(object("v1", "ConfigMap", "shop-config", json!({"data": {"a": "b"}})));
    let found = findings(objects);
    assert_eq!((found.len(), found[0].rule.as_str()), (1, "config/missing"), "{found:#?}");
    assert!(found[0].advice.starts_with("ConfigMap shop-config exists"), "{}", found[0].advice);
}

#[test]
fn memory_that_ran_out_is_told_with_limit_and_use() {
    let mut objects = deployment("shop", "web", 2);
    edit(&mut objects, "Pod", "web-6d4-0", |pod| faults::crash(pod, 137, "OOMKilled"));
    objects.push(json!({"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "metadata": {"name": "web-6d4-1", "namespace": "shop"},
        "containers": [{"name": "web", "usage": {"cpu": "5m", "memory": "126976Ki"}}]}));
    let found = findings(objects);
    assert!(found[0].sentence.contains("its limit of 128Mi; container web uses 124Mi"), "{}", found[0].sentence);
    assert!(found[0].evidence.iter().any(|evidence| evidence.source == "PodMetrics shop/web-6d4-1"));
}

#[test]
fn a_stateful_set_goes_back_to_the_image_of_its_revision_before() {
    let bad = "registry.example/shop/db:2.0.0-missing";
    let mut objects = table::owned("StatefulSet", 0);
    objects[0]["spec"]["template"]["spec"]["containers"][0]["image"] = json!(bad);
    edit(&mut objects, "Pod", "db-", |pod| faults::pull_failure(pod, bad));
    for (number, image) in [(1, "registry.example/shop/db:1.0.0"), (2, "registry.example/shop/db:1.1.0"), (3, bad)] {
        let mut revision = object(
            "apps/v1",
            "ControllerRevision",
            &format!("db-{number}"),
            json!({"revision": number,
            "data": {"spec": {"template": {"spec": {"containers": [{"name": "db", "image": image}]}}}}}),
        );
        revision["metadata"]["ownerReferences"] =
            json!([{"kind": "StatefulSet", "name": "db", "uid": "uid-db", "controller": true}]);
        objects.push(revision);
    }
    let found = findings(objects);
    let Some(Operation::SetImage(fix)) = &found[0].fix else { panic!("{found:#?}") };
    assert_eq!(fix.image, "registry.example/shop/db:1.1.0");
    assert!(found[0].evidence.iter().any(|e| e.source == "ControllerRevision shop/db-2 (revision 2)"));
}

#[test]
fn autoscalers_blind_for_the_same_reason_are_one_finding() {
    let message = "unable to get metrics for resource cpu: the server could not find the requested resource (get pods.metrics.k8s.io)";
    let scalers = (0..5).map(|i| {
        let mut scaler = scaler(
            &[json!({"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric",
            "message": message, "lastTransitionTime": BEFORE})],
            2,
        );
        scaler["metadata"]["name"] = json!(format!("web-{i}"));
        scaler
    });
    let found = findings(scalers.collect());
    assert_eq!((found.len(), found[0].folded), (1, 4), "{found:#?}");
}

#[test]
fn a_job_that_failed_long_ago_is_only_noted() {
    let found = findings(vec![job("migrate", failed("BackoffLimitExceeded", "2026-11-01T00:00:00Z"), BEFORE, false)]);
    assert_eq!(found[0].severity, Severity::Low);
}
