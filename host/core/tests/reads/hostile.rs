//! Whatever a cluster answers, a read answers or refuses: it never panics, and keeps to its size.

use kubechat_core::operation::Operation;
use kubechat_core::operation::Target;
use kubechat_core::operation::read::{
    Changes, Describe, Diagnose, Events, Images, List, ListSort, Logs, Top, TopKind, WhoCan,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cluster::{BEFORE, Cluster};

/// Words the analyzers look for, and some they must survive.
const WORDS: &[&str] = &[
    "CrashLoopBackOff",
    "ImagePullBackOff",
    "Unschedulable",
    "False",
    "True",
    "Pending",
    "Running",
    "Ready",
    "PodScheduled",
    "ReplicaFailure",
    "exceeded quota: , x",
    "web",
    "",
    "0/3 nodes are available: 3 }{, 2 é",
    "-9",
    "*/5 * * * 7",
    "OOMKilled",
    "Liveness probe failed",
    "Lost",
    "CreateContainerConfigError",
    "couldn't find key  in Secret é",
    "configmap \"web\" not found",
    "failed calling webhook \"web\"",
    "1e400",
    BEFORE,
    "\u{1b}[2J",
];

/// Names of fields the analyzers read.
const FIELDS: &[&str] = &[
    "name",
    "namespace",
    "uid",
    "labels",
    "ownerReferences",
    "controller",
    "kind",
    "containers",
    "initContainers",
    "containerStatuses",
    "state",
    "lastState",
    "waiting",
    "terminated",
    "running",
    "reason",
    "message",
    "conditions",
    "type",
    "status",
    "phase",
    "restartCount",
    "exitCode",
    "finishedAt",
    "replicas",
    "selector",
    "matchLabels",
    "template",
    "metadata",
    "spec",
    "hard",
    "used",
    "pods",
    "resources",
    "requests",
    "cpu",
    "image",
    "deletionTimestamp",
    "lastTransitionTime",
    "endpoints",
    "ready",
    "involvedObject",
    "app",
    "backendRefs",
    "rules",
    "http",
    "paths",
    "backend",
    "service",
    "port",
    "tls",
    "secretName",
    "schedule",
    "suspend",
    "podSelector",
    "webhooks",
    "clientConfig",
    "volumes",
    "persistentVolumeClaim",
    "claimName",
    "envFrom",
    "configMapRef",
    "configMap",
    "scaleTargetRef",
    "maxReplicas",
    "unschedulable",
    "data",
    "livenessProbe",
    "httpGet",
    "generation",
    "managedFields",
];

/// Values of any shape where the analyzers expect something, built from words they look for.
fn any_value() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(WORDS);
    let leaf = prop_oneof![
        word.prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null)
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        let key = prop::sample::select(FIELDS);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..8).prop_map(|map| json!(map)),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Value> {
    let kinds = vec![
        ("v1", "Pod"),
        ("v1", "Service"),
        ("v1", "ResourceQuota"),
        ("v1", "Event"),
        ("v1", "Node"),
        ("apps/v1", "Deployment"),
        ("apps/v1", "ReplicaSet"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("discovery.k8s.io/v1", "EndpointSlice"),
        ("v1", "PersistentVolumeClaim"),
        ("v1", "Secret"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
        ("networking.k8s.io/v1", "Ingress"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("gateway.networking.k8s.io/v1", "HTTPRoute"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("policy/v1", "PodDisruptionBudget"),
        ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
        ("apps/v1", "ControllerRevision"),
        ("storage.k8s.io/v1", "StorageClass"),
    ];
    (prop::sample::select(kinds), any_value(), any_value(), any_value()).prop_map(|((version, kind), spec, status, extra)| {
        let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "web", "namespace": "shop", "uid": "u"},
            "spec": spec, "status": status, "endpoints": extra.clone(), "webhooks": extra.clone(), "data": extra.clone(),
            "type": "kubernetes.io/tls"});
        if let Value::Object(extra) = extra {
            let metadata = object["metadata"].as_object_mut().expect("made above");
            metadata.extend(extra.into_iter().filter(|(key, _)| key != "name" && key != "namespace"));
        }
        object
    })
}

fn reads() -> Vec<Operation> {
    let target = |kind: &str| Target {
        kind: kind.parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web".parse().unwrap(),
    };
    let whole = Changes { target: None, namespace: Some("shop".parse().unwrap()), minutes: None };
    let mut reads = vec![
        Operation::Changes(whole),
        Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: None }),
    ];
    for kind in ["pod", "service", "deployment", "node"] {
        reads.push(Operation::Describe(Describe { target: target(kind) }));
        reads.push(Operation::Logs(Logs {
            target: target(kind),
            container: None,
            previous: false,
            lines: None,
            minutes: None,
        }));
        reads.push(Operation::Events(Events { target: Some(target(kind)), namespace: None, minutes: None }));
        reads.push(Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: Some(target(kind)) }));
        reads.push(Operation::Changes(Changes { target: Some(target(kind)), namespace: None, minutes: None }));
        reads.push(Operation::List(List {
            kind: kind.parse().unwrap(),
            namespace: None,
            all_namespaces: true,
            selector: None,
            sort: Some(ListSort::Restarts),
        }));
    }
    reads.push(Operation::Images(Images { namespace: None, all_namespaces: true }));
    reads.push(Operation::Top(Top { kind: TopKind::Pods, namespace: None, all_namespaces: true, sort: None }));
    let (verb, kind) = ("delete".to_owned(), "secrets".parse().unwrap());
    reads.push(Operation::WhoCan(WhoCan { verb, kind, namespace: Some("shop".parse().unwrap()) }));
    reads
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_shape_of_objects_makes_a_read_panic_or_grow_beyond_its_limit(objects in prop::collection::vec(any_object(), 0..12), limit in 600usize..20_000) {
        let mut cluster = Cluster { served: vec![crate::objects::http_routes()], ..Cluster::default() }.with(objects);
        cluster.logs.insert("web".to_owned(), vec!["panic: é".to_owned(), "x".repeat(9_000)]);
        for read in reads() {
            let Ok(answer) = cluster.read(&read) else { continue };
            let cut = answer.to_tool_json(limit).to_string();
            prop_assert!(cut.len() <= limit, "{} > {limit} for {read:?}", cut.len());
        }
    }
}
