//! What things mean in Kubechat: operations, facts, plans, risk, policy, approval, runs, undo, audit entries, egress.
//!
//! Everything here is a pure function over values: no IO, no clock, no randomness, no runtime. Time and ids come in
//! as arguments. Units stand in names (`_ms`, `_pods`). Errors are typed per module and carry a hint where a person
//! reads them. What is *not* here: HTTP, Kubernetes clients, storage, sandboxes (see the sibling crates).

pub mod analyze;
pub mod approval;
pub mod audit;
pub mod canonical;
pub mod complete;
pub mod diff;
pub mod digest;
pub mod egress;
pub mod facts;
pub mod field;
pub mod fingerprint;
#[cfg(test)]
mod fixtures;
pub mod ids;
pub mod inert;
pub mod kept;
pub mod limits;
pub mod mutation;
pub mod names;
pub mod object;
pub mod operation;
pub mod permit;
pub mod plan;
pub mod policy;
pub mod principal;
pub mod problem;
mod quantity;
pub mod radius;
pub mod read;
pub mod redact;
pub mod resolve;
pub mod risk;
pub mod run;
pub mod time;
pub mod undo;
