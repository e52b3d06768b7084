//! Network policies: pods cut off and opened.

use serde_json::{Value, json};

use super::super::kinds;
use super::*;

fn policy(name: &str, ingress: Value) -> Value {
    let spec = json!({"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"], "ingress": ingress});
    object(&kinds::network_policies(), name, json!({"spec": spec}))
}

fn from(apps: &[&str]) -> Value {
    let peers: Vec<Value> = apps.iter().map(|app| json!({"podSelector": {"matchLabels": {"app": app}}})).collect();
    json!([{"from": peers}])
}

fn effect(world: &World, mutation: &Mutation) -> (u64, u64) {
    reach_in(world, mutation).traffic.map_or((0, 0), |traffic| (traffic.cut_off, traffic.opened))
}

fn make(ingress: Value) -> Mutation {
    let body = policy("new", ingress);
    Mutation { target: address(kinds::network_policies(), "new"), action: Action::Create { body }, touches: vec![] }
}

fn with(policies: Vec<Value>) -> World {
    let mut world = web(3);
    world.objects.push(object(&ApiType::pods(), "stranger", json!({"metadata": {"labels": {"app": "other"}}})));
    world.objects.extend(policies);
    world
}

#[test]
fn the_first_policy_cuts_off_what_it_picks_and_one_that_lets_all_through_does_not() {
    assert_eq!(effect(&with(vec![]), &make(json!([]))), (3, 0));
    assert_eq!(effect(&with(vec![]), &make(from(&["shop"]))), (3, 0));
    assert_eq!(effect(&with(vec![]), &make(json!([{}]))), (0, 0));
}

#[test]
fn a_second_policy_opens_and_its_deletion_cuts_off() {
    let world = with(vec![policy("deny", json!([])), policy("new", from(&["shop"]))]);
    assert_eq!(effect(&with(vec![policy("deny", json!([]))]), &make(from(&["shop"]))), (0, 3));
    assert_eq!(effect(&world, &delete(kinds::network_policies(), "new")), (3, 0));
    assert_eq!(effect(&world, &delete(kinds::network_policies(), "deny")), (0, 0), "the other keeps them closed");
}

#[test]
fn the_only_policy_that_goes_opens_and_weakens() {
    let world = with(vec![policy("new", json!([]))]);
    let reach = reach_in(&world, &delete(kinds::network_policies(), "new"));
    assert_eq!((reach.traffic.map(|t| t.opened), reach.weakens.len()), (Some(3), 1));
}

#[test]
fn a_rule_that_gains_a_peer_only_opens_and_one_that_loses_it_only_cuts() {
    let world = with(vec![policy("new", from(&["a"]))]);
    let set = |ingress: Value| merge(kinds::network_policies(), "new", json!({"spec": {"ingress": ingress}}));
    assert_eq!(effect(&world, &set(from(&["a", "b"]))), (0, 3));
    assert_eq!(effect(&world, &set(from(&["b"]))), (3, 3));
    assert_eq!(effect(&world, &set(json!([]))), (3, 0));
    let label = merge(kinds::network_policies(), "new", json!({"metadata": {"labels": {"a": "b"}}}));
    assert_eq!(effect(&world, &label), (0, 0));
}

#[test]
fn what_another_policy_lets_through_is_neither_cut_nor_opened() {
    let both = with(vec![policy("new", from(&["a"])), policy("other", from(&["a", "b"]))]);
    assert_eq!(effect(&both, &delete(kinds::network_policies(), "new")), (0, 0));
    let set = merge(kinds::network_policies(), "new", json!({"spec": {"ingress": from(&["b"])}}));
    assert_eq!(effect(&both, &set), (0, 0));
}

#[test]
fn a_policy_that_says_no_types_closes_what_comes_in() {
    let mut body = policy("new", json!([]));
    body["spec"].as_object_mut().unwrap().remove("policyTypes");
    let target = address(kinds::network_policies(), "new");
    let make = Mutation { target, action: Action::Create { body }, touches: vec![] };
    assert_eq!(effect(&with(vec![]), &make), (3, 0));
}

#[test]
fn thirty_thousand_pods_of_three_thousand_workloads_are_judged_and_fifty_named() {
    let mut world = World::default();
    for index in 0..30_000 {
        let labels = json!({"app": "web", "part": (index % 3_000).to_string()});
        world.objects.push(object(&ApiType::pods(), &format!("p{index}"), json!({"metadata": {"labels": labels}})));
    }
    world.objects.extend((0..20).map(|index| policy(&format!("p{index}"), from(&["a"]))));
    let deny = make(json!([]));
    assert_eq!(effect(&world, &deny), (0, 0), "all are closed already");
    world.objects.truncate(30_000);
    let reach = reach_in(&world, &deny);
    let pods = reach.touched.iter().filter(|touched| touched.why == Why::Selects).count();
    assert_eq!((reach.traffic.unwrap().cut_off, pods), (30_000, RADIUS_LISTED_MAX));
}

#[test]
fn a_policy_of_too_many_pairs_to_compare_counts_as_cutting_off_and_opening_whoever_wrote_it() {
    let many: Vec<Value> = (0..20_000).map(|port| json!({"port": port})).collect();
    let peers: Vec<Value> = (0..20_000).map(|n| json!({"ipBlock": {"cidr": format!("10.0.0.0/{n}")}})).collect();
    let huge = || json!([{"from": peers, "ports": many}]);
    let reach = reach_in(&with(vec![]), &make(huge()));
    assert_eq!(reach.traffic.clone().map(|traffic| (traffic.cut_off, traffic.opened)), Some((3, 3)));
    assert!(said(&reach).contains("more than 10000 pairs of peer and port, too many to compare"), "{}", said(&reach));
    let beside = with(vec![policy("other", huge()), policy("new", from(&["a"]))]);
    assert_eq!(effect(&beside, &delete(kinds::network_policies(), "new")), (3, 3));
    let label = merge(kinds::network_policies(), "other", json!({"metadata": {"labels": {"a": "b"}}}));
    assert_eq!(effect(&beside, &label), (0, 0), "its rules stay what they are");
    let elsewhere = policy("all", json!([{}]));
    assert_eq!(effect(&with(vec![elsewhere]), &make(huge())), (0, 0), "all is let through anyway");
}
