//! What follows from one root is one finding, and it stands under the root; two roots stay two.

use kubechat_core::analyze::Finding;
use kubechat_core::policy::Severity;
use serde_json::{Value, json};

use crate::cluster::{BEFORE, deployment, edit, service};
use crate::faults;
use crate::kinds::findings;
use crate::objects::{self, ingress, node, route, webhook, well};

/// The only finding.
fn only(objects: Vec<Value>) -> Finding {
    let mut found = findings(objects);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn down(name: &str) -> Value {
    let ready = json!({"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown",
        "message": "Kubelet stopped posting node status.", "lastTransitionTime": BEFORE});
    node(name, &[ready], false)
}

/// The pods of an application, as the node controller leaves them when their node is out of touch.
fn lose(objects: &mut [Value], app: &str, place: &str) {
    edit(objects, "Pod", app, |pod| {
        pod["spec"]["nodeName"] = json!(place);
        pod["status"]["conditions"][3]["status"] = json!("False");
        pod["status"]["conditions"][3]["lastTransitionTime"] = json!(BEFORE);
    });
}

#[test]
fn a_node_that_is_down_is_the_root_of_all_it_takes_along() {
    let mut objects = vec![well("node-1"), down("node-2")];
    for app in ["web", "cart"] {
        objects.extend(deployment("shop", app, 2));
        objects.extend(service("shop", app, app, 0));
        lose(&mut objects, app, "node-2");
        faults::short(&mut objects, app, 0);
    }
    objects.push(ingress("web", "web", json!({"number": 80})));
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("node/not-ready", Severity::Critical));
    assert_eq!(finding.object.to_string(), "Node node-2");
    assert!(finding.sentence.contains("4 pods are lost with it, of Deployment shop/cart, Deployment shop/web"));
    assert_eq!(finding.folded, 9, "2 Deployments, 4 pods, 2 Services, 1 Ingress");
}

#[test]
fn pods_lost_with_a_node_do_not_hide_those_that_crash_elsewhere() {
    let mut objects = vec![well("node-1"), down("node-2")];
    objects.extend(deployment("shop", "web", 2));
    lose(&mut objects, "web-6d4-0", "node-2");
    edit(&mut objects, "Pod", "web-6d4-1", |pod| faults::crash(pod, 1, "Error"));
    let mut rules: Vec<_> = findings(objects).into_iter().map(|finding| finding.rule).collect();
    rules.sort();
    assert_eq!(rules, ["node/not-ready", "pod/crash-loop"]);
}

#[test]
fn a_missing_config_map_is_the_root_up_to_the_ingress_and_of_every_workload_that_needs_it() {
    let mut objects = vec![ingress("web", "web", json!({"number": 80})), route("web", 80)];
    for app in ["web", "cart"] {
        objects.extend(deployment("shop", app, 2));
        objects.extend(service("shop", app, app, 0));
        edit(&mut objects, "Pod", app, |pod| {
            faults::crash(pod, 1, "Error");
            pod["spec"]["containers"][0]["envFrom"] = json!([{"configMapRef": {"name": "settings"}}]);
            pod["status"]["phase"] = json!("Pending");
            pod["status"]["containerStatuses"][0]["restartCount"] = json!(0);
            pod["status"]["containerStatuses"][0]["state"] = json!({"waiting": {"reason": "CreateContainerConfigError", "message": "configmap \"settings\" not found"}});
        });
        faults::short(&mut objects, app, 0);
    }
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("config/missing", Severity::Critical));
    assert!(finding.sentence.contains("Deployment shop/cart and 1 more can't start"), "{}", finding.sentence);
    assert_eq!(finding.folded, 10, "2 Deployments, 4 pods, 2 Services, the Ingress and the route");
}

#[test]
fn an_ingress_follows_from_its_services_wrong_selector() {
    let mut objects = faults::wrong_selector();
    objects.push(ingress("web", "reviews", json!({"number": 80})));
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.folded), ("service/selector-matches-nothing", 1));
}

#[test]
fn a_service_whose_pods_are_merely_late_takes_its_ingress_along() {
    let mut objects = [deployment("shop", "web", 1), service("shop", "web", "web", 0)].concat();
    edit(&mut objects, "Pod", "web", |pod| {
        pod["status"]["conditions"][3]["status"] = json!("False");
        pod["status"]["conditions"][3]["lastTransitionTime"] = json!("2026-11-23T11:59:50Z");
    });
    objects.push(ingress("web", "web", json!({"number": 80})));
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("service/no-ready-pod", Severity::Medium));
}

