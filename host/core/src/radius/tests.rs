//! What each change touches, and what is asked to know it. By subject in `tests/`; workloads and the rest are here.

mod guards;
mod hangs;
mod nodes;
mod rights;
mod spread;
mod traffic;

use serde_json::{Value, json};

use super::world::{World, address, autoscaler, budget, delete, object, patch, restart, scale, set_image, web};
use super::*;

fn reach_in(world: &World, mutation: &Mutation) -> Reach {
    reach(mutation, &world.known(std::slice::from_ref(mutation)).0)
}

fn create(api: ApiType, name: &str, rest: Value) -> Mutation {
    let body = object(&api, name, rest);
    Mutation { target: address(api, name), action: Action::Create { body }, touches: vec![] }
}

fn merge(api: ApiType, name: &str, body: Value) -> Mutation {
    Mutation { target: address(api, name), action: Action::MergePatch { body }, touches: vec![] }
}

fn said(reach: &Reach) -> String {
    reach.sentences.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("; ")
}

fn kept(reach: &Reach) -> Vec<(u64, u64)> {
    reach.services.iter().map(|service| (service.ready_before, service.ready_after)).collect()
}

fn asked(world: &World, mutation: &Mutation) -> Vec<String> {
    let mut known = Snapshot::new(crate::time::Timestamp(0));
    let query = FactQuery::Object { object: mutation.target.clone() };
    known.insert(query.clone(), world.answer(&query));
    needs(std::slice::from_ref(mutation), &known).iter().map(ToString::to_string).collect()
}

#[test]
fn only_facts_the_change_can_affect_are_asked_for() {
    let world = web(3);
    let up = [
        "list resourcequotas in shop",
        "list services in shop",
        "list replicasets.apps in shop",
        "list horizontalpodautoscalers.autoscaling in shop",
    ];
    assert_eq!(asked(&world, &scale(5)), up);
    let labels = patch(address(ApiType::deployments(), "web"), json!({"metadata": {"labels": {"a": "b"}}}));
    assert_eq!(asked(&world, &labels), Vec::<String>::new());
    let map = World::of(vec![object(&ApiType::config_maps(), "c", json!({"data": {"k": "v"}}))]);
    let label = patch(address(ApiType::config_maps(), "c"), json!({"metadata": {"labels": {"a": "b"}}}));
    assert_eq!(asked(&map, &label), Vec::<String>::new());
}

#[test]
fn a_service_that_gains_pods_is_touched_and_loses_nothing() {
    let reach = reach_in(&web(3), &scale(5));
    let selects =
        reach.touched.iter().any(|touched| touched.why == Why::Selects && touched.object.name.as_str() == "web");
    assert!(selects && reach.services.is_empty(), "{reach:?}");
}

#[test]
fn everything_about_a_workload_is_known_in_two_rounds() {
    let world = web(3);
    for mutation in [scale(1), restart(), scale(5)] {
        assert!(world.known(std::slice::from_ref(&mutation)).1 <= 2, "{mutation:?}");
    }
    let whole = delete(ApiType::deployments(), "web");
    assert_eq!(world.known(&[whole]).1, 3, "what hangs on a Service that is left with nothing costs one more");
}

#[test]
fn a_restart_replaces_every_pod_and_keeps_what_the_strategy_promises() {
    let reach = reach_in(&web(8), &restart());
    assert_eq!((reach.pods_restarted, reach.pods_removed, reach.pods_added), (8, 0, 0));
    assert_eq!(kept(&reach), [(8, 6)], "a quarter may be down");
    let owned = reach.touched.iter().filter(|touched| touched.why == Why::Owned).count();
    assert_eq!(owned, 9, "a ReplicaSet and its pods");
    assert!(reach.complete);
}

