//! Patches in the API's own words.

use super::*;

fn patch(kind: &str, patch: Value) -> Operation {
    about_web(json!({"op": "patch", "type": kind, "patch": patch}))
}

fn touches(operation: &Operation, world: &World) -> Vec<String> {
    lowered(operation, world).touches.iter().map(ToString::to_string).collect()
}

#[test]
fn each_sort_of_patch_is_sent_as_such_and_touches_what_it_names() {
    let containers = json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "r/web:2"}]}}}});
    let strategic = patch("strategic", containers.clone());
    assert_eq!(lowered(&strategic, &web(1)).action, Action::StrategicPatch { body: containers.clone() });
    let container = "spec.template.spec.containers[name=web]";
    assert_eq!(touches(&strategic, &web(1)), [format!("{container}.image"), format!("{container}.name")]);
    let merge = patch("merge", containers);
    assert_eq!(touches(&merge, &web(1)), ["spec.template.spec.containers"], "a merge patch replaces the list");
    let operations = json!([{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "r/web:2"},
        {"op": "add", "path": "/spec/minReadySeconds", "value": 5}]);
    let json = patch("json", operations);
    assert_eq!(
        touches(&json, &web(1)),
        ["spec.minReadySeconds", "spec.template.spec.containers"],
        "positions need the list"
    );
    for operation in [strategic, merge, json] {
        there_and_back(&operation, &web(1));
    }
}

#[test]
fn lists_that_a_strategic_patch_changes_come_back_exactly() {
    let mut world = web(1);
    let pod = world.objects[0].pointer_mut("/spec/template/spec").unwrap();
    *pod = json!({"containers": [{"name": "a", "image": "1", "env": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}]},
        {"name": "b", "image": "1", "ports": [{"containerPort": 80}]}, {"name": "c", "image": "1"}], "volumes": [{"name": "v", "emptyDir": {}}]});
    let spec = |spec: Value| patch("strategic", json!({"spec": {"template": {"spec": spec}}}));
    for change in [
        json!({"containers": [{"name": "b", "$patch": "delete"}]}),
        json!({"containers": [{"name": "a", "env": [{"name": "X", "$patch": "delete"}, {"name": "Z", "value": "3"}]}, {"name": "new", "image": "2"}]}),
        json!({"volumes": null}),
        json!({"containers": [{"name": "c", "env": [{"name": "X", "value": "1"}], "image": "2"}]}),
    ] {
        there_and_back(&spec(change), &world);
    }
    let gone = touches(&spec(json!({"containers": [{"name": "b", "$patch": "delete"}]})), &world);
    assert!(gone.contains(&"spec.template.spec.containers[name=b]".to_owned()), "{gone:?}");
}

#[test]
fn a_json_patch_must_fit_and_speak_rfc_6902() {
    for bad in [
        json!({"op": "replace"}),
        json!([]),
        json!(["x"]),
        json!([{"op": "replace", "path": "/spec/nothing", "value": 1}]),
        json!([{"op": "test", "path": "/spec/replicas", "value": 7}]),
        json!([{"op": "remove", "path": "/spec/template/spec/containers/3"}]),
        json!([{"op": "poke", "path": "/spec/replicas"}]),
        json!([{"op": "replace", "path": "", "value": {}}]),
        json!([{"op": "replace", "path": "spec/replicas", "value": 1}]),
        json!([{"op": "add", "path": "/spec/x"}]),
        json!([{"op": "move", "from": "/spec", "path": "/spec/x"}]),
    ] {
        assert_eq!(refusal(&patch("json", bad.clone()), &web(1)).code, Code::BadInput, "{bad}");
    }
    let many: Vec<_> = (0..=patch::PATCH_OPERATIONS_MAX)
        .map(|_| json!({"op": "test", "path": "/kind", "value": "Deployment"}))
        .collect();
    assert!(detail(&patch("json", json!(many)), &web(1)).contains("PATCH_OPERATIONS_MAX"));
}

#[test]
fn a_patch_that_would_double_the_object_again_and_again_is_refused_at_its_first_step() {
    let bomb: Vec<_> = (0..40).map(|n| json!({"op": "copy", "from": "/spec", "path": format!("/spec/a{n}")})).collect();
    assert!(detail(&patch("json", json!(bomb)), &web(1)).contains("operation 1 does not fit: copy is not taken"));
}

