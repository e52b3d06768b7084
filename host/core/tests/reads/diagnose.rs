//! Diagnosis on whole clusters: what is found, what is folded, what is left alone, and what is said to be unseen.

use kubechat_core::analyze::{Finding, Findings};
use kubechat_core::operation::read::Diagnose;
use kubechat_core::operation::set_image::SetImage;
use kubechat_core::operation::{LowerError, Operation, Target};
use kubechat_core::policy::Severity;
use kubechat_core::read::{Answer, fill_namespace};
use serde_json::{Value, json};

use crate::cluster::{self, Cluster, NOW, SERVED, deployment, edit, namespace, service};
use crate::faults;

fn diagnose() -> Operation {
    Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: None })
}

fn about(kind: &str, place: &str, name: &str) -> Operation {
    let target =
        Target { kind: kind.parse().unwrap(), namespace: Some(place.parse().unwrap()), name: name.parse().unwrap() };
    Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: Some(target) })
}

fn findings(cluster: &Cluster, operation: &Operation) -> Findings {
    match cluster.read(operation).unwrap() {
        Answer::Findings(findings) => findings,
        other => panic!("{other:?}"),
    }
}

fn rules(cluster: &Cluster) -> Vec<String> {
    findings(cluster, &diagnose())
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule, finding.object))
        .collect()
}

/// The only finding.
fn only(objects: Vec<Value>) -> Finding {
    let mut found = findings(&Cluster::default().with(objects), &diagnose()).findings;
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn healthy() -> Vec<Value> {
    let mut objects = vec![namespace("shop"), namespace("payments"), faults::quota("shop", "3", "10")];
    for app in ["web", "cart"] {
        objects.extend(deployment("shop", app, 3));
        objects.extend(service("shop", app, app, 3));
    }
    // What looks like trouble and is none: a Service without selector, an old crash, a finished job, a rollout just begun.
    objects.push(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kubernetes", "namespace": "default"}, "spec": {"type": "ClusterIP"}}));
    objects.push(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "far", "namespace": "shop"},
        "spec": {"type": "ExternalName", "externalName": "db.example.com"}}));
    let mut veteran = deployment("shop", "veteran", 1);
    edit(&mut veteran, "Pod", "veteran", |pod| {
        pod["status"]["containerStatuses"][0]["restartCount"] = json!(12);
        pod["status"]["containerStatuses"][0]["lastState"] =
            json!({"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-20T00:00:00Z"}});
    });
    objects.extend(veteran);
    let mut done = cluster::pod("shop", "report-1-x", "report", None);
    done["status"]["phase"] = json!("Succeeded");
    done["status"]["containerStatuses"][0]["ready"] = json!(false);
    done["status"]["containerStatuses"][0]["state"] = json!({"terminated": {"exitCode": 0, "reason": "Completed"}});
    objects.push(done);
    let mut fresh = deployment("shop", "fresh", 2);
    edit(&mut fresh, "Deployment", "fresh", |deployment| {
        deployment["status"]["availableReplicas"] = json!(0);
        deployment["status"]["conditions"][0]["status"] = json!("False");
        deployment["status"]["conditions"][0]["lastTransitionTime"] = json!("2026-11-23T11:59:50Z");
    });
    edit(&mut fresh, "Pod", "fresh", |pod| {
        pod["metadata"]["creationTimestamp"] = json!(NOW);
        pod["status"] = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True", "lastTransitionTime": NOW}],
            "containerStatuses": [{"name": "fresh", "ready": false, "restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}]});
    });
    objects.extend(fresh);
    objects
}

#[test]
fn a_healthy_cluster_has_no_findings() {
    let found = findings(&Cluster::default().with(healthy()), &diagnose());
    assert_eq!(found.findings, []);
    assert_eq!(found.unseen, []);
    let pods = found.looked_at.iter().find(|looked| looked.kind == "Pod").unwrap();
    assert_eq!((pods.total, pods.troubled), (10, 0));
}

#[test]
fn a_crash_loop_says_the_reason_and_quotes_the_telling_line() {
    let mut cluster = Cluster::default().with(faults::crash_loop(1));
    let log =
        ["level=info msg=\"starting checkout\"", "panic: cannot open /etc/shop/config.yaml: no such file or directory"];
    cluster.logs.insert("checkout-6d4-0".to_owned(), log.map(str::to_owned).to_vec());
    let found = findings(&cluster, &diagnose()).findings;
    assert_eq!(found.len(), 1, "the Deployment and the Service are folded: {found:#?}");
    assert_eq!((found[0].rule.as_str(), found[0].severity), ("pod/crash-loop", Severity::Critical));
    assert_eq!(found[0].object.to_string(), "Deployment shop/checkout");
    assert!(
        found[0].sentence.contains("exit code 1") && found[0].sentence.contains("cannot open /etc/shop/config.yaml")
    );
    assert!(found[0].advice.contains("ConfigMap"), "{}", found[0].advice);
    assert_eq!(found[0].evidence[0].id, "f1");
    assert_eq!(found[0].evidence[1].source, "log of shop/checkout-6d4-0 (previous)");
    assert_eq!(found[0].folded, 1, "the Service follows from it");
    assert_eq!(found[0].fix, None);
}

#[test]
fn twenty_crashing_pods_of_one_deployment_are_one_finding() {
    let finding = only(faults::crash_loop(20));
    assert_eq!(finding.folded, 20, "nineteen pods and the Service");
    assert!(finding.sentence.contains("19 more pods"), "{}", finding.sentence);
}

#[test]
fn a_container_killed_for_memory_is_told_with_its_limit() {
    let mut objects = faults::crash_loop(1);
    edit(&mut objects, "Pod", "checkout", |pod| faults::crash(pod, 137, "OOMKilled"));
    let finding = only(objects);
    assert!(finding.sentence.contains("more memory than its limit of 128Mi"), "{}", finding.sentence);
    assert!(finding.advice.contains("memory limit"));
}

#[test]
fn a_bad_tag_is_fixed_by_the_image_of_the_replica_set_before() {
    let finding = only(faults::bad_release());
    assert_eq!((finding.rule.as_str(), finding.severity), ("image/pull-failed", Severity::Medium));
    assert!(finding.sentence.contains("the registry has no such tag"), "{}", finding.sentence);
    let Some(Operation::SetImage(SetImage { target, container, image })) = &finding.fix else { panic!("{finding:#?}") };
    assert_eq!(target.plain(), "deployment shop/search");
    assert_eq!((container.as_deref(), image.as_str()), (Some("search"), "registry.example/shop/search:1.0.0"));
    assert!(
        finding
            .evidence
            .iter()
            .any(|e| e.source == "ReplicaSet shop/search-6d4 (revision 1)" && e.text.contains("2 of its pods"))
    );
    assert!(
        finding.evidence.iter().any(|e| e.source.contains("condition Progressing")),
        "the stuck rollout is folded in"
    );
}

#[test]
fn a_first_release_that_cannot_be_pulled_has_no_fix_to_offer() {
    let mut objects = deployment("shop", "new", 1);
    let bad = "registry.example/shop/new:1.0.0";
    edit(&mut objects, "Pod", "new", |pod| faults::pull_failure(pod, bad));
    faults::short(&mut objects, "new", 0);
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.fix), ("image/pull-failed", None));
}

