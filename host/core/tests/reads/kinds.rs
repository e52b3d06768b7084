//! Each kind's faults, and what looks like them and is none: a row is a cluster and the findings it must have. Every rule
//! there is has a row here or in `table.rs` that fires it.

use std::collections::BTreeSet;

use kubechat_core::analyze::{Finding, RULES};
use kubechat_core::operation::Operation;
use kubechat_core::operation::read::Diagnose;
use kubechat_core::read::Answer;
use serde_json::{Value, json};

use crate::cluster::{BEFORE, Cluster, NOW, deployment, edit, pod, service};
use crate::faults::{self, RECENT};
use crate::objects::{
    budget, certificate, claim, class, complete, condition, cron, event, failed, http_routes, ingress, job, node,
    object, policy, route, scaler, tls, unschedulable, web, webhook, well,
};
use crate::table;

pub(crate) fn findings(objects: Vec<Value>) -> Vec<Finding> {
    let cluster = Cluster { served: vec![http_routes()], ..Cluster::default() }.with(objects);
    let diagnose = Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: None });
    match cluster.read(&diagnose).unwrap() {
        Answer::Findings(found) => found.findings,
        other => panic!("{other:?}"),
    }
}

fn and(mut objects: Vec<Value>, more: impl IntoIterator<Item = Value>) -> Vec<Value> {
    objects.extend(more);
    objects
}

/// What it is, the cluster, and the findings it must have.
pub(crate) type Row = (&'static str, Vec<Value>, Vec<&'static str>);

fn nodes() -> Vec<Row> {
    let down = |since| condition("Ready", "Unknown", "NodeStatusUnknown", since);
    let pressed = |since| {
        [condition("Ready", "True", "", BEFORE), condition("DiskPressure", "True", "KubeletHasDiskPressure", since)]
    };
    let waits = "0/2 nodes are available: 1 Too many pods, 1 node(s) were unschedulable.";
    vec![
        (
            "a node out of touch",
            vec![well("node-1"), node("node-2", &[down(BEFORE)], false)],
            vec!["node/not-ready Node node-2"],
        ),
        ("a node out of touch since a moment", vec![node("node-2", &[down(NOW)], false)], vec![]),
        ("a node that is being taken away", vec![node("node-2", &[down(BEFORE)], true)], vec![]),
        ("a node without disk", vec![node("node-2", &pressed(BEFORE), false)], vec!["node/pressure Node node-2"]),
        ("a node whose disk was full for a moment", vec![node("node-2", &pressed(NOW), false)], vec![]),
        (
            "a cordoned node nobody waits for",
            vec![node("node-2", &[condition("Ready", "True", "", BEFORE)], true)],
            vec![],
        ),
        (
            "a cordoned node that a pod waits for",
            vec![
                well("node-1"),
                node("node-2", &[condition("Ready", "True", "", BEFORE)], true),
                unschedulable(waits, &[]),
            ],
            vec!["node/cordoned Node node-2"],
        ),
    ]
}

fn storage() -> Vec<Row> {
    let waits = "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: not eligible";
    let provisioning = event(
        "PersistentVolumeClaim",
        "data",
        "uid-PersistentVolumeClaim-data",
        "ProvisioningFailed",
        "quota of disks is used up",
    );
    vec![
        (
            "a claim of no class there is",
            vec![claim("data", Some("fast"), "Pending", BEFORE)],
            vec!["claim/pending PersistentVolumeClaim shop/data"],
        ),
        (
            "a claim without class or default",
            vec![claim("data", None, "Pending", BEFORE)],
            vec!["claim/pending PersistentVolumeClaim shop/data"],
        ),
        ("a claim just made", vec![claim("data", Some("fast"), "Pending", RECENT)], vec![]),
        (
            "a claim that waits for its first pod",
            vec![claim("data", None, "Pending", BEFORE), class("std", "WaitForFirstConsumer", true)],
            vec![],
        ),
        (
            "a claim whose provisioner fails",
            vec![claim("data", Some("std"), "Pending", BEFORE), class("std", "Immediate", false), provisioning],
            vec!["claim/pending PersistentVolumeClaim shop/data"],
        ),
        (
            "a claim that a pod waits for",
            vec![claim("data", Some("fast"), "Pending", BEFORE), unschedulable(waits, &["data"])],
            vec!["claim/pending PersistentVolumeClaim shop/data"],
        ),
        ("a bound claim", vec![claim("data", Some("fast"), "Bound", BEFORE)], vec![]),
        (
            "a claim that lost its volume",
            vec![claim("data", None, "Lost", BEFORE)],
            vec!["claim/lost PersistentVolumeClaim shop/data"],
        ),
    ]
}

