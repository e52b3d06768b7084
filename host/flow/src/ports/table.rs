//! Tables: what the API server prints of a kind, custom ones too, a page at a time.

use kubechat_core::names::Namespace;
use kubechat_core::object::ApiType;
use kubechat_core::time::Timestamp;
use serde_json::Value;

/// A page to ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct TableAsk {
    /// The type.
    pub api: ApiType,
    /// Where; absent means everywhere.
    pub namespace: Option<Namespace>,
    /// A label selector in its text form.
    pub selector: Option<String>,
    /// Most rows.
    pub limit: u32,
    /// The API server's own token for the next page.
    pub token: Option<String>,
}

/// A page as the API server prints it; nothing in it is masked or cleaned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TablePage {
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// The rows, in the server's order.
    pub rows: Vec<TableRow>,
    /// The server's token, when there is more.
    pub token: Option<String>,
    /// How many rows follow, when the server says so.
    pub remaining: Option<u64>,
    /// The list's version; empty where the server has none.
    pub resource_version: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Its title.
    pub name: String,
    /// Whether it is only for wide tables.
    pub wide: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
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