#[test]
fn a_single_replica_is_surged_but_a_recreated_one_is_gone_for_a_while() {
    let mut world = web(1);
    assert_eq!(kept(&reach_in(&world, &restart())), []);
    world.objects[0]["spec"]["strategy"] = json!({"type": "Recreate"});
    let reach = reach_in(&world, &restart());
    assert_eq!(kept(&reach), [(1, 0)]);
    assert!(said(&reach).contains("Service shop/web loses all of its 1 ready endpoint"), "{}", said(&reach));
}

#[test]
fn a_paused_or_on_delete_workload_does_not_roll() {
    let mut world = web(3);
    world.objects[0]["spec"]["paused"] = json!(true);
    let reach = reach_in(&world, &set_image("r/web:2"));
    assert_eq!((reach.pods(), kept(&reach)), (0, vec![]));
    assert!(said(&reach).contains("paused"));
}

#[test]
fn scaling_down_takes_endpoints_and_breaks_a_budget_that_wants_more() {
    let mut world = web(5);
    world.objects.push(budget(3, 5));
    let mild = reach_in(&world, &scale(4));
    assert_eq!(
        (mild.pods_removed, kept(&mild), mild.budgets[0].broken, mild.budgets[0].takes),
        (1, vec![(5, 4)], false, 1)
    );
    let harsh = reach_in(&world, &scale(2));
    assert_eq!((harsh.pods_removed, kept(&harsh), harsh.budgets[0].broken), (3, vec![(5, 2)], true));
    assert!(
        said(&harsh).contains("PodDisruptionBudget shop/web wants 3 healthy pods and 2 would stay"),
        "{}",
        said(&harsh)
    );
    assert_eq!(kept(&reach_in(&world, &scale(0))), [(5, 0)]);
}

#[test]
fn a_budget_in_percent_follows_the_size_it_protects() {
    let mut world = web(4);
    let mut half = budget(2, 4);
    half["spec"]["minAvailable"] = json!("50%");
    world.objects.push(half);
    assert!(!reach_in(&world, &scale(1)).budgets[0].broken, "half of one is one");
}

#[test]
fn a_rolling_restart_breaks_no_budget_but_stopping_all_at_once_does() {
    let mut world = web(4);
    world.objects.push(budget(4, 4));
    assert!(!reach_in(&world, &restart()).budgets[0].broken);
    world.objects[0]["spec"]["strategy"] = json!({"type": "Recreate"});
    assert!(reach_in(&world, &restart()).budgets[0].broken);
}

#[test]
fn an_autoscaler_that_owns_the_number_is_named() {
    let mut world = web(3);
    world.objects.push(autoscaler(2, 6));
    let within = reach_in(&world, &scale(5));
    assert_eq!(within.autoscaler.as_ref().map(|hpa| (hpa.min, hpa.max)), Some((2, 6)));
    assert!(said(&within).contains("goes on to set between 2 and 6"));
    assert!(said(&reach_in(&world, &scale(9))).contains("will overrule 9"));
    assert!(said(&reach_in(&world, &scale(0))).contains("switched off"));
}

#[test]
fn deleting_a_workload_takes_all_it_owns_and_nothing_of_others() {
    let mut world = web(3);
    let stranger = object(&ApiType::pods(), "stranger", json!({"metadata": {"labels": {"app": "web"}}}));
    world.objects.push(stranger);
    let endpoints = json!({"addresses": ["10.0.0.9"], "targetRef": {"uid": "Pod-stranger"}});
    let slice = world.objects.iter_mut().find(|o| o["kind"] == "EndpointSlice").unwrap();
    slice["endpoints"].as_array_mut().unwrap().push(endpoints);
    let reach = reach_in(&world, &delete(ApiType::deployments(), "web"));
    assert_eq!((reach.pods_removed, reach.removes_objects, kept(&reach)), (3, 5, vec![(4, 1)]));
}

#[test]
fn what_may_not_be_seen_makes_the_radius_incomplete() {
    let mut world = web(3);
    world.denied.push("PodDisruptionBudget");
    assert!(!reach_in(&world, &scale(1)).complete);
    assert!(reach_in(&world, &scale(5)).complete, "budgets don't matter when nothing goes");
}

