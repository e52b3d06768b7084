//! Each analyzer fires on its fault and on nothing like it: a row is a cluster and the findings it must have.

use kubechat_core::operation::Operation;
use kubechat_core::operation::read::Diagnose;
use kubechat_core::operation::set_image::SetImage;
use kubechat_core::policy::Severity;
use kubechat_core::read::Answer;
use serde_json::{Value, json};

use crate::cluster::{BEFORE, Cluster, NOW, deployment, edit, pod, service};
use crate::faults::{self, RECENT};

fn findings(objects: Vec<Value>) -> Vec<kubechat_core::analyze::Finding> {
    let diagnose = Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: None });
    match Cluster::default().with(objects).read(&diagnose).unwrap() {
        Answer::Findings(found) => found.findings,
        other => panic!("{other:?}"),
    }
}

/// One pod of its own, changed.
fn lone(change: impl Fn(&mut Value)) -> Vec<Value> {
    let mut pod = pod("shop", "web", "web", None);
    change(&mut pod);
    vec![pod]
}

fn ready_since(pod: &mut Value, status: &str, since: &str) {
    for condition in pod["status"]["conditions"].as_array_mut().unwrap() {
        if condition["type"] == "Ready" {
            condition["status"] = json!(status);
            condition["lastTransitionTime"] = json!(since);
        }
    }
    pod["status"]["containerStatuses"][0]["ready"] = json!(status == "True");
}

fn waiting(pod: &mut Value, reason: &str, scheduled: &str) {
    pod["status"]["phase"] = json!("Pending");
    pod["status"]["conditions"] = json!([{"type": "PodScheduled", "status": "True", "lastTransitionTime": scheduled}]);
    pod["status"]["containerStatuses"][0]["ready"] = json!(false);
    pod["status"]["containerStatuses"][0]["state"] = json!({"waiting": {"reason": reason}});
}

/// A container that ran into an error so long ago, was restarted so often, and runs now.
fn flapped(pod: &mut Value, restarts: i64, finished: &str, ready: &str) {
    ready_since(pod, ready, finished);
    pod["status"]["containerStatuses"][0]["restartCount"] = json!(restarts);
    pod["status"]["containerStatuses"][0]["lastState"] =
        json!({"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": finished}});
}

pub(crate) fn owned(kind: &str, ready: i64) -> Vec<Value> {
    let status = json!({"observedGeneration": 1, "replicas": 2, "readyReplicas": ready, "desiredNumberScheduled": 2, "currentNumberScheduled": 2, "numberReady": ready});
    let mut objects = vec![json!({"apiVersion": "apps/v1", "kind": kind,
        "metadata": {"name": "db", "namespace": "shop", "uid": "uid-db", "generation": 1, "creationTimestamp": BEFORE},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "db"}},
            "template": {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "db", "image": "registry.example/shop/db:1.0.0"}]}}},
        "status": status})];
    objects.extend((0..2).map(|i| pod("shop", &format!("db-{i}"), "db", Some((kind, "db", "uid-db")))));
    objects
}