#[test]
fn a_webhook_nobody_answers_follows_from_the_pods_behind_it_and_explains_what_it_refuses() {
    let mut objects = faults::crash_loop(1);
    objects.push(webhook("checkout", "Fail"));
    let mut refused = faults::full_quota();
    refused.retain(|object| object["kind"] != "ResourceQuota");
    edit(&mut refused, "ReplicaSet", "ledger", |set| {
        set["status"]["conditions"][0]["message"] = json!(
            "Internal error occurred: failed calling webhook \"check.shop.example\": no endpoints available for service \"checkout\""
        );
    });
    objects.extend(refused);
    let finding = only(objects);
    assert_eq!(
        (finding.rule.as_str(), finding.object.to_string().as_str()),
        ("pod/crash-loop", "Deployment shop/checkout")
    );
}

#[test]
fn a_webhook_whose_service_is_gone_explains_what_it_refuses() {
    let mut objects = faults::full_quota();
    objects.retain(|object| object["kind"] != "ResourceQuota");
    edit(&mut objects, "ReplicaSet", "ledger", |set| {
        set["status"]["conditions"][0]["message"] =
            json!("failed calling webhook \"check.shop.example\": service \"gone\" not found");
    });
    objects.push(webhook("gone", "Fail"));
    objects.push(crate::cluster::namespace("shop"));
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("webhook/no-such-service", Severity::High));
    assert!(finding.sentence.contains("every write of deployments, pods"), "{}", finding.sentence);
}

#[test]
fn a_webhook_without_endpoints_stands_alone_when_nothing_is_behind_its_service() {
    let mut objects = service("shop", "hook", "hook", 0);
    objects[0]["spec"].as_object_mut().unwrap().remove("selector");
    objects.push(webhook("hook", "Ignore"));
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("webhook/no-endpoints", Severity::Low));
}

#[test]
fn a_claim_is_the_root_of_the_workload_that_waits_for_it() {
    let waits = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found";
    let mut pod = objects::unschedulable(waits, &["data"]);
    pod["metadata"]["ownerReferences"] =
        json!([{"kind": "StatefulSet", "name": "db", "uid": "uid-db", "controller": true}]);
    let mut objects = crate::table::owned("StatefulSet", 0);
    objects.truncate(1);
    objects.extend([pod, objects::claim("data", Some("fast"), "Pending", BEFORE)]);
    objects.push(objects::class("std", "Immediate", true));
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("claim/pending", Severity::High));
    assert!(
        finding.sentence.contains("StatefulSet shop/db waits for it: there is no storage class fast"),
        "{}",
        finding.sentence
    );
}

#[test]
fn pods_that_wait_for_more_than_a_claim_stay_a_finding_of_their_own() {
    let waits = "0/2 nodes are available: 1 Insufficient cpu, 1 persistentvolumeclaim \"data\" not found.";
    let objects =
        vec![objects::unschedulable(waits, &["data"]), objects::claim("data", Some("fast"), "Pending", BEFORE)];
    let rules: Vec<_> = findings(objects).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules.len(), 2, "{rules:?}");
}

#[test]
fn the_pods_of_a_cron_jobs_runs_are_told_under_the_cron_job() {
    let mut objects = vec![objects::cron("0 12 * * *", Some("2026-11-23T12:00:00Z"), false)];
    for run in ["report-1", "report-2"] {
        let mut job = objects::job(run, json!({"type": "Suspended", "status": "False"}), "2026-11-23T11:00:00Z", true);
        job["status"] = json!({"active": 1});
        let mut pod =
            crate::cluster::pod("shop", &format!("{run}-x"), "report", Some(("Job", run, &format!("uid-Job-{run}"))));
        faults::pull_failure(&mut pod, "registry.example/shop/report:nope");
        objects.extend([job, pod]);
    }
    let finding = only(objects);
    assert_eq!(
        (finding.rule.as_str(), finding.object.to_string().as_str()),
        ("image/pull-failed", "CronJob shop/report")
    );
    assert_eq!(finding.severity, Severity::Medium, "a Job serves nobody");
}
