//! The pod template of a workload, and one container in it: where both stand, and which one is meant.

use serde_json::{Value, json};

use super::{LowerError, Target};
use crate::facts::Snapshot;
use crate::field::FieldPath;
use crate::object::{ApiType, ObjectRef, items, text};

/// The kinds whose template can be changed in place.
const TEMPLATED: &str = "Deployment, StatefulSet, DaemonSet and CronJob";

/// Where a kind keeps its pod template. A Job's is fixed at creation, and a ReplicaSet's changes no running pod.
pub(super) fn template(api: &ApiType) -> Option<&'static [&'static str]> {
    match (api.group.as_str(), api.kind.as_str()) {
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet") => Some(&["spec", "template"]),
        ("batch", "CronJob") => Some(&["spec", "jobTemplate", "spec", "template"]),
        _ => None,
    }
}

/// The template's containers.
pub(super) fn containers<'a>(object: &'a Value, template: &[&str]) -> &'a [Value] {
    items(object, &format!("/{}/spec/containers", template.join("/")))
}

/// The container that was named, or the only one.
pub(super) fn pick<'a>(object: &str, all: &'a [Value], wanted: Option<&str>) -> Result<&'a Value, LowerError> {
    let names = || all.iter().map(|container| text(container, "/name").to_owned()).collect();
    match (wanted, all) {
        (None, [only]) => Ok(only),
        (None, _) => Err(LowerError::AmbiguousContainer { object: object.to_owned(), containers: names() }),
        (Some(wanted), all) => all.iter().find(|container| text(container, "/name") == wanted).ok_or_else(|| {
            LowerError::NoContainer { object: object.to_owned(), wanted: wanted.to_owned(), containers: names() }
        }),
    }
}

/// The container an operation is about, in the template that can be changed in place.
pub(super) struct Meant<'a> {
    /// The workload.
    pub(super) target: ObjectRef,
    /// Where it keeps its pod template.
    pub(super) template: &'static [&'static str],
    /// The container.
    pub(super) container: &'a Value,
}

/// The container that is meant, once the workload is known; `what` names the operation in refusals.
pub(super) fn meant<'a>(
    what: &'static str,
    target: &Target,
    wanted: Option<&str>,
    known: &'a Snapshot,
) -> Result<Meant<'a>, LowerError> {
    let (target, object) = target.object(known)?;
    let Some(template) = template(&target.api) else {
        return Err(LowerError::WrongKind { what, kind: target.api.kind, works_for: TEMPLATED });
    };
    let container = pick(&target.to_string(), containers(object, template), wanted)?;
    Ok(Meant { target, template, container })
}

/// The path of one container.
pub(super) fn path(template: &[&str], name: &str) -> FieldPath {
    FieldPath::of(&[template, &["spec", "containers"]].concat()).item("name", name)
}

/// A strategic patch of one container.
pub(super) fn patch(template: &[&str], container: Value) -> Value {
    let inner = json!({"spec": {"containers": [container]}});
    template.iter().rev().fold(inner, |below, key| json!({*key: below}))
}

/// `container web of deployment shop/web`, or the workload alone.
pub(super) fn plain(container: Option<&str>, workload: &str) -> String {
    match container {
        Some(container) => format!("container {container} of {workload}"),
        None => workload.to_owned(),
    }
}
