//! Each write: what it becomes, what it refuses, how far it can be taken back.

mod edit;
mod made;
mod marks;
mod nodes;
mod patches;
mod template;

use serde_json::{Value, json};

use super::*;
use crate::field::FieldPath;
use crate::mutation::{Action, Propagation};
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::ApiType;
use crate::problem::{Code, Problem};
use crate::radius::predicted;
use crate::radius::world::{World, lower, object, web};
use crate::undo;

fn target(kind: &str, name: &str) -> Target {
    let namespace = Some(Namespace::parse("shop").unwrap());
    Target { kind: KindWord::parse(kind).unwrap(), namespace, name: ObjectName::parse(name).unwrap() }
}

fn deploy() -> Target {
    target("deployment", "web")
}

fn scale(target: Target, replicas: u32) -> Operation {
    Operation::Scale(scale::Scale { target, replicas })
}

fn set_image(container: Option<&str>, image: &str) -> Operation {
    Operation::SetImage(set_image::SetImage {
        target: deploy(),
        container: container.map(str::to_owned),
        image: image.to_owned(),
    })
}

fn restart(target: Target) -> Operation {
    Operation::Restart(restart::Restart { target })
}

fn delete(target: Target) -> Operation {
    Operation::Delete(delete::Delete { target })
}

fn apply(objects: Vec<Value>) -> Operation {
    Operation::Apply(apply::Apply { objects, namespace: Some(Namespace::parse("shop").unwrap()) })
}

fn lowered(operation: &Operation, world: &World) -> Mutation {
    let (_, mut mutations) = lower(operation, world).unwrap();
    assert_eq!(mutations.len(), 1);
    mutations.remove(0)
}

fn refusal(operation: &Operation, world: &World) -> Problem {
    lower(operation, world).unwrap_err().into()
}

/// An operation as it comes over the wire.
fn said(operation: Value) -> Operation {
    serde_json::from_value(operation).unwrap()
}

/// The same about Deployment `web`.
fn about_web(mut operation: Value) -> Operation {
    operation["target"] = json!({"kind": "deployment", "namespace": "shop", "name": "web"});
    said(operation)
}

fn detail(operation: &Operation, world: &World) -> String {
    refusal(operation, world).detail
}

fn kubectl(operation: &Operation) -> String {
    operation.write().unwrap().kubectl()
}

fn sentence(operation: &Operation) -> String {
    operation.write().unwrap().sentence()
}

/// Writes it as far as can be foreseen, takes it back as undo would, and compares with what was there. Gives the object
/// in between.
fn there_and_back(operation: &Operation, world: &World) -> Value {
    let (known, mutations) = lower(operation, world).unwrap();
    let mutation = &mutations[0];
    let before = known.object(&mutation.target).unwrap();
    let after = predicted(&mutation.action, Some(before)).unwrap();
    let reversibility = operation.write().unwrap().reversibility(mutation, &known);
    let nothing = std::collections::BTreeMap::new();
    let undoing = undo::Undoing {
        target: &mutation.target,
        before: Some(before),
        after: Some(&after),
        live: Some(&after),
        touches: &mutation.touches,
        reversibility: &reversibility,
        digests_then: &nothing,
        digests_now: &nothing,
    };
    let Action::JsonPatch { body } = undo::restore(&undoing).unwrap().mutation.action else { panic!("no patch") };
    let mut back = after.clone();
    undo::apply_json_patch(&body, &mut back).unwrap();
    assert_eq!(&back, before, "{operation:?}");
    after
}

fn class(operation: &Operation, world: &World) -> Reversibility {
    let (known, mutations) = lower(operation, world).unwrap();
    operation.write().unwrap().reversibility(&mutations[0], &known)
}

#[test]
fn every_operation_is_listed_as_a_read_or_a_write() {
    // serde names every variant when it is given one it does not know.
    let error = serde_json::from_value::<Operation>(json!({"op": "?"})).unwrap_err().to_string();
    let known = error.split_once("expected one of").unwrap().1;
    let mut known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let mut listed: Vec<&str> = Operation::READS.iter().chain(Operation::WRITES).copied().collect();
    known.sort_unstable();
    listed.sort_unstable();
    assert_eq!(known, listed);
}

