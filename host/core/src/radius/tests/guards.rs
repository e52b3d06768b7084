//! Guards of others: quotas and limit ranges that refuse, and promises that get weaker.

use serde_json::{Value, json};

use super::super::kinds;
use super::*;

fn quota(hard: Value, used: Value) -> Value {
    object(&ApiType::quotas(), "q", json!({"spec": {"hard": hard}, "status": {"hard": hard, "used": used}}))
}

fn range(limits: Value) -> Value {
    object(&kinds::limit_ranges(), "l", json!({"spec": {"limits": [limits]}}))
}

fn with(guard: Value) -> World {
    let mut world = web(3);
    world.objects.push(guard);
    world
}

fn sized(memory: &str) -> Mutation {
    let resources = json!({"requests": {"cpu": "100m", "memory": memory}, "limits": {"memory": memory}});
    let containers = json!([{"name": "web", "image": "r/web:1", "resources": resources}]);
    let spec = json!({"replicas": 4, "template": {"spec": {"containers": containers}}});
    create(ApiType::deployments(), "new", json!({"spec": spec}))
}

#[test]
fn a_quota_without_room_is_said_and_one_with_room_is_not() {
    let pods = |used: &str| with(quota(json!({"pods": "5"}), json!({"pods": used})));
    let refused = reach_in(&pods("3"), &scale(6)).refusals;
    assert_eq!(refused, ["ResourceQuota shop/q allows 5 pods: 3 are used and 3 more are wanted"]);
    assert_eq!(reach_in(&pods("3"), &scale(5)).refusals, Vec::<String>::new());
    assert_eq!(reach_in(&pods("3"), &scale(1)).refusals, Vec::<String>::new());
}

#[test]
fn memory_is_counted_over_all_pods_of_a_new_workload() {
    let memory = |hard: &str| with(quota(json!({"requests.memory": hard}), json!({"requests.memory": "1Gi"})));
    let refused = reach_in(&memory("4Gi"), &sized("1Gi")).refusals;
    assert_eq!(refused, ["ResourceQuota shop/q allows 4Gi requests.memory: 1Gi are used and 4096Mi more are wanted"]);
    assert_eq!(reach_in(&memory("5Gi"), &sized("1Gi")).refusals, Vec::<String>::new());
}

#[test]
fn a_new_object_is_counted_by_its_kind() {
    let services =
        with(quota(json!({"count/services": "1", "services": "9"}), json!({"count/services": "1", "services": "1"})));
    let make = |api: ApiType| create(api, "new", json!({"spec": {}}));
    assert_eq!(reach_in(&services, &make(ApiType::services())).refusals.len(), 1);
    assert_eq!(reach_in(&services, &make(ApiType::config_maps())).refusals, Vec::<String>::new());
}

#[test]
fn what_a_quota_counts_must_be_said_unless_a_range_fills_it_in() {
    let counted = || quota(json!({"limits.cpu": "9"}), json!({"limits.cpu": "0"}));
    let refused = reach_in(&with(counted()), &sized("1Gi")).refusals;
    assert_eq!(refused, ["ResourceQuota shop/q refuses pods that say no limits.cpu, as container web"]);
    let mut filled = with(counted());
    filled.objects.push(range(json!({"type": "Container", "default": {"cpu": "1"}})));
    assert_eq!(reach_in(&filled, &sized("1Gi")).refusals, Vec::<String>::new());
}

#[test]
fn a_limit_range_refuses_what_is_too_big_or_too_small() {
    let bounds = || with(range(json!({"type": "Container", "max": {"memory": "2Gi"}, "min": {"memory": "64Mi"}})));
    assert_eq!(reach_in(&bounds(), &sized("1Gi")).refusals, Vec::<String>::new());
    assert!(reach_in(&bounds(), &sized("4Gi")).refusals[0].contains("at most 2Gi memory"));
    assert!(reach_in(&bounds(), &sized("1Mi")).refusals[0].contains("at least 64Mi memory"));
}

