//! ConfigMaps and Secrets that pods need and that aren't there, or lack the key they are asked for.
//!
//! Looked up only for pods that can't start, at most [`LOOKED_UP_MAX`] references; of a Secret only the names of its keys
//! are read. Where looking is forbidden, the kubelet's own words are believed. Optional references may be missing.

use std::collections::BTreeMap;

use serde_json::Value;

use super::draft::{Depth, Draft, status_of};
use super::inventory::Inventory;
use super::trouble::{Cause, Group};
use super::{events, fixes};
use crate::facts::{Fact, FactQuery};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, items, namespace, text};
use crate::policy::Severity;

/// Most references looked up in one diagnosis.
const LOOKED_UP_MAX: usize = 60;
/// Most objects of a namespace compared for a name that was meant.
const NAMES_MAX: usize = 500;

/// Something a pod can't start without.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reference {
    object: ObjectRef,
    key: Option<String>,
}

/// What of a reference isn't there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Missing {
    object: ObjectRef,
    /// The key, when the object is there and only the key is not.
    key: Option<String>,
}

/// What must be looked up to know what is missing.
pub(super) fn needs(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<FactQuery> {
    let wanted = waiting(groups).flat_map(|group| references(group.pod())).map(|reference| outline(&reference.object));
    let mut needs: Vec<_> = wanted.collect();
    needs.sort();
    needs.dedup();
    needs.truncate(LOOKED_UP_MAX);
    let found = missing(groups, inventory);
    needs.extend(found.keys().filter(|missing| missing.key.is_none()).filter_map(|missing| names(&missing.object)));
    needs
}

fn waiting<'g, 'a>(groups: &'g [Group<'a>]) -> impl Iterator<Item = &'g Group<'a>> {
    groups.iter().filter(|group| matches!(group.cause, Cause::CannotStart | Cause::Creating))
}

/// The outline of one object: whether it is there, and its keys.
pub(super) fn outline(object: &ObjectRef) -> FactQuery {
    let fields = Some(format!("metadata.name={}", object.name));
    FactQuery::Outline {
        api: object.api.clone(),
        namespace: object.namespace.clone(),
        selector: None,
        fields,
        keys: true,
    }
}

/// The names of its kind in its namespace, for what may have been meant.
fn names(object: &ObjectRef) -> Option<FactQuery> {
    let namespace = Some(object.namespace.clone()?);
    Some(FactQuery::Outline { api: object.api.clone(), namespace, selector: None, fields: None, keys: false })
}

/// Whether something these pods need is missing, which then is the finding.
pub(super) fn explain(group: &Group<'_>, inventory: &Inventory<'_>) -> bool {
    matches!(group.cause, Cause::CannotStart | Cause::Creating) && !lacks(group, inventory).is_empty()
}

/// The findings about what is missing: one each, with every workload that needs it.
pub(super) fn drafts(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<Draft> {
    missing(groups, inventory).iter().map(|(missing, groups)| draft(missing, groups, inventory)).collect()
}

fn missing<'g, 'a>(groups: &'g [Group<'a>], inventory: &Inventory<'_>) -> BTreeMap<Missing, Vec<&'g Group<'a>>> {
    let mut all: BTreeMap<Missing, Vec<&Group<'_>>> = BTreeMap::new();
    for group in waiting(groups) {
        for missing in lacks(group, inventory) {
            all.entry(missing).or_default().push(group);
        }
    }
    all
}