/// Operations on the wire, their words, and the line of kubectl where there is one.
fn worded(target: &Value) -> Vec<(Value, &'static str, Option<&'static str>)> {
    vec![
        (
            json!({"op": "get", "target": target}),
            "show deployment shop/web",
            Some("kubectl get deployment/web -n shop"),
        ),
        (
            json!({"op": "list", "kind": "Pods", "namespace": "shop", "selector": "app in (a,b)", "sort": "age"}),
            "list Pods in shop",
            Some("kubectl get pods -n shop -l 'app in (a,b)' --sort-by=.metadata.creationTimestamp"),
        ),
        (
            json!({"op": "list", "kind": "node", "all_namespaces": true}),
            "list node in all namespaces",
            Some("kubectl get node -A"),
        ),
        (
            json!({"op": "logs", "target": target, "container": "app", "previous": true, "lines": 20, "minutes": 5}),
            "logs of deployment shop/web",
            Some("kubectl logs deployment/web -n shop -c app --previous --tail=20 --since=5m"),
        ),
        (json!({"op": "events", "namespace": "shop"}), "events in shop", Some("kubectl events -n shop")),
        (
            json!({"op": "events", "target": target}),
            "events about deployment shop/web",
            Some("kubectl events --for deployment/web -n shop"),
        ),
        (
            json!({"op": "top", "kind": "containers", "namespace": "shop", "sort": "memory"}),
            "use of containers in shop",
            Some("kubectl top pods -n shop --containers --sort-by=memory"),
        ),
        (
            json!({"op": "top", "kind": "nodes", "namespace": "shop"}),
            "use of nodes",
            Some("kubectl top nodes --sort-by=cpu"),
        ),
        (
            json!({"op": "images", "namespace": "shop"}),
            "images in shop",
            Some("kubectl get pods -n shop -o jsonpath='{..image}'"),
        ),
        (
            json!({"op": "describe", "target": target}),
            "describe deployment shop/web",
            Some("kubectl describe deployment/web -n shop"),
        ),
        (json!({"op": "diagnose"}), "what is broken", None),
        (json!({"op": "changes", "target": target}), "what changed about deployment shop/web", None),
        (
            json!({"op": "who-can", "verb": "delete", "kind": "pod", "namespace": "shop"}),
            "who can delete pod in shop",
            None,
        ),
        (
            json!({"op": "restart", "target": target}),
            "restart deployment shop/web",
            Some("kubectl rollout restart deployment/web -n shop"),
        ),
    ]
}

#[test]
fn every_read_has_words_and_those_that_kubectl_knows_a_line_that_can_be_pasted() {
    let target = json!({"kind": "Deployment", "namespace": "shop", "name": "web"});
    for (asked, words, line) in worded(&target) {
        let operation = said(asked);
        assert_eq!((operation.sentence().as_str(), operation.kubectl().as_deref()), (words, line), "{operation:?}");
    }
}

#[test]
fn scale_patches_the_replicas_and_nothing_else() {
    let mutation = lowered(&scale(deploy(), 5), &web(3));
    assert_eq!(mutation.action, Action::MergePatch { body: json!({"spec": {"replicas": 5}}) });
    assert_eq!(mutation.touches, [FieldPath::of(&["spec", "replicas"])]);
    assert_eq!(mutation.target.to_string(), "Deployment shop/web");
}

#[test]
fn scale_refuses_what_is_so_already_too_much_or_has_no_replicas() {
    assert_eq!(refusal(&scale(deploy(), 3), &web(3)).code, Code::WrongState);
    assert_eq!(refusal(&scale(deploy(), scale::REPLICAS_MAX + 1), &web(3)).code, Code::LimitExceeded);
    assert_eq!(refusal(&scale(target("pod", "web-1-0"), 2), &web(3)).code, Code::BadInput);
}

#[test]
fn what_is_not_there_not_served_or_not_visible_is_said_as_such() {
    assert_eq!(refusal(&scale(target("deployment", "wbe"), 5), &web(3)).code, Code::NotFound);
    assert_eq!(refusal(&scale(target("deploymint", "web"), 5), &web(3)).code, Code::BadInput);
    let mut nowhere = deploy();
    nowhere.namespace = None;
    assert_eq!(refusal(&scale(nowhere, 5), &web(3)).code, Code::BadInput);
    let mut blind = web(3);
    blind.denied.push("Deployment");
    let problem = refusal(&scale(deploy(), 5), &blind);
    assert_eq!(problem.code, Code::ClusterForbidden);
    assert!(problem.advice().starts_with("kubectl auth can-i "), "{}", problem.advice());
}

#[test]
fn set_image_changes_the_only_container_and_keeps_the_repository_of_a_bare_tag() {
    let mutation = lowered(&set_image(None, ":2"), &web(1));
    let body = json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "r/web:2"}]}}}});
    assert_eq!(mutation.action, Action::StrategicPatch { body });
    assert_eq!(mutation.touches[0].to_string(), "spec.template.spec.containers[name=web].image");
}

#[test]
fn set_image_asks_back_when_two_containers_fit_and_names_them() {
    let mut world = web(1);
    let containers = world.objects[0].pointer_mut("/spec/template/spec/containers").unwrap();
    containers.as_array_mut().unwrap().push(json!({"name": "mesh", "image": "m:1"}));
    let problem = refusal(&set_image(None, "r/web:2"), &world);
    assert_eq!(problem.code, Code::Ambiguous);
    assert!(problem.detail.contains("web, mesh"));
    assert_eq!(refusal(&set_image(Some("wbe"), "r/web:2"), &world).code, Code::NotFound);
    assert_eq!(
        lowered(&set_image(Some("mesh"), "m:2"), &world).touches[0].to_string(),
        "spec.template.spec.containers[name=mesh].image"
    );
}

