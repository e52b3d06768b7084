//! Where a diagnosis looks, and which findings belong to the object it was asked about.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::inventory::{Inventory, labels};
use crate::facts::{self, Fact, FactQuery, Snapshot, Unseen};
use crate::kept::Likeness;
use crate::names::Namespace;
use crate::object::{ApiType, ObjectRef, namespace, text};
use crate::operation::LowerError;
use crate::operation::read::Diagnose;
use crate::read::scope::{Scope, Seen, list, seen_of};
use crate::read::{reference, refused, selector};

/// What is listed besides pods, in the namespaces that are looked in.
fn types() -> [ApiType; 14] {
    [
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::replica_sets(),
        ApiType::services(),
        ApiType::endpoint_slices(),
        ApiType::quotas(),
        ApiType::ingresses(),
        ApiType::claims(),
        ApiType::autoscalers(),
        ApiType::jobs(),
        ApiType::cron_jobs(),
        ApiType::budgets(),
        ApiType::network_policies(),
    ]
}

/// What is listed of the cluster itself, whatever the namespace: pods fail with their nodes.
fn nodes() -> FactQuery {
    list(&ApiType::nodes(), None)
}

/// What is listed only when the question is about everything.
fn cluster_types() -> [ApiType; 2] {
    [ApiType::validating_webhooks(), ApiType::mutating_webhooks()]
}

/// The TLS Secrets: their certificates, never their keys.
fn certificates(namespace: Option<&Namespace>) -> FactQuery {
    let (api, fields) = (ApiType::secrets(), Some("type=kubernetes.io/tls".to_owned()));
    FactQuery::Outline { api, namespace: namespace.cloned(), selector: None, fields, keys: true }
}

/// The type of a kind that not every cluster serves, if this one does.
fn routes(known: &Snapshot) -> Option<ApiType> {
    let Some(Fact::Types { types }) = known.get(&FactQuery::NamespacedTypes) else { return None };
    types.iter().find(|api| api.is("gateway.networking.k8s.io", "HTTPRoute")).cloned()
}

