//! The live port: tables and objects that tell what changes in them, and whether their cluster is there.
//!
//! Behind it stands a watch per principal, cluster, type, place and selector, shared by the readers of one principal and by
//! nobody else. A reader holds no queue: it remembers *which* rows changed, each at most once, and is given their latest
//! state; when more changed than a named limit it is told to begin anew ([`Delta::reset`]). What is kept has gone through
//! the [`Clean`] or [`Mask`] of whoever asked before it is kept, so nothing unmasked stays in memory.
//!
//! Errors: what a watch can't be begun with comes as a [`Problem`] at once; what ends it later comes as [`News::Ended`],
//! after which there is nothing more. A cluster out of reach ends nothing: [`News::Lost`], then [`News::Back`].

use std::sync::Arc;

use async_trait::async_trait;
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::principal::Principal;
use kubechat_core::problem::Problem;
use kubechat_core::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::table::{TableColumn, TableRow};
use crate::resources::ResourceRow;

/// What becomes of a row before it is kept; it has all columns.
pub type Clean = fn(&ApiType, &[TableColumn], TableRow) -> ResourceRow;
/// What becomes of an object before it is kept.
pub type Mask = fn(Value) -> Value;

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsAsk {
    /// The type.
    pub api: ApiType,
    /// Where; absent means everywhere.
    pub namespace: Option<Namespace>,
    /// A label selector in its text form.
    pub selector: Option<String>,
}

/// What changed since the last one.
#[derive(Debug, Clone, PartialEq)]
pub struct Delta<T> {
    /// Whether what the reader has is void: `upserts` are all there are, or, where `complete` is false, more than one delta
    /// holds, and the reader has to ask for its page anew.
    pub reset: bool,
    /// Whether a reset holds everything.
    pub complete: bool,
    /// All columns of a table.
    pub columns: Arc<[TableColumn]>,
    /// New or changed, each in its latest state.
    pub upserts: Vec<Arc<T>>,
    /// UIDs of those that are gone.
    pub removed: Vec<Arc<str>>,
    /// How far the watch has come.
    pub resource_version: String,
}

/// That, and why, a cluster is out of reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Since when.
    pub since: Timestamp,
    /// Why, in a sentence.
    pub why: String,
}

/// What a reader hears.
#[derive(Debug, Clone, PartialEq)]
pub enum News<T> {
    /// Something changed.
    Delta(Delta<T>),
    /// From here on nothing is heard of the cluster; what the reader has may be old.
    Lost(Lost),
    /// It is heard of again; what changed meanwhile comes next.
    Back,
    /// The watch is over: rights withdrawn, type gone, a limit reached. `stale` means that it only has to be begun anew.
    Ended(Problem),
}

/// Somebody who hears.
#[async_trait]
pub trait Reader<T: Send + Sync>: Send {
    /// Waits for the next. May be dropped while it waits without losing anything.
    async fn next(&mut self) -> News<T>;
}

/// A table that a watch keeps warm, as it is at this moment.
#[derive(Debug, Clone, PartialEq)]
pub struct WarmTable {
    /// All columns.
    pub columns: Arc<[TableColumn]>,
    /// All rows, in no particular order.
    pub rows: Vec<Arc<ResourceRow>>,
    /// How far the watch has come.
    pub resource_version: String,
}

/// How a cluster is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterStatus {
    /// Which.
    pub cluster: ClusterName,
    /// Absent when it is there.
    pub lost: Option<Lost>,
    /// Server version, when it said so.
    pub version: Option<String>,
}

/// Somebody who hears how clusters are.
#[async_trait]
pub trait Statuses: Send {
    /// Waits for the next change; at first each cluster's state comes once.
    async fn next(&mut self) -> ClusterStatus;
}

/// Watches, as the user.
#[async_trait]
pub trait Live: Send + Sync {
    /// Joins the watch of these rows, or begins it. The first delta is a reset.
    fn rows(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        ask: &RowsAsk,
        clean: Clean,
    ) -> Result<Box<dyn Reader<ResourceRow>>, Problem>;

    /// The same for one object. The first delta is a reset, without upserts where there is no such object.
    fn object(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        object: &ObjectRef,
        mask: Mask,
    ) -> Result<Box<dyn Reader<Value>>, Problem>;

    /// These rows, when a watch has them and hears of its cluster.
    fn warm(&self, who: &Principal, cluster: &ClusterName, ask: &RowsAsk) -> Option<WarmTable>;

    /// Begins their watch for whoever asks next, where there can be one.
    fn warm_up(&self, who: &Principal, cluster: &ClusterName, ask: &RowsAsk, clean: Clean);

    /// How the principal's clusters are, from now on.
    fn statuses(&self, who: &Principal) -> Box<dyn Statuses>;
}
