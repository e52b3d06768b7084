//! Names resolve to all they can mean, near first, and cheaply where people are right.

use kubechat_core::names::Namespace;
use kubechat_core::operation::LowerError;
use kubechat_core::resolve::{self, Candidate, ResolveAnswer, ResolveRequest};
use serde_json::json;

use crate::cluster::{Cluster, deployment, namespace, service};

fn shop() -> Cluster {
    let objects = [
        deployment("shop", "web", 3),
        service("shop", "web", "web", 3),
        deployment("shop", "search", 1),
        deployment("payments", "ledger", 2),
        deployment("payments", "web-admin", 1),
        vec![namespace("shop"), namespace("payments")],
    ];
    Cluster::default().with(objects.concat())
}

fn ask(name: &str) -> ResolveRequest {
    ResolveRequest { name: name.to_owned(), kind: None, namespace: None, verb: None }
}

fn resolve(cluster: &Cluster, request: &ResolveRequest) -> Result<ResolveAnswer, LowerError> {
    let home: Namespace = "shop".parse().unwrap();
    let known = cluster.gather(|known| resolve::needs(request, &home, known))?;
    resolve::answer(request, &home, &known)
}

fn named(candidates: &[Candidate]) -> Vec<String> {
    let place = |it: &Candidate| it.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    candidates.iter().map(|it| format!("{} {}/{}", it.kind, place(it), it.name)).collect()
}

#[test]
fn a_workload_where_people_look_first_takes_one_round_of_three_gets() {
    let cluster = shop();
    let found = resolve(&cluster, &ResolveRequest { verb: Some("scale".to_owned()), ..ask("web") }).unwrap();
    assert_eq!(named(&found.candidates), ["Deployment shop/web"], "a Service can't be scaled");
    assert_eq!(found.candidates[0].replicas, Some(3));
    assert_eq!(*cluster.asked.borrow(), [3]);
}

#[test]
fn without_kind_and_verb_everything_of_that_name_is_a_candidate() {
    let found = resolve(&shop(), &ask("Web")).unwrap();
    assert_eq!(named(&found.candidates), ["Deployment shop/web", "Service shop/web"]);
    assert_eq!(found.looked_in, ["shop"]);
}

#[test]
fn what_is_not_here_is_looked_for_everywhere() {
    for kind in [None, Some("deployment".parse().unwrap())] {
        let found = resolve(&shop(), &ResolveRequest { kind, ..ask("ledger") }).unwrap();
        assert_eq!(named(&found.candidates), ["Deployment payments/ledger"]);
        assert_eq!(found.looked_in, ["all namespaces", "shop"]);
    }
}

#[test]
fn two_of_a_name_elsewhere_are_both_candidates() {
    let cluster = shop().with(deployment("staging", "ledger", 1));
    let found = resolve(&cluster, &ask("ledger")).unwrap();
    assert_eq!(named(&found.candidates), ["Deployment payments/ledger", "Deployment staging/ledger"]);
}

#[test]
fn a_said_namespace_is_never_left() {
    let found =
        resolve(&shop(), &ResolveRequest { namespace: Some("shop".parse().unwrap()), ..ask("ledger") }).unwrap();
    assert!(found.candidates.is_empty());
    assert_eq!(named(&found.similar), ["Deployment payments/ledger"], "but it is said where it is");
}

#[test]
fn a_slip_gets_the_nearest_names() {
    let found = resolve(&shop(), &ResolveRequest { verb: Some("restart".to_owned()), ..ask("serach") }).unwrap();
    assert_eq!(named(&found.similar), ["Deployment shop/search"]);
    let found = resolve(&shop(), &ask("zzz")).unwrap();
    assert!(found.candidates.is_empty() && found.similar.is_empty());
}

#[test]
fn where_could_not_be_looked_is_said() {
    let cluster = Cluster { allowed: vec!["shop".to_owned()], ..shop() };
    let found = resolve(&cluster, &ask("ledger")).unwrap();
    assert!(found.candidates.is_empty());
    assert!(found.unseen.iter().any(|unseen| unseen.what == "list deployments.apps in payments"), "{:?}", found.unseen);
}

#[test]
fn an_unknown_kind_is_refused_and_an_impossible_name_found_nowhere() {
    let unknown = ResolveRequest { kind: Some("gizmo".parse().unwrap()), ..ask("web") };
    assert!(matches!(resolve(&shop(), &unknown), Err(LowerError::UnknownKind(_))));
    assert!(resolve(&shop(), &ask("../kube-system")).unwrap().candidates.is_empty());
}

#[test]
fn a_request_with_an_unknown_field_is_refused() {
    assert!(serde_json::from_value::<ResolveRequest>(json!({"name": "web", "cluster": "x"})).is_err());
    assert!(serde_json::from_value::<ResolveRequest>(json!({"name": "web"})).is_ok());
}
