//! Real things for tests: a Kubernetes control plane, a namespace for each test, kubectl as five people,
//! and a witness that tells from the API server's own audit log what was written and as whom.
//!
//! ```no_run
//! use kubechat_harness::{Plane, Outcome, User, wait_for};
//!
//! # async fn example() -> Outcome {
//! let plane = Plane::shared().await?;
//! let shop = plane.namespace("scale").await?;           // editor, second: edit; viewer: view; nobody: nothing
//! shop.apply("{kind: ConfigMap, apiVersion: v1, metadata: {name: c}}").await?;
//! let witness = shop.witness()?;                        // from here on
//! shop.kubectl(User::Viewer).refused(&["delete", "configmap", "c"]).await?;
//! let writes = witness.writes().await?;                 // settled: nothing is still under way
//! assert_eq!((writes.len(), writes[0].code, writes[0].user.as_str()), (1, 403, "viewer"));
//! # Ok(()) }
//! ```
//!
//! One control plane serves a whole test run. `cargo xtask test` starts it and names it in
//! `KUBECHAT_TESTPLANE_DIR`; without that the first caller in a process starts one that dies with the
//! process, from the program in `KUBECHAT_TESTPLANE_BIN`, else from the one `cargo xtask cluster binary`
//! builds. Tests that kill or freeze an API server take a [`PrivatePlane`].
//!
//! Waiting is by condition and deadline, never by sleeping: [`wait_for`] and kubectl's own `wait` and
//! `rollout status`. Every wait has a limit; past it the test fails with the path and the last lines of
//! the control plane's log.
//!
//! What it deliberately doesn't do: no kube crate and no HTTP, so that a mistake in how the host talks to
//! Kubernetes can't hide in the checks; no cleaning up of namespaces, because the plane ends with the run.

mod error;
mod hook;
mod kubectl;
mod namespace;
mod permit;
mod plane;
mod private;
mod process;
mod wait;
mod witness;

pub use crate::{
    error::{HarnessError, Outcome},
    hook::Hook,
    kubectl::Kubectl,
    namespace::Namespace,
    permit::Leave,
    plane::{Plane, User},
    private::PrivatePlane,
    wait::wait_for,
    witness::{Entry, Witness},
};
