//! What changed: revisions, writers, releases, GitOps, events; what is not recorded is said, and no secret is.

use kubechat_core::operation::read::{Changes as Asked, Diagnose};
use kubechat_core::operation::{LowerError, Operation, Target};
use kubechat_core::read::{Answer, ChangeRow, ChangeSource, Changes, fill_namespace};
use serde_json::{Value, json};

use crate::cluster::{BEFORE, Cluster, deployment, edit, pod};
use crate::faults::{self, RECENT};
use crate::objects::{event, object};
use crate::table;

fn about(kind: &str, name: &str) -> Asked {
    let target =
        Target { kind: kind.parse().unwrap(), namespace: Some("shop".parse().unwrap()), name: name.parse().unwrap() };
    Asked { target: Some(target), namespace: None, minutes: None }
}

fn changes(cluster: &Cluster, asked: Asked) -> Changes {
    match cluster.read(&Operation::Changes(asked)).unwrap() {
        Answer::Changes(changes) => changes,
        other => panic!("{other:?}"),
    }
}

fn of(changes: &Changes, source: ChangeSource) -> Vec<&ChangeRow> {
    changes.rows.iter().filter(|row| row.source == source).collect()
}

/// `search` after a bad release, as the API server tells of it.
fn released() -> Vec<Value> {
    let mut objects = faults::bad_release();
    edit(&mut objects, "ReplicaSet", "search-9f2", |set| set["metadata"]["creationTimestamp"] = json!(RECENT));
    edit(&mut objects, "Deployment", "search", |it| {
        it["metadata"]["managedFields"] = json!([
            {"manager": "helm", "operation": "Update", "time": BEFORE, "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            {"manager": "kubectl-set", "operation": "Update", "time": "2026-11-23T11:57:59Z",
                "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"search\"}": {"f:image": {}}}}}}}},
            {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status", "time": RECENT, "fieldsV1": {"f:status": {}}}]);
    });
    objects
}

#[test]
fn a_rollout_is_told_with_what_differed_and_who_wrote_it() {
    let found = changes(&Cluster::default().with(released()), about("deployment", "search"));
    let rollouts = of(&found, ChangeSource::Rollout);
    assert_eq!(rollouts.len(), 1);
    assert_eq!(rollouts[0].at.unwrap().to_string(), "2026-11-23T11:58:00.000Z");
    assert_eq!(rollouts[0].who.as_deref(), Some("kubectl-set"));
    assert!(
        rollouts[0].what.contains(
            "containers[name=search].image: registry.example/shop/search:1.0.0 → registry.example/shop/search:5.2.0-missing"
        ),
        "{}",
        rollouts[0].what
    );
    assert_eq!(found.rows[0].source, ChangeSource::Rollout, "the newest first");
}

#[test]
fn each_manager_is_told_with_his_fields_and_status_is_nobodys_change() {
    let found = changes(&Cluster::default().with(released()), about("deployment", "search"));
    let writers: Vec<_> =
        of(&found, ChangeSource::Writer).iter().map(|row| (row.who.clone().unwrap(), row.what.clone())).collect();
    assert_eq!(
        writers,
        [
            ("kubectl-set".to_owned(), "wrote; holds spec.template.spec.containers[name=search].image".to_owned()),
            ("helm".to_owned(), "wrote; holds spec.replicas".to_owned())
        ]
    );
    assert!(
        found.gaps.iter().any(|gap| gap.contains("of each manager of Deployment shop/search only the last write")),
        "{:?}",
        found.gaps
    );
}

