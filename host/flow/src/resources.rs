//! Lists of any kind as the API server prints them, and single objects: projections, cleaned and masked, page by page.
//!
//! A filter or an order needs the whole list: one of at most [`RESOURCE_WHOLE_MAX`] rows is read whole and arranged; of a
//! longer one each page is arranged for itself, and the answer says which it was. A continuation the API server no longer
//! knows begins anew, and that is said too. Every read leaves an entry. Of Secrets only names, types, counts and ages are
//! ever in a table, and their values are masked in an object.

use std::cmp::Ordering;

use kubechat_core::audit::EntryKind;
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::mask;
use kubechat_core::names::{ClusterName, KindWord, Namespace, ObjectName};
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::operation::can_i;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read;
use kubechat_core::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::ports::table::{TableAsk, TableColumn, TablePage, TableRow};
use crate::{Answered, Flow};

/// Most rows of one page.
pub const RESOURCE_ROWS_MAX: u32 = 500;
/// Longest list that is filtered and ordered as a whole, rows.
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
    /// This page alone: the list is longer than [`RESOURCE_WHOLE_MAX`].
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
}

impl Flow {
    /// `GET /resources/{gvr}`.
    pub async fn resources(&self, who: &Principal, cluster: &ClusterName, ask: &ResourceAsk) -> Answered<ResourcePage> {
        let answered = self.list_resources(who, cluster, ask).await;
        let payload = json!({"kind": ask.kind, "namespace": ask.namespace, "selector": ask.selector});
        self.note_read(who, cluster, "resources", answered.as_ref().err(), payload).await;
        answered
    }