#[expect(clippy::too_many_lines, reason = "a table: one row a case")]
fn rows() -> Vec<(&'static str, Vec<Value>, Vec<&'static str>)> {
    let gated = |pod: &mut Value| {
        pod["status"] = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]});
    };
    let initialising = |pod: &mut Value| {
        waiting(pod, "PodInitializing", BEFORE);
        pod["status"]["initContainerStatuses"] = json!([{"name": "migrate", "ready": false, "restartCount": 0, "state": {"running": {"startedAt": BEFORE}}}]);
    };
    let init_crash = |pod: &mut Value| {
        waiting(pod, "PodInitializing", BEFORE);
        pod["status"]["initContainerStatuses"] = json!([{"name": "migrate", "restartCount": 5, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"exitCode": 1}}}]);
    };
    let evicted =
        |pod: &mut Value| pod["status"] = json!({"phase": "Failed", "reason": "Evicted", "message": "low on memory"});
    let ending = |since: &'static str| move |pod: &mut Value| pod["metadata"]["deletionTimestamp"] = json!(since);
    let pull = |pod: &mut Value| faults::pull_failure(pod, "registry.example/shop/web:nope");
    let of_job = |pod: &mut Value| {
        pull(pod);
        pod["metadata"]["ownerReferences"] = json!([{"apiVersion": "batch/v1", "kind": "Job", "name": "report", "uid": "uid-report", "controller": true}]);
    };
    let with_service = |ready: usize| [deployment("shop", "web", 1), service("shop", "web", "web", ready)].concat();
    vec![
        (
            "a pod of its own that crashes",
            lone(|pod| faults::crash(pod, 1, "Error")),
            vec!["pod/crash-loop Pod shop/web"],
        ),
        ("an init container that crashes", lone(init_crash), vec!["pod/crash-loop Pod shop/web"]),
        (
            "a container that flaps and is ready just now",
            lone(|pod| flapped(pod, 4, RECENT, "True")),
            vec!["pod/crash-loop Pod shop/web"],
        ),
        (
            "a container that crashed once and is not ready",
            lone(|pod| flapped(pod, 1, "2026-11-23T11:59:30Z", "False")),
            vec!["pod/crash-loop Pod shop/web"],
        ),
        ("a container that crashed twice and is well", lone(|pod| flapped(pod, 2, RECENT, "True")), vec![]),
        ("a container that crashed often long ago", lone(|pod| flapped(pod, 40, BEFORE, "True")), vec![]),
        (
            "a pod that has not been ready for long",
            lone(|pod| ready_since(pod, "False", BEFORE)),
            vec!["pod/not-ready Pod shop/web"],
        ),
        ("a pod that is not ready since a moment", lone(|pod| ready_since(pod, "False", NOW)), vec![]),
        (
            "a pod whose volumes don't come",
            lone(|pod| waiting(pod, "ContainerCreating", BEFORE)),
            vec!["pod/stuck-creating Pod shop/web"],
        ),
        ("a pod that is just being created", lone(|pod| waiting(pod, "ContainerCreating", RECENT)), vec![]),
        ("a long migration in an init container", lone(initialising), vec![]),
        ("a pod that may not be scheduled yet, on purpose", lone(gated), vec![]),
        ("an evicted pod that was replaced", lone(evicted), vec![]),
        ("a pod that should be gone since an hour", lone(ending(BEFORE)), vec!["pod/stuck-ending Pod shop/web"]),
        ("a pod that is going", lone(ending(RECENT)), vec![]),
        ("a pod of a job that can't be pulled", lone(of_job), vec!["image/pull-failed Job shop/report"]),
        ("a Service whose endpoints are about to come", with_service(0), vec![]),
        ("a StatefulSet that lacks a pod", owned("StatefulSet", 1), vec!["workload/unavailable StatefulSet shop/db"]),
        ("a DaemonSet that lacks a pod", owned("DaemonSet", 1), vec!["workload/unavailable DaemonSet shop/db"]),
        ("a StatefulSet with all its pods", owned("StatefulSet", 2), vec![]),
    ]
}

/// The rules that the rows here fire.
pub(crate) fn expected_rules() -> Vec<String> {
    let expected = rows().into_iter().flat_map(|(.., expected)| expected);
    expected.filter_map(|found| Some(found.split_once(' ')?.0.to_owned())).collect()
}

