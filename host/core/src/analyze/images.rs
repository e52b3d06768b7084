//! Images that can't be pulled, and the image that worked before: from the ReplicaSets a Deployment keeps, from pods of
//! the same workload that still run, or from the ControllerRevisions of a StatefulSet or DaemonSet.

use serde_json::Value;

use super::draft::{Depth, Draft, and_more, serve, status_of};
use super::inventory::{Inventory, controller, is_gone, revision};
use super::scope;
use super::trouble::{Cause, Group};
use crate::facts::FactQuery;
use crate::names::KindWord;
use crate::object::{ApiType, ObjectRef, integer, items, name, namespace, text, uid};
use crate::operation::set_image::SetImage;
use crate::operation::{Operation, Target, rolls};
use crate::read::pod_status::has_condition;
use crate::read::reference;
use crate::read::scope::list;

/// Most namespaces whose controller revisions are read.
const REVISION_PLACES_MAX: usize = 5;

/// An image of the same container that is known to have worked.
#[derive(Debug)]
pub(super) struct Worked {
    /// The image.
    pub(super) image: String,
    /// Ready pods that run it now; none when it is only history.
    pub(super) serving: i64,
    /// Where that was read.
    pub(super) source: String,
    /// What stood there.
    pub(super) text: String,
    target: ObjectRef,
    container: String,
}

impl Worked {
    /// The operation that goes back to it.
    pub(super) fn fix(&self) -> Option<Operation> {
        let kind = KindWord::parse(&self.target.api.kind).ok()?;
        let target = Target { kind, namespace: self.target.namespace.clone(), name: self.target.name.clone() };
        Some(Operation::SetImage(SetImage {
            target,
            container: Some(self.container.clone()),
            image: self.image.clone(),
        }))
    }
}

/// Why a registry did not give an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    NotThere,
    NotAllowed,
    NotReached,
    TooMany,
    BadName,
    NeverPulled,
    Unknown,
}

/// The findings about images.
pub(super) fn drafts(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<Draft> {
    groups.iter().filter(|group| group.cause == Cause::ImagePull).map(|group| pull(group, inventory)).collect()
}

fn pull(group: &Group<'_>, inventory: &Inventory<'_>) -> Draft {
    let container = group.container.as_deref().unwrap_or_default();
    let waiting = |field| group.status().map(|status| text(status, field)).unwrap_or_default();
    let (reason, message) = (waiting("/state/waiting/reason"), waiting("/state/waiting/message"));
    let image = image_of(group.pod(), "/spec", container).unwrap_or_default();
    let refusal = refusal(reason, message);
    let sentence = format!(
        "{} can't get its image {image}{}: {}{}",
        group.root.object,
        and_more(group),
        why(refusal),
        serve(&group.root)
    );
    let mut advice = advice(refusal).to_owned();
    let mut draft = Draft::of_group("image/pull-failed", Depth::Root, group, inventory)
        .shown_by(status_of(group.pod()), format!("container {container}: {reason}: {message}"));
    if let Some(worked) = worked(group, inventory) {
        draft = draft.shown_by(worked.source.clone(), worked.text.clone());
        // Where the registry is the trouble, going back would not help; the image is still worth knowing.
        if matches!(refusal, Refusal::NotThere | Refusal::BadName | Refusal::Unknown) {
            advice = format!("go back to {}, which worked before; or push the missing tag", worked.image);
            draft.fix = worked.fix();
        }
    }
    draft.says(sentence, advice)
}

fn refusal(reason: &str, message: &str) -> Refusal {
    let lower = message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match () {
        () if reason == "InvalidImageName" => Refusal::BadName,
        () if reason == "ErrImageNeverPull" => Refusal::NeverPulled,
        () if says(&["toomanyrequests", "too many requests", "429"]) => Refusal::TooMany,
        () if says(&[
            "no such host",
            "i/o timeout",
            "connection refused",
            "dial tcp",
            "x509",
            "tls:",
            "deadline exceeded",
        ]) =>
        {
            Refusal::NotReached
        }
        // Registries that hide what is private say both; the missing right is then the likelier half.
        () if says(&["unauthorized", "authentication required", "denied", "forbidden", "no basic auth"]) => {
            Refusal::NotAllowed
        }
        () if says(&["not found", "manifest unknown", "name unknown", "does not exist"]) => Refusal::NotThere,
        () => Refusal::Unknown,
    }
}

fn why(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotThere => "the registry has no such tag",
        Refusal::NotAllowed => "the registry refuses the credentials, or the image does not exist",
        Refusal::NotReached => "the registry can't be reached",
        Refusal::TooMany => "the registry limits how often it may be asked",
        Refusal::BadName => "that is no valid image name",
        Refusal::NeverPulled => "it must not be pulled and the node does not have it",
        Refusal::Unknown => "the pull fails",
    }
}

fn advice(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotThere | Refusal::BadName | Refusal::Unknown => "check the image's name and tag",
        Refusal::NotAllowed => "check imagePullSecrets of the pod and its service account, then the image's name",
        Refusal::NotReached => "check the registry's address, the nodes' network and its certificate",
        Refusal::TooMany => "wait, log in to the registry, or use a mirror",
        Refusal::NeverPulled => "set imagePullPolicy to IfNotPresent, or load the image on the node",
    }
}

fn image_of<'a>(object: &'a Value, spec: &str, container: &str) -> Option<&'a str> {
    ["initContainers", "containers"]
        .iter()
        .flat_map(|list| items(object, &format!("{spec}/{list}")))
        .find(|spec| text(spec, "/name") == container)
        .map(|spec| text(spec, "/image"))
        .filter(|image| !image.is_empty())
}

