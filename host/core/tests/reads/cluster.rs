//! A small cluster as facts: objects in the shape an API server of 1.37 returns them, and rights that can be taken away.

use std::collections::BTreeMap;
use std::sync::Arc;

use kubechat_core::facts::{Fact, FactQuery, Snapshot};
use kubechat_core::kept::{KeptList, Shapes};
use kubechat_core::limits::FACT_ROUNDS_MAX;
use kubechat_core::object::{ApiType, text};
use kubechat_core::operation::{LowerError, Operation};
use kubechat_core::read::{self, Answer};
use kubechat_core::time::Timestamp;
use serde_json::{Value, json};

/// When the facts are taken.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";
/// Long before, so that nothing is new.
pub(crate) const BEFORE: &str = "2026-11-23T10:00:00Z";

/// Stands among the kinds that are cut where it can't be asked which ones are served.
pub(crate) const SERVED: &str = "what is served";

/// Objects, logs and refusals.
#[derive(Default)]
pub(crate) struct Cluster {
    pub(crate) objects: Vec<Value>,
    /// By pod, container is whatever was asked: previous log.
    pub(crate) logs: BTreeMap<String, Vec<String>>,
    /// Namespaces that may be read; empty means all.
    pub(crate) allowed: Vec<String>,
    /// Whether namespaces may be listed by somebody who may not see everything.
    pub(crate) hides_namespaces: bool,
    /// What it serves besides the built-in types.
    pub(crate) served: Vec<ApiType>,
    /// Kinds whose lists are cut, which then show nothing.
    pub(crate) cut: Vec<&'static str>,
    /// How many rounds the last read took, and of how many questions.
    pub(crate) asked: std::cell::RefCell<Vec<usize>>,
}

impl Cluster {
    pub(crate) fn with(mut self, objects: impl IntoIterator<Item = Value>) -> Self {
        self.objects.extend(objects);
        self
    }

    pub(crate) fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    pub(crate) fn gather(
        &self,
        needs: impl FnMut(&Snapshot) -> Result<Vec<FactQuery>, LowerError>,
    ) -> Result<Snapshot, LowerError> {
        self.gather_through(needs, |_, fact| fact)
    }

    fn gather_through(
        &self,
        mut needs: impl FnMut(&Snapshot) -> Result<Vec<FactQuery>, LowerError>,
        through: impl Fn(&FactQuery, Fact) -> Fact,
    ) -> Result<Snapshot, LowerError> {
        let mut known = Snapshot::new(Self::now());
        self.asked.borrow_mut().clear();
        for _ in 0..FACT_ROUNDS_MAX {
            let queries = needs(&known)?;
            if queries.is_empty() {
                return Ok(known);
            }
            self.asked.borrow_mut().push(queries.len());
            for query in queries {
                assert!(known.get(&query).is_none(), "asked twice: {query}");
                let fact = through(&query, self.answer(&query));
                known.insert(query, fact);
            }
        }
        panic!("needs never end");
    }

    /// Reads; a diagnosis from memory as well, which must find the same.
    pub(crate) fn read(&self, operation: &Operation) -> Result<Answer, LowerError> {
        if matches!(operation, Operation::Diagnose(_)) {
            let through = |how: fn(&FactQuery, Fact) -> Fact| {
                let known = self.gather_through(|known| read::needs(operation, known), how)?;
                read::answer(operation, &known, Self::now())
            };
            assert_eq!(through(as_kept), through(as_listed), "from memory as from lists");
        }
        let known = self.gather(|known| read::needs(operation, known))?;
        read::answer(operation, &known, Self::now())
    }

    fn may_read(&self, api: &ApiType, namespace: Option<&str>) -> bool {
        match namespace {
            _ if self.allowed.is_empty() => true,
            Some(namespace) => self.allowed.iter().any(|allowed| allowed == namespace),
            None => api.kind == "Namespace" && !self.hides_namespaces,
        }
    }

    /// Whether there is a metrics API: its readings are among the objects.
    fn measures(&self) -> bool {
        self.objects.iter().any(|object| object["kind"] == "PodMetrics")
    }

