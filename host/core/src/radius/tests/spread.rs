//! Which namespaces a write reaches into besides its own.

use serde_json::{Value, json};

use super::super::kinds;
use super::*;

fn spaces(reach: &Reach) -> Vec<&str> {
    reach.spread.namespaces.iter().map(Namespace::as_str).collect()
}

fn placed(api: &ApiType, space: &str, name: &str, rest: Value) -> Value {
    let mut object = object(api, name, rest);
    object["metadata"]["namespace"] = json!(space);
    object
}

fn crowded() -> World {
    let mut objects = vec![object(&ApiType::nodes(), "n1", json!({"spec": {}, "metadata": {"labels": {"pool": "a"}}}))];
    for index in 0..40 {
        objects.push(placed(&ApiType::pods(), &format!("s{index:02}"), "p", json!({"spec": {"nodeName": "n1"}})));
    }
    World::of(objects)
}

fn tainted(effect: &str) -> Mutation {
    merge(ApiType::nodes(), "n1", json!({"spec": {"taints": [{"key": "broken", "effect": effect}]}}))
}

#[test]
fn a_node_that_drives_its_pods_off_reaches_every_one_of_their_namespaces() {
    for mutation in [tainted("NoExecute"), delete(ApiType::nodes(), "n1")] {
        let reach = reach_in(&crowded(), &mutation);
        assert_eq!(spaces(&reach).len(), 40, "more than are looked at for Services, and none left out");
        assert!(reach.spread.everywhere.is_none() && reach.spread.unseen.is_empty(), "{:?}", reach.spread);
    }
    assert!(reach_in(&crowded(), &tainted("NoSchedule")).spread.is_empty(), "nothing that runs has to go");
    let cordon = merge(ApiType::nodes(), "n1", json!({"spec": {"unschedulable": true}}));
    assert!(reach_in(&crowded(), &cordon).spread.is_empty());
}

#[test]
fn a_pod_that_tolerates_the_taint_is_not_reached_and_one_that_has_ended_is() {
    let mut world = crowded();
    for pod in world.objects.iter_mut().filter(|one| one["kind"] == "Pod").skip(2) {
        pod["spec"]["tolerations"] = json!([{"operator": "Exists"}]);
    }
    world.objects[1]["status"] = json!({"phase": "Succeeded"});
    assert_eq!(spaces(&reach_in(&world, &tainted("NoExecute"))), ["s00", "s01"]);
}

#[test]
fn what_could_not_be_seen_of_a_reach_is_said() {
    let mut world = crowded();
    world.denied.push("Pod");
    for mutation in [tainted("NoExecute"), delete(ApiType::nodes(), "n1")] {
        assert_eq!(reach_in(&world, &mutation).spread.unseen, ["list pods on node n1"]);
    }
    world.denied = vec!["DaemonSet"];
    let moved = merge(ApiType::nodes(), "n1", json!({"metadata": {"labels": {"pool": "b"}}}));
    assert_eq!(reach_in(&world, &moved).spread.unseen, ["list daemonsets.apps in all namespaces"]);
}

#[test]
fn a_node_label_reaches_the_daemonsets_that_choose_by_it() {
    let mut world = crowded();
    let choosing = |template: Value| json!({"spec": {"template": {"spec": template}}});
    let by_rule = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": [{"key": "pool", "operator": "Exists"}]}]}}}});
    for (space, template) in [("logs", json!({"nodeSelector": {"pool": "a"}})), ("mesh", by_rule), ("proxy", json!({}))]
    {
        world.objects.push(placed(&ApiType::daemon_sets(), space, "agent", choosing(template)));
    }
    let label = |labels: Value| merge(ApiType::nodes(), "n1", json!({"metadata": {"labels": labels}}));
    assert_eq!(spaces(&reach_in(&world, &label(json!({"pool": "b"})))), ["logs", "mesh"]);
    assert!(reach_in(&world, &label(json!({"seen": "yes"}))).spread.is_empty());
}

