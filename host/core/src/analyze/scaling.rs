//! What a diagnosis costs grows with the cluster, not with its square. Counted, not timed: fields read and selectors
//! compared are the same on every machine.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Diagnose, Findings, answer, needs};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::kept::{KeptList, Shapes};
use crate::limits::{FACT_ROUNDS_MAX, LIST_ITEMS_MAX};
use crate::object::{ApiType, text, work::READ};
use crate::read::selector::work::COMPARED;
use crate::time::Timestamp;

const BEFORE: &str = "2026-11-23T10:00:00Z";
const NOW: &str = "2026-11-23T12:00:00Z";

struct Cost {
    fields: u64,
    comparisons: u64,
    found: Findings,
    /// Of pods kept in memory: how many, how much that takes, and how many were made into objects.
    kept: (usize, usize, usize),
}

fn object(version: &str, kind: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "shop",
        "uid": format!("{kind}-{name}"), "creationTimestamp": BEFORE, "generation": 1}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

/// One application: a Deployment of five pods with what usually stands around it, all in one namespace.
fn application(name: &str, broken: bool) -> Vec<Value> {
    [workload(name, broken), around(name, broken), (0..5).map(|i| pod(name, i, broken)).collect()].concat()
}

fn labels(name: &str) -> Value {
    json!({"app": name, "team": "shop"})
}

fn condition(kind: &str, broken: bool) -> Value {
    let status = if broken { "False" } else { "True" };
    json!({"type": kind, "status": status, "reason": "FailedGetResourceMetric", "message": "x", "lastTransitionTime": BEFORE})
}

fn owned(mut object: Value, kind: &str, name: &str) -> Value {
    let uid = format!("{kind}-{name}");
    object["metadata"]["ownerReferences"] = json!([{"kind": kind, "name": name, "uid": uid, "controller": true}]);
    object
}

fn workload(name: &str, broken: bool) -> Vec<Value> {
    let container = json!({"name": "app", "image": "r/app:1"});
    let template = json!({"metadata": {"labels": labels(name)}, "spec": {"containers": [container]}});
    let available = if broken { 0 } else { 5 };
    let status = json!({"observedGeneration": 1, "availableReplicas": available, "conditions": [condition("Available", broken)]});
    let spec = json!({"replicas": 5, "selector": {"matchLabels": {"app": name}}, "template": template});
    let set = object("apps/v1", "ReplicaSet", name, json!({"spec": spec, "status": {"replicas": 5}}));
    let deployment = object("apps/v1", "Deployment", name, json!({"spec": spec, "status": status}));
    vec![deployment, owned(set, "Deployment", name)]
}

fn around(name: &str, broken: bool) -> Vec<Value> {
    let selected = if broken { format!("{name}x") } else { name.to_owned() };
    let endpoints = if broken { json!([]) } else { json!([{}]) };
    let mut slice = object("discovery.k8s.io/v1", "EndpointSlice", name, json!({"endpoints": endpoints}));
    slice["metadata"]["labels"] = json!({"kubernetes.io/service-name": name});
    let phase = if broken { "Pending" } else { "Bound" };
    let backend = json!({"service": {"name": name, "port": {"number": 80}}});
    let budget = json!({"observedGeneration": 1, "expectedPods": 5, "currentHealthy": 5, "desiredHealthy": 5});
    let own = |version: &str, kind: &str, rest: Value| object(version, kind, name, rest);
    vec![
        slice,
        own("v1", "Service", json!({"spec": {"selector": labels(&selected), "ports": [{"port": 80}]}})),
        own(
            "networking.k8s.io/v1",
            "Ingress",
            json!({"spec": {"rules": [{"http": {"paths": [{"backend": backend}]}}]}}),
        ),
        own("networking.k8s.io/v1", "NetworkPolicy", json!({"spec": {"podSelector": {"matchLabels": labels(name)}}})),
        own(
            "policy/v1",
            "PodDisruptionBudget",
            json!({"spec": {"selector": {"matchLabels": {"app": name}}}, "status": budget}),
        ),
        own("v1", "PersistentVolumeClaim", json!({"spec": {"storageClassName": "gone"}, "status": {"phase": phase}})),
        own(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            json!({
            "spec": {"maxReplicas": 9, "scaleTargetRef": {"kind": "Deployment", "name": name}},
            "status": {"conditions": [condition("ScalingActive", broken)]}}),
        ),
        own("batch/v1", "CronJob", json!({"spec": {"schedule": "0 0 1 1 *"}, "status": {"lastScheduleTime": NOW}})),
    ]
}

