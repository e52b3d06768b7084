//! Tables as the API server prints them (`as=Table`): its printer columns, for custom kinds too, and of each object no more
//! than its metadata. One page a call; the server's token leads on. A token that got too old (410) is a `stale` problem.

use http::StatusCode;
use kubechat_core::object::{at, items, text};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::table::{TableAsk, TableColumn, TablePage, TableRow};
use serde_json::Value;

use crate::address::Path;
use crate::facts::parsed;
use crate::json::Managed;
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
        let page = parsed(answer, Managed::Skip).await.map_err(unread)?;
        if text(&page, "/kind") != "Table" {
            return Err(unread("the server prints none of this kind".to_owned()));
        }
        Ok(read(&page))
    }
}

fn read(page: &Value) -> TablePage {
    let token = text(page, "/metadata/continue");
    TablePage {
        columns: defined(page.get(COLUMNS)),
        rows: items(page, "/rows").iter().map(row).collect(),
        token: (!token.is_empty()).then(|| token.to_owned()),
        remaining: at(page, "/metadata/remainingItemCount").and_then(Value::as_u64),
        resource_version: text(page, "/metadata/resourceVersion").to_owned(),
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
        let page = json!({
            "kind": "Table", "metadata": {"continue": "abc", "remainingItemCount": 7},
            "columnDefinitions": [{"name": "Name", "priority": 0}, {"name": "Node", "priority": 1}],
            "rows": [{"cells": ["web", "n1"], "object": {"metadata": {"name": "web", "namespace": "shop", "uid": "u-1",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\": 1}"}}}}],
        });
        let table = read(&page);
        assert_eq!((table.token.as_deref(), table.remaining), (Some("abc"), Some(7)));
        assert_eq!(table.columns.iter().map(|column| column.wide).collect::<Vec<_>>(), [false, true]);
        let cells = vec![json!("web"), json!("n1")];
        let (namespace, name, uid) = ("shop".to_owned(), "web".to_owned(), "u-1".to_owned());
        assert_eq!(table.rows, [TableRow { namespace, name, uid, created_at: None, cells }]);
    }
}
