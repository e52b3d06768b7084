//! Nodes, definitions and volumes: what the cluster itself stands on.

use serde_json::json;

use super::super::kinds;
use super::*;

fn with_node(pods: usize) -> World {
    let mut world = web(pods);
    world.objects.push(object(&ApiType::nodes(), "n1", json!({"spec": {}})));
    world
}

fn taint(effect: &str) -> Mutation {
    merge(ApiType::nodes(), "n1", json!({"spec": {"taints": [{"key": "broken", "value": "yes", "effect": effect}]}}))
}

#[test]
fn a_cordon_moves_nothing_and_says_what_stays() {
    let reach = reach_in(&with_node(3), &merge(ApiType::nodes(), "n1", json!({"spec": {"unschedulable": true}})));
    assert_eq!(reach.pods(), 0);
    assert!(said(&reach).contains("3 pods on Node n1 stay"), "{}", said(&reach));
}

#[test]
fn a_taint_drives_off_what_does_not_tolerate_it() {
    let mut world = with_node(3);
    let place = world.objects.iter().position(|o| o["kind"] == "Pod").unwrap();
    world.objects[place]["spec"]["tolerations"] = json!([{"key": "broken", "operator": "Exists"}]);
    world.objects.push(object(&ApiType::pods(), "alone", json!({"spec": {"nodeName": "n1"}})));
    let harsh = reach_in(&world, &taint("NoExecute"));
    assert_eq!((harsh.pods_restarted, harsh.pods_removed, kept(&harsh)), (2, 1, vec![(3, 1)]));
    assert_eq!(reach_in(&world, &taint("NoSchedule")).pods(), 0, "what runs may stay");
    world.objects[place]["spec"]["tolerations"][0]["tolerationSeconds"] = json!(60);
    assert_eq!(reach_in(&world, &taint("NoExecute")).pods_restarted, 3, "a minute is not for good");
}

#[test]
fn an_eviction_waits_for_its_budget_where_a_deletion_breaks_it() {
    let mut world = web(3);
    world.objects.push(super::super::world::budget(3, 3));
    let alone = world.objects.iter_mut().find(|o| o["kind"] == "Pod").unwrap();
    alone["metadata"]["ownerReferences"] = json!([]);
    let target = address(ApiType::pods(), "web-1-0");
    let evicted = Mutation { target, action: Action::Evict, touches: vec![] };
    let (evicted, deleted) = (reach_in(&world, &evicted), reach_in(&world, &delete(ApiType::pods(), "web-1-0")));
    assert_eq!((evicted.budgets[0].broken, deleted.budgets[0].broken), (false, true));
    assert!(said(&evicted).contains("waits until shop/web allows it"), "{}", said(&evicted));
    assert_eq!((kept(&evicted), evicted.pods()), (kept(&deleted), deleted.pods()));
}

#[test]
fn pods_are_asked_for_by_node_and_a_refusal_is_seen() {
    let mut world = with_node(2);
    let gone = delete(ApiType::nodes(), "n1");
    assert_eq!(asked(&world, &gone), ["list pods on node n1"]);
    world.denied.push("Pod");
    assert!(!reach_in(&world, &gone).complete);
}

#[test]
fn more_namespaces_than_the_limit_are_said_and_leave_the_radius_incomplete() {
    let mut world = World::of(vec![object(&ApiType::nodes(), "n1", json!({}))]);
    for index in 0..30 {
        let mut pod = object(&ApiType::pods(), "p", json!({"spec": {"nodeName": "n1"}}));
        pod["metadata"]["namespace"] = json!(format!("s{index}"));
        world.objects.push(pod);
    }
    let reach = reach_in(&world, &delete(ApiType::nodes(), "n1"));
    assert_eq!((reach.pods_removed, reach.complete), (30, false));
    assert!(said(&reach).contains("10 namespaces more are not looked at"), "{}", said(&reach));
}

#[test]
fn a_version_served_no_longer_counts_the_objects_read_by_it() {
    let crd = ApiType {
        group: "apiextensions.k8s.io".into(),
        kind: "CustomResourceDefinition".into(),
        plural: "customresourcedefinitions".into(),
        ..ApiType::nodes()
    };
    let kind = ApiType { group: "example.com".into(), kind: "Shop".into(), plural: "shops".into(), ..ApiType::pods() };
    let spec = |served: bool| {
        json!({"spec": {"group": "example.com", "scope": "Namespaced", "names": {"kind": "Shop", "plural": "shops"},
            "versions": [{"name": "v1", "served": served, "storage": true}, {"name": "v2", "served": true}]}})
    };
    let world = World::of(vec![object(&crd, "shops.example.com", spec(true)), object(&kind, "s", json!({}))]);
    let stops = reach_in(&world, &merge(crd.clone(), "shops.example.com", spec(false)));
    assert_eq!(stops.instances_unserved, 1);
    assert!(said(&stops).contains("could no longer be read as example.com/v1"), "{}", said(&stops));
    let label = merge(crd, "shops.example.com", json!({"metadata": {"labels": {"a": "b"}}}));
    assert_eq!(reach_in(&world, &label).instances_unserved, 0);
}

fn claim(policy: &str) -> World {
    World::of(vec![
        object(&ApiType::claims(), "data", json!({"spec": {"volumeName": "pv-1", "storageClassName": "fast"}})),
        object(&kinds::volumes(), "pv-1", json!({"spec": {"persistentVolumeReclaimPolicy": policy}})),
        object(&kinds::storage_classes(), "fast", json!({"reclaimPolicy": "Retain"})),
    ])
}

#[test]
fn the_volume_decides_whether_a_claims_data_is_lost() {
    let gone = delete(ApiType::claims(), "data");
    let lost = |world: &World| {
        let reach = reach_in(world, &gone);
        (reach.claims_lost, reach.claims_retained, reach.complete)
    };
    assert_eq!(lost(&claim("Delete")), (1, 0, true));
    assert_eq!(lost(&claim("Retain")), (0, 1, true));
    let mut blind = claim("Retain");
    blind.denied.push("PersistentVolume");
    assert_eq!(lost(&blind), (1, 0, false), "what can't be seen is taken to go");
    assert!(said(&reach_in(&blind, &gone)).contains("StorageClass fast reclaims by Retain"));
    let unbound = World::of(vec![object(&ApiType::claims(), "data", json!({"spec": {}}))]);
    assert_eq!(lost(&unbound), (0, 0, true));
}

#[test]
fn a_namespace_loses_only_the_claims_whose_volumes_go() {
    let mut world = claim("Retain");
    world.objects.push(object(&ApiType::claims(), "other", json!({"spec": {"volumeName": "pv-2"}})));
    world.objects.push(object(&ApiType::namespaces(), "shop", json!({})));
    let reach = reach_in(&world, &delete(ApiType::namespaces(), "shop"));
    assert_eq!((reach.claims_lost, reach.claims_retained), (1, 1));
}
