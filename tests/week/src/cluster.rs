//! The cluster in memory: what is there, what is served, who may look, and the answers to fact queries.

use std::collections::BTreeMap;
use std::path::Path;

use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::names::Namespace;
use kubechat_core::object::{ApiType, name, namespace, text};
use kubechat_core::principal::Principal;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::workload::Workload;

/// What `cluster.yaml` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// `apps/v1 Deployment deployments deploy`, with `*` before the version of what lives in no namespace.
    served: Vec<String>,
    people: BTreeMap<String, Person>,
    namespaces: BTreeMap<String, Space>,
    workloads: Vec<Workload>,
    objects: Vec<Value>,
}

/// A person and what is kept from him.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    groups: Vec<String>,
    /// Kinds he may neither get nor list.
    #[serde(default)]
    blind: Vec<String>,
    /// What he may not do, as `get secrets payments/db`.
    #[serde(default)]
    may_not: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Space {
    labels: BTreeMap<String, String>,
    owner: Option<String>,
}

/// One served type and the words for it.
#[derive(Debug, Clone)]
struct Served {
    api: ApiType,
    words: Vec<String>,
}

/// The cluster as one person meets it.
#[derive(Debug, Clone)]
pub struct Cluster {
    served: Vec<Served>,
    people: BTreeMap<String, Person>,
    objects: Vec<Value>,
}

impl Cluster {
    /// Reads the cluster.
    ///
    /// # Errors
    /// A file that can't be read or makes no sense.
    pub fn read(path: &Path) -> Result<Self, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let written = std::fs::read_to_string(path).map_err(|error| told(&error))?;
        let written: Written = serde_yaml_ng::from_str(&written).map_err(|error| told(&error))?;
        let served = written.served.iter().map(|line| served(line)).collect::<Result<Vec<_>, _>>()?;
        let mut cluster = Self { served, people: written.people, objects: Vec::new() };
        let spaces = written.namespaces.iter().map(|(name, space)| {
            let annotations = space.owner.as_ref().map(|owner| json!({"kubechat.dev/owner": owner}));
            json!({"apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": name, "labels": space.labels, "annotations": annotations}})
        });
        let workloads = written.workloads.iter().flat_map(Workload::objects);
        let all: Vec<Value> = spaces.chain(workloads).chain(written.objects).collect();
        all.into_iter().try_for_each(|object| cluster.put(object))?;
        Ok(cluster)
    }

    /// Puts an object in, in place of another of its address.
    ///
    /// # Errors
    /// A kind that is not served.
    pub fn put(&mut self, mut object: Value) -> Result<(), String> {
        let api = self.type_of(&object)?;
        if api.namespaced == namespace(&object).is_empty() {
            return Err(format!("{} {}: a namespace is missing or too much", api.kind, name(&object)));
        }
        if text(&object, "/metadata/uid").is_empty() {
            object["metadata"]["uid"] = json!(format!("{}/{}/{}", api.kind, namespace(&object), name(&object)));
        }
        let same =
            |other: &Value| is(other, &api) && name(other) == name(&object) && namespace(other) == namespace(&object);
        self.objects.retain(|other| !same(other));
        self.objects.push(object);
        Ok(())
    }

    /// The type an object says it is of.
    ///
    /// # Errors
    /// A kind that is not served.
    pub fn type_of(&self, object: &Value) -> Result<ApiType, String> {
        let found = self.served.iter().find(|served| is(object, &served.api));
        let version = (text(object, "/apiVersion"), text(object, "/kind"));
        found.map(|served| served.api.clone()).ok_or_else(|| format!("{version:?} is not served here"))
    }

    /// The type a word means.
    ///
    /// # Errors
    /// A word nobody knows.
    pub fn word(&self, word: &str) -> Result<ApiType, String> {
        self.words(word).into_iter().next().ok_or_else(|| format!("{word} is not served here"))
    }

    fn words(&self, word: &str) -> Vec<ApiType> {
        let means = |served: &&Served| {
            let (plain, group) = word.split_once('.').unwrap_or((word, &served.api.group));
            group == served.api.group && served.words.iter().any(|known| known.eq_ignore_ascii_case(plain))
        };
        self.served.iter().filter(means).map(|served| served.api.clone()).collect()
    }

    /// A person of this cluster.
    ///
    /// # Errors
    /// Somebody the cluster does not know.
    pub fn person(&self, name: &str) -> Result<Principal, String> {
        let person = self.people.get(name).ok_or_else(|| format!("nobody here is called {name}"))?;
        let groups: Vec<&str> = person.groups.iter().map(String::as_str).collect();
        Ok(Principal::local(name, &groups))
    }

    /// The answer to a question of this person.
    pub fn answer(&self, who: &str, query: &FactQuery) -> Fact {
        let blind = |api: &ApiType| self.people.get(who).is_some_and(|person| person.blind.contains(&api.plural));
        let denied = |verb: &str, api: &ApiType, at: Option<&Namespace>| Fact::Denied {
            verb: verb.to_owned(),
            resource: api.resource(),
            namespace: at.cloned(),
        };
        match query {
            FactQuery::Kind { word } => Fact::Types { types: self.words(word.as_str()) },
            FactQuery::Object { object } if blind(&object.api) => denied("get", &object.api, object.namespace.as_ref()),
            FactQuery::Object { object } => {
                let at = object.namespace.as_ref().map_or("", Namespace::as_str);
                let found = self
                    .objects
                    .iter()
                    .find(|o| is(o, &object.api) && name(o) == object.name.as_str() && namespace(o) == at);
                found.map_or(Fact::Absent, |object| Fact::Object { object: object.clone() })
            }
            FactQuery::List { api, namespace, .. } if blind(api) => denied("list", api, namespace.as_ref()),
            FactQuery::List { api, namespace: at, selector } => {
                let here = |o: &&Value| is(o, api) && at.as_ref().is_none_or(|at| namespace(o) == at.as_str());
                let picked = |o: &&Value| selector.as_deref().is_none_or(|selector| picks(selector, o));
                Fact::List {
                    items: self.objects.iter().filter(here).filter(picked).cloned().collect(),
                    truncated: false,
                }
            }
            FactQuery::PodsOn { .. } if blind(&ApiType::nodes()) => denied("list", &ApiType::pods(), None),
            FactQuery::PodsOn { node } => {
                let on = |o: &&Value| is(o, &ApiType::pods()) && text(o, "/spec/nodeName") == node.as_str();
                Fact::List { items: self.objects.iter().filter(on).cloned().collect(), truncated: false }
            }
            FactQuery::Allowed { verb, resource, namespace, name } => {
                let place = namespace.as_ref().map(|at| format!("{at}/")).unwrap_or_default();
                let asked = format!("{verb} {resource} {place}{name}");
                let refused = self.people.get(who).is_none_or(|person| person.may_not.contains(&asked));
                Fact::Allowed { allowed: !refused }
            }
            FactQuery::NamespacedTypes => {
                let types = self.served.iter().map(|served| served.api.clone()).filter(|api| api.namespaced);
                Fact::Types { types: types.collect() }
            }
            FactQuery::Logs { .. } | FactQuery::Outline { .. } => {
                Fact::Failed { reason: "changes are not judged by logs or outlines".to_owned() }
            }
        }
    }
}

