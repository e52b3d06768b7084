//! The ledger on SQLite: WAL, `synchronous=FULL`, one writer, a few readers, one process.
//!
//! Writers queue for one connection and use `BEGIN IMMEDIATE`, so that versions and log indexes are given under the one
//! write lock SQLite has; readers see the last committed state and never wait for them. A commit runs to its end even
//! when its caller goes away. Errors are the port's; what SQLite says becomes plain words in [`error`]. Limits are named
//! where they are enforced: waiting in [`writer`], sizes in [`doc`], pages in [`LIST_MAX`].

mod approvals;
mod change;
mod doc;
mod error;
mod health;
mod images;
mod log;
mod once;
mod open;
mod plans;
mod runs;
mod threads;
mod verify;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kubechat_core::audit::Committed;
use kubechat_core::digest::Digest;
use kubechat_core::ids::{PlanId, RunId, ThreadId, TurnId};
use kubechat_core::plan::{Plan, PlanState, Revision};
use kubechat_core::run::Run;
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::ledger::{
    AuditFilter, AuditRow, Ballot, Change, Images, Ledger, LedgerError, Page, Versioned,
};
use kubechat_flow::turn::{Thread, Turn};
use serde_json::Value;
use sqlx::SqlitePool;

use crate::data_dir::FolderLock;
use crate::seal::Seal;
use error::{Failed, READ, WRITTEN};
pub use open::OpenError;
use writer::Writer;

/// Most items in one page of a list.
const LIST_MAX: u32 = 500;

/// What an operator may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How long SQLite waits for another process's lock on the file, such as a backup's.
    pub busy: Duration,
    /// How long a write waits for its turn before it is refused.
    pub turn: Duration,
    /// How long a read waits for a connection before it is refused.
    pub read: Duration,
    /// Connections for reading.
    pub readers: u32,
    /// Largest database file, bytes; absent means as large as the disk allows.
    pub bytes_max: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            busy: Duration::from_secs(2),
            turn: Duration::from_secs(5),
            read: Duration::from_secs(2),
            readers: 4,
            bytes_max: None,
        }
    }
}

/// The ledger. Cheap to clone; the folder is free again when the last clone is gone.
#[derive(Debug, Clone)]
pub struct SqliteLedger {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Writer,
    readers: SqlitePool,
    seal: Seal,
    _lock: FolderLock,
}

impl Inner {
    async fn commit(&self, change: Change) -> Result<Vec<Committed>, LedgerError> {
        let mut turn = self.writer.turn().await?;
        let done = change::apply(turn.connection().await?, &self.seal, change).await;
        turn.end(done).await
    }

    async fn beat(&self) -> Result<(), LedgerError> {
        let mut turn = self.writer.turn().await?;
        let done = health::beat(turn.connection().await?).await;
        turn.end(done).await?;
        self.writer.room()
    }
}

impl SqliteLedger {
    /// Writes what is still in the write-ahead log into the database file and closes it.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }

    /// Runs to its end even when the caller is dropped: half a commit is worse than an unread answer.
    async fn detached<T, F>(&self, work: F) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, LedgerError>> + Send + 'static,
    {
        let stopped =
            |error: tokio::task::JoinError| LedgerError::Unavailable { what: WRITTEN, why: error.to_string() };
        tokio::spawn(work).await.map_err(stopped)?
    }
}

fn reading<T>(read: Result<T, Failed>) -> Result<T, LedgerError> {
    read.map_err(|failed| failed.into_ledger(READ))
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn commit(&self, change: Change) -> Result<Vec<Committed>, LedgerError> {
        let inner = Arc::clone(&self.inner);
        self.detached(async move { inner.commit(change).await }).await
    }

    async fn plan(&self, id: PlanId) -> Result<Option<Versioned<Plan>>, LedgerError> {
        reading(plans::one(&self.inner.readers, &self.inner.seal, id).await)
    }

    async fn revision(&self, id: PlanId, number: u32) -> Result<Option<Revision>, LedgerError> {
        reading(plans::revision(&self.inner.readers, &self.inner.seal, id, number).await)
    }

    async fn plans(&self, subject: Option<&str>, page: Page) -> Result<Vec<(u64, Plan)>, LedgerError> {
        reading(plans::list(&self.inner.readers, &self.inner.seal, subject, page).await)
    }

    async fn plans_in(&self, state: PlanState, page: Page) -> Result<Vec<(u64, Plan)>, LedgerError> {
        reading(plans::in_state(&self.inner.readers, &self.inner.seal, state, page).await)
    }

    async fn ballots(&self, plan: PlanId) -> Result<Vec<Ballot>, LedgerError> {
        reading(approvals::newest(&self.inner.readers, &self.inner.seal, plan).await)
    }

    async fn run(&self, id: RunId) -> Result<Option<Versioned<Run>>, LedgerError> {
        reading(runs::one(&self.inner.readers, &self.inner.seal, id).await)
    }

    async fn open_runs(&self) -> Result<Vec<Versioned<Run>>, LedgerError> {
        reading(runs::open(&self.inner.readers, &self.inner.seal).await)
    }

    async fn last_runs(&self, subject: &str, limit: u32) -> Result<Vec<Run>, LedgerError> {
        reading(runs::undoable(&self.inner.readers, &self.inner.seal, subject, limit).await)
    }

    async fn images(&self, run: RunId, step: u32) -> Result<Option<Images>, LedgerError> {
        reading(images::one(&self.inner.readers, &self.inner.seal, run, step).await)
    }

    async fn threads(&self, subject: &str, page: Page) -> Result<Vec<(u64, Thread)>, LedgerError> {
        reading(threads::list(&self.inner.readers, &self.inner.seal, subject, page).await)
    }

    async fn thread(&self, id: ThreadId) -> Result<Option<Versioned<Thread>>, LedgerError> {
        reading(threads::thread(&self.inner.readers, &self.inner.seal, id).await)
    }

    async fn threads_due(&self, before: Timestamp, limit: u32) -> Result<Vec<Versioned<Thread>>, LedgerError> {
        reading(threads::due(&self.inner.readers, &self.inner.seal, before, limit).await)
    }

    async fn turn(&self, id: TurnId) -> Result<Option<Versioned<Turn>>, LedgerError> {
        reading(threads::turn(&self.inner.readers, &self.inner.seal, id).await)
    }

    async fn open_turns(&self) -> Result<Vec<Versioned<Turn>>, LedgerError> {
        reading(threads::working(&self.inner.readers, &self.inner.seal).await)
    }

    async fn turns(&self, thread: ThreadId) -> Result<Vec<Turn>, LedgerError> {
        reading(threads::turns(&self.inner.readers, &self.inner.seal, thread).await)
    }

    async fn once(&self, subject: &str, key: &str) -> Result<Option<(Digest, Value)>, LedgerError> {
        reading(once::one(&self.inner.readers, &self.inner.seal, subject, key).await)
    }

    async fn audit(&self, filter: AuditFilter, page: Page) -> Result<Vec<AuditRow>, LedgerError> {
        reading(log::list(&self.inner.readers, filter, page).await)
    }

    async fn verify(&self) -> Result<u64, LedgerError> {
        reading(verify::whole(&self.inner.readers).await)
    }

    async fn health(&self) -> Result<(), LedgerError> {
        let inner = Arc::clone(&self.inner);
        self.detached(async move { inner.beat().await }).await
    }
}