    fn answer(&self, query: &FactQuery) -> Fact {
        let of = |api: &ApiType, item: &Value| {
            text(item, "/kind") == api.kind && text(item, "/apiVersion") == api.api_version()
        };
        match query {
            FactQuery::Kind { word } if word.as_str() == "pods.metrics.k8s.io" && self.measures() => {
                Fact::Types { types: vec![pod_metrics()] }
            }
            FactQuery::Kind { word } if word.as_str().starts_with("kustomizations.") => {
                Fact::Types { types: vec![kustomizations()] }
            }
            FactQuery::Kind { word } => Fact::Types { types: self.types(word.as_str()) },
            FactQuery::Allowed { .. } => panic!("no read asks this"),
            FactQuery::Object { object } => {
                let place = object.namespace.as_ref().map(|n| n.as_str());
                if !self.may_read(&object.api, place) {
                    return denied("get", &object.api, place);
                }
                let found = self.objects.iter().find(|item| {
                    of(&object.api, item)
                        && text(item, "/metadata/name") == object.name.as_str()
                        && text(item, "/metadata/namespace") == place.unwrap_or_default()
                });
                found.map_or(Fact::Absent, |object| Fact::Object { object: object.clone() })
            }
            FactQuery::List { api, namespace, selector } => {
                let place = namespace.as_ref().map(|n| n.as_str());
                if !self.may_read(api, place) {
                    return denied("list", api, place);
                }
                let here = |item: &&Value| place.is_none_or(|place| text(item, "/metadata/namespace") == place);
                let selected = |item: &&Value| selector.as_ref().is_none_or(|selector| selects(selector, item));
                let items = self.objects.iter().filter(|item| of(api, item)).filter(here).filter(selected);
                if self.cut.contains(&api.kind.as_str()) {
                    return Fact::List { items: Vec::new(), truncated: true };
                }
                Fact::List { items: items.cloned().collect(), truncated: false }
            }
            FactQuery::Outline { api, namespace, selector, fields, keys } => {
                let place = namespace.as_ref().map(|n| n.as_str());
                if !self.may_read(api, place) {
                    return denied("list", api, place);
                }
                let here = |item: &&Value| place.is_none_or(|place| text(item, "/metadata/namespace") == place);
                let selected = |item: &&Value| selector.as_ref().is_none_or(|selector| selects(selector, item));
                let fits = |item: &&Value| fields.as_deref().is_none_or(|fields| has_fields(fields, item));
                let items = self.objects.iter().filter(|item| of(api, item)).filter(here).filter(selected).filter(fits);
                Fact::List { items: items.map(|item| outline(item, *keys)).collect(), truncated: false }
            }
            FactQuery::Logs { pod, .. } => match self.logs.get(pod) {
                Some(lines) => Fact::Logs { lines: lines.clone() },
                None => Fact::Failed { reason: "previous terminated container not found".to_owned() },
            },
            FactQuery::PodsOn { .. } => panic!("no read asks this"),
            FactQuery::NamespacedTypes if self.cut.contains(&SERVED) => Fact::Failed { reason: "503".to_owned() },
            FactQuery::NamespacedTypes => Fact::Types { types: self.served.clone() },
        }
    }

    /// What a kind word means here; measurements are only served where there are some.
    fn types(&self, word: &str) -> Vec<ApiType> {
        let Some((plural, "metrics.k8s.io")) = word.split_once('.') else { return types(word) };
        let kind = if plural == "pods" { "PodMetrics" } else { "NodeMetrics" };
        let api = ApiType {
            group: "metrics.k8s.io".to_owned(),
            version: "v1beta1".to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            namespaced: plural == "pods",
        };
        let served = self.objects.iter().any(|item| text(item, "/kind") == kind);
        served.then_some(api).into_iter().collect()
    }
}

/// A whole list as the adapter reads it from an API server: by name, without managed fields.
fn as_listed(query: &FactQuery, fact: Fact) -> Fact {
    match (query, fact) {
        (FactQuery::List { .. } | FactQuery::Outline { .. }, Fact::List { mut items, truncated }) => {
            let place = |item: &Value, field: &str| text(item, field).to_owned();
            items.sort_by_key(|item| (place(item, "/metadata/namespace"), place(item, "/metadata/name")));
            for metadata in items.iter_mut().filter_map(|item| item.get_mut("metadata")?.as_object_mut()) {
                metadata.remove("managedFields");
            }
            Fact::List { items, truncated }
        }
        (_, fact) => fact,
    }
}

