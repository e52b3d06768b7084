//! Reads answered: get, list, describe, logs, events, diagnose, changes, top, images, who-can, from facts alone.
//!
//! [`needs`] is repeated until it is empty, then [`answer`] is taken: pure, so that a stored snapshot answers the same
//! twice. Ages are computed from the `now` that comes in. Everything shown is masked. Limits: the named ones here and in
//! [`crate::limits`]; what they leave out is counted. What these reads deliberately don't do: write, watch, guess a name.

mod age;
mod answer;
pub(crate) mod changes;
mod columns;
mod describe;
mod events;
mod fit;
pub mod history;
mod images;
mod list;
pub mod log_line;
mod logs;
pub(crate) mod pod_status;
mod reading;
pub mod related;
pub(crate) mod scope;
pub(crate) mod selector;
pub(crate) mod shown;
mod tool_json;
mod top;
mod who_can;

use serde_json::Value;

pub use answer::{
    Answer, Description, EventRow, Events, Line, Listing, LogSource, Logs, Row, Section, TABLE_ROWS_MAX, Table,
};
pub use changes::{ChangeRow, ChangeSource, Changes};
pub use logs::container as log_container;
pub use reading::{READING_BYTES_MIN, Reading};

use crate::analyze;
use crate::facts::{FactQuery, Snapshot};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, name, namespace};
use crate::operation::{LowerError, Operation, Target, fact_error};
use crate::time::Timestamp;
use scope::Seen;

/// A value cut to so many bytes of JSON, what is left out counted; see [`Answer::to_tool_json`].
pub fn shortened(value: &Value, limit_bytes: usize) -> Value {
    fit::fit(value, limit_bytes)
}

/// Fills in the context's namespace where a read names none, before its needs are asked for.
pub fn fill_namespace(operation: &mut Operation, context: &Namespace) {
    match operation {
        Operation::List(list) if !list.all_namespaces => {
            list.namespace = list.namespace.take().or(Some(context.clone()))
        }
        Operation::Top(top) if !top.all_namespaces => {
            top.namespace = top.namespace.take().or(Some(context.clone()));
        }
        Operation::Images(images) if !images.all_namespaces => {
            images.namespace = images.namespace.take().or(Some(context.clone()));
        }
        Operation::WhoCan(who) => who.namespace = who.namespace.take().or(Some(context.clone())),
        Operation::Events(events) if events.target.is_none() => {
            events.namespace = events.namespace.take().or(Some(context.clone()));
        }
        Operation::Changes(changes) if changes.target.is_none() => {
            changes.namespace = changes.namespace.take().or(Some(context.clone()));
        }
        Operation::Diagnose(diagnose) => diagnose.fallback = Some(context.clone()),
        _ => {}
    }
    if let Some(target) = operation.target_mut() {
        target.namespace = target.namespace.take().or(Some(context.clone()));
    }
}

/// A text of a cluster's as it may be shown: masked, on one line, without control characters, cut.
pub fn shown_line(text: &str) -> String {
    shown::line(text)
}

/// What must be known before the read can be answered; empty when nothing is missing.
pub fn needs(operation: &Operation, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    match operation {
        Operation::Get(get) => get.target.needs_object(known),
        Operation::List(list) => list::needs(list, known),
        Operation::Describe(describe) => describe::needs(&describe.target, known),
        Operation::Logs(logs) => logs::needs(logs, known),
        Operation::Events(events) => events::needs(events, known),
        Operation::Diagnose(diagnose) => analyze::needs(diagnose, known),
        Operation::Changes(changes) => changes::needs(changes, known),
        Operation::Top(top) => top::needs(top, known),
        Operation::Images(images) => Ok(images::needs(images, known)),
        Operation::WhoCan(who) => who_can::needs(who, known),
        _ => Err(no_read(operation)),
    }
}

/// The answer, once nothing is missing.
pub fn answer(operation: &Operation, known: &Snapshot, now: Timestamp) -> Result<Answer, LowerError> {
    match operation {
        Operation::Get(get) => {
            let (object, content) = get.target.object(known)?;
            Ok(Answer::Object { object, content: shown::object(content) })
        }
        Operation::List(list) => list::answer(list, known, now).map(Answer::Table),
        Operation::Describe(describe) => describe::answer(&describe.target, known, now).map(Answer::Description),
        Operation::Logs(logs) => logs::answer(logs, known).map(Answer::Logs),
        Operation::Events(events) => events::answer(events, known, now).map(Answer::Events),
        Operation::Diagnose(diagnose) => analyze::answer(diagnose, known).map(Answer::Findings),
        Operation::Changes(changes) => changes::answer(changes, known, now).map(Answer::Changes),
        Operation::Top(top) => top::answer(top, known).map(Answer::Table),
        Operation::Images(images) => images::answer(images, known).map(Answer::Listing),
        Operation::WhoCan(who) => who_can::answer(who, known).map(Answer::Listing),
        _ => Err(no_read(operation)),
    }
}

fn no_read(operation: &Operation) -> LowerError {
    LowerError::BadValue(format!("{} is no read; it becomes a plan", operation.name()))
}

/// The address of a listed object; an object with an impossible name or namespace has none.
pub(crate) fn reference(api: &ApiType, object: &Value) -> Option<ObjectRef> {
    let place = if api.namespaced { Some(Namespace::parse(namespace(object)).ok()?) } else { None };
    Some(ObjectRef { api: api.clone(), namespace: place, name: ObjectName::parse(name(object)).ok()? })
}

/// The refusal that stands for a type of which nothing could be seen.
pub(crate) fn refused(seen: &Seen<'_>, what: &str) -> LowerError {
    seen.refusal.map_or_else(|| not_asked(what), |fact| fact_error(fact, what))
}

fn not_asked(what: &str) -> LowerError {
    LowerError::FactFailed(format!("{what} was not looked up"))
}

/// What a target that was resolved is: its address and content.
fn resolved<'a>(target: &Target, known: &'a Snapshot) -> Result<Option<(ObjectRef, &'a Value)>, LowerError> {
    if target.needs_object(known)?.is_empty() { target.object(known).map(Some) } else { Ok(None) }
}
