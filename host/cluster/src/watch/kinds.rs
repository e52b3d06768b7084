//! What the watches of this host keep: rows of tables, cleaned, and single objects, masked.
//!
//! Both go through the hands of whoever asked before they are kept; of a table's object not even its metadata stays.

use kubechat_core::object::ApiType;
use kubechat_flow::ports::live::{Clean, Mask};
use kubechat_flow::ports::table::TableColumn;
use kubechat_flow::resources::ResourceRow;
use serde_json::Value;

use super::projection::{Projection, Shape, bytes_of};
use crate::link::JSON;
use crate::table::{TABLE, row};

/// Rows as the API server prints them.
pub(crate) struct Tables {
    pub(crate) api: ApiType,
    pub(crate) clean: Clean,
}

impl Projection for Tables {
    type Kept = ResourceRow;

    fn shape(&self) -> Shape {
        Shape::Table
    }

    fn accept(&self) -> &'static str {
        TABLE
    }

    fn keep(&self, columns: &[TableColumn], item: Value) -> Option<ResourceRow> {
        Some((self.clean)(&self.api, columns, row(&item)))
    }

    fn bytes(&self, row: &ResourceRow) -> usize {
        let texts = row.namespace.len() + row.name.len() + row.uid.len();
        size_of::<ResourceRow>() + texts + row.cells.iter().map(bytes_of).sum::<usize>()
    }
}

/// Objects, masked.
pub(crate) struct Masked {
    pub(crate) api: ApiType,
    pub(crate) mask: Mask,
}

impl Projection for Masked {
    type Kept = Value;

    fn shape(&self) -> Shape {
        Shape::Objects
    }

    fn accept(&self) -> &'static str {
        JSON
    }

    fn keep(&self, _: &[TableColumn], mut item: Value) -> Option<Value> {
        // Items of a list leave out what they are, and how they are masked hangs on it.
        let object = item.as_object_mut()?;
        object.insert("apiVersion".to_owned(), Value::String(self.api.api_version()));
        object.insert("kind".to_owned(), Value::String(self.api.kind.clone()));
        Some((self.mask)(item))
    }

    fn bytes(&self, object: &Value) -> usize {
        bytes_of(object)
    }
}
