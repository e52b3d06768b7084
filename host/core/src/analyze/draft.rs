//! A finding in the making: not yet ranked, folded, numbered or masked.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::inventory::{Inventory, Root, Serving, labels, serving, template_labels};
use super::trouble::Group;
use crate::object::{ApiType, ObjectRef, name, namespace};
use crate::operation::Operation;
use crate::policy::Severity;
use crate::read::reference;

/// How near a draft is to the root of things: what lies deeper explains what lies above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// A cause: an image, a crash, a full quota, a selector.
    Root,
    /// Something that usually follows from a cause: a pod that isn't ready, a pod that wasn't created.
    Near,
    /// Something that always has a cause: a rollout that doesn't go on, a workload short of pods.
    Far,
    /// A Service without ready pods.
    Effect,
    /// What leads to such a Service: an Ingress, a route, a webhook.
    Outer,
}

/// A finding in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The rule.
    pub(super) rule: &'static str,
    /// How deep it lies.
    pub(super) depth: Depth,
    /// The object it is about.
    pub(super) object: ObjectRef,
    /// The objects whose trouble it explains, or follows: drafts that share one belong together.
    pub(super) explains: Vec<ObjectRef>,
    /// Every object that shows it, the first one included.
    pub(super) involved: Vec<ObjectRef>,
    /// Healthy objects it speaks of: whoever asks about one of them wants to know.
    pub(super) mentions: Vec<ObjectRef>,
    /// How bad.
    pub(super) severity: Severity,
    /// Pods that don't serve because of it.
    pub(super) lost: i64,
    /// What is wrong.
    pub(super) sentence: String,
    /// Where it was read, and what stood there.
    pub(super) evidence: Vec<(String, String)>,
    /// What would repair it.
    pub(super) fix: Option<Operation>,
    /// What to do or look at.
    pub(super) advice: String,
    /// How many other objects show it.
    pub(super) folded: u64,
}

impl Draft {
    /// One about an object, with nothing said yet.
    pub(super) fn about(rule: &'static str, depth: Depth, object: ObjectRef, severity: Severity) -> Self {
        Self {
            rule,
            depth,
            involved: vec![object.clone()],
            object,
            explains: Vec::new(),
            mentions: Vec::new(),
            severity,
            lost: 0,
            sentence: String::new(),
            evidence: Vec::new(),
            fix: None,
            advice: String::new(),
            folded: 0,
        }
    }

    /// One about a group of pods: the workload is named, the pods are folded under it.
    pub(super) fn of_group(rule: &'static str, depth: Depth, group: &Group<'_>, inventory: &Inventory<'_>) -> Self {
        let own = group.root.object.clone();
        let (severity, serving) = effect(&group.root, group.pod(), inventory);
        let mut draft = Self::about(rule, depth, own.clone(), severity);
        let pods = group.pods.iter().filter_map(|pod| reference(&ApiType::pods(), pod));
        draft.involved.extend(pods.filter(|pod| *pod != own));
        draft.folded = group.pods.len().saturating_sub(1) as u64;
        draft.lost = serving.map_or(group.pods.len() as i64, |serving| (serving.wanted - serving.ready).max(0));
        draft.explains.push(own);
        draft
    }

    /// The same, with one more object whose trouble it explains or follows.
    pub(super) fn explaining(mut self, object: ObjectRef) -> Self {
        if !self.explains.contains(&object) {
            self.explains.push(object);
        }
        self
    }

    /// The same, with a group of pods as what it does: as bad as that is, with the pods involved.
    pub(super) fn hitting(mut self, group: &Group<'_>, inventory: &Inventory<'_>) -> Self {
        let hit = Self::of_group(self.rule, self.depth, group, inventory);
        self.severity = self.severity.max(hit.severity);
        self.lost += hit.lost;
        let known: BTreeSet<_> = self.involved.iter().cloned().collect();
        let new: Vec<_> = hit.involved.into_iter().filter(|object| !known.contains(object)).collect();
        self.folded += new.len() as u64;
        self.involved.extend(new);
        self.explaining(group.root.object.clone())
    }

    /// The same, with what it says.
    pub(super) fn says(mut self, sentence: String, advice: impl Into<String>) -> Self {
        self.sentence = sentence;
        self.advice = advice.into();
        self
    }

    /// The same, with one more piece of evidence.
    pub(super) fn shown_by(mut self, source: impl Into<String>, text: impl Into<String>) -> Self {
        self.evidence.push((source.into(), text.into()));
        self
    }
}

/// How bad it is when pods of this root don't serve, and how many of them do.
pub(super) fn effect(root: &Root<'_>, pod: &Value, inventory: &Inventory<'_>) -> (Severity, Option<Serving>) {
    let serving = root.content.map(|content| serving(&root.object.api, content));
    let own = root.content.and_then(template_labels).or_else(|| labels(pod));
    let severity = match serving {
        Some(serving) => severity(serving, namespace(pod), own, inventory),
        None => Severity::Medium,
    };
    (severity, serving)
}

/// Nothing left behind a Service is critical, nothing left is high, little left is high, most left is medium.
pub(super) fn severity(
    serving: Serving,
    place: &str,
    labels: Option<&Map<String, Value>>,
    inventory: &Inventory<'_>,
) -> Severity {
    let Serving { wanted, ready } = serving;
    match () {
        () if ready <= 0 && wanted > 0 && inventory.service_of(place, labels).is_some() => Severity::Critical,
        () if ready <= 0 && wanted > 0 => Severity::High,
        () if ready.saturating_mul(10) < wanted.saturating_mul(9) => Severity::High,
        () => Severity::Medium,
    }
}

/// ` (and 3 more pods)`, or nothing.
pub(super) fn and_more(group: &Group<'_>) -> String {
    match group.pods.len() {
        0 | 1 => String::new(),
        2 => " (and in 1 more pod)".to_owned(),
        count => format!(" (and in {} more pods)", count - 1),
    }
}

/// `2 of 3 pods serve`, or nothing when that isn't known.
pub(super) fn serve(root: &Root<'_>) -> String {
    let Some(content) = root.content.filter(|_| !root.object.api.is("", "Pod")) else { return String::new() };
    let Serving { wanted, ready } = serving(&root.object.api, content);
    match ready {
        _ if wanted == 0 => String::new(),
        0 => "; none of its pods serves".to_owned(),
        _ if ready >= wanted => format!("; the {ready} pods before it still serve"),
        _ => format!("; {ready} of {wanted} pods serve"),
    }
}

/// `Pod shop/web-1 status`.
pub(super) fn status_of(pod: &Value) -> String {
    format!("Pod {}/{} status", namespace(pod), name(pod))
}
