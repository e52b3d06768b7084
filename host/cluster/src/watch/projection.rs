//! What a watch keeps of each object: as little as its readers need, decided while the object is read.
//!
//! A list and a watch come in one of two shapes: objects, or tables the API server prints. Either way an *item* is what one
//! object is: the object itself, or its row. [`Projection::keep`] makes of it what is kept; everything else of it is gone.

use kubechat_core::object::{at, text};
use kubechat_flow::ports::table::TableColumn;
use serde_json::Value;
use std::sync::Arc;

use crate::json::Managed;

/// In which shape the API server is asked for objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `items` and objects.
    Objects,
    /// `rows` and tables of one row.
    Table,
}

impl Shape {
    /// Under which key the items of a list stand.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Objects => "items",
            Self::Table => "rows",
        }
    }

    /// The metadata of an item.
    pub(crate) fn metadata(self, item: &Value) -> Option<&Value> {
        match self {
            Self::Objects => at(item, "/metadata"),
            Self::Table => at(item, "/object/metadata"),
        }
    }

    /// What an item is known by: its UID; where the kind has none, its place and name.
    pub(crate) fn identity(self, item: &Value) -> Option<Arc<str>> {
        let metadata = self.metadata(item)?;
        match text(metadata, "/uid") {
            "" => Some(format!("{}/{}", text(metadata, "/namespace"), text(metadata, "/name")).into()),
            uid => Some(uid.into()),
        }
    }
}

/// What is kept of an item.
pub(crate) trait Projection: Send + Sync + 'static {
    /// Kept of each.
    type Kept: Send + Sync + 'static;

    /// In which shape it is asked for.
    fn shape(&self) -> Shape;

    /// The `Accept` header that gets this shape.
    fn accept(&self) -> &'static str;

    /// What is not even read.
    fn managed(&self) -> Managed {
        Managed::Skip
    }

    /// What to keep; nothing drops the item, also one that was kept before. `columns` are a table's.
    fn keep(&self, columns: &[TableColumn], item: Value) -> Option<Self::Kept>;

    /// About how much memory it takes, bytes.
    fn bytes(&self, kept: &Self::Kept) -> usize;
}

/// About how much memory a value takes, bytes.
pub(crate) fn bytes_of(value: &Value) -> usize {
    const SLOT: usize = size_of::<Value>();
    /// What a map entry or a piece of the heap costs beside its content.
    const BESIDE: usize = 16;
    SLOT + match value {
        Value::String(text) => text.len() + BESIDE,
        Value::Array(items) => items.iter().map(bytes_of).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| key.len() + 2 * BESIDE + SLOT + bytes_of(value)).sum()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_item_is_known_by_its_uid_or_where_there_is_none_by_place_and_name() {
        let identity = |shape: Shape, item: &Value| shape.identity(item).as_deref().map(str::to_owned);
        let object = json!({"metadata": {"uid": "u-1", "name": "web", "namespace": "shop"}});
        assert_eq!(identity(Shape::Objects, &object).as_deref(), Some("u-1"));
        assert_eq!(identity(Shape::Table, &json!({"cells": [], "object": object})).as_deref(), Some("u-1"));
        assert_eq!(identity(Shape::Objects, &json!({"metadata": {"name": "n1"}})).as_deref(), Some("/n1"));
        assert_eq!(identity(Shape::Table, &object), None);
    }
}
