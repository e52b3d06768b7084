//! A folder of its own for one test, gone when the test ends.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use kubechat_store::DataDir;

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

    /// Where.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// It as a data folder.
    pub(crate) fn data(&self) -> DataDir {
        DataDir::open(&self.0.join("data")).expect("opens")
    }

    /// The database file.
    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("data/kubechat.db")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