#[test]
fn each_fault_is_found_and_nothing_like_it() {
    for (what, objects, expected) in rows() {
        let found: Vec<_> =
            findings(objects).iter().map(|finding| format!("{} {}", finding.rule, finding.object)).collect();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn every_rule_is_explained_and_no_other() {
    let page = include_str!("../../../../docs/findings.md");
    let mut explained: Vec<_> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(rule, _)| rule).collect();
    let mut rules = kubechat_core::analyze::RULES.to_vec();
    explained.sort_unstable();
    rules.sort_unstable();
    assert_eq!(explained, rules);
    for finding in rows().into_iter().flat_map(|(_, objects, _)| findings(objects)) {
        assert!(rules.contains(&finding.rule.as_str()), "{}", finding.rule);
    }
}

fn set_image(fix: Option<&Operation>) -> String {
    match fix {
        Some(Operation::SetImage(SetImage { target, image, .. })) => format!("{} {image}", target.plain()),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_stateful_sets_bad_image_goes_back_to_the_one_its_other_pods_run() {
    let bad = "registry.example/shop/db:2.0.0-missing";
    let mut objects = owned("StatefulSet", 1);
    objects[0]["spec"]["template"]["spec"]["containers"][0]["image"] = json!(bad);
    edit(&mut objects, "Pod", "db-1", |pod| faults::pull_failure(pod, bad));
    let found = findings(objects);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(set_image(found[0].fix.as_ref()), "statefulset shop/db registry.example/shop/db:1.0.0");
    assert!(found[0].evidence.iter().any(|evidence| evidence.source == "Pod shop/db-0"));
}

#[test]
fn a_release_that_crashes_goes_back_while_the_one_before_still_serves() {
    let mut objects = faults::bad_release();
    edit(&mut objects, "Pod", "search-9f2", |pod| {
        pod["status"]["phase"] = json!("Running");
        faults::crash(pod, 1, "Error");
    });
    let found = findings(objects);
    assert_eq!((found.len(), found[0].rule.as_str()), (1, "pod/crash-loop"));
    assert_eq!(set_image(found[0].fix.as_ref()), "deployment shop/search registry.example/shop/search:1.0.0");
}

#[test]
fn an_image_somebody_already_changed_is_not_changed_again() {
    let mut objects = faults::bad_release();
    edit(&mut objects, "Deployment", "search", |deployment| {
        deployment["spec"]["template"]["spec"]["containers"][0]["image"] = json!("registry.example/shop/search:5.3.0");
    });
    assert_eq!(findings(objects)[0].fix, None);
}

#[test]
fn a_mount_that_fails_is_told_in_the_events_words() {
    let mut objects = lone(|pod| waiting(pod, "ContainerCreating", BEFORE));
    objects.push(json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "web.1", "namespace": "shop"}, "type": "Warning", "reason": "FailedMount",
        "involvedObject": {"kind": "Pod", "name": "web", "namespace": "shop", "uid": "uid-shop-web"}, "lastTimestamp": RECENT,
        "message": "MountVolume.SetUp failed for volume \"tls\" : secret \"web-tls\" not found"}));
    let found = findings(objects);
    assert_eq!((found.len(), found[0].rule.as_str()), (1, "config/missing"), "the stuck pod is folded under it");
    assert_eq!(found[0].object.to_string(), "Secret shop/web-tls");
    assert!(found[0].evidence.iter().any(|evidence| evidence.text.contains("secret \"web-tls\" not found")));
}

#[test]
fn a_stateful_set_starved_by_a_quota_is_folded_under_it() {
    let mut objects = owned("StatefulSet", 1);
    objects.truncate(2);
    objects[0]["status"]["replicas"] = json!(1);
    objects.push(faults::quota("shop", "1", "1"));
    let found = findings(objects);
    assert_eq!((found.len(), found[0].rule.as_str(), found[0].severity), (1, "quota/used-up", Severity::High));
    assert!(found[0].sentence.contains("StatefulSet shop/db is short of pods"), "{}", found[0].sentence);
}

#[test]
fn a_secret_in_a_log_does_not_get_into_a_finding() {
    let mut cluster = Cluster::default().with(lone(|pod| faults::crash(pod, 1, "Error")));
    cluster.logs.insert("web".to_owned(), vec!["error: login failed password=correct-horse-battery".to_owned()]);
    let diagnose = Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: None });
    let shown = serde_json::to_string(&cluster.read(&diagnose).unwrap()).unwrap();
    assert!(shown.contains("login failed") && !shown.contains("correct-horse"), "{shown}");
}

#[test]
fn the_healthy_object_a_finding_mentions_is_not_counted_as_troubled() {
    let diagnose = Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: None });
    let Answer::Findings(found) = Cluster::default().with(faults::wrong_selector()).read(&diagnose).unwrap() else {
        panic!()
    };
    let troubled: Vec<_> = found.looked_at.iter().map(|looked| (looked.kind.as_str(), looked.troubled)).collect();
    assert_eq!(troubled, [("Deployment", 0), ("Pod", 0), ("Service", 1)]);
}