/// What was looked at.
#[derive(Debug)]
pub(super) struct Look<'a> {
    /// The object asked about, with its content.
    target: Option<(ObjectRef, &'a Value)>,
    /// Pods first, then as [`types`], then what concerns the cluster.
    lists: Vec<(ApiType, Seen<'a>)>,
    /// The namespaces looked in, when it was not everywhere.
    pub(super) namespaces: Vec<Namespace>,
    /// What could not be looked at.
    pub(super) unseen: Vec<Unseen>,
}

impl<'a> Look<'a> {
    /// The objects of a type.
    pub(super) fn items(&self, api: &ApiType) -> &[&'a Value] {
        self.lists.iter().find(|(listed, _)| listed == api).map_or(&[], |(_, seen)| &seen.items)
    }

    /// The pods that are well, where they come from memory.
    pub(super) fn alike(&self) -> &[&'a Likeness] {
        self.lists.first().map_or(&[], |(_, pods)| &pods.alike)
    }

    /// The object asked about, with its content.
    pub(super) fn target(&self) -> Option<(&ObjectRef, &'a Value)> {
        self.target.as_ref().map(|(object, content)| (object, *content))
    }

    /// Every type with what was seen of it.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&ApiType, &Seen<'a>)> {
        self.lists.iter().map(|(api, seen)| (api, seen))
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
    let everywhere = matches!(scope, Scope::Everywhere { .. });
    // One round for those who may see everything: the other lists go along with the first one.
    let mut rest = vec![nodes(), FactQuery::NamespacedTypes];
    if everywhere {
        rest.extend(types().iter().chain(&cluster_types()).map(|api| list(api, None)));
        rest.push(certificates(None));
    }
    let first = scope.needs(&pods, None, known);
    if !first.is_empty() && everywhere {
        rest.extend(first);
        return Ok(known.missing(rest));
    }
    rest.extend(first);
    let seen = scope.seen(&pods, None, known);
    let narrow = narrowed(scope, &seen);
    rest.extend(types().iter().chain(&routes(known)).flat_map(|api| narrow.needs(api, None, known)));
    rest.extend(certificate_queries(narrow, known));
    Ok(known.missing(rest))
}

/// The lists of TLS Secrets: all at once where that is allowed, else in each namespace.
fn certificate_queries(scope: Scope<'_>, known: &Snapshot) -> Vec<FactQuery> {
    let whole = certificates(None);
    match scope {
        Scope::One(namespace) => vec![certificates(Some(namespace))],
        Scope::Each(namespaces) if matches!(known.get(&whole), Some(Fact::Denied { .. })) => {
            namespaces.iter().map(|namespace| certificates(Some(namespace))).collect()
        }
        Scope::Each(_) | Scope::Everywhere { .. } => vec![whole],
    }
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
    let mut lists: Vec<_> = {
        let rest = narrowed(place.scope(), &pods);
        let own = types().into_iter().chain(routes(known)).map(|api| (rest.seen(&api, None, known), api));
        let own: Vec<_> = own.map(|(seen, api)| (api, seen)).collect();
        if !pods.any && own.iter().all(|(_, seen)| !seen.any) {
            return Err(refused(&pods, "pods"));
        }
        let certificates = seen_of(&certificate_queries(rest, known), known);
        own.into_iter().chain([(ApiType::secrets(), certificates)]).collect()
    };
    lists.push((ApiType::nodes(), seen_of(&[nodes()], known)));
    if matches!(place, Place::Everywhere(_)) {
        lists.extend(cluster_types().map(|api| (api.clone(), seen_of(&[list(&api, None)], known))));
    }
    let namespaces = match &place {
        Place::One(namespace) => vec![namespace.clone()],
        Place::Everywhere(_) => pods.namespaces.clone(),
    };
    lists.insert(0, (ApiType::pods(), pods));
    let mut unseen: Vec<_> = lists.iter().flat_map(|(_, seen)| seen.unseen.iter().cloned()).collect();
    // Without what the cluster serves, routes are not looked for.
    let kinds = FactQuery::NamespacedTypes;
    unseen.extend(known.get(&kinds).and_then(|fact| facts::unseen(&kinds, fact)));
    unseen.sort();
    unseen.dedup();
    Ok(Look { target, lists, namespaces, unseen })
}

/// The object asked about and what belongs to it; nothing when no object was named or it is a whole namespace.
pub(super) fn about(look: &Look<'_>, inventory: &Inventory<'_>) -> Option<BTreeSet<ObjectRef>> {
    let (target, content) = look.target.as_ref().filter(|(object, _)| !object.api.is("", "Namespace"))?;
    let mut about = BTreeSet::from([target.clone()]);
    let selector = selector::of(content);
    let is_about = |place: &str, node: &str, labels: Option<&Map<String, Value>>| {
        let same_place = target.namespace.as_ref().is_none_or(|own| own.as_str() == place);
        let on_node = target.api.is("", "Node") && node == target.name.as_str();
        on_node || (same_place && selector.is_some_and(|selector| selector::matches(selector, labels)))
    };
    let whole = inventory.pods.iter().map(|pod| (*pod, namespace(pod), text(pod, "/spec/nodeName"), labels(pod)));
    let whole = whole.filter(|(_, place, node, labels)| is_about(place, node, *labels)).map(|(pod, ..)| pod);
    let alike = inventory.alike.iter().filter(|pod| is_about(pod.namespace(), pod.node(), pod.labels()));
    for pod in whole.chain(alike.map(|pod| pod.object())) {
        about.extend(reference(&ApiType::pods(), pod));
        // A Service's pods are broken when their workload is.
        about.extend(target.api.is("", "Service").then(|| inventory.root(pod)).flatten().map(|root| root.object));
    }
    Some(about)
}

/// The list facts that were refused, by type, of what is looked at later.
pub(super) fn listed<'a>(api: &ApiType, namespace: Option<&Namespace>, known: &'a Snapshot) -> Vec<&'a Value> {
    known.get(&list(api, namespace)).map(Fact::items).unwrap_or_default()
}
