//! What is related to an object, and the history it keeps: on a whole small shop, without rights, and at its limits.

use kubechat_core::operation::{LowerError, Operation, Target};
use kubechat_core::read::history::{self, History, REVISIONS_MAX};
use kubechat_core::read::related::{self, ITEMS_MAX, Related, Relation};
use serde_json::{Value, json};

use crate::cluster::{Cluster, deployment, edit, pod, service};
use crate::faults;
use crate::objects::{budget, claim, http_routes, ingress, object, policy, route, scaler, well};

fn target(kind: &str, name: &str) -> Target {
    let namespace = (!matches!(kind, "node" | "namespace")).then(|| "shop".parse().unwrap());
    Target { kind: kind.parse().unwrap(), namespace, name: name.parse().unwrap() }
}

fn of(cluster: &Cluster, kind: &str, name: &str) -> Result<Related, LowerError> {
    let target = target(kind, name);
    let known = cluster.gather(|known| related::needs(&target, known))?;
    related::answer(&target, &known)
}

fn history_of(cluster: &Cluster, kind: &str, name: &str) -> History {
    let target = target(kind, name);
    let known = cluster.gather(|known| history::needs(&target, known)).unwrap();
    history::answer(&target, &known, Cluster::now()).unwrap()
}

/// `Kind name state` of a relation.
fn told(related: &Related, relation: Relation) -> Vec<String> {
    let all = related.relations.iter().filter(|one| one.relation == relation).flat_map(|one| &one.items);
    all.map(|one| format!("{} {} {}", one.kind, one.object.name, one.state).trim_end().to_owned()).collect()
}

/// A web with everything around it.
fn shop() -> Vec<Value> {
    let mut objects = deployment("shop", "web", 2);
    for kind in ["Deployment", "ReplicaSet"] {
        edit(&mut objects, kind, "web", |one| {
            let spec = &mut one["spec"]["template"]["spec"];
            spec["containers"][0]["envFrom"] =
                json!([{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "keys"}}]);
            spec["volumes"] = json!([{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]);
        });
    }
    objects.extend(service("shop", "web", "web", 2));
    objects.extend(service("shop", "api", "api", 0));
    objects.extend([
        ingress("front", "web", json!({"number": 80})),
        ingress("other", "api", json!({"number": 80})),
        scaler(&[], 2),
        budget(1, 2, 2, 1),
        policy(json!({})),
        claim("data", None, "Bound", "2026-11-23T10:00:00Z"),
        well("node-1"),
        object("v1", "ConfigMap", "settings", json!({"data": {"password": "hunter2"}})),
    ]);
    objects
}

#[test]
fn a_deployment_is_told_with_everything_that_hangs_on_it_and_stands_around_it() {
    let related = of(&Cluster::default().with(shop()), "deployment", "web").unwrap();
    let of = |relation| told(&related, relation);
    assert_eq!(
        of(Relation::Dependent),
        ["Pod web-6d4-0 Running", "Pod web-6d4-1 Running", "ReplicaSet web-6d4 2/2 ready"]
    );
    assert_eq!(of(Relation::Service), ["Service web ClusterIP"]);
    assert_eq!(of(Relation::Route), ["Ingress front"], "the other one leads elsewhere");
    assert_eq!(of(Relation::Autoscaler), ["HorizontalPodAutoscaler web 2 of 1 to 3"]);
    assert_eq!(of(Relation::Budget), ["PodDisruptionBudget web 1 may go"]);
    assert_eq!(of(Relation::NetworkPolicy).len(), 1, "an empty selector picks every pod");
    assert_eq!(of(Relation::RefersTo), ["ConfigMap settings there", "Secret keys missing"]);
    assert_eq!(of(Relation::Storage), ["PersistentVolumeClaim data Bound"]);
    assert_eq!(of(Relation::Node), ["Node node-1 Ready"]);
    assert!(!serde_json::to_string(&related).unwrap().contains("hunter2"), "of ConfigMaps only names are read");
    assert_eq!(related.unseen, []);
}

#[test]
fn a_pods_owners_are_followed_to_the_top_and_its_autoscaler_is_theirs() {
    let related = of(&Cluster::default().with(shop()), "pod", "web-6d4-0").unwrap();
    assert_eq!(told(&related, Relation::Owner), ["ReplicaSet web-6d4 2/2 ready", "Deployment web 2/2 ready"]);
    assert_eq!(told(&related, Relation::Autoscaler).len(), 1);
}

#[test]
fn the_same_relations_are_seen_from_the_other_side() {
    let mut cluster = Cluster::default().with(shop()).with([route("web", 80)]);
    cluster.served = vec![http_routes()];
    let seen = |kind: &str, name: &str, relation| told(&of(&cluster, kind, name).unwrap(), relation);
    assert_eq!(seen("service", "web", Relation::Selects).len(), 2);
    assert_eq!(seen("service", "web", Relation::Dependent), ["EndpointSlice web-x7k2p 2/2 ready"]);
    assert_eq!(seen("service", "web", Relation::Route).first().unwrap(), "Ingress front");
    assert_eq!(seen("configmap", "settings", Relation::UsedBy), ["Deployment web 2/2 ready"], "not its ReplicaSet too");
}