#[test]
fn set_image_refuses_what_is_no_image_reference() {
    for bad in ["", "r/web:", "r/web 2", "$(reboot)", "-v", "r/web@", "r/web@sha256", "r/web@sha256:", "r/web:1;rm"] {
        assert_eq!(refusal(&set_image(None, bad), &web(1)).code, Code::BadInput, "{bad:?}");
    }
    assert_eq!(refusal(&set_image(None, "r/web:1"), &web(1)).code, Code::WrongState);
    for good in ["web", "localhost:5000/web", "r/web:v1.2-rc_1", "r/web@sha256:ab12", "r/web:1@sha256:ab12"] {
        lowered(&set_image(None, good), &web(1));
    }
}

#[test]
fn an_image_is_split_at_its_tag_and_not_at_its_port() {
    assert_eq!(set_image::split_image("host:5000/a/b"), ("host:5000/a/b", None, None));
    assert_eq!(set_image::split_image("host:5000/a/b:c@sha256:d"), ("host:5000/a/b", Some("c"), Some("sha256:d")));
}

#[test]
fn restart_writes_the_snapshots_moment_and_touches_the_template() {
    let mutation = lowered(&restart(deploy()), &web(1));
    let at = "2027-01-15T08:00:00.000Z";
    let body = json!({"spec": {"template": {"metadata": {"annotations": {restart::RESTARTED_AT: at}}}}});
    assert_eq!(mutation.action, Action::StrategicPatch { body });
    assert_eq!(mutation.touches, [FieldPath::of(&["spec", "template"])]);
}

#[test]
fn restart_refuses_a_paused_workload_and_what_does_not_roll() {
    let mut paused = web(1);
    paused.objects[0]["spec"]["paused"] = json!(true);
    assert_eq!(refusal(&restart(deploy()), &paused).code, Code::BadInput);
    assert_eq!(refusal(&restart(target("service", "web")), &web(1)).code, Code::BadInput);
}

#[test]
fn delete_touches_the_whole_object_and_refuses_what_is_going_already() {
    let mutation = lowered(&delete(deploy()), &web(1));
    assert_eq!(mutation.action, Action::Delete { propagation: Propagation::Background });
    assert_eq!(mutation.touches, [FieldPath::root()]);
    let mut going = web(1);
    going.objects[0]["metadata"]["deletionTimestamp"] = json!("2026-11-23T00:00:00Z");
    assert_eq!(refusal(&delete(deploy()), &going).code, Code::WrongState);
}

#[test]
fn how_far_a_deletion_can_be_taken_back_follows_the_kind() {
    let world = |api: &ApiType| World::of(vec![object(api, "web", json!({}))]);
    let of = |kind: &str, api: ApiType| class(&delete(target(kind, "web")), &world(&api));
    assert_eq!(of("configmap", ApiType::config_maps()), Reversibility::ReMade);
    assert_eq!(of("service", ApiType::services()), Reversibility::ReMade);
    assert!(matches!(of("statefulset", ApiType::stateful_sets()), Reversibility::Partial { .. }));
    assert!(matches!(of("pod", ApiType::pods()), Reversibility::Partial { .. }));
    assert!(matches!(of("namespace", ApiType::namespaces()), Reversibility::None { .. }));
    assert!(matches!(of("persistentvolumeclaim", ApiType::claims()), Reversibility::None { .. }));
    assert!(
        matches!(class(&delete(target("pod", "web-1-0")), &web(1)), Reversibility::None { .. }),
        "its controller replaces it"
    );
    assert_eq!(class(&scale(deploy(), 5), &web(3)), Reversibility::Exact);
    assert_eq!(class(&set_image(None, ":2"), &web(3)), Reversibility::Exact);
    assert!(matches!(class(&restart(deploy()), &web(3)), Reversibility::None { .. }));
}

#[test]
fn apply_sends_what_was_written_without_what_a_dump_carries() {
    let dumped = json!({"apiVersion": "apps/v1", "kind": "Deployment", "status": {"replicas": 1},
        "metadata": {"name": "web", "uid": "u", "resourceVersion": "1", "managedFields": [], "labels": {"tier": "front"}},
        "spec": {"template": {"spec": {"containers": [{"name": "web", "image": "r/web:2"}]}}}});
    let mutation = lowered(&apply(vec![dumped]), &web(1));
    let Action::Apply { body } = &mutation.action else { panic!("{mutation:?}") };
    assert_eq!(body["metadata"], json!({"name": "web", "namespace": "shop", "labels": {"tier": "front"}}));
    assert!(body.get("status").is_none());
    let container = "spec.template.spec.containers[name=web]";
    let touches: Vec<_> = mutation.touches.iter().map(ToString::to_string).collect();
    assert_eq!(touches, ["metadata.labels.tier".to_owned(), format!("{container}.image"), format!("{container}.name")]);
}

