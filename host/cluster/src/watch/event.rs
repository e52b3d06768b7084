//! One line of a watch, read: something is there, something is gone, how far it has come, or what is wrong.
//!
//! Source: `watch.Event` of apimachinery. With `as=Table` the object of an event is a table of one row, whose columns stand
//! in the first event only; a bookmark's table may have no row. Errors say what can't be read, never quote it.

use std::sync::Arc;

use kubechat_core::object::{at, items, text};
use kubechat_flow::ports::table::TableColumn;
use serde_json::Value;

use super::projection::{Projection, Shape};
use crate::json;
use crate::table::{COLUMNS, defined};

/// What a line says.
#[derive(Debug, PartialEq)]
pub(crate) enum Event<T> {
    /// New, or changed, and worth keeping.
    There { key: Arc<str>, kept: T, version: String },
    /// Gone, or no longer worth keeping.
    Gone { key: Arc<str>, version: String },
    /// Nothing changed up to here.
    Bookmark { version: String },
    /// The version to go on from is no longer known.
    Expired,
    /// The server can't go on.
    Failed { why: String },
}

/// Reads a line. `known` are a table's columns, which an event may bring anew.
pub(crate) fn read<P: Projection>(
    line: &[u8],
    projection: &P,
    known: &mut Arc<[TableColumn]>,
) -> Result<Event<P::Kept>, String> {
    let mut event = json::parse(line, projection.managed())?;
    let object = event.get_mut("object").map(Value::take).unwrap_or_default();
    let sort = text(&event, "/type");
    if sort == "ERROR" {
        let code = at(&object, "/code").and_then(Value::as_u64);
        let expired = code == Some(410) || matches!(text(&object, "/reason"), "Expired" | "Gone");
        let why = || Event::Failed { why: text(&object, "/message").to_owned() };
        return Ok(if expired { Event::Expired } else { why() });
    }
    let shape = projection.shape();
    if shape == Shape::Table && !items(&object, "/columnDefinitions").is_empty() {
        *known = defined(object.get(COLUMNS)).into();
    }
    let version = version(shape, &object);
    if sort == "BOOKMARK" {
        return match version.is_empty() {
            true => Err("a bookmark without a version".to_owned()),
            false => Ok(Event::Bookmark { version }),
        };
    }
    let item = item(shape, object).ok_or("an event of nothing")?;
    let key = shape.identity(&item).ok_or("an event of something without a name")?;
    match sort {
        "ADDED" | "MODIFIED" => Ok(match projection.keep(known, item) {
            Some(kept) => Event::There { key, kept, version },
            None => Event::Gone { key, version },
        }),
        "DELETED" => Ok(Event::Gone { key, version }),
        _ => Err("an event of an unknown sort".to_owned()),
    }
}

fn item(shape: Shape, mut object: Value) -> Option<Value> {
    match shape {
        Shape::Objects => Some(object),
        Shape::Table => match object.get_mut("rows") {
            Some(Value::Array(rows)) => rows.pop(),
            _ => None,
        },
    }
}

fn version(shape: Shape, object: &Value) -> String {
    let own = text(object, "/metadata/resourceVersion");
    let row = match shape {
        Shape::Objects => "",
        Shape::Table => items(object, "/rows").last().map_or("", |row| text(row, "/object/metadata/resourceVersion")),
    };
    // The row's is the object's own; the table's repeats it where the server sets it at all.
    if row.is_empty() { own.to_owned() } else { row.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Keeps the first cell, or the name; drops what is called `dull`.
    struct First(Shape);

    impl Projection for First {
        type Kept = String;
        fn shape(&self) -> Shape {
            self.0
        }
        fn accept(&self) -> &'static str {
            "application/json"
        }
        fn keep(&self, columns: &[TableColumn], item: Value) -> Option<String> {
            let name = match self.0 {
                Shape::Objects => text(&item, "/metadata/name").to_owned(),
                Shape::Table => format!("{}={}", columns[0].name, text(&item, "/cells/0")),
            };
            (name != "dull").then_some(name)
        }
        fn bytes(&self, kept: &String) -> usize {
            kept.len()
        }
    }

    fn of(shape: Shape, known: &mut Arc<[TableColumn]>, line: &Value) -> Result<Event<String>, String> {
        read(line.to_string().as_bytes(), &First(shape), known)
    }

    fn object(name: &str, version: &str) -> Value {
        json!({"metadata": {"name": name, "uid": format!("u-{name}"), "resourceVersion": version}})
    }

    #[test]
    fn objects_come_change_and_go() {
        let mut none = Arc::from([]);
        let mut said =
            |sort: &str, object: Value| of(Shape::Objects, &mut none, &json!({"type": sort, "object": object}));
        let there = Event::There { key: "u-web".into(), kept: "web".to_owned(), version: "5".to_owned() };
        assert_eq!(said("ADDED", object("web", "5")), Ok(there));
        assert_eq!(
            said("MODIFIED", object("dull", "6")),
            Ok(Event::Gone { key: "u-dull".into(), version: "6".to_owned() }),
            "what is no longer worth keeping goes"
        );
        assert_eq!(
            said("DELETED", object("web", "7")),
            Ok(Event::Gone { key: "u-web".into(), version: "7".to_owned() })
        );
        assert_eq!(said("BOOKMARK", object("", "9")), Ok(Event::Bookmark { version: "9".to_owned() }));
        assert!(said("BOOKMARK", json!({})).is_err() && said("SYNCED", object("a", "1")).is_err());
        assert!(said("ADDED", Value::Null).is_err());
    }

    #[test]
    fn an_error_of_a_version_too_old_is_told_from_any_other() {
        let mut none = Arc::from([]);
        let mut error = |status: Value| of(Shape::Objects, &mut none, &json!({"type": "ERROR", "object": status}));
        assert_eq!(error(json!({"code": 410, "reason": "Expired"})), Ok(Event::Expired));
        assert_eq!(error(json!({"reason": "Gone"})), Ok(Event::Expired));
        let failed = Event::Failed { why: "etcd".to_owned() };
        assert_eq!(error(json!({"code": 500, "message": "etcd"})), Ok(failed));
    }

    #[test]
    fn a_tables_columns_stand_in_its_first_event_and_hold_for_the_next() {
        let mut known: Arc<[TableColumn]> = Arc::from([]);
        let table = |columns: Value, name: &str| {
            let row = json!({"cells": [name], "object": object(name, "3")});
            json!({"type": "ADDED", "object": {"kind": "Table", "columnDefinitions": columns, "rows": [row]}})
        };
        let mut kept = |line: &Value| match of(Shape::Table, &mut known, line) {
            Ok(Event::There { kept, version, .. }) => (kept, version),
            other => panic!("{other:?}"),
        };
        assert_eq!(kept(&table(json!([{"name": "Name"}]), "a")), ("Name=a".to_owned(), "3".to_owned()));
        assert_eq!(kept(&table(Value::Null, "b")), ("Name=b".to_owned(), "3".to_owned()));
        let bookmark = json!({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "8"}, "rows": []}});
        assert_eq!(of(Shape::Table, &mut known, &bookmark), Ok(Event::Bookmark { version: "8".to_owned() }));
    }
}