/// A whole list as it comes from memory; outlines of single objects never do.
fn as_kept(query: &FactQuery, fact: Fact) -> Fact {
    let api = match query {
        FactQuery::List { api, selector: None, .. } => api,
        FactQuery::Outline { api, fields, .. } if fields.as_deref() == Some("type=kubernetes.io/tls") => api,
        _ => return as_listed(query, fact),
    };
    let items = match as_listed(query, fact) {
        Fact::List { items, truncated: false } => items,
        other => return other,
    };
    let mut shapes = Shapes::default();
    let kept = items.into_iter().map(|item| Arc::new(shapes.keep(api, item)));
    Fact::Kept(KeptList::of(kept, None))
}

fn denied(verb: &str, api: &ApiType, namespace: Option<&str>) -> Fact {
    let namespace = namespace.map(|n| n.parse().unwrap());
    Fact::Denied { verb: verb.to_owned(), resource: api.resource(), namespace }
}

/// The two field selectors that are asked.
fn has_fields(fields: &str, item: &Value) -> bool {
    match fields.split_once('=').unwrap() {
        ("metadata.name", name) => text(item, "/metadata/name") == name,
        ("type", kind) => text(item, "/type") == kind,
        other => panic!("{other:?}"),
    }
}

/// Metadata and keys, as the adapter leaves them.
fn outline(item: &Value, keys: bool) -> Value {
    let mut outline = json!({"apiVersion": item["apiVersion"], "kind": item["kind"], "metadata": item["metadata"]});
    if keys {
        outline["type"] = item["type"].clone();
        let data = item["data"].as_object().cloned().unwrap_or_default();
        let kept = data.into_iter().map(|(key, value)| {
            let value = if key == "tls.crt" { value } else { Value::Null };
            (key, value)
        });
        outline["data"] = kept.collect::<serde_json::Map<_, _>>().into();
    }
    outline
}

/// Equality selectors, which is all these tests need; anything else (a hostile object's) picks nothing.
fn selects(selector: &str, item: &Value) -> bool {
    selector.split(',').all(|pair| {
        assert!(!pair.is_empty(), "an empty selector lists everything");
        pair.split_once('=').is_some_and(|(key, value)| item["metadata"]["labels"][key] == value)
    })
}

fn pod_metrics() -> ApiType {
    let (group, version) = ("metrics.k8s.io".to_owned(), "v1beta1".to_owned());
    ApiType { group, version, kind: "PodMetrics".to_owned(), plural: "pods".to_owned(), namespaced: true }
}

fn kustomizations() -> ApiType {
    let (group, version) = ("kustomize.toolkit.fluxcd.io".to_owned(), "v1".to_owned());
    ApiType { group, version, kind: "Kustomization".to_owned(), plural: "kustomizations".to_owned(), namespaced: true }
}

fn types(word: &str) -> Vec<ApiType> {
    let all = [
        ApiType::pods(),
        ApiType::services(),
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::namespaces(),
        ApiType::nodes(),
        ApiType::secrets(),
        ApiType::config_maps(),
    ];
    let word = word.to_lowercase();
    all.into_iter().filter(|api| api.kind.to_lowercase() == word || api.plural == word).collect()
}