#[test]
fn a_registry_out_of_reach_is_not_fixed_by_an_older_tag() {
    let mut objects = faults::bad_release();
    edit(&mut objects, "Pod", "search-9f2", |pod| {
        let message = "failed to do request: Head \"https://registry.example/v2/\": dial tcp: lookup registry.example: no such host";
        pod["status"]["containerStatuses"][0]["state"]["waiting"]["message"] = json!(message);
    });
    let finding = only(objects);
    assert!(finding.sentence.contains("can't be reached"));
    assert_eq!(finding.fix, None);
}

#[test]
fn an_unschedulable_pod_says_what_no_node_has() {
    let finding = only(faults::too_large());
    assert_eq!(
        (finding.rule.as_str(), finding.object.to_string().as_str()),
        ("pod/unschedulable", "Deployment shop/recommender")
    );
    assert!(finding.sentence.contains("not enough free CPU on 3 nodes"), "{}", finding.sentence);
    assert!(
        finding.advice.contains("asks for 64 CPU; the largest node, node-1, has 8") || finding.advice.contains("has 8"),
        "{}",
        finding.advice
    );
}

#[test]
fn a_selector_that_matches_nothing_names_the_nearest_that_would() {
    let finding = only(faults::wrong_selector());
    assert_eq!((finding.rule.as_str(), finding.severity), ("service/selector-matches-nothing", Severity::High));
    assert!(finding.sentence.contains("the Service wants app=review, they have app=reviews"), "{}", finding.sentence);
    assert!(
        finding.advice.contains("kubectl set selector service/reviews 'app=reviews' -n shop"),
        "{}",
        finding.advice
    );
    let fix = serde_json::to_value(finding.fix.as_ref().unwrap()).unwrap();
    assert_eq!(
        (&fix["op"], &fix["type"], &fix["target"]["name"]),
        (&json!("patch"), &json!("merge"), &json!("reviews"))
    );
    assert_eq!(fix["patch"], json!({"spec": {"selector": {"app": "reviews"}}}));
}

