//! Where we are: the tree's root, cargo's target folder, the cache, and how progress is shown.
//!
//! Every command gets one of these and nothing global.

use std::path::{Path, PathBuf};

use crate::{cache::Cache, error::XtaskError, progress::Progress};

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
}
