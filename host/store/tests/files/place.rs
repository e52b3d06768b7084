//! A folder of its own for one test, gone when the test ends.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use kubechat_store::{DataDir, Options, SqliteLedger};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};

/// The folder.
pub(crate) struct Place(PathBuf);

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Place {
    /// A new, empty folder.
    pub(crate) fn new() -> Self {
        let name = format!("kubechat-store-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).expect("the folder is new");
        Self(path)
    }

    /// A file or folder of the data folder.
    pub(crate) fn inside(&self, name: &str) -> PathBuf {
        self.0.join("data").join(name)
    }

    /// It as a data folder.
    pub(crate) fn data(&self) -> DataDir {
        DataDir::open(&self.inside("")).expect("opens")
    }

    /// The ledger in it.
    pub(crate) async fn ledger(&self) -> SqliteLedger {
        self.ledger_with(Options::default()).await
    }

    /// The same, with options.
    pub(crate) async fn ledger_with(&self, options: Options) -> SqliteLedger {
        SqliteLedger::open(&self.data(), options).await.expect("opens")
    }

    /// Another program's connection to the database file.
    pub(crate) async fn other_hand(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.inside("kubechat.db")).foreign_keys(false);
        options.connect().await.expect("connects")
    }

    /// Every file under the data folder.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.inside(""), &mut found);
        found
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
