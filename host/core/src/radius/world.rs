//! A small cluster in memory that answers fact queries, for tests of everything that decides on facts.

use serde_json::{Value, json};

use super::needs;
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::limits::FACT_ROUNDS_MAX;
use crate::mutation::{Action, Mutation, Propagation};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, name, namespace, text};
use crate::operation::{LowerError, Operation};
use crate::time::Timestamp;

/// Objects, and the kinds the user may not read.
#[derive(Default, Clone)]
pub(crate) struct World {
    pub(crate) objects: Vec<Value>,
    pub(crate) denied: Vec<&'static str>,
    /// What the user may not do, as `verb resource name`.
    pub(crate) refused: Vec<String>,
    /// Types served besides the usual ones.
    pub(crate) serves: Vec<ApiType>,
}

impl World {
    pub(crate) fn of(objects: Vec<Value>) -> Self {
        Self { objects, ..Self::default() }
    }

    pub(crate) fn answer(&self, query: &FactQuery) -> Fact {
        let kind = match query {
            FactQuery::Object { object } => object.api.kind.as_str(),
            FactQuery::List { api, .. } => api.kind.as_str(),
            FactQuery::PodsOn { .. } => "Pod",
            _ => "",
        };
        if self.denied.contains(&kind) {
            return Fact::Denied { verb: "list".to_owned(), resource: kind.to_owned(), namespace: None };
        }
        match query {
            FactQuery::Kind { word } if self.serves.iter().any(|api| means(word.as_str(), api)) => {
                Fact::Types { types: self.serves.iter().filter(|api| means(word.as_str(), api)).cloned().collect() }
            }
            FactQuery::Allowed { .. } if self.denied.contains(&"SelfSubjectAccessReview") => {
                Fact::Failed { reason: "the review is refused".to_owned() }
            }
            FactQuery::Allowed { verb, resource, name, .. } => {
                Fact::Allowed { allowed: !self.refused.contains(&format!("{verb} {resource} {name}")) }
            }
            FactQuery::Object { object } => {
                let found = self.objects.iter().find(|o| {
                    is(o, &object.api) && name(o) == object.name.as_str() && within(o, object.namespace.as_ref())
                });
                found.map_or(Fact::Absent, |object| Fact::Object { object: object.clone() })
            }
            FactQuery::List { api, namespace, selector } => {
                let picked = |o: &&Value| {
                    is(o, api) && within(o, namespace.as_ref()) && selector.as_deref().is_none_or(|s| picks(s, o))
                };
                Fact::List { items: self.objects.iter().filter(picked).cloned().collect(), truncated: false }
            }
            FactQuery::NamespacedTypes => Fact::Types {
                types: vec![ApiType::pods(), ApiType::services(), ApiType::claims(), ApiType::deployments()],
            },
            FactQuery::Kind { word } => {
                Fact::Types { types: served().into_iter().filter(|api| means(word.as_str(), api)).collect() }
            }
            FactQuery::PodsOn { node } => {
                let on_it = |o: &&Value| is(o, &ApiType::pods()) && text(o, "/spec/nodeName") == node.as_str();
                Fact::List { items: self.objects.iter().filter(on_it).cloned().collect(), truncated: false }
            }
            FactQuery::Logs { .. } | FactQuery::Outline { .. } => panic!("no such thing is asked for here"),
        }
    }

    /// Answers until nothing is missing; how many rounds that took.
    pub(crate) fn known(&self, mutations: &[Mutation]) -> (Snapshot, usize) {
        let mut known = Snapshot::new(Timestamp(0));
        for mutation in mutations {
            let query = FactQuery::Object { object: mutation.target.clone() };
            known.insert(query.clone(), self.answer(&query));
        }
        for round in 0..FACT_ROUNDS_MAX {
            let missing = needs(mutations, &known);
            if missing.is_empty() {
                return (known, round);
            }
            for query in missing {
                let answer = self.answer(&query);
                known.insert(query, answer);
            }
        }
        panic!("needs never end");
    }
}

fn served() -> Vec<ApiType> {
    vec![
        ApiType::pods(),
        ApiType::services(),
        ApiType::config_maps(),
        ApiType::secrets(),
        ApiType::namespaces(),
        ApiType::nodes(),
        ApiType::claims(),
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::jobs(),
        ApiType::cron_jobs(),
        ApiType::autoscalers(),
        ApiType {
            group: "shop.example".to_owned(),
            kind: "Stand".to_owned(),
            plural: "stands".to_owned(),
            ..ApiType::deployments()
        },
    ]
}

fn means(word: &str, api: &ApiType) -> bool {
    let (name, group) = word.split_once('.').unwrap_or((word, &api.group));
    (name.eq_ignore_ascii_case(&api.kind) || name == api.plural) && group == api.group
}

fn is(object: &Value, api: &ApiType) -> bool {
    text(object, "/kind") == api.kind && text(object, "/apiVersion") == api.api_version()
}

fn within(object: &Value, wanted: Option<&Namespace>) -> bool {
    wanted.is_none_or(|wanted| namespace(object) == wanted.as_str())
}