#[test]
fn a_definition_reaches_the_namespaces_of_its_objects() {
    let crd = ApiType {
        group: "apiextensions.k8s.io".into(),
        kind: "CustomResourceDefinition".into(),
        plural: "customresourcedefinitions".into(),
        ..ApiType::nodes()
    };
    let shop = ApiType { group: "example.com".into(), kind: "Shop".into(), plural: "shops".into(), ..ApiType::pods() };
    let spec = json!({"spec": {"group": "example.com", "scope": "Namespaced", "names": {"kind": "Shop", "plural": "shops"},
            "versions": [{"name": "v1", "served": true, "storage": true}]}});
    let mut world = World::of(vec![object(&crd, "shops.example.com", spec)]);
    world.objects.push(placed(&shop, "a", "s", json!({})));
    world.objects.push(placed(&shop, "b", "s", json!({})));
    let gone = delete(crd.clone(), "shops.example.com");
    assert_eq!(spaces(&reach_in(&world, &gone)), ["a", "b"]);
    let label = merge(crd, "shops.example.com", json!({"metadata": {"labels": {"a": "b"}}}));
    assert!(reach_in(&world, &label).spread.is_empty(), "what is only said about it reaches nobody");
    world.denied.push("Shop");
    assert_eq!(reach_in(&world, &gone).spread.unseen, ["list shops.example.com in all namespaces"]);
}

fn bound(api: ApiType, space: &str, subject: Value) -> Value {
    let mut binding =
        object(&api, "b", json!({"roleRef": {"kind": "ClusterRole", "name": "deploy"}, "subjects": [subject]}));
    if api.namespaced {
        binding["metadata"]["namespace"] = json!(space);
    }
    binding
}

#[test]
fn a_cluster_role_reaches_where_it_is_bound_and_those_who_lose_by_it() {
    let rules = |verb: &str| json!({"rules": [{"verbs": [verb], "apiGroups": [""], "resources": ["pods"]}]});
    let account = json!({"kind": "ServiceAccount", "name": "bot", "namespace": "ci"});
    let here = bound(kinds::role_bindings(), "pay", account);
    let mut world = World::of(vec![object(&kinds::cluster_roles(), "deploy", rules("get")), here]);
    let changed = merge(kinds::cluster_roles(), "deploy", rules("list"));
    assert_eq!(spaces(&reach_in(&world, &changed)), ["ci", "pay"], "the account in ci may do less from now on");
    let label = merge(kinds::cluster_roles(), "deploy", json!({"metadata": {"labels": {"a": "b"}}}));
    assert!(reach_in(&world, &label).spread.is_empty());
    world.objects.push(bound(kinds::cluster_role_bindings(), "", json!({"kind": "User", "name": "mira"})));
    let wide = reach_in(&world, &changed).spread;
    assert_eq!(wide.everywhere.as_deref(), Some("ClusterRoleBinding b counts in every namespace"));
    world.denied.push("ClusterRoleBinding");
    assert!(!reach_in(&world, &changed).spread.unseen.is_empty());
}

fn hook(selector: Value, service: &str) -> Value {
    json!({"webhooks": [{"name": "h", "namespaceSelector": selector, "rules": [{"operations": ["*"], "resources": ["pods"]}],
        "clientConfig": {"service": {"namespace": "shop", "name": service}}}]})
}

#[test]
fn a_webhook_reaches_the_namespaces_it_is_asked_about() {
    let space =
        |name: &str, tier: &str| object(&ApiType::namespaces(), name, json!({"metadata": {"labels": {"tier": tier}}}));
    let mut world = World::of(vec![space("a", "front"), space("b", "back")]);
    let by_tier = create(kinds::validating_webhooks(), "h", hook(json!({"matchLabels": {"tier": "front"}}), "x"));
    assert_eq!(spaces(&reach_in(&world, &by_tier)), ["a"]);
    let all = create(kinds::validating_webhooks(), "h", hook(json!({}), "x"));
    assert!(reach_in(&world, &all).spread.everywhere.is_some());
    world.denied.push("Namespace");
    assert!(!reach_in(&world, &by_tier).spread.unseen.is_empty());
}

#[test]
fn a_service_reaches_the_namespaces_whose_writes_are_asked_about_there() {
    let mut world = web(2);
    world.objects.push(object(&ApiType::namespaces(), "pay", json!({"metadata": {"labels": {"tier": "back"}}})));
    let selector = json!({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["back"]}]});
    world.objects.push(object(&kinds::validating_webhooks(), "h", hook(selector, "web")));
    for mutation in [delete(ApiType::services(), "web"), delete(ApiType::deployments(), "web"), scale(0)] {
        assert_eq!(spaces(&reach_in(&world, &mutation)), ["pay"]);
    }
    assert!(reach_in(&world, &scale(1)).spread.is_empty(), "it still answers");
    world.denied.push("ValidatingWebhookConfiguration");
    let blind = reach_in(&world, &delete(ApiType::services(), "web")).spread;
    assert!(blind.unseen[0].contains("validatingwebhookconfigurations"), "{blind:?}");
}