fn scalers() -> Vec<Row> {
    let named = "HorizontalPodAutoscaler shop/web";
    let row = |rule: &'static str| Box::leak(format!("{rule} {named}").into_boxed_str()) as &'static str;
    vec![
        (
            "an autoscaler without metrics",
            and(web(), [scaler(&[condition("ScalingActive", "False", "FailedGetResourceMetric", BEFORE)], 2)]),
            vec![row("autoscaler/no-metrics")],
        ),
        (
            "one without metrics since a moment",
            and(web(), [scaler(&[condition("ScalingActive", "False", "FailedGetResourceMetric", RECENT)], 2)]),
            vec![],
        ),
        (
            "one switched off by scaling to zero",
            and(web(), [scaler(&[condition("ScalingActive", "False", "ScalingDisabled", BEFORE)], 0)]),
            vec![],
        ),
        (
            "one without target",
            vec![scaler(&[condition("AbleToScale", "False", "FailedGetScale", BEFORE)], 0)],
            vec![row("autoscaler/no-target")],
        ),
        (
            "one at its maximum that wants more",
            and(web(), [scaler(&[condition("ScalingLimited", "True", "TooManyReplicas", BEFORE)], 3)]),
            vec![row("autoscaler/at-max")],
        ),
        (
            "one at its minimum",
            and(web(), [scaler(&[condition("ScalingLimited", "True", "TooFewReplicas", BEFORE)], 1)]),
            vec![],
        ),
    ]
}

fn traffic() -> Vec<Row> {
    let number = |number: i64| json!({"number": number});
    let mut external = service("shop", "far", "web", 0);
    external[0]["spec"] = json!({"type": "ExternalName", "externalName": "db.example.com"});
    let mut refused = route("web", 80);
    refused["status"] =
        json!({"parents": [{"conditions": [condition("Accepted", "False", "NotAllowedByListeners", BEFORE)]}]});
    let asleep = [deployment("shop", "web", 0), service("shop", "web", "web", 0)].concat();
    vec![
        ("an Ingress to a Service", and(web(), [ingress("web", "web", number(80))]), vec![]),
        ("an Ingress to a named port", and(web(), [ingress("web", "web", json!({"name": "http"}))]), vec![]),
        (
            "an Ingress to no Service",
            vec![ingress("web", "web", number(80))],
            vec!["ingress/no-such-backend Ingress shop/web"],
        ),
        (
            "an Ingress to no port",
            and(web(), [ingress("web", "web", number(8080))]),
            vec!["ingress/no-such-backend Ingress shop/web"],
        ),
        (
            "an Ingress to no named port",
            and(web(), [ingress("web", "web", json!({"name": "grpc"}))]),
            vec!["ingress/no-such-backend Ingress shop/web"],
        ),
        ("an Ingress to a name elsewhere", and(external, [ingress("web", "far", number(80))]), vec![]),
        (
            "an Ingress to what is scaled to zero",
            and(asleep, [ingress("web", "web", number(80))]),
            vec!["service/scaled-to-zero Service shop/web"],
        ),
        ("a route to a Service, a bucket and a backend without weight", and(web(), [route("web", 80)]), vec![]),
        ("a route to no Service", vec![route("web", 80)], vec!["route/no-such-backend HTTPRoute shop/web"]),
        ("a route its gateway refuses", and(web(), [refused]), vec!["route/refused HTTPRoute shop/web"]),
    ]
}

fn guards() -> Vec<Row> {
    let labels = |app: &str| json!({"matchLabels": {"app": app}});
    vec![
        (
            "a budget that never lets go",
            and(web(), [budget(2, 2, 2, 0)]),
            vec!["budget/blocks-drain PodDisruptionBudget shop/web"],
        ),
        ("a budget that lets one go", and(web(), [budget(1, 2, 2, 1)]), vec![]),
        ("a budget that holds back while a pod is down", and(web(), [budget(1, 2, 1, 0)]), vec![]),
        ("a budget for nothing", vec![budget(1, 0, 0, 0)], vec![]),
        ("a policy for pods there are", and(web(), [policy(labels("web"))]), vec![]),
        ("a policy for all pods", vec![policy(json!({}))], vec![]),
        (
            "a policy for pods that are scaled to zero",
            and(deployment("shop", "web", 0), [policy(labels("web"))]),
            vec![],
        ),
        (
            "a policy for nobody",
            and(web(), [policy(labels("wep"))]),
            vec!["network-policy/selects-nothing NetworkPolicy shop/guard"],
        ),
        ("a webhook that is answered", and(web(), [webhook("web", "Fail")]), vec![]),
        (
            "a webhook whose Service is gone",
            and(web(), [webhook("gone", "Fail")]),
            vec!["webhook/no-such-service ValidatingWebhookConfiguration checker"],
        ),
    ]
}