fn pod(name: &str, number: usize, broken: bool) -> Value {
    let waiting = json!({"waiting": {"reason": "CrashLoopBackOff"}});
    let state = if broken { waiting } else { json!({"running": {}}) };
    let reason = if number == 0 { "OOMKilled" } else { "Error" };
    let last = json!({"terminated": {"exitCode": 137, "reason": reason, "finishedAt": BEFORE}});
    let container = json!({"name": "app", "ready": !broken, "restartCount": i32::from(broken) * 9, "state": state, "lastState": last});
    let mut pod = object(
        "v1",
        "Pod",
        &format!("{name}-{number}"),
        json!({
        "spec": {"containers": [{"name": "app", "image": "r/app:1"}], "nodeName": "node-1",
            "volumes": [{"persistentVolumeClaim": {"claimName": name}}]},
        "status": {"phase": "Running", "conditions": [condition("Ready", broken)], "containerStatuses": [container]}}),
    );
    pod["metadata"]["labels"] = labels(name);
    owned(pod, "ReplicaSet", name)
}

/// A list as it comes from memory, and what it takes there.
fn as_kept(api: &ApiType, fact: Fact) -> (Fact, usize) {
    let Fact::List { items, .. } = fact else { return (fact, 0) };
    let mut shapes = Shapes::default();
    let kept: Vec<_> = items.into_iter().map(|item| Arc::new(shapes.keep(api, item))).collect();
    let bytes = kept.iter().map(|kept| kept.bytes()).sum();
    (Fact::Kept(KeptList::of(kept.into_iter(), None)), bytes)
}

fn diagnosed(applications: usize, broken: bool) -> Cost {
    diagnosed_from(applications, broken, false)
}

fn diagnosed_from(applications: usize, broken: bool, memory: bool) -> Cost {
    let objects: Vec<_> = (0..applications).flat_map(|i| application(&format!("app-{i:05}"), broken)).collect();
    let mut known = Snapshot::new(NOW.parse::<Timestamp>().unwrap());
    let whole = Diagnose { namespace: None, fallback: None, target: None };
    let list = |api: &ApiType| {
        let items =
            objects.iter().filter(|o| text(o, "/kind") == api.kind && text(o, "/apiVersion") == api.api_version());
        Fact::List { items: items.cloned().collect(), truncated: false }
    };
    let mut bytes = 0;
    for _ in 0..FACT_ROUNDS_MAX {
        for query in needs(&whole, &known).unwrap() {
            let fact = match &query {
                FactQuery::List { api, .. } if memory => {
                    let (fact, taken) = as_kept(api, list(api));
                    bytes += if api.is("", "Pod") { taken } else { 0 };
                    fact
                }
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
    let pods = match known.get(&crate::read::scope::list(&ApiType::pods(), None)) {
        Some(Fact::Kept(list)) => list.alike(),
        _ => &[],
    };
    let made = pods.iter().filter(|pod| pod.is_made()).count();
    Cost { fields: READ.get(), comparisons: COMPARED.get(), found, kept: (pods.len(), bytes, made) }
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

#[test]
fn more_pods_than_a_list_holds_are_all_looked_at_from_memory_in_a_few_hundred_bytes_each() {
    let applications = LIST_ITEMS_MAX / 5 + 100;
    let cost = diagnosed_from(applications, false, true);
    let (pods, bytes, made) = cost.kept;
    assert_eq!((pods, made), (applications * 5, 0), "nothing about a healthy cluster needs a pod as an object");
    assert!(bytes / pods < 1_000, "{} bytes a pod, of five that share a shape", bytes / pods);
    let looked = cost.found.looked_at.iter().find(|looked| looked.kind == "Pod").map(|looked| looked.total);
    assert_eq!(looked, Some(pods as u64));
    assert!(cost.found.findings.iter().all(|finding| finding.severity < crate::policy::Severity::High));
    assert!(cost.found.unseen.is_empty(), "{:?}", cost.found.unseen);
}
