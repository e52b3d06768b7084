//! Labels, annotations, suspending.

use super::*;

fn labelled() -> World {
    World::of(vec![object(
        &ApiType::config_maps(),
        "web",
        json!({"metadata": {"labels": {"tier": "front", "team": "a"}}, "data": {}}),
    )])
}

fn about_map(mut operation: Value) -> Operation {
    operation["target"] = json!({"kind": "configmap", "namespace": "shop", "name": "web"});
    said(operation)
}

#[test]
fn labels_and_annotations_are_set_and_removed_one_by_one_and_come_back_exactly() {
    let operation = about_map(json!({"op": "label", "set": {"tier": "back", "x.io/new": "1"}, "remove": ["team"]}));
    let mutation = lowered(&operation, &labelled());
    let body = json!({"metadata": {"labels": {"tier": "back", "x.io/new": "1", "team": null}}});
    assert_eq!(mutation.action, Action::MergePatch { body });
    assert_eq!(there_and_back(&operation, &labelled())["metadata"]["labels"], json!({"tier": "back", "x.io/new": "1"}));
    assert_eq!(sentence(&operation), "set label tier, x.io/new and remove label team of configmap shop/web");
    there_and_back(&about_map(json!({"op": "annotate", "set": {"note": "first one"}})), &labelled());
}

#[test]
fn marks_that_break_a_rule_change_nothing_or_are_not_there_are_refused() {
    let label = |set: Value, remove: Value| about_map(json!({"op": "label", "set": set, "remove": remove}));
    for (set, remove) in [
        (json!({}), json!([])),
        (json!({"-x": "1"}), json!([])),
        (json!({"x": "a b"}), json!([])),
        (json!({"x": "$(reboot)"}), json!([])),
        (json!({"tier": "x"}), json!(["tier"])),
        (json!({}), json!(["nobody"])),
        (json!({}), json!(["a/b/c"])),
    ] {
        assert_eq!(refusal(&label(set.clone(), remove.clone()), &labelled()).code, Code::BadInput, "{set} {remove}");
    }
    assert_eq!(refusal(&label(json!({"tier": "front"}), json!([])), &labelled()).code, Code::WrongState);
    let many: serde_json::Map<_, _> = (0..51).map(|n| (format!("k{n}"), json!("v"))).collect();
    assert!(detail(&label(Value::Object(many), json!([])), &labelled()).contains("MARKS_MAX"));
    let long = about_map(json!({"op": "annotate", "set": {"note": "x".repeat(256 << 10)}}));
    assert!(detail(&long, &labelled()).contains("ANNOTATIONS_BYTES_MAX"));
}

#[test]
fn an_annotation_that_a_diff_would_not_show_is_not_written() {
    for key in crate::fingerprint::CONTROLLER_ANNOTATIONS {
        let operation = about_map(json!({"op": "annotate", "set": {*key: "1"}}));
        assert!(detail(&operation, &labelled()).contains("kept by a controller"), "{key}");
    }
}

#[test]
fn an_annotations_value_can_be_pasted_and_hides_a_password() {
    let operation = about_map(
        json!({"op": "annotate", "set": {"note": "it's $(reboot)", "db-password": "correct-horse"}, "remove": ["x"]}),
    );
    let text = kubectl(&operation);
    assert!(
        text.contains(r"'note=it'\''s $(reboot)'") && text.contains(" x- ") && !text.contains("correct-horse"),
        "{text}"
    );
    assert!(!operation.shown().to_string().contains("correct-horse"));
    assert!(!sentence(&operation).contains("reboot"));
}

#[test]
fn what_can_be_suspended_is_suspended_and_resumed_once() {
    let of =
        |op: &str, kind: &str| said(json!({"op": op, "target": {"kind": kind, "namespace": "shop", "name": "web"}}));
    let world = |api: &ApiType, spec: Value| {
        World::of(vec![object(api, "web", json!({"spec": spec, "status": {"active": 1}}))])
    };
    let custom = ApiType {
        group: "shop.example".to_owned(),
        kind: "Stand".to_owned(),
        plural: "stands".to_owned(),
        ..ApiType::deployments()
    };
    for (api, kind) in [(ApiType::cron_jobs(), "cronjob"), (ApiType::jobs(), "job"), (custom, "stand")] {
        let (runs, held) = (world(&api, json!({"suspend": false})), world(&api, json!({"suspend": true})));
        assert_eq!(there_and_back(&of("suspend", kind), &runs)["spec"]["suspend"], true);
        there_and_back(&of("resume", kind), &held);
        assert_eq!(refusal(&of("suspend", kind), &held).code, Code::WrongState);
        assert_eq!(refusal(&of("resume", kind), &runs).code, Code::WrongState);
    }
    assert_eq!(refusal(&of("suspend", "deployment"), &web(1)).code, Code::BadInput);
    assert!(matches!(class(&of("suspend", "job"), &world(&ApiType::jobs(), json!({}))), Reversibility::Partial { .. }));
    assert_eq!(class(&of("suspend", "cronjob"), &world(&ApiType::cron_jobs(), json!({}))), Reversibility::Exact);
}