/// A pod that runs and is ready.
pub(crate) fn pod(namespace: &str, name: &str, app: &str, owner: Option<(&str, &str, &str)>) -> Value {
    let image = format!("registry.example/{namespace}/{app}:1.0.0");
    let owners: Vec<_> = owner
        .into_iter()
        .map(|(kind, name, uid)| {
            json!({"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": true, "blockOwnerDeletion": true})
        })
        .collect();
    let condition =
        |kind: &str| json!({"type": kind, "status": "True", "lastProbeTime": null, "lastTransitionTime": BEFORE});
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "uid": format!("uid-{namespace}-{name}"), "resourceVersion": "1234",
            "creationTimestamp": BEFORE, "labels": {"app": app, "pod-template-hash": "6d4"}, "ownerReferences": owners},
        "spec": {"containers": [{"name": app, "image": image, "imagePullPolicy": "IfNotPresent",
                "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
                "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}],
            "nodeName": "node-1", "restartPolicy": "Always", "schedulerName": "default-scheduler"},
        "status": {"phase": "Running", "qosClass": "Burstable", "hostIP": "10.0.0.1", "podIP": "10.244.0.7", "startTime": BEFORE,
            "conditions": [condition("PodScheduled"), condition("Initialized"), condition("ContainersReady"), condition("Ready")],
            "containerStatuses": [{"name": app, "image": image, "imageID": "registry.example/x@sha256:abc", "ready": true, "started": true,
                "restartCount": 0, "lastState": {}, "state": {"running": {"startedAt": BEFORE}}}]}
    })
}

/// A Deployment that serves with all its pods, its ReplicaSet and those pods.
pub(crate) fn deployment(namespace: &str, app: &str, replicas: usize) -> Vec<Value> {
    let (uid, set_uid, set) =
        (format!("uid-{namespace}-{app}"), format!("uid-{namespace}-{app}-6d4"), format!("{app}-6d4"));
    let template = json!({"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": app, "image": format!("registry.example/{namespace}/{app}:1.0.0")}]}});
    let condition = |kind: &str, reason: &str| json!({"type": kind, "status": "True", "reason": reason, "message": "as it should be", "lastTransitionTime": BEFORE, "lastUpdateTime": BEFORE});
    let mut all = vec![
        json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": app, "namespace": namespace, "uid": uid, "generation": 1, "creationTimestamp": BEFORE, "labels": {"app": app},
                "annotations": {"deployment.kubernetes.io/revision": "1"}},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": app}}, "template": template},
            "status": {"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": replicas, "availableReplicas": replicas,
                "conditions": [condition("Available", "MinimumReplicasAvailable"), condition("Progressing", "NewReplicaSetAvailable")]}}),
        json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {"name": set, "namespace": namespace, "uid": set_uid, "creationTimestamp": BEFORE, "labels": {"app": app, "pod-template-hash": "6d4"},
                "annotations": {"deployment.kubernetes.io/revision": "1"},
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": app, "uid": uid, "controller": true}]},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": app, "pod-template-hash": "6d4"}}, "template": template},
            "status": {"replicas": replicas, "readyReplicas": replicas, "availableReplicas": replicas, "observedGeneration": 1}}),
    ];
    all.extend(
        (0..replicas).map(|i| pod(namespace, &format!("{app}-6d4-{i}"), app, Some(("ReplicaSet", &set, &set_uid)))),
    );
    all
}

/// A Service and its endpoint slice of as many ready endpoints.
pub(crate) fn service(namespace: &str, name: &str, app: &str, ready: usize) -> Vec<Value> {
    let endpoint = |i: usize| {
        json!({"addresses": [format!("10.244.0.{i}")], "conditions": {"ready": true, "serving": true, "terminating": false},
        "targetRef": {"kind": "Pod", "name": format!("{app}-6d4-{i}"), "namespace": namespace}})
    };
    vec![
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace, "uid": format!("uid-svc-{namespace}-{name}"), "creationTimestamp": BEFORE},
            "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.10", "clusterIPs": ["10.96.0.10"], "selector": {"app": app},
                "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}]}, "status": {"loadBalancer": {}}}),
        json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": format!("{name}-x7k2p"), "namespace": namespace, "labels": {"kubernetes.io/service-name": name}},
            "endpoints": (0..ready).map(endpoint).collect::<Vec<_>>()}),
    ]
}

/// A namespace.
pub(crate) fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "status": {"phase": "Active"}})
}

/// Changes the objects of a kind whose name begins so.
pub(crate) fn edit(objects: &mut [Value], kind: &str, prefix: &str, change: impl Fn(&mut Value)) {
    let mut hit = false;
    for object in objects {
        if object["kind"] == kind && object["metadata"]["name"].as_str().unwrap().starts_with(prefix) {
            change(object);
            hit = true;
        }
    }
    assert!(hit, "no {kind} {prefix}");
}
