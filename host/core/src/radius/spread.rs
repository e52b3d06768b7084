//! Spread: the namespaces a write reaches into besides the one it writes in.
//!
//! A rule for a namespace is worth nothing if its pods can be driven off through a node, its objects deleted through their
//! definition, or its rights taken through a cluster-wide role. So for each write: the namespaces by name, all of them and
//! never cut; or that it is every namespace, and why; or what could not be seen, and then it may be any. Which of those
//! stand under a rule is flow's to judge.
//!
//! A cluster-wide kind that is not known here reaches everywhere, and so does an object that deploys elsewhere (Argo CD,
//! Flux). Not looked at: what other custom controllers do beyond the namespace of their resource, pods that are preempted
//! by more important ones, clients that call a Service across namespaces, and new pods that a missing class would stop.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::look::Look;
use super::{Reach, kinds, plain};
use crate::mutation::Action;
use crate::names::Namespace;
use crate::object::{ApiType, ObjectRef, items, name, namespace, text};

/// Most sentences about what could not be seen.
const UNSEEN_MAX: usize = 10;
/// Groups whose objects are told where to deploy, and the kinds meant; an empty list means all of the group.
const DEPLOYERS: [(&str, &[&str]); 3] = [
    ("argoproj.io", &["Application", "ApplicationSet", "AppProject"]),
    ("kustomize.toolkit.fluxcd.io", &[]),
    ("helm.toolkit.fluxcd.io", &[]),
];
/// Cluster-wide kinds whose making changes nothing for what runs already.
const HARMLESS_WHEN_MADE: [(&str, &str); 7] = [
    ("", "Namespace"),
    ("", "Node"),
    ("storage.k8s.io", "StorageClass"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("node.k8s.io", "RuntimeClass"),
    ("networking.k8s.io", "IngressClass"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
];

/// The annotation, without its group, that makes a class the default one: `storageclass.kubernetes.io/…`,
/// `ingressclass.kubernetes.io/…`, `snapshot.storage.kubernetes.io/…`. Source: the Kubernetes reference of well-known labels
/// and annotations.
const DEFAULT_CLASS: &str = "/is-default-class";

/// Where a write reaches besides the namespace it writes in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Namespaces in which something goes, changes or is cut off: all of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub namespaces: BTreeSet<Namespace>,
    /// Why it is every namespace, when it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub everywhere: Option<String>,
    /// What could not be seen of it; then it may be any namespace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<String>,
}

impl Spread {
    /// Whether nothing is reached.
    pub fn is_empty(&self) -> bool {
        self.namespaces.is_empty() && self.everywhere.is_none() && self.unseen.is_empty()
    }

    /// Takes another in.
    pub fn join(&mut self, other: &Self) {
        self.namespaces.extend(other.namespaces.iter().cloned());
        if self.everywhere.is_none() {
            self.everywhere.clone_from(&other.everywhere);
        }
        let new: Vec<_> = other.unseen.iter().filter(|what| !self.unseen.contains(what)).cloned().collect();
        self.unseen.extend(new);
        self.unseen.truncate(UNSEEN_MAX);
    }

    /// Something in this namespace; a name that is none counts as not seen, which fails closed.
    pub(super) fn reach_into(&mut self, space: &str) {
        match Namespace::parse(space) {
            Ok(space) => {
                self.namespaces.insert(space);
            }
            Err(_) => self.not_seen(format!("which namespace {space:?} is")),
        }
    }

    pub(super) fn reach_all(&mut self, why: String) {
        self.everywhere.get_or_insert_with(|| plain(why));
    }

    pub(super) fn not_seen(&mut self, what: String) {
        let what = plain(what);
        if self.unseen.len() < UNSEEN_MAX && !self.unseen.contains(&what) {
            self.unseen.push(what);
        }
    }
}

/// What the kind of the object alone tells: kinds that [`super`] takes apart are judged there.
pub(super) fn of_kind(
    target: &ObjectRef,
    action: &Action,
    live: Option<&Value>,
    after: Option<&Value>,
    reach: &mut Reach,
) {
    let (group, kind) = (target.api.group.as_str(), target.api.kind.as_str());
    let deletes = matches!(action, Action::Delete { .. });
    // Looked at before the content: what makes a class the default is an annotation.
    if !target.api.namespaced && is_default(live) != is_default(after) {
        reach.spread.reach_all(format!("{target} is used wherever nothing else is named"));
    }
    if !deletes && content(live) == content(after) {
        return;
    }
    let deploys = |(its, kinds): &(&str, &[&str])| *its == group && (kinds.is_empty() || kinds.contains(&kind));
    if DEPLOYERS.iter().any(deploys) {
        reach.spread.not_seen(format!("where {target} deploys to"));
    }
    let judged = match group {
        "" => matches!(kind, "Namespace" | "Node" | "PersistentVolume"),
        "apiextensions.k8s.io" => kind == "CustomResourceDefinition",
        // Whoever may sign or ask for a certificate reaches no pod by it.
        "certificates.k8s.io" => true,
        _ => group == kinds::ROLES || kind.ends_with("WebhookConfiguration"),
    };
    if target.api.namespaced || judged || (live.is_none() && HARMLESS_WHEN_MADE.contains(&(group, kind))) {
        return;
    }
    reach.spread.reach_all(format!("{target} counts in every namespace"));
}

/// Whether a class (of storage, ingresses, snapshots, priorities) is taken wherever none is named.
fn is_default(class: Option<&Value>) -> bool {
    let Some(class) = class else { return false };
    let annotations = class.pointer("/metadata/annotations").and_then(Value::as_object);
    let says = |(key, value): (&String, &Value)| key.ends_with(DEFAULT_CLASS) && value.as_str() == Some("true");
    class.get("globalDefault").and_then(Value::as_bool) == Some(true) || annotations.into_iter().flatten().any(says)
}

/// An object without what is only said about it.
fn content(object: Option<&Value>) -> Option<Value> {
    let mut object = object?.clone();
    if let Some(map) = object.as_object_mut() {
        for key in ["metadata", "status", "apiVersion", "kind"] {
            map.remove(key);
        }
    }
    Some(object)
}

/// Webhook configurations: the namespaces that hooks are asked about which join, go or change.
pub(super) fn hooks(live: Option<&Value>, after: Option<&Value>, look: &mut Look<'_>, reach: &mut Reach) {
    let of = |object: Option<&'_ Value>| object.map(|object| items(object, "/webhooks").to_vec()).unwrap_or_default();
    let (before, now) = (of(live), of(after));
    let differ =
        before.iter().filter(|hook| !now.contains(hook)).chain(now.iter().filter(|hook| !before.contains(hook)));
    for hook in differ {
        asked_about(hook, look, reach);
    }
}

/// The namespaces a webhook is asked about.
pub(super) fn asked_about(hook: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let rules = items(hook, "/rules");
    if !rules.is_empty() && rules.iter().all(|rule| text(rule, "/scope") == "Cluster") {
        return;
    }
    let by = hook.get("namespaceSelector").filter(|by| by.as_object().is_some_and(|by| !by.is_empty()));
    let Some(by) = by else {
        return reach.spread.reach_all(format!("webhook {} is asked about every namespace", text(hook, "/name")));
    };
    for space in look.everywhere(ApiType::namespaces()) {
        if super::selector::picks(Some(by), space.pointer("/metadata/labels")) {
            reach.spread.reach_into(name(space));
        }
    }
}

/// Where the rights count that a binding hands out; those of a ClusterRoleBinding count everywhere.
pub(super) fn held_by(binding: &Value, loses: bool, reach: &mut Reach) {
    match namespace(binding) {
        "" => reach.spread.reach_all(format!("ClusterRoleBinding {} counts in every namespace", name(binding))),
        space => reach.spread.reach_into(space),
    }
    if loses {
        for subject in items(binding, "/subjects").iter().filter(|one| text(one, "/kind") == "ServiceAccount") {
            reach.spread.reach_into(text(subject, "/namespace"));
        }
    }
}

/// A node with other labels: a DaemonSet that chooses nodes by one of them takes its pod away, or sends one.
pub(super) fn relabelled(live: &Value, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let labels =
        |node: &Value| node.pointer("/metadata/labels").and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, now) = (labels(live), labels(after));
    let keys: BTreeSet<&String> =
        before.keys().chain(now.keys()).filter(|key| before.get(*key) != now.get(*key)).collect();
    if keys.is_empty() {
        return;
    }
    for set in look.everywhere(ApiType::daemon_sets()) {
        let spec = set.pointer("/spec/template/spec");
        let by_label = spec.and_then(|spec| spec.get("nodeSelector")).and_then(Value::as_object);
        let by_rule = spec.and_then(|spec| spec.pointer("/affinity/nodeAffinity")).map(ToString::to_string);
        let chooses = |key: &&String| {
            by_label.is_some_and(|labels| labels.contains_key(*key))
                || by_rule.as_ref().is_some_and(|rule| rule.contains(&format!("{key:?}")))
        };
        if keys.iter().any(chooses) {
            reach.spread.reach_into(namespace(set));
        }
    }
}
