//! The one connection that writes, and the queue for it.
//!
//! Waiting is bounded twice: at most [`WAITING_MAX`] writers, each for at most the `turn` option. The file is compared
//! before every write with the one that was opened, because SQLite would go on writing into a file somebody has deleted
//! or replaced, and every acknowledged commit would be lost. A connection that failed for more than a lock is closed
//! and opened anew for the next writer: a disk that was full or read-only then works again without a restart.

use std::time::Duration;

use cap_std::fs::{Dir, MetadataExt as _};
use kubechat_flow::ports::ledger::LedgerError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

use super::error::{Connection, Failed, WRITTEN};
use super::health::enough;

/// Most writers waiting at one time.
const WAITING_MAX: usize = 256;

/// The database file, so that it is recognised.
#[derive(Debug)]
pub(super) struct Identity {
    dir: Dir,
    name: &'static str,
    device: u64,
    inode: u64,
}

impl Identity {
    /// Remembers which file this is.
    pub(super) fn of(dir: Dir, name: &'static str) -> std::io::Result<Self> {
        let found = dir.metadata(name)?;
        let (device, inode) = (found.dev(), found.ino());
        Ok(Self { dir, name, device, inode })
    }

    fn still_there(&self) -> Result<(), LedgerError> {
        let same = |found: cap_std::fs::Metadata| found.dev() == self.device && found.ino() == self.inode;
        if self.dir.metadata(self.name).is_ok_and(same) {
            return Ok(());
        }
        let why =
            format!("{} was moved, deleted or replaced under the running host; put it back or restart", self.name);
        Err(LedgerError::Unavailable { what: WRITTEN, why })
    }
}

/// The writing connection.
#[derive(Debug)]
pub(super) struct Writer {
    slot: Mutex<Option<SqliteConnection>>,
    waiting: Semaphore,
    options: SqliteConnectOptions,
    file: Identity,
    patience: Duration,
}

/// The right to write, held by one at a time.
pub(super) struct Turn<'a> {
    slot: MutexGuard<'a, Option<SqliteConnection>>,
    options: &'a SqliteConnectOptions,
    _waiting: SemaphorePermit<'a>,
}

impl Writer {
    /// Writes through `connection`; a new one is made with `options` when it fails.
    pub(super) fn new(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        file: Identity,
        patience: Duration,
    ) -> Self {
        let waiting = Semaphore::new(WAITING_MAX);
        Self { slot: Mutex::new(Some(connection)), waiting, options, file, patience }
    }

    /// Waits for the right to write.
    pub(super) async fn turn(&self) -> Result<Turn<'_>, LedgerError> {
        let busy = |why: String| LedgerError::Unavailable { what: WRITTEN, why };
        let waiting =
            self.waiting.try_acquire().map_err(|_| busy(format!("{WAITING_MAX} writes are waiting already")))?;
        let locked = tokio::time::timeout(self.patience, self.slot.lock()).await;
        let slot =
            locked.map_err(|_| busy(format!("earlier writes took longer than {} ms", self.patience.as_millis())))?;
        self.file.still_there()?;
        Ok(Turn { slot, options: &self.options, _waiting: waiting })
    }

    /// Whether the disk has room for the next change.
    pub(super) fn room(&self) -> Result<(), LedgerError> {
        let unavailable = |why: String| LedgerError::Unavailable { what: WRITTEN, why };
        let disk = rustix::fs::fstatvfs(&self.file.dir).map_err(|errno| unavailable(errno.to_string()))?;
        enough(disk.f_bavail.saturating_mul(disk.f_frsize), "the disk's free space").map_err(unavailable)
    }

    /// Closes the connection in order, which empties the write-ahead log.
    pub(super) async fn close(&self) {
        if let Some(connection) = self.slot.lock().await.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database did not close in order; the next start recovers it");
        }
    }
}

impl Turn<'_> {
    /// The connection, made anew when the last one failed.
    pub(super) async fn connection(&mut self) -> Result<&mut SqliteConnection, LedgerError> {
        if self.slot.is_none() {
            let made = self.options.connect().await;
            *self.slot = Some(made.map_err(|error| Failed::from(error).into_ledger(WRITTEN))?);
        }
        Ok(self.slot.as_mut().expect("filled just above"))
    }

    /// Puts the answer into the port's words and gives up the connection if it can't go on.
    pub(super) async fn end<T>(mut self, done: Result<T, Failed>) -> Result<T, LedgerError> {
        if let Err(failed) = &done
            && failed.connection() == Connection::Renew
            && let Some(connection) = self.slot.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "closing a failed database connection");
        }
        done.map_err(|failed| failed.into_ledger(WRITTEN))
    }
}