#[test]
fn what_may_not_be_seen_is_said_and_the_rest_is_told() {
    let mut cluster = Cluster::default().with(shop());
    cluster.allowed = vec!["shop".to_owned()];
    let related = of(&cluster, "deployment", "web").unwrap();
    assert_eq!(told(&related, Relation::Node), ["Node node-1"], "its name is known, its state is not");
    assert!(related.unseen.iter().any(|gap| gap.what.contains("Node node-1") && gap.why == "forbidden"), "{related:?}");
    cluster.allowed = vec!["pay".to_owned()];
    assert!(matches!(of(&cluster, "deployment", "web"), Err(LowerError::Denied { .. })));
    assert!(matches!(of(&Cluster::default(), "deployment", "web"), Err(LowerError::NotFound(_))));
}

#[test]
fn a_long_relation_is_cut_and_counted() {
    let pods = (0..ITEMS_MAX + 7).map(|i| pod("shop", &format!("api-{i:03}"), "api", None));
    let related = of(&Cluster::default().with(pods).with(service("shop", "api", "api", 0)), "service", "api").unwrap();
    let selects = related.relations.iter().find(|one| one.relation == Relation::Selects).unwrap();
    assert_eq!((selects.items.len(), selects.total, selects.omitted), (ITEMS_MAX, ITEMS_MAX as u64 + 7, 7));
}

#[test]
fn owners_that_go_round_or_lead_to_no_known_kind_end_the_chain() {
    let owner = |kind: &str, name: &str| json!([{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "u", "controller": true}]);
    let mut objects = deployment("shop", "web", 1);
    edit(&mut objects, "Deployment", "web", |one| one["metadata"]["ownerReferences"] = owner("ReplicaSet", "web-6d4"));
    let related = of(&Cluster::default().with(objects.clone()), "deployment", "web").unwrap();
    assert_eq!(told(&related, Relation::Owner).len(), 1, "each once: {related:?}");
    edit(&mut objects, "Deployment", "web", |one| {
        one["metadata"]["ownerReferences"] =
            json!([{"apiVersion": "gone.example/v1", "kind": "Gone", "name": "g", "uid": "u"}]);
    });
    assert_eq!(told(&of(&Cluster::default().with(objects), "deployment", "web").unwrap(), Relation::Owner).len(), 0);
}

#[test]
fn a_state_from_the_cluster_can_neither_steer_a_terminal_nor_turn_text_round() {
    let mut objects = deployment("shop", "web", 1);
    edit(&mut objects, "Pod", "web", |pod| {
        pod["status"]["containerStatuses"][0]["state"] = json!({"waiting": {"reason": "Bad\u{1b}[2J\u{202e}"}});
    });
    let related = of(&Cluster::default().with(objects), "deployment", "web").unwrap();
    let text = serde_json::to_string(&related).unwrap();
    assert!(!text.contains("\\u001b") && !text.contains('\u{202e}'), "{text}");
}

#[test]
fn a_history_says_which_revision_counts_what_each_changed_and_how_to_go_back() {
    let mut objects = faults::bad_release();
    edit(&mut objects, "Deployment", "search", |one| {
        one["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("2");
    });
    edit(&mut objects, "ReplicaSet", "search-9f2", |set| {
        set["metadata"]["annotations"]["kubernetes.io/change-cause"] = json!("release 5");
    });
    let found = history_of(&Cluster::default().with(objects), "deployment", "search");
    let rows: Vec<_> = found.revisions.iter().map(|row| (row.number, row.current, row.undo.is_some())).collect();
    assert_eq!(rows, [(2, true, false), (1, false, true)]);
    assert!(found.revisions[0].what.contains("1.0.0 → registry.example/shop/search:5.2.0-missing"), "{found:?}");
    assert_eq!(found.revisions[0].cause.as_deref(), Some("release 5"));
    let Some(Operation::RolloutUndo(undo)) = &found.revisions[1].undo else { panic!("{found:?}") };
    assert_eq!((undo.target.kind.as_str(), undo.revision), ("deployments.apps", Some(1)));
}

#[test]
fn a_kind_without_revisions_says_so_and_a_long_history_is_cut_and_counted() {
    let found = history_of(&Cluster::default().with(deployment("shop", "web", 1)), "pod", "web-6d4-0");
    assert!(found.revisions.is_empty() && found.gaps[0].contains("keeps no revisions"), "{found:?}");
    let mut objects = deployment("shop", "web", 1);
    for number in 2..=REVISIONS_MAX + 5 {
        let mut set = objects[1].clone();
        set["metadata"]["name"] = json!(format!("web-{number}"));
        set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!(number.to_string());
        objects.push(set);
    }
    let found = history_of(&Cluster::default().with(objects), "deployment", "web");
    assert_eq!((found.revisions.len(), found.omitted), (REVISIONS_MAX, 5));
}
