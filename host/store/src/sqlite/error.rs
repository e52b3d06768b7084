//! What went wrong, in words for the person on call: SQLite's result codes as the port's errors.
//!
//! The port knows three: somebody was first, it can't be used, it was altered. Here every cause is put into one of them
//! and gets a sentence that says what to do. Source of the codes: sqlite.org/rescode.html; the low byte is the primary one.

use kubechat_flow::ports::ledger::LedgerError;

use crate::seal::SealError;

/// The database can't be written.
pub(super) const WRITTEN: &str = "written";
/// The database can't be read.
pub(super) const READ: &str = "read";

/// A failure inside the adapter, before it is known whether a read or a write suffers from it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// SQLite or its driver.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// Already in the port's words.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Sealing or opening a document.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A limit, with its sentence.
    #[error("{0}")]
    Limit(String),
}

/// What is to be done with the connection after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    /// It works on.
    Keep,
    /// What stood in the way may go away only for a new one.
    Renew,
}

/// Somebody else was first with this.
pub(super) fn conflict(what: impl Into<String>) -> Failed {
    Failed::Ledger(LedgerError::Conflict(what.into()))
}

/// This does not fit its own hashes, seal or schema.
pub(super) fn altered(what: impl Into<String>) -> Failed {
    Failed::Ledger(LedgerError::Altered(what.into()))
}

impl Failed {
    /// In the port's words.
    pub(super) fn into_ledger(self, what: &'static str) -> LedgerError {
        let unavailable = |why: String| LedgerError::Unavailable { what, why };
        match self {
            Self::Ledger(error) => error,
            Self::Seal(error @ (SealError::Folder(_) | SealError::Random(_))) => unavailable(error.to_string()),
            Self::Seal(error) => LedgerError::Altered(error.to_string()),
            Self::Limit(why) => unavailable(why),
            Self::Sql(error) => match code(&error) {
                Some(CONSTRAINT) => LedgerError::Conflict(format!("a row this one belongs to ({error})")),
                Some(code) => unavailable(in_words(code, &error)),
                None => unavailable(driver_in_words(&error)),
            },
        }
    }

    /// Whether the connection it came from can go on. After a full disk or an IO error SQLite has ended the transaction
    /// by itself, which the driver does not notice: it would refuse every later one as nested.
    pub(super) fn connection(&self) -> Connection {
        match self {
            Self::Sql(error) => match code(error) {
                Some(BUSY | LOCKED | CONSTRAINT) => Connection::Keep,
                _ => Connection::Renew,
            },
            _ => Connection::Keep,
        }
    }
}

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const CONSTRAINT: i32 = 19;
const NOTADB: i32 = 26;

/// The primary result code, if SQLite itself refused.
fn code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}

fn in_words(code: i32, error: &sqlx::Error) -> String {
    let words = match code {
        BUSY | LOCKED => "another process holds a lock on it; end that process (a backup or a database shell, perhaps)",
        READONLY => "it is read-only; check the mount and the permissions of the data folder",
        FULL => "it is full; free disk space, or raise its size limit",
        IOERR => "the disk reports an error; check the disk and its free space",
        CORRUPT => "its file is damaged; stop the host and restore a backup",
        NOTADB => "its file is not a database; stop the host and restore a backup",
        CANTOPEN => "its file can't be opened; check the data folder and its permissions",
        _ => "it refused the statement",
    };
    format!("{words} [SQLite {error}]")
}

fn driver_in_words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::PoolTimedOut => "all its connections are busy; try again in a moment".to_owned(),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => "it was closed; start the host again".to_owned(),
        other => other.to_string(),
    }
}
