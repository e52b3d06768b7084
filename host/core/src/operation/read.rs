//! Reads: get, list, describe, logs, events, diagnose, changes, top, images, who-can, as a person asks them.
//! [`crate::read`] answers them.
//!
//! Limits: lines of log and items of a list are capped here, at the edge. Reads never become mutations.

use serde::{Deserialize, Serialize};

use super::Target;
use crate::names::{KindWord, Namespace};

/// Most log lines one read may ask for.
pub const LOG_LINES_MAX: u32 = 2_000;
/// Log lines when none were asked for.
pub const LOG_LINES: u32 = 100;

/// One object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The object.
    pub target: Target,
}

/// Objects of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Kind as said.
    pub kind: KindWord,
    /// Where; absent means the context's namespace, filled in before reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Every namespace the user may list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_namespaces: bool,
    /// Label selector in its text form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// The order; by namespace and name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<ListSort>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListSort {
    /// The most restarts of a pod's containers first.
    Restarts,
    /// The newest first.
    Age,
    /// By name, whatever the namespace.
    Name,
}

/// Use of CPU and memory, as metrics-server measured it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Top {
    /// Of what.
    pub kind: TopKind,
    /// Where; absent means the context's namespace, filled in before reading. Nodes live in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Every namespace the user may list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_namespaces: bool,
    /// The order, the most first; by CPU when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<TopSort>,
}

/// What has a use of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopKind {
    /// Pods.
    Pods,
    /// Nodes.
    Nodes,
    /// The containers of pods, each by itself.
    Containers,
}

/// The resource a use is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopSort {
    /// CPU.
    #[default]
    Cpu,
    /// Memory.
    Memory,
}

/// The images that pods run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Images {
    /// Where; absent means the context's namespace, filled in before reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Every namespace the user may list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_namespaces: bool,
}

/// Who has a right, by the roles and bindings the user may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhoCan {
    /// RBAC verb, such as `delete`.
    pub verb: String,
    /// Kind as said.
    pub kind: KindWord,
    /// Where; absent means the context's namespace, filled in before reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
}

/// One object with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Describe {
    /// The object.
    pub target: Target,
}

/// A container's log; a workload means its pods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// Pod or workload.
    pub target: Target,
    /// The container; may be left out when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The container before this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub previous: bool,
    /// Last lines, at most [`LOG_LINES_MAX`]; [`LOG_LINES`] when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u32>,
    /// How far back, minutes; absent means as far as the lines reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

/// Events of an object or a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// The object; absent means the whole namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Where, when no object is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// How far back, minutes; absent means all that is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

/// What is broken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagnose {
    /// Where to look; absent with `target` absent means wherever the user may look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Where to look when the user may list neither everything nor the namespaces: the context's namespace, filled in
    /// by [`fill_namespace`](crate::read::fill_namespace).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Namespace>,
    /// One object to look at, with what belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

/// What changed, who did it and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// The object; absent means the whole namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Where, when no object is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// How far back, minutes; absent means all that is recorded of an object, and a day of a namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}
