//! Where we are: the tree's root, cargo's target folder, the cache, and how progress is shown.
//!
//! Every command gets one of these and nothing global.

use std::path::{Path, PathBuf};

use crate::{cache::Cache, component, error::XtaskError, progress::Progress};

/// The checkout a command works on and what it may use.
pub(crate) struct Workspace {
    /// The folder with the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target folder: `CARGO_TARGET_DIR`, else `target` in the tree.
    pub(crate) target: PathBuf,
    /// What is kept between runs and checkouts.
    pub(crate) cache: Cache,
    /// Step lines on stderr.
    pub(crate) progress: Progress,
}

impl Workspace {
    /// Opens the checkout this program was built from.
    ///
    /// # Errors
    /// When neither `KUBECHAT_CACHE` nor a home folder says where the cache is.
    pub(crate) fn open() -> Result<Self, XtaskError> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf);
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, target, cache: Cache::open()?, progress: Progress::new() })
    }

    /// The folders of all cargo workspaces that have members: the host's first, then the guests'.
    pub(crate) fn cargo_workspaces(&self) -> Vec<PathBuf> {
        let guests =
            component::Family::ALL.iter().map(|family| family.dir(self)).filter(|dir| component::has_member(dir));
        std::iter::once(self.root.clone()).chain(guests).collect()
    }

    /// A path as people write it: from the root, and `.` for the root itself.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let inner = path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        if inner.is_empty() { ".".to_owned() } else { inner }
    }
}
