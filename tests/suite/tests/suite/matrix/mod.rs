//! The matrix: every write operation is a row, and each row goes through the same cells on the real control plane.
//!
//! plan (sentence and diff, nothing written) · refuse (a user without the right is told the right, nothing written) ·
//! stale (somebody changes what it touches in between: refused, nothing written) · execute (written once, under the
//! requester's name, within the radius) · undo (back as the class of reversibility promises). Adding an operation means
//! adding a row: a write without one fails here. So does every kind: those of a namespace beside the shop, cluster-wide and
//! custom ones on a control plane of their own. Rows about nodes have a node of their own that takes nobody else's pods.

mod cells;
mod drain;
mod kinds;
mod nodes;
mod objects;
mod reach;
mod wide;
mod workloads;

use futures_util::stream::{self, StreamExt as _};
use kubechat_core::operation::Operation;
use kubechat_harness::User;
use kubechat_suite::Tested;
use serde_json::Value;

/// Rows at the same time: each has its own namespace, all share two cores.
const AT_ONCE: usize = 4;

/// Stands in an operation's texts for the namespace the row is carried out in.
pub(crate) const NAMESPACE: &str = "{namespace}";

/// One operation and what its cells expect.
pub(crate) struct Row {
    /// The operation, as it comes over the wire.
    pub(crate) operation: Value,
    /// Who asks for it.
    pub(crate) by: User,
    /// kubectl lines that come first.
    pub(crate) prepare: Vec<String>,
    /// What the first step's sentence says.
    pub(crate) says: &'static str,
    /// A field its diff shows.
    pub(crate) shows: &'static str,
    /// The right that the viewer is told he lacks.
    pub(crate) right: &'static str,
    /// The kubectl line by which somebody else changes what it touches, and the one that takes that back.
    pub(crate) drift: (String, String),
    /// What holds when it was carried out.
    pub(crate) after: After,
    /// What undo promises.
    pub(crate) undo: Undo,
}

/// What holds when an operation was carried out.
pub(crate) enum After {
    /// This object (`kind/name`) has this value at this JSON pointer.
    Has(String, &'static str, Value),
    /// This object has nothing at this JSON pointer.
    Lacks(String, &'static str),
    /// This object is gone.
    Gone(String),
}

/// What undo promises.
pub(crate) enum Undo {
    /// The object is as it was, server-made values aside.
    Back,
    /// It is refused with these words.
    Never(&'static str),
}

impl Row {
    fn name(&self) -> &str {
        self.operation["op"].as_str().unwrap_or_default()
    }

    /// The row in this namespace.
    fn placed(self, namespace: &str) -> Self {
        let mut operation = self.operation;
        for field in operation.as_object_mut().into_iter().flatten().map(|(_, field)| field) {
            if let Some(text) = field.as_str().filter(|text| text.contains(NAMESPACE)) {
                *field = Value::String(text.replace(NAMESPACE, namespace));
            }
        }
        Self { operation, ..self }
    }

    /// Whether it is about an object that does not stand in the usual shop.
    fn needs_kinds(&self) -> bool {
        let kind = self.operation["target"]["kind"].as_str().unwrap_or_default();
        !matches!(kind, "" | "deployment" | "configmap" | "cronjob")
    }
}

impl After {
    pub(crate) fn object(&self) -> &str {
        match self {
            Self::Has(object, ..) | Self::Lacks(object, _) | Self::Gone(object) => object,
        }
    }
}

/// Every row, with this node where one is wanted.
fn rows(node: &str) -> Vec<Row> {
    [workloads::rows(), objects::rows(), kinds::rows(), nodes::rows(node)].into_iter().flatten().collect()
}

#[test]
fn every_write_operation_has_its_row_and_every_row_reads_as_its_operation() {
    let rows = rows("some-node");
    let mut named: Vec<&str> = rows.iter().map(Row::name).collect();
    for row in &rows {
        let operation: Operation = serde_json::from_value(row.operation.clone()).expect("an operation");
        assert!(operation.write().is_some(), "{}", row.name());
    }
    let mut writes = Operation::WRITES.to_vec();
    named.sort_unstable();
    writes.sort_unstable();
    named.dedup();
    assert_eq!(named, writes, "a write without a row, or a row without a write");
}

#[tokio::test]
async fn every_operation_on_a_workload_passes_its_cells() -> Tested {
    all(workloads::rows()).await
}

#[tokio::test]
async fn every_operation_on_any_object_passes_its_cells() -> Tested {
    all(objects::rows()).await
}

#[tokio::test]
async fn every_kind_of_a_namespace_passes_its_cells() -> Tested {
    all(kinds::rows()).await
}

/// Carries the rows out and tells of all that went wrong, not just of the first.
async fn all(rows: Vec<Row>) -> Tested {
    let ended: Vec<(String, Tested)> = stream::iter(rows)
        .map(|row| async move {
            let name = row.operation.to_string();
            match tokio::spawn(cells::shop_row(row)).await {
                Ok(ended) => (name, ended),
                Err(panicked) => (name, Err(panicked.to_string().into())),
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let wrong: Vec<String> =
        ended.into_iter().filter_map(|(name, ended)| Some(format!("{name}: {}", ended.err()?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