#[test]
fn what_was_before_the_oldest_record_is_a_gap() {
    let mut objects = released();
    edit(&mut objects, "Deployment", "search", |it| {
        it["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z")
    });
    edit(&mut objects, "ReplicaSet", "search-6d4", |it| {
        it["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("7")
    });
    edit(&mut objects, "ReplicaSet", "search-9f2", |it| {
        it["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("8")
    });
    let gaps = changes(&Cluster::default().with(objects), about("deployment", "search")).gaps;
    assert!(
        gaps.iter()
            .any(|gap| gap
                .contains("who changed Deployment shop/search before 2026-11-23T10:00:00.000Z is not recorded")),
        "{gaps:?}"
    );
    assert!(gaps.iter().any(|gap| gap.contains("revisions of Deployment shop/search before 7 are gone")), "{gaps:?}");
}

#[test]
fn a_return_to_an_earlier_template_has_no_time_and_says_so() {
    let mut objects = released();
    edit(&mut objects, "ReplicaSet", "search-6d4", |it| {
        it["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("3")
    });
    let found = changes(&Cluster::default().with(objects), about("deployment", "search"));
    let rollouts = of(&found, ChangeSource::Rollout);
    assert_eq!(rollouts[0].at, None);
    assert!(rollouts[0].what.starts_with("revision 3 is a return to an earlier template"), "{}", rollouts[0].what);
    assert!(
        found.gaps.iter().any(|gap| gap.contains("when Deployment shop/search returned to revision 3 is not recorded"))
    );
}

#[test]
fn a_pod_is_followed_to_its_deployment_and_the_config_maps_it_reads() {
    let mut objects = released();
    edit(&mut objects, "Deployment", "search", |it| {
        it["spec"]["template"]["spec"]["containers"][0]["envFrom"] = json!([{"configMapRef": {"name": "settings"}}]);
    });
    let mut settings = object("v1", "ConfigMap", "settings", json!({"data": {"url": "x"}}));
    settings["metadata"]["managedFields"] = json!([{"manager": "kubectl-edit", "operation": "Update", "time": RECENT, "fieldsV1": {"f:data": {"f:url": {}}}}]);
    objects.push(settings);
    let found = changes(&Cluster::default().with(objects), about("pod", "search-9f2-0"));
    assert!(of(&found, ChangeSource::Rollout).iter().any(|row| row.object == "Deployment shop/search"));
    let edited = found.rows.iter().find(|row| row.object == "ConfigMap shop/settings").unwrap();
    assert_eq!((edited.who.as_deref(), edited.what.as_str()), (Some("kubectl-edit"), "wrote; holds data.url"));
}

#[test]
fn a_stateful_sets_revisions_are_told_too() {
    let mut objects = table::owned("StatefulSet", 2);
    for (number, image) in [(1, "db:1"), (2, "db:2")] {
        let mut revision = object(
            "apps/v1",
            "ControllerRevision",
            &format!("db-{number}"),
            json!({"revision": number,
            "data": {"spec": {"template": {"$patch": "replace", "spec": {"containers": [{"name": "db", "image": image}]}}}}}),
        );
        revision["metadata"]["ownerReferences"] =
            json!([{"kind": "StatefulSet", "name": "db", "uid": "uid-db", "controller": true}]);
        objects.push(revision);
    }
    let found = changes(&Cluster::default().with(objects), about("statefulset", "db"));
    assert_eq!(of(&found, ChangeSource::Rollout)[0].what, "revision 2 (db-2): containers[name=db].image: db:1 → db:2");
}

#[test]
fn of_revisions_made_within_one_second_the_later_stands_first() {
    let mut objects = released();
    let mut third = objects.iter().find(|it| it["metadata"]["name"] == "search-9f2").unwrap().clone();
    third["metadata"]["name"] = json!("search-abc");
    third["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("10");
    third["spec"]["template"]["spec"]["containers"][0]["image"] = json!("registry.example/shop/search:6");
    objects.push(third);
    edit(&mut objects, "ReplicaSet", "search-9f2", |it| {
        it["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("9");
    });
    let found = changes(&Cluster::default().with(objects), about("deployment", "search"));
    let told: Vec<_> = of(&found, ChangeSource::Rollout).iter().map(|row| row.what[..11].to_owned()).collect();
    assert_eq!(told, ["revision 10", "revision 9 "]);
}

#[test]
fn a_secret_in_a_template_is_not_told() {
    let mut objects = released();
    for (set, secret) in [("search-6d4", "hunter2-and-more"), ("search-9f2", "correct-horse-battery")] {
        edit(&mut objects, "ReplicaSet", set, |it| {
            it["spec"]["template"]["spec"]["containers"][0]["env"] = json!([{"name": "DB_PASSWORD", "value": secret}]);
        });
    }
    let cluster = Cluster::default().with(objects);
    let shown =
        serde_json::to_string(&cluster.read(&Operation::Changes(about("deployment", "search"))).unwrap()).unwrap();
    assert!(shown.contains("DB_PASSWORD") && !shown.contains("hunter2") && !shown.contains("correct-horse"), "{shown}");
}

fn helm(version: &str, modified: &str) -> Value {
    let mut release = object(
        "v1",
        "Secret",
        &format!("sh.helm.release.v1.search.v{version}"),
        json!({"type": "helm.sh/release.v1", "data": {"release": "aHVudGVyMi1hbmQtbW9yZQ=="}}),
    );
    release["metadata"]["labels"] =
        json!({"owner": "helm", "name": "search", "version": version, "status": "deployed", "modifiedAt": modified});
    release
}

#[test]
fn helm_releases_are_told_by_their_labels_and_never_read() {
    let mut objects = released();
    edit(&mut objects, "Deployment", "search", |it| {
        it["metadata"]["annotations"]["meta.helm.sh/release-name"] = json!("search");
        it["metadata"]["annotations"]["meta.helm.sh/release-namespace"] = json!("shop");
    });
    objects.push(helm("4", "1795435080"));
    let cluster = Cluster::default().with(objects);
    let found = changes(&cluster, about("deployment", "search"));
    let releases = of(&found, ChangeSource::Helm);
    assert_eq!(releases[0].what, "Helm release search, version 4: deployed");
    assert_eq!(releases[0].at.unwrap().to_string(), "2026-11-23T11:58:00.000Z");
    assert!(!serde_json::to_string(&found).unwrap().contains("aHVudGVy"));
}

#[test]
fn a_gitops_object_that_cannot_be_read_is_a_gap() {
    let mut objects = released();
    edit(&mut objects, "Deployment", "search", |it| {
        it["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] = json!("shop-app:apps/Deployment:shop/search");
    });
    let gaps = changes(&Cluster::default().with(objects), about("deployment", "search")).gaps;
    assert!(gaps.iter().any(|gap| gap.contains("Argo CD declares it (argocd/shop-app)")), "{gaps:?}");
}

#[test]
fn a_gitops_object_tells_the_revision_it_applied() {
    let mut objects = released();
    edit(&mut objects, "Deployment", "search", |it| {
        it["metadata"]["labels"]["kustomize.toolkit.fluxcd.io/name"] = json!("apps");
        it["metadata"]["labels"]["kustomize.toolkit.fluxcd.io/namespace"] = json!("shop");
    });
    objects.push(object(
        "kustomize.toolkit.fluxcd.io/v1",
        "Kustomization",
        "apps",
        json!({"status": {"lastAppliedRevision": "main@sha1:abc",
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": RECENT}]}}),
    ));
    let found = changes(&Cluster::default().with(objects), about("deployment", "search"));
    let applied = of(&found, ChangeSource::Gitops);
    assert_eq!(
        (applied[0].what.as_str(), applied[0].who.as_deref()),
        ("Flux has applied revision main@sha1:abc", Some("Flux"))
    );
}

#[test]
fn events_are_told_and_what_pods_do_all_day_is_not() {
    let mut objects = released();
    objects.push(event(
        "Deployment",
        "search",
        "uid-shop-search",
        "ScalingReplicaSet",
        "Scaled up replica set search-9f2 from 0 to 1",
    ));
    objects.push(event("Deployment", "search", "uid-shop-search", "Pulled", "nothing new"));
    let found = changes(&Cluster::default().with(objects), about("deployment", "search"));
    let told: Vec<_> = of(&found, ChangeSource::Event).iter().map(|row| row.what.clone()).collect();
    assert_eq!(told, ["ScalingReplicaSet: Scaled up replica set search-9f2 from 0 to 1"]);
}

#[test]
fn a_namespace_tells_of_its_last_day_and_minutes_narrow_it() {
    let mut objects = released();
    objects.extend(deployment("payments", "ledger", 1));
    let mut old = object("v1", "ConfigMap", "old", json!({"data": {}}));
    old["metadata"]["creationTimestamp"] = json!("2026-11-01T00:00:00Z");
    objects.extend([old, object("v1", "ConfigMap", "new", json!({"data": {}})), helm("4", "1795435080")]);
    let cluster = Cluster::default().with(objects);
    let whole = |minutes| Asked { target: None, namespace: Some("shop".parse().unwrap()), minutes };
    let day = changes(&cluster, whole(None));
    let told = |name: &str| day.rows.iter().any(|row| row.object.ends_with(name));
    assert!(
        told("shop/new") && told("shop/search") && !told("shop/old") && !told("payments/ledger"),
        "{:#?}",
        day.rows
    );
    let hour = changes(&cluster, whole(Some(60)));
    let sources: Vec<_> = hour.rows.iter().map(|row| row.source).collect();
    assert_eq!(sources, [ChangeSource::Rollout, ChangeSource::Helm]);
}

#[test]
fn the_contexts_namespace_is_meant_when_none_is_said() {
    let mut operation = Operation::Changes(Asked { target: None, namespace: None, minutes: None });
    fill_namespace(&mut operation, &"shop".parse().unwrap());
    let Operation::Changes(asked) = operation else { panic!() };
    assert_eq!(asked.namespace, Some("shop".parse().unwrap()));
}

#[test]
fn where_nothing_may_be_seen_the_answer_is_a_refusal_and_where_a_part_may_the_rest_is_said() {
    let cluster = Cluster { allowed: vec!["payments".to_owned()], ..Cluster::default() }.with(released());
    let asked = Asked { target: None, namespace: Some("shop".parse().unwrap()), minutes: None };
    assert!(matches!(cluster.read(&Operation::Changes(asked)), Err(LowerError::Denied { .. })));
    assert!(matches!(cluster.read(&Operation::Changes(about("deployment", "search"))), Err(LowerError::Denied { .. })));
}

#[test]
fn what_this_host_did_is_laid_beside_it() {
    let cluster = Cluster::default().with(released());
    let found = changes(&cluster, about("deployment", "search"));
    let at = Some("2026-11-23T11:57:58Z".parse().unwrap());
    let ours = ChangeRow::new(
        ChangeSource::Kubechat,
        at,
        "Deployment shop/search",
        "set the image: succeeded",
        Cluster::now(),
    );
    assert!(found.is_about("Deployment shop/search") && !found.is_about("Deployment shop/web"));
    let whole = found.with_ours(vec![ours.by("mira")]);
    assert_eq!((whole.rows[2].source, whole.rows[2].who.as_deref()), (ChangeSource::Kubechat, Some("mira")));
}

#[test]
fn a_thousand_changes_are_cut_and_counted() {
    let maps = (0..300).map(|i| object("v1", "ConfigMap", &format!("map-{i:03}"), json!({"data": {}})));
    let asked = Asked { target: None, namespace: Some("shop".parse().unwrap()), minutes: None };
    let found = changes(&Cluster::default().with(maps), asked);
    assert_eq!((found.rows.len(), found.omitted), (100, 200));
}

#[test]
fn a_finding_says_what_was_rolled_out_lately_and_a_diagnosis_of_one_object_what_changed() {
    let cluster = Cluster::default().with(released());
    let target = about("deployment", "search").target;
    let Answer::Findings(found) =
        cluster.read(&Operation::Diagnose(Diagnose { namespace: None, fallback: None, target })).unwrap()
    else {
        panic!()
    };
    let rollout =
        found.findings[0].evidence.iter().find(|evidence| evidence.source == "Deployment shop/search rollout").unwrap();
    assert!(
        rollout.text.starts_with("at 2026-11-23T11:58:00.000Z") && rollout.text.contains("5.2.0-missing"),
        "{}",
        rollout.text
    );
    assert_eq!(found.changes[0].source, ChangeSource::Rollout);
    assert!(found.changes.iter().any(|row| row.who.as_deref() == Some("kubectl-set")));
    let whole = Operation::Diagnose(Diagnose { namespace: None, fallback: None, target: None });
    let Answer::Findings(found) = cluster.read(&whole).unwrap() else { panic!() };
    assert!(found.changes.is_empty() && found.findings[0].evidence.iter().any(|e| e.source.ends_with("rollout")));
}

#[test]
fn a_pod_of_its_own_has_its_own_changes() {
    let found = changes(&Cluster::default().with([pod("shop", "web", "web", None)]), about("pod", "web"));
    assert_eq!(found.rows.len(), 1);
    assert!(found.gaps.iter().any(|gap| gap.contains("names no field managers")));
}
