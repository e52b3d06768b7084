//! The cluster adapter: Kubernetes API servers, asked and written to as the configured principal.
//!
//! [`ClusterPool`] implements the port `kubechat_flow::ports::cluster::Cluster`. Requests are built here from typed
//! operations (`address`), sent over one pooled transport per principal and cluster (`link`), and every refusal becomes a
//! `Problem` that names file, verb or address (`refusal`). Reads share connections; a write gets a connection of its own
//! and is sent once (`link::Link::write_once`), so nothing below can repeat it. What changes is heard by watches (`watch`),
//! which belong to one line and end with it. Limits stand in [`limits`].
//!
//! What is *not* here: what an operation means, when a write may happen (a `StepPermit` says so), any identity of the
//! host itself, and kube's own client stack: its retry layer is on by default and its exec plugins inherit the terminal,
//! so of kube only kubeconfig parsing and TLS set-up are used.

mod address;
mod config;
mod credentials;
mod discovery;
mod exec;
mod facts;
mod json;
mod kubeconfig;
pub mod limits;
mod link;
mod logs;
mod pin;
mod pool;
mod production;
mod refusal;
mod rights;
mod status;
mod table;
mod transport;
mod view;
mod watch;
mod write;

pub use config::{ClusterConfig, PoolConfig, PrincipalConfig};
pub use limits::Deadlines;
pub use pool::ClusterPool;
pub use watch::WatchTimes;