fn work() -> Vec<Row> {
    let due = "CronJob shop/report";
    let row = |rule: &'static str| Box::leak(format!("{rule} {due}").into_boxed_str()) as &'static str;
    let mut busy = cron("0 * * * *", Some("2026-11-23T08:00:00Z"), false);
    busy["status"]["active"] = json!([{"name": "report-1"}]);
    let mut zoned = cron("0 9 * * *", Some("2026-11-22T14:00:00Z"), false);
    zoned["spec"]["timeZone"] = json!("America/New_York");
    let mut starving = job("migrate", failed("DeadlineExceeded", RECENT), BEFORE, false);
    starving["spec"]["suspend"] = json!(false);
    vec![
        ("a CronJob that runs", vec![cron("*/30 * * * *", Some("2026-11-23T12:00:00Z"), false)], vec![]),
        ("a CronJob a few minutes late", vec![cron("55 11 * * *", Some("2026-11-22T11:55:00Z"), false)], vec![]),
        (
            "a CronJob that missed its run",
            vec![cron("0 * * * *", Some("2026-11-23T08:00:00Z"), false)],
            vec![row("cronjob/overdue")],
        ),
        ("a CronJob that never ran", vec![cron("0 3 * * *", None, false)], vec![row("cronjob/overdue")]),
        ("a CronJob whose run takes long", vec![busy], vec![]),
        ("a CronJob in another time zone", vec![zoned], vec![]),
        ("a CronJob that is suspended", vec![cron("0 3 * * *", None, true)], vec![row("cronjob/suspended")]),
        (
            "a CronJob whose newest runs fail",
            vec![
                cron("0 12 * * *", Some("2026-11-23T12:00:00Z"), false),
                job("report-1", complete(), "2026-11-21T12:00:00Z", true),
                job("report-2", failed("BackoffLimitExceeded", BEFORE), "2026-11-22T12:00:00Z", true),
                job("report-3", failed("BackoffLimitExceeded", RECENT), "2026-11-23T11:00:00Z", true),
            ],
            vec![row("cronjob/failing")],
        ),
        (
            "a CronJob that failed once before",
            vec![
                cron("0 12 * * *", Some("2026-11-23T12:00:00Z"), false),
                job("report-2", failed("BackoffLimitExceeded", BEFORE), "2026-11-22T12:00:00Z", true),
                job("report-3", complete(), "2026-11-23T11:00:00Z", true),
            ],
            vec![],
        ),
        ("a Job that ran out of time", vec![starving], vec!["job/failed Job shop/migrate"]),
        ("a Job that is done", vec![job("migrate", complete(), BEFORE, false)], vec![]),
    ]
}

pub(crate) fn secrets() -> Vec<Row> {
    let with_tls = |secret: &str| {
        let mut ingress = ingress("web", "web", json!({"number": 80}));
        ingress["spec"]["tls"] = json!([{"hosts": ["shop.example"], "secretName": secret}]);
        and(web(), [ingress])
    };
    let opaque = object("v1", "Secret", "web-tls", json!({"type": "Opaque", "data": {"tls.crt": ""}}));
    let long = |until: &str| tls("web-tls", &certificate("251123000000Z", until));
    let mut keyed = pod("shop", "web", "web", None);
    keyed["spec"]["containers"][0]["env"] =
        json!([{"name": "URL", "valueFrom": {"secretKeyRef": {"name": "db", "key": "url"}}}]);
    faults::crash(&mut keyed, 1, "Error");
    keyed["status"]["containerStatuses"][0]["restartCount"] = json!(0);
    keyed["status"]["containerStatuses"][0]["state"] = json!({"waiting": {"reason": "CreateContainerConfigError", "message": "couldn't find key url in Secret shop/db"}});
    let db =
        |key: &str| object("v1", "Secret", "db", json!({"type": "Opaque", "data": {key: "aHVudGVyMi1hbmQtbW9yZQ=="}}));
    vec![
        ("a certificate that lasts", and(with_tls("web-tls"), [long("271123000000Z")]), vec![]),
        (
            "a certificate that ended",
            and(with_tls("web-tls"), [long("261120000000Z")]),
            vec!["certificate/expired Secret shop/web-tls"],
        ),
        (
            "a certificate that ends soon",
            and(with_tls("web-tls"), [long("261201000000Z")]),
            vec!["certificate/expiring Secret shop/web-tls"],
        ),
        (
            "a certificate of a day, half over",
            and(with_tls("web-tls"), [tls("web-tls", &certificate("261123000000Z", "261124000000Z"))]),
            vec![],
        ),
        ("what is no certificate", vec![tls("web-tls", "bm90IGEgY2VydA==")], vec![]),
        ("an Ingress without its certificate", with_tls("web-tls"), vec!["certificate/missing Secret shop/web-tls"]),
        ("an Ingress with a certificate of another type", and(with_tls("web-tls"), [opaque]), vec![]),
        ("a Secret without the key", vec![keyed.clone(), db("uri")], vec!["config/key-missing Secret shop/db"]),
        ("a Secret that is there by now", vec![keyed, db("url")], vec!["pod/cannot-start Pod shop/web"]),
    ]
}