#[test]
fn a_pod_alone_is_lost_and_an_owned_one_is_replaced() {
    let world = web(2);
    let owned = reach_in(&world, &delete(ApiType::pods(), "web-1-0"));
    assert_eq!((owned.pods_restarted, owned.pods_removed, kept(&owned)), (1, 0, vec![(2, 1)]));
    let alone = World::of(vec![object(&ApiType::pods(), "p", json!({}))]);
    assert_eq!(reach_in(&alone, &delete(ApiType::pods(), "p")).pods_removed, 1);
}

#[test]
fn deleting_a_service_takes_its_endpoints() {
    assert_eq!(kept(&reach_in(&web(2), &delete(ApiType::services(), "web"))), [(2, 0)]);
}

#[test]
fn a_service_pointed_elsewhere_keeps_what_the_new_labels_pick() {
    let selector = json!({"spec": {"selector": {"app": "wbe"}}});
    assert_eq!(kept(&reach_in(&web(2), &patch(address(ApiType::services(), "web"), selector))), [(2, 0)]);
}

#[test]
fn a_template_that_loses_its_label_loses_its_service() {
    let labels = json!({"spec": {"template": {"metadata": {"labels": {"app": "other"}}}}});
    assert_eq!(kept(&reach_in(&web(4), &patch(address(ApiType::deployments(), "web"), labels))), [(4, 0)]);
}

