//! Where a diagnosis looks, and which findings belong to the object it was asked about.

use std::collections::BTreeSet;

use serde_json::Value;

use super::inventory::Inventory;
use crate::facts::{Fact, FactQuery, Snapshot, Unseen};
use crate::names::Namespace;
use crate::object::{ApiType, ObjectRef, text};
use crate::operation::LowerError;
use crate::operation::read::Diagnose;
use crate::read::scope::{Scope, Seen, list};
use crate::read::{reference, refused, selector};

/// What is listed first, besides pods.
fn types() -> [ApiType; 7] {
    [
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::replica_sets(),
        ApiType::services(),
        ApiType::endpoint_slices(),
        ApiType::quotas(),
    ]
}

/// What was looked at.
#[derive(Debug)]
pub(super) struct Look<'a> {
    /// The object asked about, with its content.
    target: Option<(ObjectRef, &'a Value)>,
    /// Pods first, then as [`types`].
    lists: Vec<(ApiType, Seen<'a>)>,
    /// The namespaces looked in, when it was not everywhere.
    pub(super) namespaces: Vec<Namespace>,
    /// What could not be looked at.
    pub(super) unseen: Vec<Unseen>,
}

impl<'a> Look<'a> {
    /// The objects of a type.
    pub(super) fn items(&self, api: &ApiType) -> Vec<&'a Value> {
        self.lists.iter().find(|(listed, _)| listed == api).map(|(_, seen)| seen.items.clone()).unwrap_or_default()
    }

    /// Whether a type was seen at all.
    pub(super) fn saw(&self, api: &ApiType) -> bool {
        self.lists.iter().any(|(listed, seen)| listed == api && seen.any)
    }
}

/// Where the question points to.
enum Place {
    One(Namespace),
    Everywhere(Option<Namespace>),
}

impl Place {
    fn scope(&self) -> Scope<'_> {
        match self {
            Self::One(namespace) => Scope::One(namespace),
            Self::Everywhere(fallback) => Scope::Everywhere { fallback: fallback.as_ref() },
        }
    }
}

type Asked<'a> = (Place, Option<(ObjectRef, &'a Value)>);

fn place<'a>(diagnose: &Diagnose, known: &'a Snapshot) -> Result<Asked<'a>, LowerError> {
    let target = diagnose.target.as_ref().map(|target| target.object(known)).transpose()?;
    let place = match (&target, &diagnose.namespace) {
        (Some((object, _)), _) if object.api.is("", "Namespace") => Namespace::parse(object.name.as_str()).ok(),
        (Some((object, _)), _) => object.namespace.clone(),
        (None, namespace) => namespace.clone(),
    };
    Ok((place.map_or_else(|| Place::Everywhere(diagnose.fallback.clone()), Place::One), target))
}

/// The lists that are still missing.
pub(super) fn needs(diagnose: &Diagnose, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    if let Some(target) = &diagnose.target {
        let missing = target.needs_object(known)?;
        if !missing.is_empty() {
            return Ok(missing);
        }
    }
    let (place, _) = place(diagnose, known)?;
    let (scope, pods) = (place.scope(), ApiType::pods());
    let mut missing = scope.needs(&pods, None, known);
    if !missing.is_empty() {
        // One round for those who may see everything: the other lists go along with the first one.
        let whole = matches!(scope, Scope::Everywhere { .. });
        missing.extend(types().iter().filter(|_| whole).map(|api| list(api, None)));
        missing.extend(types().iter().filter(|_| !whole).flat_map(|api| scope.needs(api, None, known)));
        return Ok(known.missing(missing));
    }
    let seen = scope.seen(&pods, None, known);
    let rest = narrowed(scope, &seen);
    Ok(known.missing(types().iter().flat_map(|api| rest.needs(api, None, known)).collect()))
}

/// Where the other types are looked for: a namespace whose pods are hidden has nothing to tell.
fn narrowed<'a>(scope: Scope<'a>, pods: &'a Seen<'_>) -> Scope<'a> {
    match scope {
        Scope::Everywhere { .. } if !pods.namespaces.is_empty() => Scope::Each(&pods.namespaces),
        other => other,
    }
}

/// What was looked at; refused when nothing could be, for zeros would be a lie.
pub(super) fn look<'a>(diagnose: &Diagnose, known: &'a Snapshot) -> Result<Look<'a>, LowerError> {
    let (place, target) = place(diagnose, known)?;
    let pods = place.scope().seen(&ApiType::pods(), None, known);
    let others: Vec<_> = {
        let rest = narrowed(place.scope(), &pods);
        types().into_iter().map(|api| (rest.seen(&api, None, known), api)).collect()
    };
    if !pods.any && others.iter().all(|(seen, _)| !seen.any) {
        return Err(refused(&pods, "pods"));
    }
    let mut unseen = pods.unseen.clone();
    unseen.extend(others.iter().flat_map(|(seen, _)| seen.unseen.iter().cloned()));
    unseen.sort();
    unseen.dedup();
    let namespaces = match &place {
        Place::One(namespace) => vec![namespace.clone()],
        Place::Everywhere(_) => pods.namespaces.clone(),
    };
    let mut lists = vec![(ApiType::pods(), pods)];
    lists.extend(others.into_iter().map(|(seen, api)| (api, seen)));
    Ok(Look { target, lists, namespaces, unseen })
}

/// The object asked about and what belongs to it; nothing when no object was named or it is a whole namespace.
pub(super) fn about(look: &Look<'_>, inventory: &Inventory<'_>) -> Option<BTreeSet<ObjectRef>> {
    let (target, content) = look.target.as_ref().filter(|(object, _)| !object.api.is("", "Namespace"))?;
    let mut about = BTreeSet::from([target.clone()]);
    let selector = selector::of(content);
    for pod in &inventory.pods {
        let same_place =
            target.namespace.as_ref().is_none_or(|place| place.as_str() == text(pod, "/metadata/namespace"));
        let on_node = target.api.is("", "Node") && text(pod, "/spec/nodeName") == target.name.as_str();
        let labels = pod.pointer("/metadata/labels").and_then(Value::as_object);
        let selected = same_place && selector.is_some_and(|selector| selector::matches(selector, labels));
        if on_node || selected {
            about.extend(reference(&ApiType::pods(), pod));
            // A Service's pods are broken when their workload is.
            about.extend(target.api.is("", "Service").then(|| inventory.root(pod)).flatten().map(|root| root.object));
        }
    }
    Some(about)
}

/// The list facts that were refused, by type, of what is looked at later.
pub(super) fn listed<'a>(api: &ApiType, namespace: Option<&Namespace>, known: &'a Snapshot) -> &'a [Value] {
    match known.get(&list(api, namespace)) {
        Some(Fact::List { items, .. }) => items,
        _ => &[],
    }
}
