//! A process that carries out one plan and may be killed at any moment: what it is told, and what it does.
//!
//! It gets one JSON line ([`Order`]) as its first argument: the data folder, each person's kubeconfig, what to do. It
//! prints `ready` once the folder is open and ends with 0 when every run in the folder has ended.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kubechat_core::ids::PlanId;
use serde::{Deserialize, Serialize};

/// What a child is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// The data folder.
    pub data: PathBuf,
    /// Where compiled components are.
    pub cache: PathBuf,
    /// Kubeconfigs by user name.
    pub kubeconfigs: BTreeMap<String, PathBuf>,
    /// The plan to execute; none: only carry on what is open.
    pub execute: Option<PlanId>,
}
