//! Operations on nodes: cordon, taint, drain.

use super::*;
use crate::limits::PLAN_STEPS_MAX;

fn on_node(mut operation: Value) -> Operation {
    operation["target"] = json!({"kind": "node", "name": "n1"});
    said(operation)
}

fn node(spec: Value) -> Value {
    object(&ApiType::nodes(), "n1", json!({"spec": spec}))
}

fn pod(name: &str, owner: Option<&str>, more: Value) -> Value {
    let mut pod = object(&ApiType::pods(), name, json!({"spec": {"nodeName": "n1"}, "status": {"phase": "Running"}}));
    if let Some(kind) = owner {
        pod["metadata"]["ownerReferences"] = json!([{"kind": kind, "name": "x", "uid": "x", "controller": true}]);
    }
    for (key, value) in more.as_object().unwrap() {
        pod[key].as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    }
    pod
}

fn drain(more: Value) -> Operation {
    let mut operation = json!({"op": "drain"});
    operation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    on_node(operation)
}

/// Where each step goes and what it says.
fn steps(operation: &Operation, world: &World) -> Vec<String> {
    let (known, mutations) = lower(operation, world).unwrap();
    let write = operation.write().unwrap();
    mutations.iter().map(|mutation| write.told(mutation, &known).unwrap()).collect()
}

#[test]
fn a_node_is_cordoned_and_uncordoned_once_and_nothing_else_is() {
    let (cordon, uncordon) = (on_node(json!({"op": "cordon"})), on_node(json!({"op": "uncordon"})));
    let (open, closed) = (World::of(vec![node(json!({}))]), World::of(vec![node(json!({"unschedulable": true}))]));
    assert_eq!(lowered(&cordon, &open).action, Action::MergePatch { body: json!({"spec": {"unschedulable": true}}) });
    there_and_back(&cordon, &open);
    there_and_back(&uncordon, &closed);
    assert_eq!(refusal(&cordon, &closed).code, Code::WrongState);
    assert_eq!(refusal(&uncordon, &open).code, Code::WrongState);
    assert_eq!(refusal(&about_web(json!({"op": "cordon"})), &web(1)).code, Code::BadInput);
    assert_eq!(kubectl(&cordon), "kubectl cordon n1");
}

#[test]
fn the_context_namespace_is_not_said_of_a_node() {
    let mut operation = about_web(json!({"op": "cordon"}));
    if let Some(target) = operation.target_mut() {
        (target.kind, target.name) = (KindWord::parse("node").unwrap(), ObjectName::parse("n1").unwrap());
    }
    let (known, _) = lower(&operation, &World::of(vec![node(json!({}))])).unwrap();
    operation.settle_place(&known).unwrap();
    assert_eq!(sentence(&operation), "cordon node n1");
}

#[test]
fn taints_are_set_replaced_and_removed_as_one_list() {
    let present = json!([{"key": "gpu", "value": "old", "effect": "NoSchedule"}, {"key": "gone", "effect": "NoExecute"}, {"key": "stay", "effect": "NoSchedule"}]);
    let world = World::of(vec![node(json!({"taints": present}))]);
    let set = json!([{"key": "gpu", "value": "new", "effect": "NoSchedule"}, {"key": "x.io/a", "effect": "PreferNoSchedule"}]);
    let operation = on_node(json!({"op": "taint", "set": set, "remove": [{"key": "gone"}]}));
    let after = there_and_back(&operation, &world);
    let expected = json!([{"key": "gpu", "value": "new", "effect": "NoSchedule"}, {"key": "stay", "effect": "NoSchedule"}, {"key": "x.io/a", "effect": "PreferNoSchedule"}]);
    assert_eq!(after["spec"]["taints"], expected);
    let text = "kubectl taint node n1 gpu=new:NoSchedule x.io/a:PreferNoSchedule gone- --overwrite";
    assert_eq!(kubectl(&operation), text);
    let all = json!([{"key": "gpu"}, {"key": "gone", "effect": "NoExecute"}, {"key": "stay"}]);
    let none = there_and_back(&on_node(json!({"op": "taint", "remove": all})), &world);
    assert_eq!(none["spec"].get("taints"), None);
}

#[test]
fn taints_that_break_a_rule_or_change_nothing_are_refused() {
    let world = World::of(vec![node(json!({"taints": [{"key": "gpu", "effect": "NoSchedule"}]}))]);
    let taint = |set: Value, remove: Value| on_node(json!({"op": "taint", "set": set, "remove": remove}));
    let one = json!({"key": "gpu", "effect": "NoSchedule"});
    for (set, remove) in [
        (json!([]), json!([])),
        (json!([{"key": "-", "effect": "NoSchedule"}]), json!([])),
        (json!([{"key": "a", "value": "b c", "effect": "NoSchedule"}]), json!([])),
        (json!([]), json!([{"key": "gpu", "effect": "NoExecute"}])),
        (json!([one, one]), json!([])),
        (json!([one]), json!([{"key": "gpu"}])),
    ] {
        assert_eq!(refusal(&taint(set.clone(), remove.clone()), &world).code, Code::BadInput, "{set} {remove}");
    }
    assert_eq!(refusal(&taint(json!([one]), json!([])), &world).code, Code::WrongState);
    let many: Vec<_> =
        (0..=taint::TAINTS_MAX).map(|n| json!({"key": format!("k{n}"), "effect": "NoSchedule"})).collect();
    assert!(detail(&taint(json!(many), json!([])), &world).contains("TAINTS_MAX"));
    assert!(
        serde_json::from_value::<Operation>(json!({"op": "taint", "target": {"kind": "node", "name": "n1"},
        "set": [{"key": "a", "effect": "Sometimes"}]}))
        .is_err()
    );
    let evicts = taint(json!([{"key": "a", "effect": "NoExecute"}]), json!([]));
    assert!(matches!(class(&evicts, &world), Reversibility::Partial { .. }));
}