/// The image that worked before for the group's container.
///
/// Only for a workload that rolls, whose template still asks for the failing image, and for a main container: elsewhere
/// going back is not one operation.
pub(super) fn worked(group: &Group<'_>, inventory: &Inventory<'_>) -> Option<Worked> {
    let container = group.container.as_deref()?;
    let (root, content) = (&group.root.object, group.root.content?);
    let failing = image_of(group.pod(), "/spec", container)?;
    let main = items(content, "/spec/template/spec/containers").iter().any(|spec| text(spec, "/name") == container);
    let current = image_of(content, "/spec/template/spec", container)?;
    if !rolls(&root.api) || !main || current != failing {
        return None;
    }
    let (image, serving, source, text) = from_history(inventory, content, container, failing)
        .or_else(|| from_pods(inventory, content, container, failing))
        .or_else(|| from_revisions(inventory, root, content, container, failing))?;
    Some(Worked { image, serving, source, text, target: root.clone(), container: container.to_owned() })
}

type Proof = (String, i64, String, String);

/// The newest earlier ReplicaSet with another image; one that has ready pods before one that has none.
fn from_history(inventory: &Inventory<'_>, deployment: &Value, container: &str, failing: &str) -> Option<Proof> {
    let ready = |set: &Value| integer(set, "/status/readyReplicas").unwrap_or_default();
    let history = inventory.history(deployment);
    let others: Vec<_> = history
        .iter()
        .filter_map(|set| Some((*set, image_of(set, "/spec/template/spec", container)?)))
        .filter(|(_, image)| *image != failing)
        .collect();
    let (set, image) = others.iter().find(|(set, _)| ready(set) > 0).or_else(|| others.first())?;
    let source = format!("ReplicaSet {}/{} (revision {})", namespace(set), name(set), revision(set));
    let text = format!("container {container} ran {image}; {} of its pods are ready", ready(set));
    Some(((*image).to_owned(), ready(set), source, text))
}

/// Ready pods of the same workload that run another image: StatefulSets and DaemonSets roll pod by pod.
fn from_pods(inventory: &Inventory<'_>, content: &Value, container: &str, failing: &str) -> Option<Proof> {
    let serving = |pod: &&Value| !is_gone(pod) && has_condition(pod, "Ready");
    let mut pods = inventory.owned(content).filter(serving);
    let (pod, image) = pods.find_map(|pod| {
        let image = image_of(pod, "/spec", container)?;
        (image != failing).then_some((pod, image))
    })?;
    let source = reference(&ApiType::pods(), pod)?.to_string();
    Some((image.to_owned(), 1, source, format!("container {container} runs {image} and is ready")))
}

/// The revisions of StatefulSets and DaemonSets whose image fails and whose pods don't tell of another.
pub(super) fn needs(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<FactQuery> {
    let failing = groups.iter().filter(|group| matches!(group.cause, Cause::ImagePull | Cause::CrashLoop));
    let keeps = failing.filter(|group| keeps_revisions(&group.root.object) && worked(group, inventory).is_none());
    let mut places: Vec<_> = keeps.filter_map(|group| group.root.object.namespace.clone()).collect();
    places.sort();
    places.dedup();
    places.truncate(REVISION_PLACES_MAX);
    places.iter().map(|place| list(&ApiType::controller_revisions(), Some(place))).collect()
}

fn keeps_revisions(object: &ObjectRef) -> bool {
    object.api.is("apps", "StatefulSet") || object.api.is("apps", "DaemonSet")
}

/// The newest earlier ControllerRevision with another image.
fn from_revisions(
    inventory: &Inventory<'_>,
    root: &ObjectRef,
    content: &Value,
    container: &str,
    failing: &str,
) -> Option<Proof> {
    let all = scope::listed(&ApiType::controller_revisions(), root.namespace.as_ref(), inventory.known).into_iter();
    let own = all.filter(|revision| {
        controller(revision).is_some_and(|owner| !uid(content).is_empty() && text(owner, "/uid") == uid(content))
    });
    let other = own.filter_map(|revision| {
        let image = image_of(revision, "/data/spec/template/spec", container)?;
        (image != failing).then_some((integer(revision, "/revision").unwrap_or_default(), revision, image))
    });
    let (number, revision, image) = other.max_by_key(|(number, ..)| *number)?;
    let source = format!("ControllerRevision {}/{} (revision {number})", namespace(revision), name(revision));
    Some((image.to_owned(), 0, source, format!("container {container} ran {image}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_registry_says_is_told_apart() {
        let cases = [
            ("ErrImagePull", "failed to resolve reference \"r/a:1\": r/a:1: not found", Refusal::NotThere),
            ("ImagePullBackOff", "Back-off pulling image \"r/a:1\"", Refusal::Unknown),
            (
                "ErrImagePull",
                "pull access denied, repository does not exist or may require authorization",
                Refusal::NotAllowed,
            ),
            ("ErrImagePull", "dial tcp: lookup registry.example: no such host", Refusal::NotReached),
            ("ErrImagePull", "429 Too Many Requests - Server message: toomanyrequests", Refusal::TooMany),
            ("InvalidImageName", "couldn't parse image name", Refusal::BadName),
            ("ErrImageNeverPull", "Container image is not present", Refusal::NeverPulled),
        ];
        for (reason, message, expected) in cases {
            assert_eq!(refusal(reason, message), expected, "{message}");
        }
    }
}