    async fn list_resources(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        ask: &ResourceAsk,
    ) -> Answered<ResourcePage> {
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
            let page = table(RESOURCE_WHOLE_MAX, None).await?;
            if page.token.is_none() {
                return Ok(whole(api, page, ask, offset.unwrap_or(0)));
            }
        }
        let (page, expired) = match table(ask.limit, token.clone()).await {
            Err(problem) if problem.code == Code::Stale && token.is_some() => (table(ask.limit, None).await?, true),
            page => (page?, false),
        };
        // A list that was short enough to be counted and has grown since begins anew as well.
        let restarted = expired || offset.is_some();
        let (next, remaining) = (page.token.clone().map(Next::Token), page.remaining);
        let applied_to = arranged.then_some(AppliedTo::Page);
        let (columns, rows) = arrange(&api, page, ask);
        Ok(ResourcePage { api, columns, rows, next, remaining, restarted, applied_to })
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
        let api = self.kind_of(who, cluster, kind).await?;
        if api.namespaced != namespace.is_some() {
            let place = if api.namespaced { "lives in a namespace" } else { "lives in no namespace; write `-` for it" };
            return Err(Problem::new(Code::BadInput, format!("{} {place}", api.kind)));
        }
        let object = ObjectRef { api, namespace, name };
        let query = FactQuery::Object { object: object.clone() };
        let answer =
            self.ports.cluster.answer(who, cluster, vec![query]).await?.into_iter().next().map(|(_, fact)| fact);
        let mut found = match answer {
            Some(Fact::Object { object }) => mask::object(&object),
            Some(Fact::Absent) => return Err(Problem::new(Code::NotFound, format!("{object} does not exist"))),
            Some(Fact::Denied { verb, resource, namespace }) => {
                let line = can_i(&verb, &resource, namespace.as_ref());
                return Err(Problem::new(Code::ClusterForbidden, format!("you may not {verb} {resource}")).hint(line));
            }
            Some(Fact::Failed { reason }) => return Err(Problem::new(Code::ClusterUnreachable, reason)),
            other => return Err(Problem::new(Code::Fault, format!("{object} was not answered: {other:?}"))),
        };
        if let Some(metadata) = found.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("managedFields");
        }
        Ok(found)
    }

    /// The type a word means, the best known first.
    async fn kind_of(&self, who: &Principal, cluster: &ClusterName, word: &KindWord) -> Answered<ApiType> {
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

fn checked(ask: &ResourceAsk) -> Answered<()> {
    if ask.limit == 0 || ask.limit > RESOURCE_ROWS_MAX {
        return Err(Problem::new(Code::BadInput, format!("limit is 1 to RESOURCE_ROWS_MAX = {RESOURCE_ROWS_MAX}")));
    }
    for text in [&ask.selector, &ask.q, &ask.sort, &ask.fields].into_iter().flatten() {
        if text.chars().count() > RESOURCE_WORDS_CHARS_MAX {
            let detail = format!("more than RESOURCE_WORDS_CHARS_MAX = {RESOURCE_WORDS_CHARS_MAX} characters");
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        // The API server takes a NUL for the end of a selector, and an empty one selects everything.
        if text.chars().any(char::is_control) {
            return Err(Problem::new(Code::BadInput, "a selector, filter or column holds a control character"));
        }
    }
    Ok(())
}

/// A page of a list that was read, filtered and ordered as a whole.
fn whole(api: ApiType, page: TablePage, ask: &ResourceAsk, offset: usize) -> ResourcePage {
    let limit = ask.limit as usize;
    let (columns, all) = arrange(&api, page, ask);
    let end = offset.saturating_add(limit);
    let left = all.len().saturating_sub(end);
    let rows = all.into_iter().skip(offset).take(limit).collect();
    let next = (left > 0).then_some(Next::Offset(end));
    let remaining = (left > 0).then_some(left as u64);
    ResourcePage { api, columns, rows, next, remaining, restarted: false, applied_to: Some(AppliedTo::List) }
}

/// Cleans, filters, orders, and leaves out the columns nobody asked for.
fn arrange(api: &ApiType, page: TablePage, ask: &ResourceAsk) -> (Vec<String>, Vec<ResourceRow>) {
    let mut rows: Vec<ResourceRow> = page.rows.into_iter().map(|row| cleaned(api, row, &page.columns)).collect();
    if let Some(q) = &ask.q {
        let q = q.to_lowercase();
        rows.retain(|row| row.holds(&q));
    }
    if let Some(sort) = &ask.sort {
        let (column, down) = sort.strip_prefix('-').map_or((sort.as_str(), false), |column| (column, true));
        let at = page.columns.iter().position(|known| known.name.eq_ignore_ascii_case(column));
        rows.sort_by(|a, b| {
            let order = a.compared(b, column, at);
            if down { order.reverse() } else { order }
        });
    }
    let kept: Vec<usize> = (0..page.columns.len()).filter(|at| kept(api, &page.columns[*at], ask)).collect();
    let columns = kept.iter().map(|at| read::shown_line(&page.columns[*at].name)).collect();
    for row in &mut rows {
        row.cells = kept.iter().map(|at| row.cells.get(*at).cloned().unwrap_or(Value::Null)).collect();
    }
    (columns, rows)
}

/// What a Secret's table may hold.
const OF_SECRETS: [&str; 4] = ["name", "type", "data", "age"];

fn kept(api: &ApiType, column: &TableColumn, ask: &ResourceAsk) -> bool {
    let name = column.name.to_lowercase();
    if api.is("", "Secret") && !OF_SECRETS.contains(&name.as_str()) {
        return false;
    }
    match ask.fields.as_deref() {
        None => !column.wide,
        Some("*") => true,
        Some(fields) => fields.split(',').any(|field| field.trim().to_lowercase() == name),
    }
}

/// Texts as a screen takes them. Columns of a custom kind show whatever field its author chose, so their names count as
/// fields' names do: a column `Password` shows no text.
fn cleaned(api: &ApiType, row: TableRow, columns: &[TableColumn]) -> ResourceRow {
    let TableRow { namespace, name, uid, created_at, cells } = row;
    let masked = |(at, cell): (usize, Value)| match columns.get(at) {
        Some(column) if !api.is_built_in() => {
            let field = column.name.replace(' ', "_");
            mask::value(&json!({ &field: cell })).into_inner()[&field].clone()
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

impl ResourceRow {
    fn holds(&self, q: &str) -> bool {
        let cells = self.cells.iter().filter_map(Value::as_str);
        cells.chain([self.namespace.as_str(), self.name.as_str()]).any(|text| text.to_lowercase().contains(q))
    }

    /// By age the youngest comes first, as the column reads; numbers by value, texts by their letters, then by name.
    fn compared(&self, other: &Self, column: &str, at: Option<usize>) -> Ordering {
        let by_name = || (&self.namespace, &self.name).cmp(&(&other.namespace, &other.name));
        let by_column = match (column.to_lowercase().as_str(), at) {
            ("age", _) => other.created_at.cmp(&self.created_at),
            ("namespace", None) => self.namespace.cmp(&other.namespace),
            (_, Some(at)) => cell_order(self.cells.get(at), other.cells.get(at)),
            (_, None) => Ordering::Equal,
        };
        by_column.then_with(by_name)
    }
}

fn cell_order(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    let number = |cell: Option<&Value>| match cell {
        Some(Value::Number(number)) => number.as_f64(),
        // `3 (5m ago)`: restarts are a number first.
        Some(Value::String(text)) => text.split([' ', '/']).next().and_then(|first| first.parse().ok()),
        _ => None,
    };
    let text = |cell: Option<&Value>| cell.map(Value::to_string).unwrap_or_default();
    match (number(one), number(other)) {
        (Some(a), Some(b)) => a.total_cmp(&b).then_with(|| text(one).cmp(&text(other))),
        _ => text(one).cmp(&text(other)),
    }
}

#[cfg(test)]
mod tests;
