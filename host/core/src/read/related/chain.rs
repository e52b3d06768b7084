//! Owners up to the top, and what hangs on an object by owner references.

use serde_json::Value;

use super::look::Look;
use super::{OWNER_STEPS_MAX, Relation, word};
use crate::facts::{Fact, Unseen};
use crate::names::ObjectName;
use crate::object::{ApiType, ObjectRef, at, items, text, uid};
use crate::read::{selector, shown};

/// Levels of dependents: a CronJob's Jobs and their pods, a Deployment's ReplicaSets and theirs.
const LEVELS_MAX: usize = 3;

/// The owners, the nearest first.
pub(super) fn owners(object: &ObjectRef, content: &Value, look: &mut Look<'_>) -> Vec<ObjectRef> {
    let (mut owners, mut steps): (Vec<ObjectRef>, usize) = (Vec::new(), 0);
    let mut link = (object.clone(), content);
    while let Some(said) = owner_of(link.1) {
        let known = known_type(text(said, "/apiVersion"), text(said, "/kind"));
        steps += if known.is_some() { 1 } else { 2 };
        if steps > OWNER_STEPS_MAX {
            let what =
                shown::line(&format!("owner {} {} and those above it", text(said, "/kind"), text(said, "/name")));
            look.unfollowed.push(Unseen { what, why: "the chain of owners is longer than is followed".to_owned() });
            break;
        }
        let Some(api) = known.or_else(|| look.served(&kind_word(said)).cloned()) else { break };
        let Ok(name) = ObjectName::parse(text(said, "/name")) else { break };
        let namespace = link.0.namespace.clone().filter(|_| api.namespaced);
        let owner = ObjectRef { api, namespace, name };
        // Two objects that own each other are a mistake somebody made, not a reason to go round for ever.
        if owners.contains(&owner) || owner == *object {
            break;
        }
        let fact = look.object(&owner);
        let state = match fact {
            Some(Fact::Object { object: content }) => shown::line(&word::of(&owner.api, content)),
            Some(Fact::Absent) => "missing".to_owned(),
            _ => String::new(),
        };
        look.put(Relation::Owner, owner.clone(), state);
        owners.push(owner.clone());
        let Some(Fact::Object { object: content }) = fact else { break };
        link = (owner, content);
    }
    owners
}

/// The controlling owner, else the first.
fn owner_of(content: &Value) -> Option<&Value> {
    let owners = items(content, "/metadata/ownerReferences");
    let controls = |owner: &&Value| at(owner, "/controller") == Some(&Value::Bool(true));
    owners.iter().find(controls).or_else(|| owners.first())
}

/// `Widget.example.com`, as discovery takes it.
fn kind_word(said: &Value) -> String {
    match text(said, "/apiVersion").split_once('/') {
        Some((group, _)) => format!("{}.{group}", text(said, "/kind")),
        None => text(said, "/kind").to_owned(),
    }
}

/// The type, where it needs no question.
pub(super) fn known_type(api_version: &str, kind: &str) -> Option<ApiType> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let all = [
        ApiType::pods(),
        ApiType::services(),
        ApiType::nodes(),
        ApiType::replica_sets(),
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::jobs(),
        ApiType::cron_jobs(),
    ];
    all.into_iter().find(|api| api.is(group, kind))
}

/// What hangs on it; the pods among it are given back.
pub(super) fn dependents<'a>(object: &ObjectRef, content: &Value, look: &mut Look<'a>) -> Vec<&'a Value> {
    let Some(place) = object.namespace.as_ref() else { return Vec::new() };
    let by_label = || selector::query(content);
    let mut lists: Vec<(ApiType, &'a [Value])> = Vec::new();
    let mut take = |api: ApiType, selector: Option<String>, look: &mut Look<'a>| {
        let items = look.list(&api, Some(place), selector);
        lists.push((api, items));
    };
    match (object.api.group.as_str(), object.api.kind.as_str()) {
        ("apps", "Deployment") => {
            take(ApiType::replica_sets(), by_label(), look);
            take(ApiType::pods(), by_label(), look);
        }
        ("apps", "ReplicaSet" | "StatefulSet" | "DaemonSet") | ("batch", "Job") => {
            take(ApiType::pods(), by_label(), look);
        }
        ("batch", "CronJob") => {
            take(ApiType::jobs(), None, look);
            take(ApiType::pods(), None, look);
        }
        ("", "Service") => {
            // By their label: slices that somebody else keeps for a Service have no owner.
            let (api, own) = (ApiType::endpoint_slices(), format!("kubernetes.io/service-name={}", object.name));
            let slices = look.list(&api, Some(place), Some(own));
            slices.iter().for_each(|slice| look.add(Relation::Dependent, &api, slice));
        }
        (group, _) if group.contains('.') && !group.ends_with(".k8s.io") => {
            for api in hanging() {
                take(api, None, look);
            }
        }
        _ => {}
    }
    hang(uid(content), &lists, look)
}

/// What custom kinds make.
fn hanging() -> [ApiType; 8] {
    [
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::replica_sets(),
        ApiType::jobs(),
        ApiType::services(),
        ApiType::claims(),
        ApiType::pods(),
    ]
}

/// Those of the lists that an owner reference leads to, level by level.
fn hang<'a>(root: &str, lists: &[(ApiType, &'a [Value])], look: &mut Look<'a>) -> Vec<&'a Value> {
    let (mut level, mut pods) = (vec![root], Vec::new());
    for _ in 0..LEVELS_MAX {
        let mut next = Vec::new();
        for (api, all) in lists {
            let owned = |one: &&Value| {
                let owners = items(one, "/metadata/ownerReferences").iter();
                owners.into_iter().any(|owner| !uid_of(owner).is_empty() && level.contains(&uid_of(owner)))
            };
            for one in all.iter().filter(owned) {
                look.add(Relation::Dependent, api, one);
                next.push(uid(one));
                if api.is("", "Pod") {
                    pods.push(one);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    pods
}

fn uid_of(owner: &Value) -> &str {
    text(owner, "/uid")
}
