//! Answers to reads, as doors show them. Everything in them is masked; nothing in them is an instruction.
//!
//! Limits: [`TABLE_ROWS_MAX`] rows, the log limits of [`crate::operation::read`]; what is left out is counted. For a
//! provider they are cut much shorter, see [`Answer::to_tool_json`].

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::changes::Changes;
use crate::analyze::Findings;
use crate::facts::Unseen;
use crate::names::{Namespace, ObjectName};
use crate::object::ObjectRef;
use crate::time::Timestamp;

/// Most rows of one table; the total says how many there are.
pub const TABLE_ROWS_MAX: usize = 1_000;

/// What a read found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// `get`.
    Object {
        /// Its address.
        object: ObjectRef,
        /// Its content, masked.
        content: Value,
    },
    /// `list`.
    Table(Table),
    /// `describe`.
    Description(Description),
    /// `logs`.
    Logs(Logs),
    /// `events`.
    Events(Events),
    /// `diagnose`.
    Findings(Findings),
    /// `changes`.
    Changes(Changes),
    /// `images`, `who-can`.
    Listing(Listing),
}

/// Rows about something that is no object by itself: images, rights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// What the rows are, in the plural: `images`.
    pub what: String,
    /// Column titles.
    pub columns: Vec<String>,
    /// A text for each column.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are.
    pub total: u64,
    /// How many are not here.
    pub omitted: u64,
    /// What else there is to know, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What could not be looked at; the total then reads "at least".
    pub unseen: Vec<Unseen>,
}

/// Objects of one kind, a row each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The kind.
    pub kind: String,
    /// Column titles as kubectl shows them; `NAMESPACE` comes first when several are shown.
    pub columns: Vec<String>,
    /// The rows, by namespace and name.
    pub rows: Vec<Row>,
    /// How many objects there are.
    pub total: u64,
    /// How many have no row here.
    pub omitted: u64,
    /// What could not be looked at; the total then reads "at least".
    pub unseen: Vec<Unseen>,
}

/// One object of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its address.
    pub object: ObjectRef,
    /// A text for each column.
    pub cells: Vec<String>,
}

/// One object in words, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Its address.
    pub object: ObjectRef,
    /// What there is to say, most telling first.
    pub sections: Vec<Section>,
    /// What could not be looked at.
    pub unseen: Vec<Unseen>,
}

/// A part of a description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// How many lines are left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: u64,
}

/// A line of a description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it is about.
    pub label: String,
    /// The text.
    pub text: String,
}

/// Log lines by container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// Where they come from; pods in trouble first.
    pub sources: Vec<LogSource>,
    /// How many more pods there are.
    pub omitted: u64,
}

/// One container's last lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSource {
    /// The pod's namespace.
    pub namespace: Namespace,
    /// The pod.
    pub pod: ObjectName,
    /// The container; absent when the pod has one.
    pub container: Option<String>,
    /// Whether this is the container before the running one.
    pub previous: bool,
    /// The lines, oldest first, masked.
    pub lines: Vec<String>,
    /// Why there are none, if they could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Events, newest last, as `kubectl events` shows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// The rows.
    pub rows: Vec<EventRow>,
    /// How many older ones are left out.
    pub omitted: u64,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRow {
    /// When it was last seen.
    pub at: Option<Timestamp>,
    /// How long ago that is, as people read it.
    pub age: String,
    /// `Normal` or `Warning`.
    pub level: String,
    /// The reason word.
    pub reason: String,
    /// What it is about: `Pod shop/web-1`.
    pub object: String,
    /// How often it happened.
    pub count: u64,
    /// What happened, masked.
    pub message: String,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
