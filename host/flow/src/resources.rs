//! Lists of any kind as the API server prints them, and single objects: projections, cleaned and masked, page by page.
//!
//! A filter or an order needs the whole list: one of at most [`RESOURCE_WHOLE_MAX`] rows is read whole and arranged; a longer
//! one comes from the watch that keeps it warm. Where that is not there yet it is begun, each page is arranged for itself
//! meanwhile, and the answer says which it was. A continuation the API server no longer
//! knows begins anew, and that is said too. Every read leaves an entry. Of Secrets only names, types, counts and ages are
//! ever in a table, and their values are masked in an object.

use std::sync::Arc;

use futures_util::future::join;
use kubechat_core::audit::EntryKind;
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::names::{ClusterName, KindWord, Namespace, ObjectName};
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::operation::can_i;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read;
use kubechat_core::redact;
use kubechat_core::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::ports::live::{RowsAsk, WarmTable};
use crate::ports::table::{TableAsk, TableColumn, TablePage, TableRow};
use crate::{Answered, Flow};
use order::in_order;

/// Most rows of one page.
pub const RESOURCE_ROWS_MAX: u32 = 500;
/// Longest list that is read whole to filter and order it, rows; a longer one has to be watched for that.
pub const RESOURCE_WHOLE_MAX: u32 = 1_000;
/// Longest selector, filter, order or list of fields, characters.
pub const RESOURCE_WORDS_CHARS_MAX: usize = 1_000;

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The API server's token.
    Token(String),
    /// So many rows into a list that is read whole.
    Offset(usize),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceAsk {
    /// `pods`, `deployments.apps`, `deployments.v1.apps`.
    pub kind: KindWord,
    /// Where; absent means everywhere.
    pub namespace: Option<Namespace>,
    /// A label selector in its text form.
    pub selector: Option<String>,
    /// Rows that hold this text, whatever its case.
    pub q: Option<String>,
    /// A column to order by, or `age`; with `-` the other way round.
    pub sort: Option<String>,
    /// Columns to show; `*` is all. Without it, those the server does not call wide.
    pub fields: Option<String>,
    /// Most rows.
    pub limit: u32,
    /// Where to go on.
    pub next: Option<Next>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceRow {
    /// The object's namespace; empty where it lives in none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// One cell a column.
    pub cells: Vec<Value>,
}

/// To what a filter and an order were applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppliedTo {
    /// The whole list.
    List,
    /// This page alone: the list is longer than [`RESOURCE_WHOLE_MAX`] and no watch has it yet.
    Page,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourcePage {
    /// The type that the word meant.
    pub api: ApiType,
    /// Titles of the columns.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<ResourceRow>,
    /// Where it goes on.
    pub next: Option<Next>,
    /// How many rows follow, when that is known.
    pub remaining: Option<u64>,
    /// Whether this is a first page because the continuation was too old.
    pub restarted: bool,
    /// To what filter and order were applied; absent when there was none.
    pub applied_to: Option<AppliedTo>,
    /// The list's version, as the API server or the watch gave it.
    pub resource_version: String,
}

impl Flow {
    /// `GET /resources/{gvr}`.
    pub async fn resources(&self, who: &Principal, cluster: &ClusterName, ask: &ResourceAsk) -> Answered<ResourcePage> {
        let taken = self.take_resources(who, cluster, ask).await;
        let payload = json!({"kind": ask.kind, "namespace": ask.namespace, "selector": ask.selector});
        let problem = taken.as_ref().err().cloned();
        let noted = self.note_read(who, cluster, "resources", problem.as_ref(), payload);
        // The entry is on its way to the disk while the rows are made ready; nothing of it is told before both are done.
        join(noted, async { taken.map(|(api, taken)| taken.arranged(api, ask)) }).await.1
    }

    async fn take_resources(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        ask: &ResourceAsk,
    ) -> Answered<(ApiType, Taken)> {
        checked(ask)?;
        let api = self.kind_of(who, cluster, &ask.kind).await?;
        let table = |limit: u32, token: Option<String>| {
            let (api, namespace, selector) = (api.clone(), ask.namespace.clone(), ask.selector.clone());
            let ask = TableAsk { api, namespace, selector, limit, token };
            async move { self.ports.cluster.table(who, cluster, &ask).await }
        };
        let arranged = ask.q.is_some() || ask.sort.is_some();
        let (token, offset) = match ask.next.clone() {
            Some(Next::Token(token)) => (Some(token), None),
            Some(Next::Offset(offset)) => (None, Some(offset)),
            None => (None, None),
        };
        if arranged && token.is_none() {
            let (namespace, selector) = (ask.namespace.clone(), ask.selector.clone());
            let rows = RowsAsk { api: api.clone(), namespace, selector };
            if let Some(warm) = self.ports.live.warm(who, cluster, &rows) {
                return Ok((api, Taken::Warm { table: warm, offset: offset.unwrap_or(0) }));
            }
            let page = table(RESOURCE_WHOLE_MAX, None).await?;
            if page.token.is_none() {
                return Ok((api, Taken::Whole { page, offset: offset.unwrap_or(0) }));
            }
            self.ports.live.warm_up(who, cluster, &rows, cleaned);
        }
        let (page, expired) = match table(ask.limit, token.clone()).await {
            Err(problem) if problem.code == Code::Stale && token.is_some() => (table(ask.limit, None).await?, true),
            page => (page?, false),
        };
        // A list that was short enough to be counted and has grown since begins anew as well.
        let restarted = expired || offset.is_some();
        Ok((api, Taken::Page { page, restarted }))
    }

    /// `GET /objects/{c}/{gvr}/{ns}/{name}`: one object, masked, without what only machines read of its metadata.
    pub async fn object(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        kind: &KindWord,
        (namespace, name): (Option<Namespace>, ObjectName),
    ) -> Answered<Value> {
        let payload = json!({"kind": kind, "namespace": namespace, "name": name});
        let answered = self.find_object(who, cluster, kind, namespace, name).await;
        self.note_read(who, cluster, "object", answered.as_ref().err(), payload).await;
        answered
    }

    async fn find_object(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        kind: &KindWord,
        namespace: Option<Namespace>,
        name: ObjectName,
    ) -> Answered<Value> {
        let object = self.object_ref(who, cluster, kind, namespace, name).await?;
        let query = FactQuery::Object { object: object.clone() };
        let answer =
            self.ports.cluster.answer(who, cluster, vec![query]).await?.into_iter().next().map(|(_, fact)| fact);
        match answer {
            Some(Fact::Object { object }) => Ok(without_managed(redact::object(&object))),
            Some(Fact::Absent) => Err(Problem::new(Code::NotFound, format!("{object} does not exist"))),
            Some(Fact::Denied { verb, resource, namespace }) => {
                let line = can_i(&verb, &resource, namespace.as_ref());
                Err(Problem::new(Code::ClusterForbidden, format!("you may not {verb} {resource}")).hint(line))
            }
            Some(Fact::Failed { reason }) => Err(Problem::new(Code::ClusterUnreachable, reason)),
            other => Err(Problem::new(Code::Fault, format!("{object} was not answered: {other:?}"))),
        }
    }

    /// The object that is meant, wherever it may live.
    pub(crate) async fn object_ref(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        kind: &KindWord,
        namespace: Option<Namespace>,
        name: ObjectName,
    ) -> Answered<ObjectRef> {
        let api = self.kind_of(who, cluster, kind).await?;
        if api.namespaced != namespace.is_some() {
            let place = if api.namespaced { "lives in a namespace" } else { "lives in no namespace; write `-` for it" };
            return Err(Problem::new(Code::BadInput, format!("{} {place}", api.kind)));
        }
        Ok(ObjectRef { api, namespace, name })
    }

    /// The type a word means, the best known first.
    pub(crate) async fn kind_of(&self, who: &Principal, cluster: &ClusterName, word: &KindWord) -> Answered<ApiType> {
        let query = FactQuery::Kind { word: word.clone() };
        let answers = self.ports.cluster.answer(who, cluster, vec![query]).await?;
        let types = answers.into_iter().find_map(|(_, fact)| match fact {
            Fact::Types { types } => types.into_iter().next(),
            _ => None,
        });
        let none = || {
            let detail = format!("{cluster} serves no {word}");
            Problem::new(Code::NotFound, detail)
                .hint(format!("GET /api/v1/clusters/{cluster}/kinds lists what it serves"))
        };
        types.ok_or_else(none)
    }

    /// An entry of what was read. A read that can't be written down is still a read.
    pub(crate) async fn note_read(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        what: &str,
        problem: Option<&Problem>,
        payload: Value,
    ) {
        let mut entry = self.entry(who, EntryKind::ToolRead, problem.map_or("read", |problem| problem.code.as_str()));
        entry.cluster = Some(cluster.clone());
        entry.object = Some(what.to_owned());
        if let Err(error) = self.note(entry, Some(payload)).await {
            tracing::warn!(%error, "a read could not be written down");
        }
    }
}

/// An object without what only machines read of its metadata.
pub(crate) fn without_managed(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    object
}

fn checked(ask: &ResourceAsk) -> Answered<()> {
    if ask.limit == 0 || ask.limit > RESOURCE_ROWS_MAX {
        return Err(Problem::new(Code::BadInput, format!("limit is 1 to RESOURCE_ROWS_MAX = {RESOURCE_ROWS_MAX}")));
    }
    [&ask.selector, &ask.q, &ask.sort, &ask.fields].into_iter().flatten().try_for_each(|text| fit_words(text))
}

/// Whether a selector, filter, order or list of fields may be asked with.
pub(crate) fn fit_words(text: &str) -> Answered<()> {
    if text.chars().count() > RESOURCE_WORDS_CHARS_MAX {
        let detail = format!("more than RESOURCE_WORDS_CHARS_MAX = {RESOURCE_WORDS_CHARS_MAX} characters");
        return Err(Problem::new(Code::LimitExceeded, detail));
    }
    // The API server takes a NUL for the end of a selector, and an empty one selects everything.
    if text.chars().any(char::is_control) {
        return Err(Problem::new(Code::BadInput, "a selector, filter or column holds a control character"));
    }
    Ok(())
}

/// Rows as they were had, not yet as they are shown.
enum Taken {
    /// From the watch that keeps the whole list.
    Warm { table: WarmTable, offset: usize },
    /// The whole list, read for this answer.
    Whole { page: TablePage, offset: usize },
    /// One page.
    Page { page: TablePage, restarted: bool },
}

impl Taken {
    fn arranged(self, api: ApiType, ask: &ResourceAsk) -> ResourcePage {
        match self {
            Self::Warm { table, offset } => from_warm(api, table, ask, offset),
            Self::Whole { page, offset } => whole(api, page, ask, offset),
            Self::Page { page, restarted } => one_page(api, page, ask, restarted),
        }
    }
}

fn one_page(api: ApiType, page: TablePage, ask: &ResourceAsk, restarted: bool) -> ResourcePage {
    let (next, remaining) = (page.token.clone().map(Next::Token), page.remaining);
    let applied_to = (ask.q.is_some() || ask.sort.is_some()).then_some(AppliedTo::Page);
    let resource_version = page.resource_version.clone();
    let (columns, rows) = arrange(&api, page, ask);
    ResourcePage { api, columns, rows, next, remaining, restarted, applied_to, resource_version }
}

/// A page of a list that was read, filtered and ordered as a whole.
fn whole(api: ApiType, page: TablePage, ask: &ResourceAsk, offset: usize) -> ResourcePage {
    let TablePage { columns, rows, resource_version, .. } = page;
    let rows = rows.into_iter().map(|row| Arc::new(cleaned(&api, &columns, row))).collect();
    from_warm(api, WarmTable { columns: columns.into(), rows, resource_version }, ask, offset)
}

/// The same of a table that is there already.
fn from_warm(api: ApiType, table: WarmTable, ask: &ResourceAsk, offset: usize) -> ResourcePage {
    let WarmTable { columns, rows, resource_version } = table;
    let (limit, all) = (ask.limit as usize, in_order(&columns, rows, ask));
    let end = offset.saturating_add(limit);
    let left = all.len().saturating_sub(end);
    let shown = Shown::of(&api, &columns, ask.fields.as_deref());
    let rows = all.iter().skip(offset).take(limit).map(|row| shown.row(row)).collect();
    let next = (left > 0).then_some(Next::Offset(end));
    let remaining = (left > 0).then_some(left as u64);
    let (columns, applied_to) = (shown.titles, Some(AppliedTo::List));
    ResourcePage { api, columns, rows, next, remaining, restarted: false, applied_to, resource_version }
}

/// Cleans, filters, orders, and leaves out the columns nobody asked for.
fn arrange(api: &ApiType, page: TablePage, ask: &ResourceAsk) -> (Vec<String>, Vec<ResourceRow>) {
    let columns = page.columns;
    let shown = Shown::of(api, &columns, ask.fields.as_deref());
    if ask.q.is_none() && ask.sort.is_none() {
        // In the server's order nothing but what is shown has to be cleaned.
        let own: Vec<TableColumn> = shown.kept.iter().map(|at| columns[*at].clone()).collect();
        let rows = page.rows.into_iter().map(|row| cleaned(api, &own, shown.only(row))).collect();
        return (shown.titles, rows);
    }
    let rows = page.rows.into_iter().map(|row| Arc::new(cleaned(api, &columns, row))).collect();
    let rows = in_order(&columns, rows, ask).iter().map(|row| shown.row(row)).collect();
    (shown.titles, rows)
}

/// Which columns are shown, and where their cells stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) titles: Vec<String>,
    kept: Vec<usize>,
}