#[test]
fn a_full_quota_names_the_workload_it_starves() {
    let finding = only(faults::full_quota());
    assert_eq!(
        (finding.rule.as_str(), finding.object.to_string().as_str()),
        ("quota/full", "ResourceQuota payments/team-quota")
    );
    assert!(
        finding.sentence.contains("pods 2 of 2")
            && finding.sentence.contains("Deployment payments/ledger has 2 of 3 pods")
    );
}

#[test]
fn a_quota_that_is_only_used_up_is_minor_and_one_of_zero_is_meant() {
    let mut objects = deployment("shop", "web", 2);
    objects.push(faults::quota("shop", "2", "2"));
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("quota/used-up", Severity::Low));
    assert!(!finding.sentence.contains("loadbalancers"), "{}", finding.sentence);
}

#[test]
fn a_stuck_rollout_stands_alone_when_nothing_deeper_explains_it() {
    let mut objects = deployment("shop", "web", 2);
    edit(&mut objects, "Deployment", "web", |deployment| {
        deployment["status"]["conditions"][1]["status"] = json!("False");
        deployment["status"]["conditions"][1]["reason"] = json!("ProgressDeadlineExceeded");
    });
    assert_eq!(only(objects).rule, "workload/rollout-stuck");
}

#[test]
fn pods_refused_for_another_reason_than_a_quota_are_told_in_the_servers_words() {
    let mut objects = faults::full_quota();
    objects.retain(|object| object["kind"] != "ResourceQuota");
    edit(&mut objects, "ReplicaSet", "ledger", |set| {
        set["status"]["conditions"][0]["message"] = json!(
            "pods \"ledger-x\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false"
        );
    });
    let finding = only(objects);
    assert_eq!(finding.rule, "workload/pods-refused");
    assert!(finding.advice.contains("securityContext"));
}

#[test]
fn a_missing_config_map_is_named() {
    let mut objects = faults::crash_loop(1);
    edit(&mut objects, "Pod", "checkout", |pod| {
        let status = &mut pod["status"]["containerStatuses"][0];
        status["restartCount"] = json!(0);
        status["state"] = json!({"waiting": {"reason": "CreateContainerConfigError", "message": "configmap \"shop-config\" not found"}});
    });
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("config/missing", Severity::Critical));
    assert_eq!(finding.object.to_string(), "ConfigMap shop/shop-config");
    assert!(finding.sentence.contains("so Deployment shop/checkout can't start"), "{}", finding.sentence);
    assert!(finding.advice.contains("create the ConfigMap"), "{}", finding.advice);
}

#[test]
fn a_service_of_a_workload_at_zero_is_only_noted() {
    let mut objects = deployment("shop", "web", 0);
    objects.extend(service("shop", "web", "web", 0));
    let finding = only(objects);
    assert_eq!((finding.rule.as_str(), finding.severity), ("service/scaled-to-zero", Severity::Info));
}

pub(crate) fn everything() -> Vec<Value> {
    let mut objects = healthy();
    for fault in [
        faults::crash_loop(2),
        faults::bad_release(),
        faults::too_large(),
        faults::full_quota(),
        faults::wrong_selector(),
    ] {
        objects.extend(fault);
    }
    objects
}

#[test]
fn the_worst_comes_first_and_each_cause_once() {
    assert_eq!(
        rules(&Cluster::default().with(everything())),
        [
            "pod/crash-loop Deployment shop/checkout",
            "pod/unschedulable Deployment shop/recommender",
            "quota/full ResourceQuota payments/team-quota",
            "service/selector-matches-nothing Service shop/reviews",
            "image/pull-failed Deployment shop/search",
        ]
    );
}

#[test]
fn whoever_may_see_one_namespace_sees_its_findings_and_what_is_hidden() {
    for hides_namespaces in [false, true] {
        let allowed = vec!["payments".to_owned()];
        let cluster = Cluster { allowed, hides_namespaces, ..Cluster::default() }.with(everything());
        let mut operation = diagnose();
        fill_namespace(&mut operation, &"payments".parse().unwrap());
        let found = findings(&cluster, &operation);
        assert_eq!(found.findings.len(), 1, "{found:#?}");
        assert_eq!(found.findings[0].rule, "quota/full");
        assert_eq!(found.namespaces, ["payments".parse().unwrap()]);
        let hidden = if hides_namespaces { "other namespaces" } else { "list pods in shop" };
        assert!(found.unseen.iter().any(|unseen| unseen.what.contains(hidden)), "{:?}", found.unseen);
    }
}