fn draft(missing: &Missing, groups: &[&Group<'_>], inventory: &Inventory<'_>) -> Draft {
    let (object, first) = (&missing.object, groups[0]);
    let who = match groups.len() {
        1 => first.root.object.to_string(),
        count => format!("{} and {} more", first.root.object, count - 1),
    };
    let (rule, sentence, mut advice) = match &missing.key {
        Some(key) => (
            "config/key-missing",
            format!("{object} has no key {key}, so {who} can't start"),
            "add the key, or correct its name in the workload".to_owned(),
        ),
        None => (
            "config/missing",
            format!("{object} does not exist, so {who} can't start"),
            format!("create the {} or correct its name in the workload", object.api.kind),
        ),
    };
    let meant = meant(missing, inventory);
    if let Some((kind, meant)) = &meant {
        advice = format!("{kind} {meant} exists: perhaps that was meant. Else {advice}");
    }
    let mut draft = Draft::about(rule, Depth::Root, object.clone(), Severity::Medium);
    for group in groups {
        draft = draft.hitting(group, inventory);
    }
    if let Some((source, words)) = words(first, inventory) {
        draft = draft.shown_by(source, words);
    }
    // Only where one workload asks for it: a key that several want is more likely to be missing than misspelt.
    if let (Some(key), Some((_, meant)), [group]) = (&missing.key, meant, groups) {
        let content = group.root.content;
        draft.fix = content.and_then(|content| fixes::key(&group.root.object, content, object, key, meant));
    }
    draft.says(sentence, advice)
}

/// What the kubelet says, and where.
fn words(group: &Group<'_>, inventory: &Inventory<'_>) -> Option<(String, String)> {
    let status = group.status().map(|status| text(status, "/state/waiting/message")).filter(|said| !said.is_empty());
    if let (Cause::CannotStart, Some(said)) = (group.cause, status) {
        return Some((status_of(group.pod()), said.to_owned()));
    }
    let event = events::newest(&group.pods, inventory, &["FailedMount"])?;
    Some((events::source(event), text(event, "/message").to_owned()))
}

/// What a group's pods need and don't have.
fn lacks(group: &Group<'_>, inventory: &Inventory<'_>) -> Vec<Missing> {
    let mut lacks: Vec<_> = references(group.pod()).iter().filter_map(|it| is_missing(it, inventory)).collect();
    if lacks.is_empty() {
        let said = words(group, inventory).and_then(|(_, said)| said_missing(&said, namespace(group.pod())));
        lacks.extend(said.filter(|said| !is_there(said, inventory)));
    }
    lacks.sort();
    lacks.dedup();
    lacks
}

fn is_missing(reference: &Reference, inventory: &Inventory<'_>) -> Option<Missing> {
    let Some(Fact::List { items, truncated: false }) = inventory.known.get(&outline(&reference.object)) else {
        return None;
    };
    let object = reference.object.clone();
    match (items.first(), &reference.key) {
        (None, _) => Some(Missing { object, key: None }),
        (Some(found), Some(key)) if !has_key(found, key) => Some(Missing { object, key: Some(key.clone()) }),
        _ => None,
    }
}

/// Whether it was looked up and found, whatever the kubelet said a while ago.
fn is_there(missing: &Missing, inventory: &Inventory<'_>) -> bool {
    match inventory.known.get(&outline(&missing.object)) {
        Some(Fact::List { items, .. }) => {
            items.first().is_some_and(|found| missing.key.as_ref().is_none_or(|key| has_key(found, key)))
        }
        _ => false,
    }
}

fn has_key(object: &Value, key: &str) -> bool {
    ["data", "binaryData"].iter().any(|field| object.get(*field).and_then(|data| data.get(key)).is_some())
}

/// `configmap "x" not found`, `couldn't find key k in ConfigMap shop/x`.
fn said_missing(said: &str, place: &str) -> Option<Missing> {
    let object = |api: ApiType, name: &str| {
        let namespace = Some(Namespace::parse(place).ok()?);
        Some(ObjectRef { api, namespace, name: ObjectName::parse(name).ok()? })
    };
    let types = [("configmap", "ConfigMap", ApiType::config_maps()), ("secret", "Secret", ApiType::secrets())];
    types.into_iter().find_map(|(word, kind, api)| {
        if let Some((before, after)) = said.split_once(&format!(" in {kind} ")) {
            let key = before.rsplit_once("key ")?.1.trim_matches('"').to_owned();
            let name = after.split([' ', ',', '\n']).next()?.rsplit('/').next()?;
            return Some(Missing { object: object(api, name)?, key: Some(key) });
        }
        let (name, rest) = said.split_once(&format!("{word} \""))?.1.split_once('"')?;
        rest.starts_with(" not found").then_some(())?;
        Some(Missing { object: object(api, name)?, key: None })
    })
}

/// The object or key that differs only by a slip, if there is exactly one: what it is, and its name.
fn meant<'a>(missing: &'a Missing, inventory: &'a Inventory<'_>) -> Option<(&'a str, &'a str)> {
    match &missing.key {
        None => {
            let Some(Fact::List { items, .. }) = inventory.known.get(&names(&missing.object)?) else { return None };
            let found = items.iter().take(NAMES_MAX).map(crate::object::name);
            Some((&missing.object.api.kind, fixes::slip(missing.object.name.as_str(), found)?))
        }
        Some(key) => {
            let Some(Fact::List { items, .. }) = inventory.known.get(&outline(&missing.object)) else { return None };
            let data = items.first()?.get("data")?.as_object()?;
            Some(("key", fixes::slip(key, data.keys().take(NAMES_MAX).map(String::as_str))?))
        }
    }
}

