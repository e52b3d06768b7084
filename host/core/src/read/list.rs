//! Objects of a kind as a table, in the order that was asked for.
//!
//! Each sort keeps namespace and name as its second order, so that two answers to the same facts are the same. Limits:
//! [`TABLE_ROWS_MAX`]; rows are cut after sorting, so the most restarts are never among what is left out.

use std::cmp::Reverse;

use super::answer::{Row, TABLE_ROWS_MAX, Table};
use super::scope::{Scope, Seen};
use super::{columns, not_asked, pod_status, reference, refused, shown};
use crate::facts::{FactQuery, Snapshot};
use crate::object::{ApiType, namespace, text};
use crate::operation::read::{List, ListSort};
use crate::operation::{LowerError, api_of};
use crate::time::Timestamp;

fn scope<'a>(list: &'a List, api: &ApiType) -> Result<Scope<'a>, LowerError> {
    match &list.namespace {
        _ if list.all_namespaces || !api.namespaced => Ok(Scope::Everywhere { fallback: list.namespace.as_ref() }),
        Some(namespace) => Ok(Scope::One(namespace)),
        None => Err(LowerError::NamespaceMissing(api.plural.clone())),
    }
}

/// What must be known before the list can be shown.
pub(super) fn needs(list: &List, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    match api_of(&list.kind, known)? {
        None => Ok(vec![FactQuery::Kind { word: list.kind.clone() }]),
        Some(api) => Ok(scope(list, &api)?.needs(&api, list.selector.as_deref(), known)),
    }
}

/// The table, once nothing is missing.
pub(super) fn answer(list: &List, known: &Snapshot, now: Timestamp) -> Result<Table, LowerError> {
    let api = api_of(&list.kind, known)?.ok_or_else(|| not_asked(&list.kind.to_string()))?;
    let seen = scope(list, &api)?.seen(&api, list.selector.as_deref(), known);
    if !seen.any {
        return Err(refused(&seen, &api.plural));
    }
    Ok(table(&api, seen, list, now))
}

fn table(api: &ApiType, seen: Seen<'_>, list: &List, now: Timestamp) -> Table {
    let cells = columns::of(api);
    let with_namespace = list.all_namespaces && api.namespaced;
    let mut columns =
        if with_namespace { vec!["NAMESPACE".to_owned(), "NAME".to_owned()] } else { vec!["NAME".to_owned()] };
    columns.extend(cells.iter().map(|(title, _)| (*title).to_owned()));
    let mut objects: Vec<_> = seen.items.iter().filter_map(|item| Some((reference(api, item)?, *item))).collect();
    let total = objects.len() as u64;
    objects.sort_by(|(a, _), (b, _)| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    match list.sort {
        None => {}
        Some(ListSort::Name) => objects.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name)),
        Some(ListSort::Age) => objects.sort_by_key(|(_, item)| Reverse(created(item))),
        Some(ListSort::Restarts) => objects.sort_by_key(|(_, item)| Reverse(pod_status::restart_count(item))),
    }
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

/// When an object was made; one that doesn't say is the oldest.
fn created(item: &serde_json::Value) -> Option<Timestamp> {
    text(item, "/metadata/creationTimestamp").parse().ok()
}