impl Shown {
    /// Of a type's columns those that were asked for.
    pub(crate) fn of(api: &ApiType, columns: &[TableColumn], fields: Option<&str>) -> Self {
        let kept: Vec<usize> = (0..columns.len()).filter(|at| kept(api, &columns[*at], fields)).collect();
        let titles = kept.iter().map(|at| read::shown_line(&columns[*at].name)).collect();
        Self { titles, kept }
    }

    /// A row, not yet cleaned, with their cells alone.
    fn only(&self, mut row: TableRow) -> TableRow {
        row.cells = self.kept.iter().map(|at| row.cells.get_mut(*at).map(Value::take).unwrap_or_default()).collect();
        row
    }

    /// A row with their cells alone.
    pub(crate) fn row(&self, row: &ResourceRow) -> ResourceRow {
        let cells = self.kept.iter().map(|at| row.cells.get(*at).cloned().unwrap_or(Value::Null)).collect();
        let ResourceRow { namespace, name, uid, created_at, .. } = row;
        let [namespace, name, uid] = [namespace, name, uid].map(String::clone);
        ResourceRow { namespace, name, uid, created_at: *created_at, cells }
    }
}

/// What a Secret's table may hold.
const OF_SECRETS: [&str; 4] = ["name", "type", "data", "age"];