#[test]
fn a_route_of_another_namespace_that_a_grant_lets_in_is_reached() {
    let gateway = |kind: &str, plural: &str| ApiType {
        group: "gateway.networking.k8s.io".to_owned(),
        version: "v1".to_owned(),
        kind: kind.to_owned(),
        plural: plural.to_owned(),
        namespaced: true,
    };
    let (routes, grants) = (gateway("HTTPRoute", "httproutes"), gateway("ReferenceGrant", "referencegrants"));
    let mut world = web(2);
    let from =
        json!({"spec": {"from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "edge"}]}});
    let to =
        |space: Value| json!({"spec": {"rules": [{"backendRefs": [{"name": "web", "namespace": space, "port": 80}]}]}});
    world.objects.push(object(&grants, "g", from));
    world.objects.push(placed(&routes, "edge", "r", to(json!("shop"))));
    world.objects.push(placed(&routes, "edge", "own", to(Value::Null)));
    world.serves = vec![routes, grants];
    let reach = reach_in(&world, &delete(ApiType::services(), "web"));
    assert_eq!(spaces(&reach), ["edge"]);
    assert_eq!(reach.routes.len(), 1, "{:?}", reach.routes);
}

#[test]
fn an_unknown_cluster_wide_kind_reaches_everywhere_and_a_deployer_who_knows_where() {
    let policy = ApiType {
        group: "kyverno.io".into(),
        kind: "ClusterPolicy".into(),
        plural: "clusterpolicies".into(),
        ..ApiType::nodes()
    };
    let made = create(policy, "p", json!({"spec": {"rules": []}}));
    assert!(reach_in(&World::default(), &made).spread.everywhere.is_some());
    let app = ApiType {
        group: "argoproj.io".into(),
        kind: "Application".into(),
        plural: "applications".into(),
        ..ApiType::pods()
    };
    let world = World::of(vec![object(&app, "web", json!({"spec": {"source": {"targetRevision": "1"}}}))]);
    let moved = merge(app.clone(), "web", json!({"spec": {"source": {"targetRevision": "2"}}}));
    assert_eq!(reach_in(&world, &moved).spread.unseen, ["where Application shop/web deploys to"]);
    let label = merge(app, "web", json!({"metadata": {"labels": {"a": "b"}}}));
    assert!(reach_in(&world, &label).spread.is_empty());
    let class = create(kinds::storage_classes(), "fast", json!({"provisioner": "x"}));
    assert!(reach_in(&World::default(), &class).spread.is_empty(), "nothing uses it yet");
}

#[test]
fn a_class_that_becomes_or_stops_being_the_default_reaches_everywhere() {
    let annotated =
        |on: &str| json!({"metadata": {"annotations": {"storageclass.kubernetes.io/is-default-class": on}}});
    let world = World::of(vec![object(&kinds::storage_classes(), "fast", json!({"provisioner": "x"}))]);
    let becomes = merge(kinds::storage_classes(), "fast", annotated("true"));
    assert!(reach_in(&world, &becomes).spread.everywhere.is_some());
    assert!(
        reach_in(&World::default(), &create(kinds::storage_classes(), "new", annotated("true")))
            .spread
            .everywhere
            .is_some()
    );
    let stays = merge(kinds::storage_classes(), "fast", annotated("false"));
    assert!(reach_in(&world, &stays).spread.is_empty());
    let priority = ApiType {
        group: "scheduling.k8s.io".into(),
        kind: "PriorityClass".into(),
        plural: "priorityclasses".into(),
        ..ApiType::nodes()
    };
    let urgent = |default: bool| create(priority.clone(), "urgent", json!({"value": 1_000, "globalDefault": default}));
    assert!(reach_in(&World::default(), &urgent(true)).spread.everywhere.is_some());
    assert!(reach_in(&World::default(), &urgent(false)).spread.is_empty());
}

#[test]
fn a_volume_reaches_the_claim_that_is_bound_to_it() {
    let bound =
        json!({"spec": {"persistentVolumeReclaimPolicy": "Delete", "claimRef": {"name": "data", "namespace": "pay"}}});
    let world = World::of(vec![object(&kinds::volumes(), "pv-1", bound)]);
    assert_eq!(spaces(&reach_in(&world, &delete(kinds::volumes(), "pv-1"))), ["pay"]);
}

#[test]
fn what_stays_in_its_namespace_reaches_no_other() {
    for mutation in [scale(1), restart(), set_image("r/web:2"), delete(ApiType::deployments(), "web")] {
        assert!(reach_in(&web(3), &mutation).spread.is_empty(), "{mutation:?}");
    }
}
