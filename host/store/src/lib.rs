//! The database: what Kubechat has written down, in one folder that only one process writes.
//!
//! [`SqliteLedger`] implements `flow`'s ledger port on SQLite; [`DataDir`] is the folder it lives in. Documents are sealed
//! with a key file outside the database ([`Seal`]); the audit log is plain, so that it can be verified without a key.
//! What is *not* here: what rows mean (`kubechat-core`), when they are written (`kubechat-flow`), any network.
//! PostgreSQL will stand beside `sqlite` with the same file names and pass the same contract tests.

mod data_dir;
mod seal;
mod sqlite;

pub use data_dir::{DataDir, FolderError, FolderLock};
pub use seal::{Seal, SealError};
pub use sqlite::{OpenError, Options, SqliteLedger};
