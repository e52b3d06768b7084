//! Filtering and ordering rows of a table, however many there are.
//!
//! An order is total: numbers come by value and before texts, texts by their letters, and equal ones by place and name.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use kubechat_core::time::Timestamp;
use serde_json::Value;

use super::{ResourceAsk, ResourceRow};
use crate::ports::table::TableColumn;

/// Filtered and ordered; by place and name where nothing else was asked for.
pub(super) fn in_order(
    columns: &[TableColumn],
    mut rows: Vec<Arc<ResourceRow>>,
    ask: &ResourceAsk,
) -> Vec<Arc<ResourceRow>> {
    if let Some(q) = &ask.q {
        let q = q.to_lowercase();
        rows.retain(|row| row.holds(&q));
    }
    let sort = ask.sort.as_deref().unwrap_or_default();
    let (column, down) = sort.strip_prefix('-').map_or((sort, false), |column| (column, true));
    let at = columns.iter().position(|known| known.name.eq_ignore_ascii_case(column));
    let column = column.to_lowercase();
    rows.sort_by_cached_key(|row| (row.place(&column, at), row.namespace.clone(), row.name.clone()));
    if down {
        rows.reverse();
    }
    rows
}

impl ResourceRow {
    fn holds(&self, q: &str) -> bool {
        let cells = self.cells.iter().filter_map(Value::as_str);
        cells.chain([self.namespace.as_str(), self.name.as_str()]).any(|text| text.to_lowercase().contains(q))
    }

    /// Where it stands in an order by this column. By age the youngest comes first, as the column reads.
    fn place(&self, column: &str, at: Option<usize>) -> Order {
        match (column, at) {
            ("age", _) => Order::Age(Reverse(self.created_at)),
            ("namespace", None) => Order::Text(self.namespace.clone()),
            (_, Some(at)) => self.cells.get(at).map_or(Order::Nothing, Order::of),
            (_, None) => Order::Nothing,
        }
    }
}

/// What rows are ordered by: numbers by value and before texts, texts by their letters.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Nothing,
    Age(Reverse<Option<Timestamp>>),
    Number(Sortable, String),
    Text(String),
}

/// A number with a place among all others.
#[derive(Debug, PartialEq)]
struct Sortable(f64);

impl Eq for Sortable {}

impl PartialOrd for Sortable {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sortable {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Order {
    fn of(cell: &Value) -> Self {
        let text = cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
        let number = match cell {
            Value::Number(number) => number.as_f64(),
            // `3 (5m ago)`: restarts are a number first.
            Value::String(text) => text.split([' ', '/']).next().and_then(|first| first.parse().ok()),
            _ => None,
        };
        match number {
            Some(number) => Self::Number(Sortable(number), text),
            None => Self::Text(text),
        }
    }
}
