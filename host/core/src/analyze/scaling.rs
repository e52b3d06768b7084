//! What a diagnosis costs grows with the cluster, not with its square. Counted, not timed: fields read and selectors
//! compared are the same on every machine.

use serde_json::{Value, json};

use super::{Diagnose, Findings, answer, needs};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::limits::FACT_ROUNDS_MAX;
use crate::object::{text, work::READ};
use crate::read::selector::work::COMPARED;
use crate::time::Timestamp;

const BEFORE: &str = "2026-11-23T10:00:00Z";
const NOW: &str = "2026-11-23T12:00:00Z";

struct Cost {
    fields: u64,
    comparisons: u64,
    found: Findings,
}

fn object(version: &str, kind: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "shop",
        "uid": format!("{kind}-{name}"), "creationTimestamp": BEFORE, "generation": 1}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

/// One application: a Deployment of five pods with what usually stands around it, all in one namespace.
fn application(name: &str, broken: bool) -> Vec<Value> {
    let labels = json!({"app": name, "team": "shop"});
    let ready = if broken { "False" } else { "True" };
    let conditions = |kind: &str| json!({"type": kind, "status": ready, "lastTransitionTime": BEFORE, "message": "x"});
    let template =
        json!({"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "r/app:1"}]}});
    let mut all = vec![
        object(
            "apps/v1",
            "Deployment",
            name,
            json!({"spec": {"replicas": 5, "selector": {"matchLabels": {"app": name}}, "template": template},
            "status": {"observedGeneration": 1, "availableReplicas": if broken { 0 } else { 5 }, "conditions": [conditions("Available")]}}),
        ),
        object(
            "v1",
            "Service",
            name,
            json!({"spec": {"selector": {"app": if broken { format!("{name}x") } else { name.to_owned() }, "team": "shop"},
            "ports": [{"port": 80}]}}),
        ),
        object(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            name,
            json!({"endpoints": if broken { json!([]) } else { json!([{}]) }}),
        ),
        object(
            "networking.k8s.io/v1",
            "Ingress",
            name,
            json!({"spec": {"rules": [{"http": {"paths": [{"backend": {"service": {"name": name, "port": {"number": 80}}}}]}}]}}),
        ),
        object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            name,
            json!({"spec": {"podSelector": {"matchLabels": {"app": name, "team": "shop"}}}}),
        ),
        object(
            "policy/v1",
            "PodDisruptionBudget",
            name,
            json!({"spec": {"selector": {"matchLabels": {"app": name}}},
            "status": {"observedGeneration": 1, "expectedPods": 5, "currentHealthy": 5, "desiredHealthy": 5}}),
        ),
        object(
            "v1",
            "PersistentVolumeClaim",
            name,
            json!({"spec": {"storageClassName": "gone"}, "status": {"phase": if broken { "Pending" } else { "Bound" }}}),
        ),
        object(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            name,
            json!({"spec": {"maxReplicas": 9, "scaleTargetRef": {"kind": "Deployment", "name": name}},
            "status": {"conditions": [{"type": "ScalingActive", "status": ready, "reason": "FailedGetResourceMetric", "lastTransitionTime": BEFORE}]}}),
        ),
        object(
            "batch/v1",
            "CronJob",
            name,
            json!({"spec": {"schedule": "0 0 1 1 *"}, "status": {"lastScheduleTime": NOW}}),
        ),
    ];
    all[2]["metadata"]["labels"] = json!({"kubernetes.io/service-name": name});
    let mut set = object(
        "apps/v1",
        "ReplicaSet",
        name,
        json!({"spec": {"replicas": 5, "template": template}, "status": {"replicas": 5}}),
    );
    set["metadata"]["ownerReferences"] =
        json!([{"kind": "Deployment", "name": name, "uid": format!("Deployment-{name}"), "controller": true}]);
    all.push(set);
    for i in 0..5 {
        let waiting = json!({"waiting": {"reason": "CrashLoopBackOff"}});
        let state = if broken { waiting } else { json!({"running": {}}) };
        let mut pod = object(
            "v1",
            "Pod",
            &format!("{name}-{i}"),
            json!({
            "spec": {"containers": [{"name": "app", "image": "r/app:1"}], "nodeName": "node-1", "volumes": [{"persistentVolumeClaim": {"claimName": name}}]},
            "status": {"phase": "Running", "conditions": [conditions("Ready")],
                "containerStatuses": [{"name": "app", "ready": !broken, "restartCount": i32::from(broken) * 9, "state": state,
                    "lastState": {"terminated": {"exitCode": 137, "reason": if i == 0 { "OOMKilled" } else { "Error" }, "finishedAt": BEFORE}}}]}}),
        );
        pod["metadata"]["labels"] = labels.clone();
        pod["metadata"]["ownerReferences"] =
            json!([{"kind": "ReplicaSet", "name": name, "uid": format!("ReplicaSet-{name}"), "controller": true}]);
        all.push(pod);
    }
    all
}

fn diagnosed(applications: usize, broken: bool) -> Cost {
    let objects: Vec<_> = (0..applications).flat_map(|i| application(&format!("app-{i:05}"), broken)).collect();
    let mut known = Snapshot::new(NOW.parse::<Timestamp>().unwrap());
    let whole = Diagnose { namespace: None, fallback: None, target: None };
    let list = |api: &crate::object::ApiType| {
        let items =
            objects.iter().filter(|o| text(o, "/kind") == api.kind && text(o, "/apiVersion") == api.api_version());
        Fact::List { items: items.cloned().collect(), truncated: false }
    };
    for _ in 0..FACT_ROUNDS_MAX {
        for query in needs(&whole, &known).unwrap() {
            let fact = match &query {
                FactQuery::List { api, .. } => list(api),
                FactQuery::Outline { .. } => Fact::List { items: Vec::new(), truncated: false },
                FactQuery::Kind { .. } | FactQuery::NamespacedTypes => Fact::Types { types: Vec::new() },
                _ => Fact::Failed { reason: "nothing there".to_owned() },
            };
            known.insert(query, fact);
        }
    }
    READ.set(0);
    COMPARED.set(0);
    assert!(needs(&whole, &known).unwrap().is_empty());
    let found = answer(&whole, &known).unwrap();
    Cost { fields: READ.get(), comparisons: COMPARED.get(), found }
}

#[test]
fn four_times_the_cluster_costs_four_times_the_work_healthy_or_broken() {
    for broken in [false, true] {
        let (small, large) = (diagnosed(100, broken), diagnosed(400, broken));
        assert!(!small.found.findings.is_empty(), "budgets at least");
        let limit = |small: u64| small * 4 + small / 5 + 100;
        assert!(large.fields <= limit(small.fields), "{broken}: {} fields, then {}", small.fields, large.fields);
        let (few, many) = (small.comparisons, large.comparisons);
        assert!(many <= limit(few), "{broken}: {few} comparisons, then {many}");
    }
}

#[test]
fn a_healthy_pod_is_looked_at_a_few_times_and_compared_with_few_selectors() {
    let cost = diagnosed(1_000, false);
    let pods = 5_000;
    assert!(cost.fields / pods <= 60, "{} fields a pod", cost.fields / pods);
    assert!(cost.comparisons / pods <= 2, "{} comparisons a pod", cost.comparisons / pods);
}
