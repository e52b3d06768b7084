//! Opening: the folder's lock, the key, the schema, the connections.
//!
//! Order matters: first the lock, so that nothing below races with another host; then the schema, which says whether we
//! may write here at all; then the key the database was sealed with. A database made by a newer Kubechat is refused
//! untouched, and so is a file that is a database of something else.

use std::path::PathBuf;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::ledger::LedgerError;

use super::error::{Failed, WRITTEN};
use super::writer::{Identity, Writer};
use super::{Inner, Options, SqliteLedger};
use crate::data_dir::{DataDir, FolderError};
use crate::seal::{Seal, SealError};

/// The database's file in the data folder.
const FILE: &str = "kubechat.db";
/// `kbch`: how the file tells that it is ours.
const APPLICATION: i64 = 0x6b62_6368;
/// What each version adds; the last one's number is the schema this program knows.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../../migrations/sqlite/0001_ledger.sql")),
    (2, include_str!("../../migrations/sqlite/0002_open_turns.sql")),
    (3, include_str!("../../migrations/sqlite/0003_lists.sql")),
    (4, include_str!("../../migrations/sqlite/0004_by_thread.sql")),
];
/// The write-ahead log is cut back to this after a checkpoint, bytes.
const WAL_BYTES_KEPT: &str = "67108864";
/// SQLite's default, which the size limit is counted in.
const PAGE_BYTES: u64 = 4096;

/// Why the ledger can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A newer Kubechat wrote it.
    #[error(
        "{path} was written by a newer Kubechat (schema {found}, this one knows {known}); start the newer version, or restore a backup made before the upgrade",
        path = path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest one known here.
        known: i64,
    },
    /// Another program's database.
    #[error("{path} is a database of another program; move it away or choose another data folder", path = path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The key.
    #[error(transparent)]
    Seal(SealError),
    /// SQLite.
    #[error(transparent)]
    Database(LedgerError),
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        let code = match &error {
            OpenError::Seal(SealError::Folder(_) | SealError::Random(_)) => Code::StoreUnavailable,
            OpenError::Seal(_) => Code::VerificationFailed,
            _ => Code::StoreUnavailable,
        };
        // The sentence says what to do; the code's own hint is about a host that runs.
        Self::new(code, error.to_string()).hint("correct what is named here, then start the host again")
    }
}

impl From<Failed> for OpenError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Seal(error) => Self::Seal(error),
            other => Self::Database(other.into_ledger(WRITTEN)),
        }
    }
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Failed::from(error).into()
    }
}

impl SqliteLedger {
    /// Opens the ledger in this folder; makes it when there is none.
    pub async fn open(data: &DataDir, options: Options) -> Result<Self, OpenError> {
        let lock = data.lock()?;
        // Made here so that its mode is ours; SQLite gives its side files the same one.
        data.touch(FILE)?;
        let path = data.path().join(FILE);
        let found = schema_found(&path, &options).await?;
        let connect = writing(&path, &options);
        let mut connection = connect.connect().await?;
        migrate(&mut connection, found).await?;
        let seal = seal(&mut connection, data).await?;
        let io = |cause| FolderError::Io { path: path.clone(), cause };
        let file = Identity::of(data.dir().try_clone().map_err(io)?, FILE).map_err(io)?;
        let readers = SqlitePoolOptions::new()
            // All of them now and for ever, and each reads once, because SQLite opens its side files at the first read:
            // who has them open reads on when they can no longer be opened.
            .min_connections(options.readers.max(1))
            .max_connections(options.readers.max(1))
            .acquire_timeout(options.read)
            .after_connect(|connection, _| {
                Box::pin(async move { sqlx::query("SELECT size FROM log").execute(connection).await.map(drop) })
            })
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(for_reading(&path, &options))
            .await?;
        let writer = Writer::new(connection, connect, file, options.turn);
        Ok(Self { inner: Inner { writer, readers, seal, _lock: lock }.into() })
    }
}

fn writing(path: &std::path::Path, options: &Options) -> SqliteConnectOptions {
    let mut connect = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(options.busy)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // On macOS an ordinary sync stops at the drive's cache; elsewhere these two change nothing.
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        .pragma("journal_size_limit", WAL_BYTES_KEPT)
        // What retention takes out must not stay in free pages.
        .pragma("secure_delete", "ON")
        .foreign_keys(true)
        .disable_statement_logging();
    if let Some(bytes) = options.bytes_max {
        connect = connect.pragma("max_page_count", (bytes / PAGE_BYTES).max(1).to_string());
    }
    connect
}

fn for_reading(path: &std::path::Path, options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(options.busy)
        .pragma("query_only", "ON")
        .disable_statement_logging()
}

/// The schema's version, looked at without writing: even switching to the write-ahead log would change a file that may
/// not be ours.
async fn schema_found(path: &std::path::Path, options: &Options) -> Result<i64, OpenError> {
    let mut connection = for_reading(path, options).connect().await?;
    let application: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut connection).await?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut connection).await?;
    if application != APPLICATION && tables > 0 {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut connection).await?;
    let known = MIGRATIONS.last().map_or(0, |(version, _)| *version);
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    connection.close().await?;
    Ok(found)
}

async fn migrate(connection: &mut SqliteConnection, found: i64) -> Result<(), OpenError> {
    for (version, sql) in MIGRATIONS.iter().filter(|(version, _)| *version > found) {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::raw_sql(*sql).execute(&mut *transaction).await?;
        transaction.commit().await?;
        tracing::info!(version, "database schema brought up to date");
    }
    Ok(())
}

/// Opens the key, and writes its id down the first time: from then on a missing or other key is noticed at start.
async fn seal(connection: &mut SqliteConnection, data: &DataDir) -> Result<Seal, OpenError> {
    const NAME: &str = "seal-key";
    let wanted: Option<String> =
        sqlx::query_scalar("SELECT value FROM meta WHERE name = ?").bind(NAME).fetch_optional(&mut *connection).await?;
    let seal = Seal::open(data, wanted.as_deref()).map_err(OpenError::Seal)?;
    if wanted.is_none() {
        let insert = sqlx::query("INSERT INTO meta (name, value) VALUES (?, ?)").bind(NAME).bind(seal.id());
        insert.execute(connection).await?;
    }
    Ok(seal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_acknowledged_commit_is_synced_to_the_disk() {
        let folder = std::env::temp_dir().join(format!("kubechat-pragmas-{}", std::process::id()));
        let data = DataDir::open(&folder).unwrap();
        let connect = writing(&data.path().join(FILE), &Options::default()).create_if_missing(true);
        let mut connection = connect.connect().await.unwrap();
        let found: (i64, String, i64) = sqlx::query_as(
            "SELECT s.synchronous, j.journal_mode, f.foreign_keys
             FROM pragma_synchronous s, pragma_journal_mode j, pragma_foreign_keys f",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(found, (2, "wal".to_owned(), 1), "2 is FULL");
    }
}
