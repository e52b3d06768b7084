//! `events`: of one object or of a namespace, newest last.
//!
//! Both forms of an event are read: `core/v1` (count, lastTimestamp) and what `events.k8s.io` leaves in it (series,
//! eventTime). Limit: [`ROWS_MAX`] of the newest; older ones are counted.

use serde_json::Value;

use super::answer::{EventRow, Events};
use super::{age, refused, resolved, shown};
use crate::facts::{FactQuery, Snapshot};
use crate::names::Namespace;
use crate::object::{ApiType, ObjectRef, at, integer, text, uid};
use crate::operation::{LowerError, read};
use crate::read::scope::Scope;
use crate::time::Timestamp;

/// Most rows of one answer.
const ROWS_MAX: usize = 200;
/// Where events about cluster-wide objects are kept.
const CLUSTER_WIDE: &str = "default";

pub(super) fn needs(events: &read::Events, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let place = match &events.target {
        None => place(events.namespace.as_ref())?,
        Some(target) => match resolved(target, known)? {
            None => return target.needs_object(known),
            Some((object, _)) => home(&object),
        },
    };
    Ok(Scope::One(&place).needs(&ApiType::events(), None, known))
}

pub(super) fn answer(events: &read::Events, known: &Snapshot, now: Timestamp) -> Result<Events, LowerError> {
    let target = match &events.target {
        None => None,
        Some(target) => Some(target.object(known)?),
    };
    let place = match &target {
        None => place(events.namespace.as_ref())?,
        Some((object, _)) => home(object),
    };
    let seen = Scope::One(&place).seen(&ApiType::events(), None, known);
    if !seen.any {
        return Err(refused(&seen, "events"));
    }
    let about = |event: &Value| target.as_ref().is_none_or(|(object, content)| is_about(event, object, content));
    let since = events.minutes.map(|minutes| now.plus_ms(-i64::from(minutes) * 60_000));
    let late = |event: &Value| since.is_none_or(|since| last_seen(event).is_none_or(|at| at >= since));
    Ok(rows(seen.items.into_iter().filter(|event| about(event) && late(event)), ROWS_MAX, now))
}

/// The newest events of these, oldest first.
pub(super) fn rows<'a>(events: impl Iterator<Item = &'a Value>, max: usize, now: Timestamp) -> Events {
    let mut sorted: Vec<_> = events.map(|event| (last_seen(event), event)).collect();
    sorted.sort_by_key(|(at, _)| *at);
    let omitted = sorted.len().saturating_sub(max);
    let rows = sorted.drain(omitted..).map(|(at, event)| row(at, event, now)).collect();
    Events { rows, omitted: omitted as u64 }
}

/// The namespace that holds the events about an object.
pub(super) fn home(object: &ObjectRef) -> Namespace {
    let cluster_wide = || Namespace::parse(CLUSTER_WIDE).expect("a constant that keeps the rule");
    object.namespace.clone().unwrap_or_else(cluster_wide)
}

/// Whether an event is about this very object; by UID where both have one, so a predecessor's events stay out.
pub(super) fn is_about(event: &Value, object: &ObjectRef, content: &Value) -> bool {
    let named = text(event, "/involvedObject/kind") == object.api.kind
        && text(event, "/involvedObject/name") == object.name.as_str();
    let (involved, own) = (text(event, "/involvedObject/uid"), uid(content));
    named && (involved.is_empty() || own.is_empty() || involved == own || involved == object.name.as_str())
}

fn place(namespace: Option<&Namespace>) -> Result<Namespace, LowerError> {
    namespace.cloned().ok_or_else(|| LowerError::NamespaceMissing("events".to_owned()))
}

fn last_seen(event: &Value) -> Option<Timestamp> {
    let pointers =
        ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/firstTimestamp", "/metadata/creationTimestamp"];
    pointers.iter().find_map(|pointer| text(event, pointer).parse().ok())
}

fn row(at_: Option<Timestamp>, event: &Value, now: Timestamp) -> EventRow {
    let object = at(event, "/involvedObject").map(|involved| {
        let (kind, name) = (text(involved, "/kind"), text(involved, "/name"));
        match text(involved, "/namespace") {
            "" => format!("{kind} {name}"),
            namespace => format!("{kind} {namespace}/{name}"),
        }
    });
    let count = integer(event, "/series/count").or(integer(event, "/count")).unwrap_or(1);
    EventRow {
        at: at_,
        age: at_.map_or("<unknown>".to_owned(), |at| age::span(now.since_ms(at))),
        level: shown::line(text(event, "/type")),
        reason: shown::line(text(event, "/reason")),
        object: shown::line(&object.unwrap_or_default()),
        count: u64::try_from(count).unwrap_or(1),
        message: shown::line(text(event, "/message")),
    }
}
