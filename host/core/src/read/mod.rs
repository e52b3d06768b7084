//! Reads answered: get, list, describe, logs, events, diagnose, from facts alone.
//!
//! [`needs`] is repeated until it is empty, then [`answer`] is taken: pure, so that a stored snapshot answers the same
//! twice. Ages are computed from the `now` that comes in. Everything shown is masked. Limits: the named ones here and in
//! [`crate::limits`]; what they leave out is counted. What these reads deliberately don't do: write, watch, guess a name.

mod age;
mod answer;
mod columns;
mod describe;
mod events;
mod fit;
mod logs;
pub(crate) mod pod_status;
pub(crate) mod scope;
pub(crate) mod selector;
pub(crate) mod shown;
mod tool_json;

use serde_json::Value;

pub use answer::{Answer, Description, EventRow, Events, Line, LogSource, Logs, Row, Section, TABLE_ROWS_MAX, Table};

use crate::analyze;
use crate::facts::{FactQuery, Snapshot};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, name, namespace};
use crate::operation::read::List;
use crate::operation::{LowerError, Operation, Target, api_of, fact_error};
use crate::time::Timestamp;
use scope::{Scope, Seen};

/// Fills in the context's namespace where a read names none, before its needs are asked for.
pub fn fill_namespace(operation: &mut Operation, context: &Namespace) {
    match operation {
        Operation::List(list) if !list.all_namespaces => {
            list.namespace = list.namespace.take().or(Some(context.clone()))
        }
        Operation::Events(events) if events.target.is_none() => {
            events.namespace = events.namespace.take().or(Some(context.clone()));
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
        Operation::List(list) => list_needs(list, known),
        Operation::Describe(describe) => describe::needs(&describe.target, known),
        Operation::Logs(logs) => logs::needs(logs, known),
        Operation::Events(events) => events::needs(events, known),
        Operation::Diagnose(diagnose) => analyze::needs(diagnose, known),
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
        Operation::List(list) => list_answer(list, known, now).map(Answer::Table),
        Operation::Describe(describe) => describe::answer(&describe.target, known, now).map(Answer::Description),
        Operation::Logs(logs) => logs::answer(logs, known).map(Answer::Logs),
        Operation::Events(events) => events::answer(events, known, now).map(Answer::Events),
        Operation::Diagnose(diagnose) => analyze::answer(diagnose, known).map(Answer::Findings),
        _ => Err(no_read(operation)),
    }
}

fn no_read(operation: &Operation) -> LowerError {
    LowerError::BadValue(format!("{} is no read; it becomes a plan", operation.name()))
}

fn list_scope<'a>(list: &'a List, api: &ApiType) -> Result<Scope<'a>, LowerError> {
    match &list.namespace {
        _ if list.all_namespaces || !api.namespaced => Ok(Scope::Everywhere { fallback: list.namespace.as_ref() }),
        Some(namespace) => Ok(Scope::One(namespace)),
        None => Err(LowerError::NamespaceMissing(api.plural.clone())),
    }
}

fn list_needs(list: &List, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    match api_of(&list.kind, known)? {
        None => Ok(vec![FactQuery::Kind { word: list.kind.clone() }]),
        Some(api) => Ok(list_scope(list, &api)?.needs(&api, list.selector.as_deref(), known)),
    }
}

fn list_answer(list: &List, known: &Snapshot, now: Timestamp) -> Result<Table, LowerError> {
    let api = api_of(&list.kind, known)?.ok_or_else(|| not_asked(&list.kind.to_string()))?;
    let seen = list_scope(list, &api)?.seen(&api, list.selector.as_deref(), known);
    if !seen.any {
        return Err(refused(&seen, &api.plural));
    }
    Ok(table(&api, seen, list.all_namespaces, now))
}

fn table(api: &ApiType, seen: Seen<'_>, everywhere: bool, now: Timestamp) -> Table {
    let cells = columns::of(api);
    let with_namespace = everywhere && api.namespaced;
    let mut columns =
        if with_namespace { vec!["NAMESPACE".to_owned(), "NAME".to_owned()] } else { vec!["NAME".to_owned()] };
    columns.extend(cells.iter().map(|(title, _)| (*title).to_owned()));
    let mut objects: Vec<_> = seen.items.iter().filter_map(|item| Some((reference(api, item)?, *item))).collect();
    let total = objects.len() as u64;
    objects.sort_by(|(a, _), (b, _)| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    objects.truncate(TABLE_ROWS_MAX);
    let rows: Vec<_> = objects
        .into_iter()
        .map(|(object, item)| {
            let place = with_namespace.then(|| namespace(item).to_owned());
            let own = cells.iter().map(|(_, cell)| shown::line(&cell(item, now)));
            Row { cells: place.into_iter().chain([object.name.to_string()]).chain(own).collect(), object }
        })
        .collect();
    let omitted = total - rows.len() as u64;
    Table { kind: api.kind.clone(), columns, rows, total, omitted, unseen: seen.unseen }
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
