//! Operations that make an object: create, expose, autoscale; and scaling what is not Kubernetes' own.

use super::*;

fn create(objects: Value) -> Operation {
    said(json!({"op": "create", "objects": objects, "namespace": "shop"}))
}

fn map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": "v"}})
}

#[test]
fn create_posts_what_is_not_there_and_refuses_what_is() {
    let mutation = lowered(&create(json!([map("a")])), &World::default());
    let Action::Create { body } = &mutation.action else { panic!("{mutation:?}") };
    assert_eq!(body["metadata"], json!({"name": "a", "namespace": "shop"}));
    assert_eq!(mutation.touches, [FieldPath::of(&["data", "k"])]);
    let world = World::of(vec![object(&ApiType::config_maps(), "a", json!({"data": {}}))]);
    let problem = refusal(&create(json!([map("b"), map("a")])), &world);
    assert_eq!((problem.code, problem.detail.as_str()), (Code::WrongState, "ConfigMap shop/a exists already"));
    for bad in [
        json!([]),
        json!([{}]),
        json!([map("a"), map("a")]),
        json!([{"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "x-"}}]),
    ] {
        assert_eq!(refusal(&create(bad.clone()), &World::default()).code, Code::BadInput, "{bad}");
    }
    let secret = create(
        json!([{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "stringData": {"x": "correct-horse"}}]),
    );
    assert!(!secret.shown().to_string().contains("correct-horse"));
    assert_eq!(
        sentence(&create(json!([map("a"), map("b"), map("c"), map("d")]))),
        "create configmap a, configmap b, configmap c and 1 more"
    );
}

fn expose(more: Value) -> Operation {
    let mut operation = json!({"op": "expose", "port": 80, "name": "front"});
    operation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    about_web(operation)
}

#[test]
fn expose_makes_a_service_with_the_workloads_selector_and_port() {
    let mut world = web(1);
    world.objects[0]["spec"]["template"]["spec"]["containers"][0]["ports"] =
        json!([{"name": "dns", "containerPort": 53, "protocol": "UDP"}]);
    let mutation = lowered(&expose(json!({"target_port": "dns", "type": "NodePort"})), &world);
    let Action::Create { body } = &mutation.action else { panic!("{mutation:?}") };
    let ports = json!([{"port": 80, "protocol": "UDP", "targetPort": "dns"}]);
    assert_eq!(body["spec"], json!({"selector": {"app": "web"}, "ports": ports, "type": "NodePort"}));
    assert_eq!(mutation.target.to_string(), "Service shop/front");
    let mutation = lowered(&expose(json!({"target_port": 8080})), &world);
    let Action::Create { body } = &mutation.action else { panic!("{mutation:?}") };
    assert_eq!(body["spec"]["ports"], json!([{"port": 80, "protocol": "TCP", "targetPort": 8080}]));
    assert_eq!(sentence(&expose(json!({}))), "expose deployment shop/web at port 80 as service front");
}

#[test]
fn expose_refuses_a_service_that_is_there_and_ports_and_names_that_cannot_be() {
    let mut plain = expose(json!({}));
    if let Operation::Expose(expose) = &mut plain {
        expose.name = None;
    }
    assert_eq!(refusal(&plain, &web(1)).code, Code::WrongState, "Service web is there");
    for bad in [
        json!({"port": 0}),
        json!({"target_port": 0}),
        json!({"target_port": "http"}),
        json!({"name": "Front"}),
        json!({"name": "1a"}),
        json!({"name": "a;reboot"}),
        json!({"name": ""}),
    ] {
        assert_eq!(refusal(&expose(bad.clone()), &web(1)).code, Code::BadInput, "{bad}");
    }
    assert!(
        serde_json::from_value::<Operation>(
            json!({"op": "expose", "target": {"kind": "pod", "name": "x"}, "port": 70_000})
        )
        .is_err()
    );
    let mut expressions = web(1);
    expressions.objects[0]["spec"]["selector"] = json!({"matchExpressions": [{"key": "app", "operator": "Exists"}]});
    assert!(detail(&expose(json!({})), &expressions).contains("expressions"));
    let other = said(
        json!({"op": "expose", "target": {"kind": "service", "namespace": "shop", "name": "web"}, "port": 80, "name": "front"}),
    );
    assert_eq!(refusal(&other, &web(1)).code, Code::BadInput);
    let quoted = kubectl(&expose(json!({"target_port": "$(x)"})));
    assert_eq!(quoted, "kubectl expose deployment/web -n shop --port=80 '--target-port=$(x)' --name=front");
}

fn autoscale(min: u32, max: u32, cpu: Option<u32>) -> Operation {
    about_web(json!({"op": "autoscale", "min": min, "max": max, "cpu_percent": cpu}))
}

#[test]
fn autoscale_creates_an_autoscaler_or_changes_the_one_that_is_there() {
    let mutation = lowered(&autoscale(2, 5, Some(70)), &web(2));
    let Action::Create { body } = &mutation.action else { panic!("{mutation:?}") };
    assert_eq!(body["apiVersion"], "autoscaling/v2");
    assert_eq!(body["spec"]["scaleTargetRef"], json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}));
    let mut there = web(2);
    let mut scaler = crate::radius::world::autoscaler(1, 3);
    scaler["metadata"]["name"] = json!("other-name");
    let memory = json!({"type": "Resource", "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 50}}});
    scaler["spec"]["metrics"] = json!([memory]);
    there.objects.push(scaler);
    let changed = autoscale(2, 5, Some(70));
    let after = there_and_back(&changed, &there);
    assert_eq!(
        (&after["metadata"]["name"], &after["spec"]["minReplicas"], &after["spec"]["maxReplicas"]),
        (&json!("other-name"), &json!(2), &json!(5))
    );
    assert_eq!(after["spec"]["metrics"][0], memory, "other metrics stay");
    assert_eq!(after["spec"]["metrics"].as_array().unwrap().len(), 2);
    assert_eq!(there_and_back(&autoscale(2, 5, None), &there)["spec"]["metrics"], json!([memory]));
}

#[test]
fn autoscale_refuses_ranges_that_are_none_kinds_without_replicas_and_doubt() {
    for (min, max, cpu) in [(0, 3, None), (4, 3, None), (1, 3, Some(0)), (1, 3, Some(1_001))] {
        assert_eq!(refusal(&autoscale(min, max, cpu), &web(1)).code, Code::BadInput, "{min} {max} {cpu:?}");
    }
    assert_eq!(refusal(&autoscale(1, scale::REPLICAS_MAX + 1, None), &web(1)).code, Code::LimitExceeded);
    let service = said(
        json!({"op": "autoscale", "target": {"kind": "service", "namespace": "shop", "name": "web"}, "min": 1, "max": 2}),
    );
    assert_eq!(refusal(&service, &web(1)).code, Code::BadInput);
    let mut two = web(1);
    let mut second = crate::radius::world::autoscaler(1, 3);
    second["metadata"]["name"] = json!("second");
    two.objects.extend([crate::radius::world::autoscaler(1, 3), second]);
    assert!(detail(&autoscale(1, 4, None), &two).contains("two autoscalers"));
    let mut stranger = web(1);
    let mut other = crate::radius::world::autoscaler(1, 3);
    other["spec"]["scaleTargetRef"]["name"] = json!("else");
    stranger.objects.push(other);
    assert_eq!(refusal(&autoscale(1, 4, None), &stranger).code, Code::WrongState, "its name is taken");
    let mut blind = web(1);
    blind.denied.push("HorizontalPodAutoscaler");
    assert_eq!(refusal(&autoscale(1, 4, None), &blind).code, Code::ClusterForbidden);
}

#[test]
fn a_custom_kind_is_scaled_where_its_definition_says() {
    let stand = ApiType {
        group: "shop.example".to_owned(),
        kind: "Stand".to_owned(),
        plural: "stands".to_owned(),
        ..ApiType::deployments()
    };
    let version = |scale: Value| json!({"spec": {"versions": [{"name": "v1", "subresources": scale}]}});
    let world = |scale: Value| {
        let definition = object(&ApiType::definitions(), "stands.shop.example", version(scale));
        World::of(vec![object(&stand, "web", json!({"spec": {"size": {"count": 2}}})), definition])
    };
    let operation = scale(target("stand", "web"), 5);
    let path = json!({"scale": {"specReplicasPath": ".spec.size.count"}});
    assert_eq!(there_and_back(&operation, &world(path.clone()))["spec"]["size"]["count"], 5);
    for none in [
        json!({}),
        json!({"scale": {"specReplicasPath": ".metadata.name"}}),
        json!({"scale": {"specReplicasPath": ".spec.a[0]"}}),
    ] {
        assert_eq!(refusal(&operation, &world(none.clone())).code, Code::BadInput, "{none}");
    }
    let mut blind = world(path);
    blind.denied.push("CustomResourceDefinition");
    assert_eq!(refusal(&operation, &blind).code, Code::ClusterForbidden, "nobody guesses the place");
}