fn kept(api: &ApiType, column: &TableColumn, fields: Option<&str>) -> bool {
    let name = column.name.to_lowercase();
    if api.is("", "Secret") && !OF_SECRETS.contains(&name.as_str()) {
        return false;
    }
    match fields {
        None => !column.wide,
        Some("*") => true,
        Some(fields) => fields.split(',').any(|field| field.trim().to_lowercase() == name),
    }
}

/// Texts as a screen takes them. Columns of a custom kind show whatever field its author chose, so their names count as
/// fields' names do: a column `Password` shows no text. Of a Secret only harmless cells are left.
pub(crate) fn cleaned(api: &ApiType, columns: &[TableColumn], row: TableRow) -> ResourceRow {
    let TableRow { namespace, name, uid, created_at, cells } = row;
    let masked = |(at, cell): (usize, Value)| match columns.get(at) {
        Some(column) if api.is("", "Secret") && !kept(api, column, Some("*")) => Value::Null,
        Some(column) if !api.is_built_in() => {
            let field = column.name.replace(' ', "_");
            redact::value(&json!({ &field: cell })).into_inner()[&field].clone()
        }
        _ => cell,
    };
    let cells = cells.into_iter().enumerate().map(masked);
    let cell = |cell: Value| match cell {
        Value::String(text) => Value::String(read::shown_line(&text)),
        Value::Array(_) | Value::Object(_) => Value::String(read::shown_line(&cell.to_string())),
        plain => plain,
    };
    let [namespace, name, uid] = [namespace, name, uid].map(|text| read::shown_line(&text));
    ResourceRow { namespace, name, uid, created_at, cells: cells.map(cell).collect() }
}

mod order;
#[cfg(test)]
mod tests;
