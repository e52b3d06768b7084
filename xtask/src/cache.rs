//! The cache outside the tree: folders named by a hash of everything that went into them.
//!
//! `$KUBECHAT_CACHE`, else `$XDG_CACHE_HOME/kubechat`, else `~/.cache/kubechat`. A folder is made
//! under a temporary name and renamed into place, so it is there whole or not at all; a lock file
//! keeps two commands from making the same one twice. Nothing here trusts a clock or a file's age,
//! except `prune`, which drops the least recently made.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::error::XtaskError;

/// Names the folder; changing what goes into a key changes this prefix.
const KEY_HEX_CHARS: usize = 24;

/// The folder that holds everything kept between runs.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    root: PathBuf,
}

/// Whether a folder was already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Found by its key; nothing was done.
    Found,
    /// Made now.
    Made,
}

impl Cache {
    /// # Errors
    /// When the environment names no home.
    pub(crate) fn open() -> Result<Self, XtaskError> {
        let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = from("KUBECHAT_CACHE")
            .or_else(|| from("XDG_CACHE_HOME").map(|dir| dir.join("kubechat")))
            .or_else(|| from("HOME").map(|dir| dir.join(".cache/kubechat")))
            .ok_or_else(|| XtaskError::refused("no cache folder: HOME is not set", "set KUBECHAT_CACHE to a folder"))?;
        Ok(Self { root })
    }

    /// The cache's own folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where `kind`'s folder of this key is or will be.
    pub(crate) fn folder(&self, kind: &str, key: &Key) -> PathBuf {
        self.root.join(kind).join(&key.0)
    }

    /// The folder of this key, made by `make` (into the folder it is given) when it is not there.
    ///
    /// # Errors
    /// What `make` says, or the file system.
    pub(crate) fn get_or_make(
        &self,
        kind: &str,
        key: &Key,
        make: impl FnOnce(&Path) -> Result<(), XtaskError>,
    ) -> Result<(PathBuf, Origin), XtaskError> {
        let place = self.folder(kind, key);
        if place.is_dir() {
            return Ok((place, Origin::Found));
        }
        let parent = self.root.join(kind);
        create_dir(&parent)?;
        let _held = lock(&parent.join(format!(".lock-{}", key.0)))?;
        if place.is_dir() {
            return Ok((place, Origin::Found));
        }
        let unfinished = parent.join(format!(".making-{}", key.0));
        remove_dir(&unfinished)?;
        create_dir(&unfinished)?;
        make(&unfinished)?;
        fs::rename(&unfinished, &place).map_err(XtaskError::file("move into place", &place))?;
        Ok((place, Origin::Made))
    }

    /// Keeps the `keep` most recently made folders of `kind`.
    ///
    /// # Errors
    /// The file system.
    pub(crate) fn prune(&self, kind: &str, keep: usize) -> Result<(), XtaskError> {
        let parent = self.root.join(kind);
        let Ok(entries) = fs::read_dir(&parent) else { return Ok(()) };
        let mut folders: Vec<_> = entries
            .flatten()
            .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        folders.sort();
        let surplus = folders.len().saturating_sub(keep);
        folders.into_iter().take(surplus).try_for_each(|(_, path)| remove_dir(&path))
    }
}

/// Holds an exclusive lock on `path` until dropped.
///
/// # Errors
/// The file system.
pub(crate) fn lock(path: &Path) -> Result<File, XtaskError> {
    let file = File::create(path).map_err(XtaskError::file("create", path))?;
    file.lock().map_err(XtaskError::file("lock", path))?;
    Ok(file)
}

/// `mkdir -p`.
///
/// # Errors
/// The file system.
pub(crate) fn create_dir(path: &Path) -> Result<(), XtaskError> {
    fs::create_dir_all(path).map_err(XtaskError::file("create", path))
}

pub(crate) fn remove_dir(path: &Path) -> Result<(), XtaskError> {
    match fs::remove_dir_all(path) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(XtaskError::file("remove", path)(cause)),
        _ => Ok(()),
    }
}

/// A content key: equal keys mean equal inputs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(String);

impl Key {
    /// The key as it stands in folder names.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Collects the inputs of a key. Labels and lengths are hashed too, so inputs cannot run together.
pub(crate) struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// Starts a key for things of this kind.
    pub(crate) fn new(kind: &str) -> Self {
        Self(Sha256::new()).text("kind", kind)
    }

    /// Adds a named value: a compiler's version, a flag.
    pub(crate) fn text(self, label: &str, value: &str) -> Self {
        self.bytes(label, value.as_bytes())
    }

    /// Adds a file under the name it is given here.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn file(self, label: &str, path: &Path) -> Result<Self, XtaskError> {
        let content = fs::read(path).map_err(XtaskError::file("read", path))?;
        Ok(self.bytes(label, &content))
    }

    /// Adds every file under `dir`, by relative path, leaving out `target` folders and dot files.
    /// A folder that is not there adds nothing.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(crate) fn tree(mut self, dir: &Path) -> Result<Self, XtaskError> {
        for path in files_under(dir)? {
            let name = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().into_owned();
            self = self.file(&name, &path)?;
        }
        Ok(self)
    }

    /// The key of everything added.
    pub(crate) fn finish(self) -> Key {
        let mut text = hex::encode(self.0.finalize());
        text.truncate(KEY_HEX_CHARS);
        Key(text)
    }

    fn bytes(mut self, label: &str, value: &[u8]) -> Self {
        for part in [label.as_bytes(), value] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
        self
    }
}

/// Every file under `dir`, sorted, without `target`, `node_modules`, `dist` and names that start with a dot.
///
/// # Errors
/// When a folder cannot be read; a missing `dir` is empty.
pub(crate) fn files_under(dir: &Path) -> Result<Vec<PathBuf>, XtaskError> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(XtaskError::file("read", folder)(cause)),
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || ["target", "node_modules", "dist"].contains(&&*name) {
                continue;
            }
            let path = entry.path();
            if path.is_dir() { waiting.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_that_run_together_still_make_different_keys() {
        let one = KeyBuilder::new("t").text("a", "bc").finish();
        let two = KeyBuilder::new("t").text("ab", "c").finish();
        assert_ne!(one, two);
    }

    #[test]
    fn a_folder_whose_making_failed_is_not_there() {
        let root = std::env::temp_dir().join(format!("kubechat-cache-test-{}", std::process::id()));
        let cache = Cache { root: root.clone() };
        let key = KeyBuilder::new("t").finish();
        let failed = cache.get_or_make("kind", &key, |dir| {
            fs::write(dir.join("half"), "x").expect("the folder is there");
            Err(XtaskError::refused("stopped", "nothing"))
        });
        assert!(failed.is_err());
        assert!(!cache.folder("kind", &key).exists());
        let (place, origin) = cache.get_or_make("kind", &key, |_| Ok(())).expect("made");
        assert_eq!(origin, Origin::Made);
        assert!(!place.join("half").exists(), "the failed attempt's files must not be taken over");
        fs::remove_dir_all(root).expect("removed");
    }
}