#[test]
fn apply_makes_one_step_a_document_in_order_and_refuses_the_same_object_twice() {
    let map =
        |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": "v"}});
    let (_, mutations) = lower(&apply(vec![map("b"), map("a")]), &World::default()).unwrap();
    let names: Vec<_> = mutations.iter().map(|mutation| mutation.target.name.to_string()).collect();
    assert_eq!(names, ["b", "a"]);
    let problem = refusal(&apply(vec![map("a"), map("a")]), &World::default());
    assert_eq!((problem.code, problem.detail.as_str()), (Code::BadInput, "the manifest names ConfigMap shop/a twice"));
}

#[test]
fn apply_refuses_documents_that_name_no_object() {
    for bad in
        [json!({}), json!({"apiVersion": "v1", "kind": "ConfigMap"}), json!({"kind": "Pod", "metadata": {"name": "x"}})]
    {
        assert_eq!(refusal(&apply(vec![bad.clone()]), &World::default()).code, Code::BadInput, "{bad}");
    }
    assert_eq!(refusal(&apply(vec![]), &World::default()).code, Code::BadInput);
    let away = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "../x"}});
    assert_eq!(refusal(&apply(vec![away]), &World::default()).code, Code::BadInput);
}

#[test]
fn kubectl_text_can_be_pasted_without_harm() {
    assert_eq!(target("pod", "a;reboot").kubectl(), "'pod/a;reboot' -n shop");
    assert_eq!(deploy().kubectl(), "deployment/web -n shop");
    let quoted = set_image(Some("a'$(x)"), "r:1").write().unwrap().kubectl();
    assert_eq!(quoted, "kubectl set image deployment/web -n shop 'a'\\''$(x)=r:1'");
}

#[test]
fn a_line_leads_to_its_cluster_whatever_the_current_context_is() {
    for (context, kubeconfig, line) in [
        ("prod", None, "kubectl --context=prod delete pod/a -n shop"),
        ("it's prod", None, "kubectl --context='it'\\''s prod' delete pod/a -n shop"),
        ("default", Some("/a b/eu"), "kubectl --kubeconfig='/a b/eu' --context=default delete pod/a -n shop"),
        ("", None, "kubectl delete pod/a -n shop"),
    ] {
        assert_eq!(in_context("kubectl delete pod/a -n shop", context, kubeconfig), line);
    }
}

#[test]
fn the_line_of_an_image_names_the_container_that_was_found_and_the_whole_image() {
    let operation = set_image(None, ":2");
    let line = operation.write().unwrap().kubectl_for(&lowered(&operation, &web(1)));
    assert_eq!(line, "kubectl set image deployment/web -n shop web=r/web:2");
}

#[test]
fn an_operation_reads_back_as_itself_and_unknown_fields_are_refused() {
    for operation in [scale(deploy(), 5), set_image(None, ":2"), restart(deploy()), delete(deploy())] {
        let text = serde_json::to_value(&operation).unwrap();
        assert_eq!(text["op"], operation.name());
        assert_eq!(serde_json::from_value::<Operation>(text.clone()).unwrap(), operation);
        let mut more = text;
        more["force"] = json!(true);
        assert!(serde_json::from_value::<Operation>(more).is_err());
    }
}

#[test]
fn what_string_data_sets_is_bound_where_the_server_keeps_it() {
    let secret =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "stringData": {"password": "x"}});
    let world = World::of(vec![object(&ApiType::secrets(), "db", json!({"data": {"password": "b2xk"}}))]);
    let mutation = lowered(&apply(vec![secret]), &world);
    assert_eq!(mutation.touches, [FieldPath::of(&["data", "password"])]);
}

#[test]
fn apply_does_not_write_what_a_diff_does_not_show() {
    let annotations = json!({"kubectl.kubernetes.io/last-applied-configuration": "{}", "deployment.kubernetes.io/revision": "99", "note": "x"});
    let metadata = json!({"name": "a", "annotations": annotations, "deletionTimestamp": "2026-01-01T00:00:00Z"});
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"k": "v"}});
    let world = World::of(vec![object(&ApiType::config_maps(), "a", json!({"data": {}}))]);
    match lowered(&apply(vec![map]), &world).action {
        Action::Apply { body } => {
            assert_eq!(body["metadata"]["annotations"], json!({"note": "x"}));
            assert!(body["metadata"].get("deletionTimestamp").is_none());
        }
        other => panic!("{other:?}"),
    }
}