#[test]
fn consumers_are_found_by_every_way_to_use_a_thing() {
    let uses: [(ApiType, Value); 8] = [
        (ApiType::secrets(), json!({"containers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "x"}}}]}]})),
        (ApiType::secrets(), json!({"initContainers": [{"envFrom": [{"secretRef": {"name": "x"}}]}]})),
        (ApiType::secrets(), json!({"volumes": [{"secret": {"secretName": "x"}}]})),
        (ApiType::secrets(), json!({"volumes": [{"projected": {"sources": [{"secret": {"name": "x"}}]}}]})),
        (ApiType::secrets(), json!({"imagePullSecrets": [{"name": "x"}]})),
        (ApiType::config_maps(), json!({"containers": [{"envFrom": [{"configMapRef": {"name": "x"}}]}]})),
        (ApiType::config_maps(), json!({"volumes": [{"configMap": {"name": "x"}}]})),
        (ApiType::claims(), json!({"volumes": [{"persistentVolumeClaim": {"claimName": "x"}}]})),
    ];
    for (api, pod) in uses {
        let user = object(&ApiType::deployments(), "user", json!({"spec": {"template": {"spec": pod}}}));
        let world = World::of(vec![object(&api, "x", json!({})), user]);
        let reach = reach_in(&world, &delete(api.clone(), "x"));
        assert_eq!(reach.consumers, 1, "{} by {pod}", api.kind);
        assert!(said(&reach).contains("Deployment user"));
        let other = World::of(vec![object(&api, "y", json!({})), world.objects[1].clone()]);
        assert_eq!(reach_in(&other, &delete(api, "y")).consumers, 0);
    }
}

#[test]
fn a_namespace_takes_its_content_with_it() {
    let mut world = web(3);
    world.objects.push(object(&ApiType::claims(), "data", json!({})));
    world.objects.push(object(&ApiType::namespaces(), "shop", json!({})));
    let reach = reach_in(&world, &delete(ApiType::namespaces(), "shop"));
    assert_eq!((reach.removes_objects, reach.pods_removed, reach.claims_lost, kept(&reach)), (7, 3, 1, vec![(3, 0)]));
    assert!(said(&reach).contains("6 objects in namespace shop would go with it: 3 Pod"), "{}", said(&reach));
}

#[test]
fn a_node_takes_the_pods_on_it() {
    let mut world = web(3);
    world.objects.push(object(&ApiType::nodes(), "n1", json!({})));
    let reach = reach_in(&world, &delete(ApiType::nodes(), "n1"));
    assert_eq!((reach.pods_removed, reach.removes_objects), (3, 4));
}

#[test]
fn a_custom_resource_takes_what_hangs_on_it_through_any_chain() {
    let api = ApiType {
        group: "example.com".into(),
        version: "v1".into(),
        kind: "Shop".into(),
        plural: "shops".into(),
        namespaced: true,
    };
    let mut world = web(2);
    world.objects.push(object(&api, "s", json!({})));
    world.objects[0]["metadata"]["ownerReferences"] = json!([{"uid": "Shop-s"}]);
    let reach = reach_in(&world, &delete(api, "s"));
    assert_eq!((reach.removes_objects, reach.pods_removed, kept(&reach)), (5, 2, vec![(2, 0)]));
}

#[test]
fn a_definition_takes_every_object_of_its_kind() {
    let crd = ApiType {
        group: "apiextensions.k8s.io".into(),
        version: "v1".into(),
        kind: "CustomResourceDefinition".into(),
        plural: "customresourcedefinitions".into(),
        namespaced: false,
    };
    let kind = ApiType {
        group: "example.com".into(),
        version: "v1".into(),
        kind: "Shop".into(),
        plural: "shops".into(),
        namespaced: true,
    };
    let spec = json!({"group": "example.com", "scope": "Namespaced", "names": {"kind": "Shop", "plural": "shops"},
        "versions": [{"name": "v1beta1"}, {"name": "v1", "storage": true}]});
    let world =
        World::of(vec![object(&crd, "shops.example.com", json!({"spec": spec})), object(&kind, "s", json!({}))]);
    assert_eq!(reach_in(&world, &delete(crd, "shops.example.com")).removes_objects, 2);
}

#[test]
fn a_pod_touched_by_two_steps_counts_once() {
    let world = web(3);
    let steps = [restart(), delete(ApiType::pods(), "web-1-0")];
    let radius = compute(&steps, &world.known(&steps).0);
    assert_eq!(radius.pods, 3);
    assert_eq!(radius.listed[0].why, Why::Written);
}

#[test]
fn five_thousand_pods_are_counted_and_fifty_named() {
    let world = web(5_000);
    let steps = [restart()];
    let known = world.known(&steps).0;
    let radius = compute(&steps, &known);
    assert_eq!((radius.pods, radius.objects, radius.listed.len() as u64), (5_000, 5_003, 50));
    assert_eq!(radius.omitted, radius.objects - 50);
    assert_eq!(radius.besides(1), Besides { pods: 5_000, others: 2, at_least: true });
}

#[test]
fn what_is_touched_besides_is_counted_once_and_without_what_is_written() {
    let besides = |step: Mutation| {
        let steps = [step];
        compute(&steps, &web(3).known(&steps).0).besides(1)
    };
    assert_eq!(besides(restart()), Besides { pods: 3, others: 2, at_least: false });
    assert_eq!(besides(scale(5)), Besides { pods: 2, others: 2, at_least: false }, "pods that are not there yet");
    let pod = Touched { object: address(ApiType::pods(), "a"), why: Why::Selects };
    let hangs = Radius { objects: 1, listed: vec![pod], complete: true, ..Radius::default() };
    assert_eq!(hangs.besides(0), Besides { pods: 0, others: 1, at_least: false }, "a pod that only hangs on it");
    assert!(Radius { complete: false, ..hangs }.besides(0).at_least, "there may be what could not be seen");
    let written = Radius { objects: 60, omitted: 10, complete: true, ..Radius::default() };
    assert_eq!(written.besides(60), Besides { pods: 0, others: 0, at_least: false }, "more written than are listed");
}

#[test]
fn a_new_workload_counts_the_pods_it_starts() {
    let body =
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "new"}, "spec": {"replicas": 4}});
    let mutation =
        Mutation { target: address(ApiType::deployments(), "new"), action: Action::Apply { body }, touches: vec![] };
    let reach = reach_in(&World::default(), &mutation);
    assert_eq!((reach.creates, reach.pods_added), (true, 4));
}
