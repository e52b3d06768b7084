//! Pods in trouble and what keeps each, grouped by the workload they hang on: one cause in one workload is one group.
//!
//! Times keep what is only passing out: a pod may take [`STARTING_MS`] to be created and [`READY_MS`] to become ready
//! before that is a cause. A container that crashed long ago and runs since is healthy.

use std::collections::BTreeMap;

use serde_json::Value;

use super::inventory::{Inventory, Root};
use crate::kept::is_well;
use crate::object::{ObjectRef, at, integer, items, name, text};
use crate::read::pod_status::{condition, is_ready};

/// How long a container may be in creation.
const STARTING_MS: i64 = 120_000;
/// How long a pod may run without being ready.
const READY_MS: i64 = 60_000;
/// A crash longer ago than this is history.
const FLAPPING_MS: i64 = 600_000;
/// Restarts from which on a container that runs right now still counts as crashing.
const FLAPPING_RESTARTS: i64 = 3;
/// How much longer than its grace period a pod may take to end.
const ENDING_MS: i64 = 300_000;

/// What keeps a pod from serving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// The image can't be had.
    ImagePull,
    /// A container ends again and again.
    CrashLoop,
    /// A container can't be set up: a missing ConfigMap, Secret or command.
    CannotStart,
    /// No node takes it.
    Unschedulable,
    /// It has a node, and its volumes or network don't come.
    Creating,
    /// It runs and its readiness probe fails.
    NotReady,
    /// It should be gone and isn't.
    Ending,
    /// Its node is out of touch.
    NodeLost,
}

/// Pods with one cause in one workload.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// What they hang on.
    pub(super) root: Root<'a>,
    /// What keeps them.
    pub(super) cause: Cause,
    /// The container it is about, if it is about one.
    pub(super) container: Option<String>,
    /// The pods; the first is the one looked at closely.
    pub(super) pods: Vec<&'a Value>,
}

impl<'a> Group<'a> {
    /// The pod looked at closely.
    pub(super) fn pod(&self) -> &'a Value {
        self.pods[0]
    }

    /// The status of the container it is about, in that pod.
    pub(super) fn status(&self) -> Option<&'a Value> {
        let wanted = self.container.as_deref()?;
        statuses(self.pod()).find(|status| text(status, "/name") == wanted)
    }
}

/// The pods in trouble.
pub(super) fn groups<'a>(inventory: &Inventory<'a>) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(ObjectRef, Cause, Option<String>), Group<'a>> = BTreeMap::new();
    for pod in inventory.pods.iter().copied().filter(|pod| !is_well(pod)) {
        let Some((cause, status)) = cause(pod, inventory) else { continue };
        let Some(root) = inventory.root(pod) else { continue };
        let container = status.map(|status| text(status, "/name").to_owned());
        let key = (root.object.clone(), cause, container.clone());
        groups.entry(key).or_insert_with(|| Group { root, cause, container, pods: Vec::new() }).pods.push(pod);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for group in &mut groups {
        group.pods.sort_by_key(|pod| name(pod));
    }
    groups
}

fn statuses(pod: &Value) -> impl Iterator<Item = &Value> {
    items(pod, "/status/initContainerStatuses").iter().chain(items(pod, "/status/containerStatuses"))
}

fn cause<'a>(pod: &'a Value, inventory: &Inventory<'_>) -> Option<(Cause, Option<&'a Value>)> {
    let ended = matches!(text(pod, "/status/phase"), "Succeeded" | "Failed");
    if !ended && inventory.is_lost(text(pod, "/spec/nodeName")) {
        return Some((Cause::NodeLost, None));
    }
    if let Some(since) = at(pod, "/metadata/deletionTimestamp").and_then(Value::as_str) {
        // The timestamp already contains the grace period.
        return (inventory.ms_since(since)? > ENDING_MS).then_some((Cause::Ending, None));
    }
    if ended {
        return None;
    }
    let mut creating = None;
    for status in statuses(pod) {
        match container_cause(pod, status, inventory) {
            Some(Cause::Creating) => creating = creating.or(Some(status)),
            Some(cause) => return Some((cause, Some(status))),
            None => {}
        }
    }
    if text(pod, "/status/phase") == "Pending" {
        let scheduled = condition(pod, "PodScheduled")?;
        if text(scheduled, "/status") == "False" {
            return (text(scheduled, "/reason") == "Unschedulable").then_some((Cause::Unschedulable, None));
        }
        let long = inventory.ms_since(text(scheduled, "/lastTransitionTime"))? > STARTING_MS;
        // An init container may run as long as its work takes.
        let preparing = items(pod, "/status/initContainerStatuses").iter().any(|s| at(s, "/state/running").is_some());
        return creating.filter(|_| long && !preparing).map(|status| (Cause::Creating, Some(status)));
    }
    let ready = condition(pod, "Ready").filter(|condition| text(condition, "/status") == "False")?;
    let long = inventory.ms_since(text(ready, "/lastTransitionTime"))? > READY_MS;
    long.then(|| (Cause::NotReady, items(pod, "/status/containerStatuses").iter().find(|status| !is_ready(status))))
}

fn container_cause(pod: &Value, status: &Value, inventory: &Inventory<'_>) -> Option<Cause> {
    match text(status, "/state/waiting/reason") {
        "ErrImagePull"
        | "ImagePullBackOff"
        | "InvalidImageName"
        | "ErrImageNeverPull"
        | "RegistryUnavailable"
        | "ImageInspectError"
        | "SignatureValidationFailed" => return Some(Cause::ImagePull),
        "CrashLoopBackOff" => return Some(Cause::CrashLoop),
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => return Some(Cause::CannotStart),
        "ContainerCreating" | "PodInitializing" => return Some(Cause::Creating),
        _ => {}
    }
    let restarts = integer(status, "/restartCount").unwrap_or_default();
    if restarts == 0 || text(pod, "/spec/restartPolicy") == "Never" {
        return None;
    }
    let failed = |end: &str| integer(status, &format!("{end}/exitCode")).is_some_and(|code| code != 0);
    let recently =
        |end: &str| inventory.ms_since(text(status, &format!("{end}/finishedAt"))).is_some_and(|ms| ms < FLAPPING_MS);
    // Memory that ran out is a fault of its own, however well the container does right now.
    let out_of_memory = |end: &str| text(status, &format!("{end}/reason")) == "OOMKilled" && recently(end);
    if out_of_memory("/state/terminated") || out_of_memory("/lastState/terminated") {
        return Some(Cause::CrashLoop);
    }
    let between = at(status, "/state/terminated").is_some() && failed("/state/terminated");
    let flapping = at(status, "/state/running").is_some()
        && failed("/lastState/terminated")
        && recently("/lastState/terminated")
        && (restarts >= FLAPPING_RESTARTS || !is_ready(status));
    (between || flapping).then_some(Cause::CrashLoop)
}
