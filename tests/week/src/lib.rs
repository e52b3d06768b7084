//! One week of a platform team: 200 changes, judged as the host judges them, without a cluster or a sandbox.
//!
//! `cluster.yaml` is the cluster on Monday morning, `days/` what people did. Each change is lowered where it is a typed
//! operation, weighed (radius, risk, facts) and shown to the baseline pack with its default settings. Changes don't build
//! on each other: each meets the same Monday morning, plus what its own `state` says. Errors are texts that name the
//! change, because a person reads them in a failing test. Not here: dry-runs (what a write makes of an object is
//! predicted), rights to write at all.

pub mod change;
pub mod cluster;
pub mod judge;
mod workload;

pub use change::Change;
pub use cluster::Cluster;
pub use judge::{Judged, judge};