fn picks(selector: &str, object: &Value) -> bool {
    let label =
        |key: &str| object.pointer("/metadata/labels").and_then(|labels| labels.get(key)).and_then(Value::as_str);
    match (selector.split_once(" in ("), selector.split_once('=')) {
        (Some((key, values)), _) => {
            label(key).is_some_and(|found| values.trim_end_matches(')').split(',').any(|v| v == found))
        }
        (None, Some((key, value))) => label(key) == Some(value),
        (None, None) => label(selector).is_some(),
    }
}

pub(crate) fn address(api: ApiType, name: &str) -> ObjectRef {
    let namespace = api.namespaced.then(|| Namespace::parse("shop").unwrap());
    ObjectRef { api, namespace, name: ObjectName::parse(name).unwrap() }
}

pub(crate) fn object(api: &ApiType, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": api.api_version(), "kind": api.kind, "metadata": {"name": name, "uid": format!("{}-{name}", api.kind)}});
    if api.namespaced {
        object["metadata"]["namespace"] = json!("shop");
    }
    for (key, value) in rest.as_object().unwrap() {
        match (key.as_str(), value) {
            ("metadata", Value::Object(more)) => object["metadata"].as_object_mut().unwrap().extend(more.clone()),
            _ => object[key] = value.clone(),
        }
    }
    object
}

/// A Deployment `web` of so many ready pods behind a Service and a ReplicaSet.
pub(crate) fn web(replicas: usize) -> World {
    let labels = json!({"app": "web"});
    let template =
        json!({"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "r/web:1"}]}});
    let owner = |kind: &str, name: &str| json!([{"kind": kind, "name": name, "uid": format!("{kind}-{name}"), "controller": true}]);
    let mut objects = vec![
        object(
            &ApiType::deployments(),
            "web",
            json!({"spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}}),
        ),
        object(
            &ApiType::replica_sets(),
            "web-1",
            json!({"metadata": {"labels": labels, "ownerReferences": owner("Deployment", "web")}, "spec": {"replicas": replicas}}),
        ),
        object(&ApiType::services(), "web", json!({"spec": {"selector": labels}})),
    ];
    let mut endpoints = Vec::new();
    for index in 0..replicas {
        let name = format!("web-1-{index}");
        objects.push(object(&ApiType::pods(), &name, json!({"metadata": {"labels": labels, "ownerReferences": owner("ReplicaSet", "web-1")},
            "spec": {"nodeName": "n1"}, "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}})));
        endpoints.push(json!({"addresses": ["10.0.0.1"], "conditions": {"ready": true}, "targetRef": {"uid": format!("Pod-{name}")}}));
    }
    objects.push(object(
        &ApiType::endpoint_slices(),
        "web-x",
        json!({"metadata": {"labels": {"kubernetes.io/service-name": "web"}}, "endpoints": endpoints}),
    ));
    World::of(objects)
}

pub(crate) fn budget(min: u64, healthy: u64) -> Value {
    let status = json!({"currentHealthy": healthy, "desiredHealthy": min, "expectedPods": healthy, "disruptionsAllowed": healthy - min});
    object(
        &ApiType::budgets(),
        "web",
        json!({"spec": {"minAvailable": min, "selector": {"matchLabels": {"app": "web"}}}, "status": status}),
    )
}

pub(crate) fn autoscaler(min: u64, max: u64) -> Value {
    object(
        &ApiType::autoscalers(),
        "web",
        json!({"spec": {"minReplicas": min, "maxReplicas": max,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}),
    )
}

/// Asks all an operation needs and lowers it.
pub(crate) fn lower(operation: &Operation, world: &World) -> Result<(Snapshot, Vec<Mutation>), LowerError> {
    let write = operation.write().expect("a write");
    let mut known = Snapshot::new(Timestamp(1_800_000_000_000));
    for _ in 0..FACT_ROUNDS_MAX {
        let missing = write.needs(&known)?;
        if missing.is_empty() {
            return write.lower(&known).map(|mutations| (known, mutations));
        }
        for query in missing {
            let answer = world.answer(&query);
            known.insert(query, answer);
        }
    }
    panic!("needs never end");
}

pub(crate) fn scale(replicas: u32) -> Mutation {
    let touches = vec![FieldPath::of(&["spec", "replicas"])];
    let action = Action::MergePatch { body: json!({"spec": {"replicas": replicas}}) };
    Mutation { target: address(ApiType::deployments(), "web"), action, touches }
}

pub(crate) fn patch(target: ObjectRef, body: Value) -> Mutation {
    Mutation { target, action: Action::StrategicPatch { body }, touches: vec![FieldPath::of(&["spec", "template"])] }
}

pub(crate) fn restart() -> Mutation {
    let annotations = json!({"kubectl.kubernetes.io/restartedAt": "2026-11-23T00:57:00.000Z"});
    patch(
        address(ApiType::deployments(), "web"),
        json!({"spec": {"template": {"metadata": {"annotations": annotations}}}}),
    )
}

pub(crate) fn set_image(image: &str) -> Mutation {
    let containers = json!([{"name": "web", "image": image}]);
    patch(address(ApiType::deployments(), "web"), json!({"spec": {"template": {"spec": {"containers": containers}}}}))
}

pub(crate) fn delete(api: ApiType, name: &str) -> Mutation {
    let action = Action::Delete { propagation: Propagation::Background };
    Mutation { target: address(api, name), action, touches: vec![FieldPath::root()] }
}