#[test]
fn drain_cordons_and_evicts_pod_by_pod_and_says_what_it_leaves_alone() {
    let mirror = json!({"metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}}});
    let going = json!({"metadata": {"deletionTimestamp": "2026-11-23T00:00:00Z"}});
    let elsewhere = json!({"spec": {"nodeName": "n2"}});
    let world = World::of(vec![
        node(json!({})),
        pod("b", Some("ReplicaSet"), json!({})),
        pod("a", Some("StatefulSet"), json!({})),
        pod("logs", Some("DaemonSet"), json!({})),
        pod("net", Some("DaemonSet"), json!({})),
        pod("static", Some("Node"), mirror),
        pod("late", Some("ReplicaSet"), going),
        pod("far", Some("ReplicaSet"), elsewhere),
    ]);
    let kept = "left alone: 2 pods of DaemonSets, 1 pod that mirrors a static one, 1 pod that is going already";
    let told = [
        format!("cordon node n1, to evict 2 pods; {kept}"),
        "evict Pod shop/a from node n1".to_owned(),
        "evict Pod shop/b from node n1".to_owned(),
    ];
    assert_eq!(steps(&drain(json!({})), &world), told);
    let (known, mutations) = lower(&drain(json!({})), &world).unwrap();
    assert_eq!((&mutations[1].action, mutations[1].action.right()), (&Action::Evict, ("create", Some("eviction"))));
    let operation = drain(json!({}));
    let class = operation.write().unwrap().reversibility(&mutations[1], &known);
    assert_eq!(class, Reversibility::Partial { lost: vec!["the evicted Pod shop/a".to_owned()] });
    let told = mutations[1].changes(known.object(&mutations[1].target), None, &[]);
    let paths: Vec<_> = told.iter().map(|change| change.path.to_string()).collect();
    assert!(
        paths.contains(&"spec.nodeName".to_owned()) && paths.iter().all(|path| !path.contains("labels")),
        "{paths:?}"
    );
}

#[test]
fn drain_of_a_cordoned_node_only_evicts_and_of_an_empty_one_does_nothing() {
    let closed = || node(json!({"unschedulable": true}));
    let world =
        World::of(vec![closed(), pod("a", Some("ReplicaSet"), json!({})), pod("net", Some("DaemonSet"), json!({}))]);
    assert_eq!(steps(&drain(json!({})), &world), ["evict Pod shop/a from node n1; left alone: 1 pod of a DaemonSet"]);
    assert_eq!(refusal(&drain(json!({})), &World::of(vec![closed()])).code, Code::WrongState);
    assert_eq!(refusal(&about_web(json!({"op": "drain"})), &web(1)).code, Code::BadInput);
}

#[test]
fn drain_asks_before_it_loses_a_pod_or_its_data() {
    let empty_dir = json!({"spec": {"volumes": [{"name": "tmp", "emptyDir": {}}]}});
    let done = json!({"status": {"phase": "Succeeded"}});
    let single = World::of(vec![node(json!({})), pod("alone", None, json!({})), pod("over", None, done)]);
    let said = detail(&drain(json!({})), &single);
    assert!(said.contains("shop/alone") && said.contains("force") && !said.contains("over"), "{said}");
    assert_eq!(steps(&drain(json!({"force": true})), &single).len(), 3);
    let data = World::of(vec![node(json!({})), pod("cache", Some("ReplicaSet"), empty_dir)]);
    let said = detail(&drain(json!({"force": true})), &data);
    assert!(said.contains("shop/cache") && said.contains("delete_empty_dir_data"), "{said}");
    assert_eq!(steps(&drain(json!({"delete_empty_dir_data": true})), &data).len(), 2);
    let both = drain(json!({"force": true, "delete_empty_dir_data": true}));
    assert_eq!(kubectl(&both), "kubectl drain n1 --ignore-daemonsets --delete-emptydir-data --force");
}

#[test]
fn drain_stays_within_its_budget_and_the_steps_of_a_plan() {
    let full = |pods: usize| {
        let pods = (0..pods).map(|n| pod(&format!("p{n}"), Some("ReplicaSet"), json!({})));
        World::of(std::iter::once(node(json!({}))).chain(pods).collect())
    };
    assert!(detail(&drain(json!({"max_pods": 2})), &full(3)).contains("max_pods is 2"));
    assert_eq!(steps(&drain(json!({"max_pods": 3})), &full(3)).len(), 4);
    assert!(detail(&drain(json!({})), &full(PLAN_STEPS_MAX)).contains("PLAN_STEPS_MAX"));
    assert_eq!(steps(&drain(json!({})), &full(PLAN_STEPS_MAX - 1)).len(), PLAN_STEPS_MAX);
    let mut blind = full(1);
    blind.denied.push("Pod");
    assert_eq!(refusal(&drain(json!({})), &blind).code, Code::ClusterForbidden);
}