#[test]
fn a_share_left_unsaid_is_missing_only_where_no_range_fills_it_in() {
    let bare = create(
        ApiType::deployments(),
        "new",
        json!({"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "i"}]}}}}),
    );
    assert_eq!(reach_in(&World::default(), &bare).resources_missing, ["a"]);
    let filled = World::of(vec![range(json!({"type": "Container", "default": {"memory": "1Gi"}}))]);
    assert_eq!(reach_in(&filled, &bare).resources_missing, Vec::<String>::new());
    assert_eq!(reach_in(&World::default(), &sized("1Gi")).resources_missing, Vec::<String>::new());
    assert_eq!(reach_in(&web(3), &set_image("r/web:2")).resources_missing, Vec::<String>::new(), "that was so before");
}

#[test]
fn pods_that_newly_get_at_their_node_are_named() {
    let host = json!({"spec": {"template": {"spec": {"hostNetwork": true}}}});
    let reach = reach_in(&web(3), &patch(address(ApiType::deployments(), "web"), host.clone()));
    assert_eq!(reach.pod_powers, ["host network"]);
    let mut had = web(3);
    had.objects[0]["spec"]["template"]["spec"]["hostNetwork"] = json!(true);
    assert_eq!(reach_in(&had, &set_image("r/web:2")).pod_powers, Vec::<String>::new());
}

#[test]
fn a_guard_that_promises_less_is_weaker_and_one_that_promises_more_is_not() {
    let weaker = |live: Value, api: ApiType, name: &str, spec: Value| {
        !reach_in(&World::of(vec![live]), &merge(api, name, json!({"spec": spec}))).weakens.is_empty()
    };
    let hpa = |spec: Value| weaker(autoscaler(2, 6), ApiType::autoscalers(), "web", spec);
    assert!(hpa(json!({"minReplicas": 1})) && hpa(json!({"maxReplicas": 5})));
    assert!(!hpa(json!({"minReplicas": 3})) && !hpa(json!({"maxReplicas": 9})));
    let pdb = |spec: Value| weaker(budget(2, 3), ApiType::budgets(), "web", spec);
    assert!(pdb(json!({"minAvailable": 1})) && pdb(json!({"minAvailable": "50%"})));
    assert!(pdb(json!({"selector": {"matchLabels": {"app": "other"}}})) && !pdb(json!({"minAvailable": 3})));
    let quota = |spec: Value| weaker(quota(json!({"pods": "10"}), json!({})), ApiType::quotas(), "q", spec);
    assert!(quota(json!({"hard": {"pods": "21"}})) && quota(json!({"hard": {"pods": null}})));
    assert!(!quota(json!({"hard": {"pods": "20"}})) && !quota(json!({"hard": {"pods": "5"}})));
}

#[test]
fn a_volume_that_is_a_path_of_its_node_is_named_and_one_of_a_driver_is_not() {
    let make =
        |spec: Value| reach_in(&World::default(), &create(kinds::volumes(), "v", json!({"spec": spec}))).pod_powers;
    assert_eq!(make(json!({"hostPath": {"path": "/etc"}})), ["host path /etc"]);
    assert_eq!(make(json!({"local": {"path": "/mnt/disk"}})), ["host path /mnt/disk"]);
    assert_eq!(make(json!({"csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "v"}})), Vec::<String>::new());
    let live = World::of(vec![object(&kinds::volumes(), "v", json!({"spec": {"hostPath": {"path": "/srv"}}}))]);
    let set = |spec: Value| reach_in(&live, &merge(kinds::volumes(), "v", json!({"spec": spec}))).pod_powers;
    assert_eq!(set(json!({"hostPath": {"path": "/"}})), ["host path /"]);
    assert_eq!(set(json!({"persistentVolumeReclaimPolicy": "Retain"})), Vec::<String>::new(), "that was so before");
}
