//! `logs`: a pod's, or those of the pods a workload or Service selects.
//!
//! Limits: [`PODS_MAX`] pods, [`LOG_LINES_MAX`] lines each. Pods in trouble come first, for those are what people look
//! for. A log that can't be read is a source with its problem, not an error: the other pods' lines are still worth having.

use serde_json::Value;

use super::answer::{LogSource, Logs};
use super::scope::Scope;
use super::{pod_status, reference, refused, resolved, selector, shown};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::object::{ApiType, ObjectRef, at, items, text};
use crate::operation::read::{LOG_LINES, LOG_LINES_MAX};
use crate::operation::{LowerError, read};

/// Most pods whose logs one read takes.
const PODS_MAX: usize = 5;

/// The annotation that names the container people mean.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

pub(super) fn needs(logs: &read::Logs, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let Some((object, content)) = resolved(&logs.target, known)? else { return logs.target.needs_object(known) };
    if let Some((scope, text)) = selection(&object, content)? {
        let missing = scope.needs(&ApiType::pods(), Some(&text), known);
        if !missing.is_empty() {
            return Ok(missing);
        }
    }
    let (pods, _) = pods(&object, content, known)?;
    let query = |(pod, content): &(ObjectRef, &Value)| query(logs, pod, content, known);
    let queries = pods.iter().map(query).collect::<Result<Vec<_>, _>>()?;
    Ok(known.missing(queries))
}

pub(super) fn answer(logs: &read::Logs, known: &Snapshot) -> Result<Logs, LowerError> {
    let (object, content) = logs.target.object(known)?;
    let (pods, omitted) = pods(&object, content, known)?;
    if pods.is_empty() {
        return Err(LowerError::NotFound(format!("a pod of {object}")));
    }
    let sources = pods.iter().map(|(pod, content)| source(logs, pod, content, known)).collect::<Result<Vec<_>, _>>()?;
    Ok(Logs { sources, omitted: omitted as u64 })
}

/// Where a workload's pods are found; a pod is its own.
fn selection<'a>(object: &'a ObjectRef, content: &Value) -> Result<Option<(Scope<'a>, String)>, LowerError> {
    if object.api.is("", "Pod") {
        return Ok(None);
    }
    let (Some(namespace), Some(selector)) = (&object.namespace, selector::query(content)) else {
        let kind = object.api.kind.clone();
        return Err(LowerError::WrongKind {
            what: "logs",
            kind,
            works_for: "pods, workloads and Services with a selector",
        });
    };
    Ok(Some((Scope::One(namespace), selector)))
}

type Pods<'a> = Vec<(ObjectRef, &'a Value)>;

/// The pods to read, those in trouble first, and how many more there are.
fn pods<'a>(object: &ObjectRef, content: &'a Value, known: &'a Snapshot) -> Result<(Pods<'a>, usize), LowerError> {
    let Some((scope, text)) = selection(object, content)? else { return Ok((vec![(object.clone(), content)], 0)) };
    let api = ApiType::pods();
    let seen = scope.seen(&api, Some(&text), known);
    if !seen.any {
        return Err(refused(&seen, "pods"));
    }
    let mut pods: Pods<'_> = seen.items.into_iter().filter_map(|pod| Some((reference(&api, pod)?, pod))).collect();
    pods.sort_by_cached_key(|(pod, content)| (pod_status::has_condition(content, "Ready"), pod.name.clone()));
    let omitted = pods.len().saturating_sub(PODS_MAX);
    pods.truncate(PODS_MAX);
    Ok((pods, omitted))
}

fn query(logs: &read::Logs, pod: &ObjectRef, content: &Value, known: &Snapshot) -> Result<FactQuery, LowerError> {
    // Counted from the snapshot's own time, so that the question is the same when it is answered.
    let back = |minutes: u32| known.taken_at.plus_ms(-i64::from(minutes) * 60_000);
    Ok(FactQuery::Logs {
        namespace: pod.namespace.clone().ok_or_else(|| LowerError::NamespaceMissing(pod.to_string()))?,
        pod: pod.name.to_string(),
        container: container(logs.container.as_ref(), pod, content)?,
        previous: logs.previous,
        lines: logs.lines.unwrap_or(LOG_LINES).min(LOG_LINES_MAX),
        since: logs.minutes.map(back),
    })
}

/// The container of a pod whose log is meant; none where it has only one.
///
/// # Errors
/// No such container, or several and none of them marked as the default.
pub fn container(wanted: Option<&String>, pod: &ObjectRef, content: &Value) -> Result<Option<String>, LowerError> {
    let names = |pointer| items(content, pointer).iter().map(|c| text(c, "/name").to_owned()).collect::<Vec<_>>();
    let (main, init) = (names("/spec/containers"), names("/spec/initContainers"));
    let marked =
        at(content, "/metadata/annotations").and_then(|all| all.get(DEFAULT_CONTAINER)).and_then(Value::as_str);
    match (wanted, main.as_slice()) {
        (Some(wanted), _) if main.contains(wanted) || init.contains(wanted) => Ok(Some(wanted.clone())),
        (Some(wanted), _) => {
            let containers = main.into_iter().chain(init).collect();
            Err(LowerError::NoContainer { object: pod.to_string(), wanted: wanted.clone(), containers })
        }
        (None, [] | [_]) => Ok(None),
        (None, several) => match marked.filter(|name| several.iter().any(|known| known == name)) {
            Some(name) => Ok(Some(name.to_owned())),
            None => Err(LowerError::AmbiguousContainer { object: pod.to_string(), containers: main }),
        },
    }
}

fn source(logs: &read::Logs, pod: &ObjectRef, content: &Value, known: &Snapshot) -> Result<LogSource, LowerError> {
    let query = query(logs, pod, content, known)?;
    let (lines, problem) = match known.get(&query) {
        Some(Fact::Logs { lines }) => (shown::lines(lines), None),
        Some(Fact::Denied { verb, resource, .. }) => (Vec::new(), Some(format!("you may not {verb} {resource}"))),
        Some(Fact::Failed { reason }) => (Vec::new(), Some(shown::line(reason))),
        Some(Fact::Absent) => (Vec::new(), Some("the pod is gone".to_owned())),
        _ => (Vec::new(), Some("was not read".to_owned())),
    };
    let FactQuery::Logs { namespace, container, previous, .. } = query else {
        return Err(super::not_asked(&pod.to_string()));
    };
    Ok(LogSource { namespace, pod: pod.name.clone(), container, previous, lines, problem })
}
