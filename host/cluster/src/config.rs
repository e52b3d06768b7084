//! What the host's configuration says about clusters: which principal reaches which with what kubeconfig.
//!
//! Plain data, checked where it is used: a wrong file of one cluster never disturbs another.

use std::path::PathBuf;

use kubechat_core::names::ClusterName;
use kubechat_core::principal::Principal;
use kubechat_flow::ports::cluster::{Mode, NamespaceMode};

use crate::limits::Deadlines;
use crate::watch::WatchTimes;

/// All principals with their clusters.
#[derive(Debug, Clone, Default)]
pub struct PoolConfig {
    /// Who there is.
    pub principals: Vec<PrincipalConfig>,
    /// How long waits may take.
    pub deadlines: Deadlines,
    /// How long watches live without use.
    pub watches: WatchTimes,
}

/// One principal's clusters; the first is the default.
#[derive(Debug, Clone)]
pub struct PrincipalConfig {
    /// Who.
    pub principal: Principal,
    /// Which clusters.
    pub clusters: Vec<ClusterConfig>,
}

/// One cluster of one principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterConfig {
    /// What it is called here.
    pub name: ClusterName,
    /// The kubeconfig file.
    pub kubeconfig: PathBuf,
    /// The context in it; absent means its current one.
    pub context: Option<String>,
    /// What may happen here, capped by what the host allows.
    pub mode: Mode,
    /// Whether the operator said a mode for this very cluster. Where nobody did, one that looks like production is only read.
    pub mode_said: bool,
    /// Other modes for some namespaces, capped too; the first rule that fits counts.
    pub namespaces: Vec<NamespaceMode>,
}