fn containers() -> Vec<Row> {
    let lone = |change: &dyn Fn(&mut Value)| {
        let mut pod = pod("shop", "web", "web", None);
        change(&mut pod);
        pod
    };
    let out_of_memory = |finished: &'static str| {
        lone(&|pod| {
            pod["status"]["containerStatuses"][0]["restartCount"] = json!(1);
            pod["status"]["containerStatuses"][0]["lastState"] =
                json!({"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": finished}});
        })
    };
    let killed = lone(&|pod| faults::crash(pod, 137, "Error"));
    let probe = event(
        "Pod",
        "web",
        "uid-shop-web",
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 500",
    );
    let mut lagging = deployment("shop", "web", 2);
    edit(&mut lagging, "Deployment", "web", |it| {
        it["metadata"]["generation"] = json!(2);
        it["metadata"]["managedFields"] = json!([{"manager": "kubectl", "operation": "Update", "time": BEFORE},
            {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status", "time": NOW}]);
    });
    let mut fresh = lagging.clone();
    edit(&mut fresh, "Deployment", "web", |it| it["metadata"]["managedFields"][0]["time"] = json!(NOW));
    vec![
        (
            "a container out of memory",
            vec![lone(&|pod| faults::crash(pod, 137, "OOMKilled"))],
            vec!["pod/out-of-memory Pod shop/web"],
        ),
        (
            "a container out of memory a moment ago, running again",
            vec![out_of_memory(RECENT)],
            vec!["pod/out-of-memory Pod shop/web"],
        ),
        ("a container out of memory long ago", vec![out_of_memory(BEFORE)], vec![]),
        ("a container its probe kills", vec![killed.clone(), probe], vec!["pod/probe-kills Pod shop/web"]),
        ("a container killed by nobody knows whom", vec![killed], vec!["pod/crash-loop Pod shop/web"]),
        ("a change no controller looked at", lagging, vec!["workload/not-observed Deployment shop/web"]),
        ("a change made just now", fresh, vec![]),
    ]
}

/// Rows whose finding has a test of its own, or comes from `diagnose.rs`.
const ELSEWHERE: &[&str] = &[
    "ingress/no-endpoints",
    "route/no-endpoints",
    "webhook/no-endpoints",
    "quota/full",
    "quota/used-up",
    "config/missing",
    "pod/unschedulable",
    "service/no-pods",
    "service/no-ready-pod",
    "service/selector-matches-nothing",
    "workload/pods-refused",
    "workload/rollout-stuck",
];

fn all() -> Vec<Row> {
    [nodes(), storage(), scalers(), traffic(), guards(), work(), secrets(), containers()].concat()
}

#[test]
fn each_kinds_fault_is_found_and_nothing_like_it() {
    for (what, objects, expected) in all() {
        let found: Vec<_> = findings(objects).iter().map(|it| format!("{} {}", it.rule, it.object)).collect();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn every_rule_is_fired_by_a_row() {
    let mut fired: BTreeSet<String> = ELSEWHERE.iter().map(|rule| (*rule).to_owned()).collect();
    for (_, objects, _) in all() {
        fired.extend(findings(objects).into_iter().map(|finding| finding.rule));
    }
    fired.extend(table::expected_rules());
    let missing: Vec<_> = RULES.iter().filter(|rule| !fired.contains(**rule)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn no_certificate_and_no_value_of_a_secret_gets_into_an_answer() {
    for (what, objects, _) in secrets() {
        let shown = serde_json::to_string(&findings(objects)).unwrap();
        for secret in ["aHVudGVy", "bm8ta2V5", "BEGIN CERTIFICATE", "LS0tLS1CRUdJTi"] {
            assert!(!shown.contains(secret), "{what}: {shown}");
        }
    }
}