#[test]
fn owners_finalizers_and_all_annotations_at_once_are_nobodys_to_patch() {
    let owner = json!([{"apiVersion": "v1", "kind": "Node", "name": "gone", "uid": "0"}]);
    for metadata in [
        json!({"ownerReferences": owner}),
        json!({"ownerReferences": null}),
        json!({"finalizers": []}),
        json!({"annotations": null}),
    ] {
        let merge = patch("merge", json!({"metadata": metadata.clone()}));
        assert_eq!(refusal(&merge, &web(1)).code, Code::BadInput, "{metadata}");
    }
    for (path, value) in [
        ("/metadata/annotations", json!({"note": "x", "kubectl.kubernetes.io/last-applied-configuration": "{}"})),
        ("/metadata/ownerReferences", json!([])),
    ] {
        let operations = json!([{"op": "add", "path": path, "value": value}]);
        assert_eq!(refusal(&patch("json", operations), &web(1)).code, Code::BadInput, "{path}");
    }
    let manifest =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "ownerReferences": owner}});
    for op in ["apply", "create"] {
        let operation = said(json!({"op": op, "namespace": "shop", "objects": [manifest]}));
        assert!(detail(&operation, &web(1)).contains("owners are for controllers"), "{op}");
    }
}

#[test]
fn what_a_diff_would_not_show_and_what_cannot_be_bound_is_not_patched() {
    for bad in [
        json!({}),
        json!([1]),
        json!("x"),
        json!({"metadata": {"name": "other"}}),
        json!({"metadata": {"uid": "x"}}),
        json!({"metadata": {"resourceVersion": "1"}}),
        json!({"metadata": {"managedFields": []}}),
        json!({"metadata": {"annotations": {"deployment.kubernetes.io/revision": "9"}}}),
        json!({"metadata": null}),
        json!({"status": {"replicas": 1}}),
        json!({"kind": "Pod"}),
    ] {
        assert_eq!(refusal(&patch("merge", bad.clone()), &web(1)).code, Code::BadInput, "{bad}");
    }
    for bad in [
        json!({"spec": {"$setElementOrder/containers": []}}),
        json!({"spec": {"$patch": "merge"}}),
        json!({"$retainKeys": []}),
        json!({"metadata": {"labels": {"$patch": "replace", "team": "x"}}}),
        json!({"spec": {"template": {"$patch": "delete"}}}),
        json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "r/web:2"}, {"$patch": "replace"}]}}}}),
        json!({"spec": {"template": {"spec": {"containers": [{"$patch": "delete"}]}}}}),
    ] {
        assert_eq!(refusal(&patch("strategic", bad.clone()), &web(1)).code, Code::BadInput, "{bad}");
    }
    let hidden = json!([{"op": "add", "path": "/status", "value": {}}]);
    assert_eq!(refusal(&patch("json", hidden), &web(1)).code, Code::BadInput);
    let deep = (0..70).fold(json!(1), |below, _| json!({"a": below}));
    assert!(detail(&patch("merge", deep), &web(1)).contains("JSON_DEPTH_MAX"));
    let long = json!({"spec": {"x": "x".repeat(crate::limits::MANIFEST_BYTES_MAX)}});
    assert!(detail(&patch("merge", long), &web(1)).contains("MANIFEST_BYTES_MAX"));
}

#[test]
fn a_strategic_patch_of_a_custom_kind_is_refused_with_the_way_that_works() {
    let stand = ApiType {
        group: "shop.example".to_owned(),
        kind: "Stand".to_owned(),
        plural: "stands".to_owned(),
        ..ApiType::deployments()
    };
    let world = World::of(vec![object(&stand, "web", json!({"spec": {"size": 1}}))]);
    let about = |kind: &str| {
        said(
            json!({"op": "patch", "target": {"kind": "stand", "namespace": "shop", "name": "web"}, "type": kind, "patch": {"spec": {"size": 2}}}),
        )
    };
    assert!(detail(&about("strategic"), &world).contains("merge patch"));
    there_and_back(&about("merge"), &world);
}

#[test]
fn a_patch_shows_no_secret() {
    let secret =
        said(json!({"op": "patch", "target": {"kind": "Secret", "namespace": "shop", "name": "db"}, "type": "merge",
        "patch": {"stringData": {"anything": "correct-horse"}}}));
    let env = patch(
        "json",
        json!([{"op": "replace", "path": "/spec/template/spec/containers/0/env/0/value", "value": "correct-horse"}]),
    );
    let named = patch("merge", json!({"spec": {"password": "correct-horse"}}));
    for operation in [secret, env, named] {
        for text in [sentence(&operation), kubectl(&operation), operation.shown().to_string()] {
            assert!(!text.contains("correct-horse"), "{text}");
        }
    }
    let world = World::of(vec![object(&ApiType::secrets(), "db", json!({"data": {}}))]);
    let secret = said(
        json!({"op": "patch", "target": {"kind": "secret", "namespace": "shop", "name": "db"}, "type": "merge", "patch": {"stringData": {"a": "b"}}}),
    );
    assert_eq!(touches(&secret, &world), ["data.a"], "where the server keeps it");
}
