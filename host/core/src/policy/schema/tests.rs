//! The schema says what the types say, and the published file is this one.

use super::*;
use crate::policy::facts::{
    AccessReach, Autoscaler, BudgetReach, Change, Cluster, DeclaredBy, Escalation, Facts, Image, Replicas, Requester,
    RouteReach, ServiceReach, Step, TrafficReach,
};

fn full() -> Facts {
    let text = || "x".to_owned();
    let step = Step {
        index: 0,
        op: "scale".into(),
        verb: "patch".into(),
        group: text(),
        kind: text(),
        namespace: text(),
        name: text(),
        creates: false,
        namespace_labels: [(text(), text())].into(),
        production: true,
        owner: true,
        changes: vec![Change { path: text(), before: Value::Null, after: json!(1) }],
        images: vec![Image { container: text(), before: text(), after: text(), tag: text(), pinned: false }],
        replicas: Some(Replicas { before: 1, after: 2 }),
        autoscaler: Some(Autoscaler { name: text(), min: 1, max: 2 }),
        services: vec![ServiceReach { name: text(), ready_before: 1, ready_after: 0 }],
        budgets: vec![BudgetReach { name: text(), allowed: 0, takes: 1, broken: true }],
        claims_lost: 0,
        claims_retained: 1,
        consumers: 0,
        removes_objects: 0,
        pods: 1,
        pods_removed: 1,
        weakens: vec![text()],
        escalations: vec![Escalation { class: "token".into(), what: text() }],
        pod_powers: vec![text()],
        resources_missing: vec![text()],
        routes: vec![RouteReach { name: text(), service: text() }],
        depended: vec![text()],
        access: Some(AccessReach {
            subjects: vec![text()],
            gains: vec![text()],
            loses: vec![text()],
            ..AccessReach::default()
        }),
        traffic: Some(TrafficReach::default()),
        instances_unserved: 1,
        refusals: vec![text()],
        declared_by: Some(DeclaredBy { tool: "helm".into(), owner: text(), reverts: false }),
        unverified: Some(text()),
        reversibility: "exact".into(),
    };
    Facts {
        version: 1,
        requester: Requester { subject: text(), groups: vec![text()] },
        cluster: Cluster { name: text() },
        origin: "api".into(),
        steps: vec![step],
        radius_pods: 1,
        radius_objects: 1,
        risk_level: "low".into(),
        risk_score: 1,
        complete: true,
        unseen: vec![text()],
    }
}

/// Where a document and a schema disagree on names, types or words.
fn differences(at: &str, value: &Value, schema: &Value, found: &mut Vec<String>) {
    let kind = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        _ => "integer",
    };
    if schema["type"].as_str().is_some_and(|wanted| wanted != kind) {
        found.push(format!("{at} is {kind}"));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        found.push(format!("{at} is none of {}", schema["enum"]));
    }
    if let (Some(map), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
        let (has, told): (Vec<_>, Vec<_>) = (map.keys().collect(), properties.keys().collect());
        if has != told {
            found.push(format!("{at} has {has:?}, the schema {told:?}"));
        }
        for (key, value) in map {
            differences(&format!("{at}.{key}"), value, &properties[key], found);
        }
    }
    for item in value.as_array().into_iter().flatten() {
        differences(&format!("{at}[]"), item, &schema["items"], found);
    }
}

#[test]
fn schema_and_types_have_the_same_properties() {
    let mut found = Vec::new();
    differences("", &serde_json::to_value(full()).unwrap(), &schema(), &mut found);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn what_may_be_absent_is_not_required() {
    let mut facts = full();
    let step = &mut facts.steps[0];
    (step.replicas, step.autoscaler, step.declared_by, step.unverified) = (None, None, None, None);
    (step.access, step.traffic, step.claims_retained, step.instances_unserved) = (None, None, 0, 0);
    step.pods_removed = 0;
    step.weakens.clear();
    for list in [&mut step.pod_powers, &mut step.resources_missing, &mut step.depended, &mut step.refusals] {
        list.clear();
    }
    step.routes.clear();
    let step = serde_json::to_value(&facts).unwrap()["steps"][0].clone();
    let schema = schema();
    let required: Vec<_> = schema["properties"]["steps"]["items"]["required"].as_array().unwrap().iter().collect();
    assert_eq!(step.as_object().unwrap().len(), required.len());
    assert!(required.iter().all(|key| step.get(key.as_str().unwrap()).is_some()));
}

#[test]
fn the_published_schema_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas/policy-facts-v1.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os("KUBECHAT_GEN").is_some() {
        std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        std::fs::write(path, &text).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "run `KUBECHAT_GEN=1 cargo test -p kubechat-core`");
}