#[test]
fn whoever_may_see_nothing_is_refused_instead_of_told_that_all_is_well() {
    let cluster = Cluster { allowed: vec!["elsewhere".to_owned()], hides_namespaces: true, ..Cluster::default() }
        .with(everything());
    let mut operation = diagnose();
    fill_namespace(&mut operation, &"shop".parse().unwrap());
    assert!(matches!(cluster.read(&operation), Err(LowerError::Denied { .. })));
}

#[test]
fn a_question_about_one_object_is_answered_about_it() {
    let cluster = Cluster::default().with(everything());
    let rules = |operation: &Operation| {
        findings(&cluster, operation).findings.iter().map(|f| f.rule.clone()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&about("deployment", "shop", "checkout")), ["pod/crash-loop"]);
    assert_eq!(rules(&about("service", "shop", "checkout")), ["pod/crash-loop"]);
    assert_eq!(rules(&about("pod", "shop", "search-9f2-0")), ["image/pull-failed"]);
    assert_eq!(rules(&about("deployment", "payments", "ledger")), ["quota/full"]);
    assert!(rules(&about("deployment", "shop", "web")).is_empty());
    assert!(matches!(cluster.read(&about("deployment", "shop", "nope")), Err(LowerError::NotFound(_))));
}

#[test]
fn who_sees_everything_waits_for_few_rounds() {
    let cluster = Cluster::default().with(healthy());
    findings(&cluster, &diagnose());
    assert_eq!(*cluster.asked.borrow(), [20], "one round of lists, nothing more on a healthy cluster");
}

#[test]
fn where_a_list_was_cut_nothing_is_called_missing() {
    let mut objects = everything();
    objects.push(crate::objects::ingress("web", "web", json!({"number": 80})));
    objects.push(crate::objects::policy(json!({"matchLabels": {"app": "web"}})));
    for cut in ["Pod", "Service", "Deployment"] {
        let cluster = Cluster { cut: vec![cut], ..Cluster::default() }.with(objects.clone());
        let found = findings(&cluster, &diagnose());
        let absent = ["service/selector-matches-nothing", "ingress/no-such-backend", "network-policy/selects-nothing"];
        let claimed: Vec<_> = found.findings.iter().filter(|finding| absent.contains(&finding.rule.as_str())).collect();
        let owed = if cut == "Deployment" { 1 } else { 0 };
        assert!(claimed.len() <= owed, "{cut}: {claimed:#?}");
        assert!(found.unseen.iter().any(|unseen| unseen.why.starts_with("list cut")), "{cut}: {:?}", found.unseen);
    }
}

#[test]
fn where_it_could_not_be_asked_what_is_served_the_routes_are_said_to_be_unseen() {
    let cluster = Cluster { cut: vec![SERVED], ..Cluster::default() }.with(healthy());
    let unseen = findings(&cluster, &diagnose()).unseen;
    assert!(unseen.iter().any(|gap| gap.why == "failed: 503" && !gap.is_forbidden()), "{unseen:?}");
}

#[test]
fn a_service_without_endpoints_is_found_although_its_pods_could_not_all_be_seen() {
    let objects = [deployment("shop", "web", 2), service("shop", "web", "web", 0)].concat();
    let cluster = Cluster { cut: vec!["Pod"], ..Cluster::default() }.with(objects);
    let found = findings(&cluster, &diagnose()).findings;
    assert_eq!((found.len(), found[0].rule.as_str()), (1, "service/no-ready-pod"));
}

#[test]
fn a_hundred_namespaces_asked_one_by_one_stay_within_the_limit_of_queries() {
    let names: Vec<String> = (0..150).map(|i| format!("team-{i:03}")).collect();
    let objects = names.iter().map(|name| namespace(name));
    let cluster = Cluster { allowed: names.clone(), served: vec![crate::objects::http_routes()], ..Cluster::default() }
        .with(objects);
    let found = findings(&cluster, &diagnose());
    assert_eq!(found.namespaces.len(), 100);
    let asked: usize = cluster.asked.borrow().iter().sum();
    assert!(asked < kubechat_core::limits::FACT_QUERIES_MAX, "{asked}");
}