/// What a pod can't start without: by environment, volumes and projected volumes.
fn references(pod: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    let Ok(place) = Namespace::parse(namespace(pod)) else { return found };
    let mut add = |api: ApiType, source: Option<&Value>, named: &str, key: Option<&str>| {
        let Some(source) = source.filter(|source| at(source, "/optional") != Some(&Value::Bool(true))) else { return };
        if let Ok(name) = ObjectName::parse(text(source, named)) {
            let object = ObjectRef { api, namespace: Some(place.clone()), name };
            found.push(Reference { object, key: key.map(str::to_owned) });
        }
    };
    for container in ["/spec/initContainers", "/spec/containers"].iter().flat_map(|list| items(pod, list)) {
        for source in items(container, "/envFrom") {
            add(ApiType::config_maps(), at(source, "/configMapRef"), "/name", None);
            add(ApiType::secrets(), at(source, "/secretRef"), "/name", None);
        }
        for from in items(container, "/env").iter().filter_map(|variable| at(variable, "/valueFrom")) {
            for (api, field) in [(ApiType::config_maps(), "/configMapKeyRef"), (ApiType::secrets(), "/secretKeyRef")] {
                let source = at(from, field);
                add(api, source, "/name", source.map(|source| text(source, "/key")).filter(|key| !key.is_empty()));
            }
        }
    }
    for volume in items(pod, "/spec/volumes") {
        let projected = items(volume, "/projected/sources").iter();
        for source in projected.chain([volume]) {
            add(ApiType::config_maps(), at(source, "/configMap"), "/name", None);
            for item in items(source, "/configMap/items") {
                add(ApiType::config_maps(), at(source, "/configMap"), "/name", Some(text(item, "/key")));
            }
            let named = if at(source, "/secret/secretName").is_some() { "/secretName" } else { "/name" };
            add(ApiType::secrets(), at(source, "/secret"), named, None);
            for item in items(source, "/secret/items") {
                add(ApiType::secrets(), at(source, "/secret"), named, Some(text(item, "/key")));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_kubelets_words_name_what_is_missing() {
        let cases = [
            ("configmap \"shop-config\" not found", Some("ConfigMap shop/shop-config")),
            ("MountVolume.SetUp failed for volume \"tls\" : secret \"web-tls\" not found", Some("Secret shop/web-tls")),
            ("couldn't find key url in Secret shop/db", Some("Secret shop/db key url")),
            ("couldn't find key \"a b\" in ConfigMap shop/settings", Some("ConfigMap shop/settings key a b")),
            ("secret \"../x\" not found", None),
            ("secret \"x\" is odd", None),
            ("", None),
        ];
        for (said, expected) in cases {
            let missing = said_missing(said, "shop").map(|missing| match missing.key {
                Some(key) => format!("{} key {key}", missing.object),
                None => missing.object.to_string(),
            });
            assert_eq!(missing.as_deref(), expected, "{said}");
        }
    }

    #[test]
    fn what_is_optional_is_not_needed() {
        let pod = json!({"metadata": {"namespace": "shop"}, "spec": {
            "containers": [{"envFrom": [{"configMapRef": {"name": "a"}}, {"secretRef": {"name": "b", "optional": true}}],
                "env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "c", "key": "k"}}}, {"name": "Y", "value": "1"}]}],
            "volumes": [{"name": "v", "secret": {"secretName": "d"}}, {"name": "w", "configMap": {"name": "e", "optional": true}},
                {"name": "p", "projected": {"sources": [{"configMap": {"name": "f"}}, {"secret": {"name": "g"}}, {"serviceAccountToken": {}}]}}]}});
        let needed: Vec<_> = references(&pod).into_iter().map(|it| it.object.name.to_string()).collect();
        assert_eq!(needed, ["a", "f", "c", "d", "g"]);
    }
}
