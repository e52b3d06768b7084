//! The whole path on a real cluster, one module per promise. One binary, so that it is linked once.

mod approvals;
mod carried;
mod changes;
mod clusters;
mod database;
mod drifts;
mod findings;
mod kills;
mod matrix;
mod outages;
mod path;
mod refusals;
mod surprises;
mod turns;
mod undo;
mod writes;

use kubechat_suite::Kit;

/// What only this build knows.
pub(crate) const KIT: Kit =
    Kit { child: env!("CARGO_BIN_EXE_kubechat-suite-child"), cache: concat!(env!("CARGO_TARGET_TMPDIR"), "/compiled") };