fn served(line: &str) -> Result<Served, String> {
    let mut words = line.split_whitespace();
    let (Some(version), Some(kind), Some(plural)) = (words.next(), words.next(), words.next()) else {
        return Err(format!("{line}: version, kind and plural are wanted"));
    };
    let namespaced = !version.starts_with('*');
    let version = version.trim_start_matches('*');
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let owned = |text: &str| text.to_owned();
    let api =
        ApiType { group: owned(group), version: owned(version), kind: owned(kind), plural: owned(plural), namespaced };
    let mut known = vec![owned(kind), owned(plural)];
    known.extend(words.map(owned));
    Ok(Served { api, words: known })
}

fn is(object: &Value, api: &ApiType) -> bool {
    text(object, "/kind") == api.kind && text(object, "/apiVersion") == api.api_version()
}

/// The selectors that are asked for here: equalities, `key in (…)`, and keys alone, joined by commas.
fn picks(selector: &str, object: &Value) -> bool {
    let labels = object.pointer("/metadata/labels");
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    if let Some((key, values)) = selector.split_once(" in (") {
        return label(key).is_some_and(|found| values.trim_end_matches(')').split(',').any(|value| value == found));
    }
    selector.split(',').all(|term| match term.split_once('=') {
        Some((key, value)) => label(key) == Some(value),
        None => label(term).is_some(),
    })
}
