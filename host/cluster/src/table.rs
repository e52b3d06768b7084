//! Tables as the API server prints them (`as=Table`): its printer columns, for custom kinds too, and of each object no more
//! than its metadata. One page a call; the server's token leads on. A token that got too old (410) is a `stale` problem.

use http::StatusCode;
use kubechat_core::object::{at, items, text};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::table::{TableAsk, TableColumn, TablePage, TableRow};
use serde::Deserialize;
use serde_json::Value;

use crate::address::Path;
use crate::facts::aside;
use crate::limits::PAGE_BYTES_MAX;
use crate::link::{Call, Link};
use crate::status::{Doing, problem_of};

pub(crate) const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

impl Link {
    /// One page.
    pub(crate) async fn table(&self, ask: &TableAsk) -> Result<TablePage, Problem> {
        let path = Path::collection(&ask.api, ask.namespace.as_ref())?;
        let mut path = path.query("limit", &ask.limit.to_string()).query("includeObject", "Metadata");
        if let Some(selector) = &ask.selector {
            path = path.query("labelSelector", selector);
        }
        if let Some(token) = &ask.token {
            path = path.query("continue", token);
        }
        let call = Call { accept: TABLE, answer_bytes_max: PAGE_BYTES_MAX, ..Call::get(path) };
        let answer = self.read(&call, self.waits.list).await?;
        let (resource, namespace) = (ask.api.resource(), ask.namespace.as_ref());
        let doing = Doing { verb: "list", what: resource.clone(), resource, namespace, server: self.server() };
        if !answer.status.is_success() {
            if answer.status == StatusCode::NOT_FOUND {
                self.forget_types().await;
            }
            return Err(problem_of(&answer, &doing));
        }
        let unread = |why: String| {
            let detail = format!("the table of {} can't be read: {why}", doing.what);
            Problem::new(Code::ClusterUnreachable, detail)
        };
        let body = answer.body;
        let page = aside(body.len(), move || read(&body)).await.map_err(unread)?;
        page.ok_or_else(|| unread("the server prints none of this kind".to_owned()))
    }
}

/// Of a page only what is shown: the labels, annotations and owners of five hundred objects are skipped, not built.
#[derive(Deserialize)]
struct Page {
    kind: Option<String>,
    metadata: Option<ListMeta>,
    #[serde(rename = "columnDefinitions")]
    columns: Option<Vec<Definition>>,
    rows: Option<Vec<Row>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct ListMeta {
    #[serde(rename = "continue")]
    token: Option<String>,
    remaining_item_count: Option<u64>,
    resource_version: Option<String>,
}

#[derive(Deserialize)]
struct Definition {
    name: Option<String>,
    priority: Option<i64>,
}

#[derive(Deserialize)]
struct Row {
    cells: Option<Vec<Value>>,
    object: Option<Object>,
}

#[derive(Deserialize)]
struct Object {
    metadata: Option<Identity>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Identity {
    namespace: Option<String>,
    name: Option<String>,
    uid: Option<String>,
    creation_timestamp: Option<String>,
}

/// A page; nothing when the answer is another kind of object. A nil list of the API server is `null`.
fn read(body: &[u8]) -> Result<Option<TablePage>, String> {
    // Where, not what: serde's own words quote what they stumbled over.
    let place = |error: serde_json::Error| format!("line {}, column {}", error.line(), error.column());
    let page: Page = serde_json::from_slice(body).map_err(place)?;
    if page.kind.as_deref() != Some("Table") {
        return Ok(None);
    }
    let ListMeta { token, remaining_item_count, resource_version } = page.metadata.unwrap_or_default();
    let column = |Definition { name, priority }| TableColumn {
        name: name.unwrap_or_default(),
        wide: priority.is_some_and(|priority| priority > 0),
    };
    Ok(Some(TablePage {
        columns: page.columns.unwrap_or_default().into_iter().map(column).collect(),
        rows: page.rows.unwrap_or_default().into_iter().map(TableRow::from).collect(),
        token: token.filter(|token| !token.is_empty()),
        remaining: remaining_item_count,
        resource_version: resource_version.unwrap_or_default(),
    }))
}

impl From<Row> for TableRow {
    fn from(row: Row) -> Self {
        let Identity { namespace, name, uid, creation_timestamp } =
            row.object.and_then(|object| object.metadata).unwrap_or_default();
        Self {
            namespace: namespace.unwrap_or_default(),
            name: name.unwrap_or_default(),
            uid: uid.unwrap_or_default(),
            created_at: creation_timestamp.and_then(|at| at.parse().ok()),
            cells: row.cells.unwrap_or_default(),
        }
    }
}

/// Where a table's columns are defined.
pub(crate) const COLUMNS: &str = "columnDefinitions";

/// The columns, as they are defined.
pub(crate) fn defined(columns: Option<&Value>) -> Vec<TableColumn> {
    columns.and_then(Value::as_array).into_iter().flatten().map(column).collect()
}

fn column(definition: &Value) -> TableColumn {
    let wide = at(definition, "/priority").and_then(Value::as_i64).is_some_and(|priority| priority > 0);
    TableColumn { name: text(definition, "/name").to_owned(), wide }
}

/// A row, without its object.
pub(crate) fn row(row: &Value) -> TableRow {
    let meta = |pointer: &str| text(row, pointer).to_owned();
    TableRow {
        namespace: meta("/object/metadata/namespace"),
        name: meta("/object/metadata/name"),
        uid: meta("/object/metadata/uid"),
        created_at: text(row, "/object/metadata/creationTimestamp").parse().ok(),
        cells: items(row, "/cells").to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_an_object_only_its_identity_is_taken() {
        let page = serde_json::to_vec(&json!({
            "kind": "Table", "metadata": {"continue": "abc", "remainingItemCount": 7},
            "columnDefinitions": [{"name": "Name", "priority": 0}, {"name": "Node", "priority": 1}],
            "rows": [{"cells": ["web", "n1"], "object": {"metadata": {"name": "web", "namespace": "shop", "uid": "u-1",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\": 1}"}}}}],
        }))
        .unwrap();
        let table = read(&page).unwrap().unwrap();
        assert_eq!((table.token.as_deref(), table.remaining), (Some("abc"), Some(7)));
        assert_eq!(table.columns.iter().map(|column| column.wide).collect::<Vec<_>>(), [false, true]);
        let cells = vec![json!("web"), json!("n1")];
        let (namespace, name, uid) = ("shop".to_owned(), "web".to_owned(), "u-1".to_owned());
        assert_eq!(table.rows, [TableRow { namespace, name, uid, created_at: None, cells }]);
    }

    #[test]
    fn an_empty_table_and_one_without_objects_are_read_and_what_is_no_table_is_none() {
        let empty = read(br#"{"kind": "Table", "metadata": {}, "columnDefinitions": null, "rows": null}"#);
        assert_eq!(empty.unwrap().unwrap(), TablePage::default());
        let bare = read(br#"{"kind": "Table", "rows": [{"cells": ["web"], "object": null}, {"object": {}}]}"#);
        assert_eq!(bare.unwrap().unwrap().rows.len(), 2);
        assert_eq!(read(br#"{"kind": "PodList", "items": []}"#), Ok(None));
        for broken in ["", "{", "[]", r#"{"kind": "Table", "rows": 7}"#, &"[".repeat(100_000)] {
            assert!(read(broken.as_bytes()).is_err(), "{:?}", &broken[..broken.len().min(40)]);
        }
    }
}
