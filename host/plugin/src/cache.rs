//! Compiled components on disk, so that a start takes milliseconds instead of seconds.
//!
//! One file per component, engine and target, sealed (`kubechat-deserialize`) with a key that lives beside them in
//! `cache.key`, mode 0600. A file whose seal is broken, or that another engine made, is as good as absent. A key that
//! others could read or own is thrown away: then nothing sealed with it opens any more. Everything goes through a
//! directory handle, so no name leads outside. Losing the folder costs one compilation, never correctness: every
//! error here is a warning and a miss. At most `FILES_MAX` files; the oldest go first.

use std::io::{Read, Write};
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, MetadataExt as _, OpenOptions, OpenOptionsExt as _, Permissions, PermissionsExt as _};
use kubechat_deserialize::{KEY_BYTES, SEAL_BYTES, SealKey};
use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::compile::ARTIFACT_BYTES_MAX;

/// Most files kept.
const FILES_MAX: usize = 64;
const KEY_FILE: &str = "cache.key";
const EXTENSION: &str = ".sealed";

/// Sealed artifacts and their key. Without a folder there is still a key, for this process only.
pub(crate) struct Cache {
    folder: Option<Dir>,
    key: SealKey,
}

impl Cache {
    /// Opens or makes the folder. Without one, or if it can't be used, nothing is kept.
    pub(crate) fn open(path: Option<&Path>) -> std::io::Result<Self> {
        if let Some(path) = path {
            match open_folder(path).and_then(|folder| Ok((take_key(&folder)?, folder))) {
                Ok((key, folder)) => return Ok(Self { folder: Some(folder), key }),
                Err(error) => {
                    tracing::warn!(folder = %path.display(), %error, "the component cache can't be used: every start compiles anew")
                }
            }
        }
        Ok(Self { folder: None, key: fresh_key()?.0 })
    }

    pub(crate) fn key(&self) -> &SealKey {
        &self.key
    }

    /// A sealed artifact by name, unchecked: only `kubechat_deserialize::open` may judge it.
    pub(crate) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let file = self.folder.as_ref()?.open(file_name(name)).ok()?;
        let most = (ARTIFACT_BYTES_MAX + SEAL_BYTES) as u64;
        let mut bytes = Vec::with_capacity(usize::try_from(file.metadata().ok()?.len().min(most)).ok()?);
        file.take(most + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= most).then_some(bytes)
    }

    /// Keeps a sealed artifact; written beside and renamed, so that no half file is ever read.
    pub(crate) fn put(&self, name: &str, sealed: &[u8]) {
        let Some(folder) = &self.folder else { return };
        let draft = format!("{name}.{}.draft", std::process::id());
        let written = create_private(folder, &draft)
            .and_then(|mut file| file.write_all(sealed))
            .and_then(|()| folder.rename(&draft, folder, file_name(name)));
        if let Err(error) = written {
            let _ = folder.remove_file(&draft); // may not exist
            tracing::warn!(%error, "a compiled component can't be kept: the next start compiles it anew");
            return;
        }
        if let Err(error) = drop_oldest(folder) {
            tracing::warn!(%error, "the component cache can't be tidied");
        }
    }
}

fn file_name(name: &str) -> String {
    format!("{name}{EXTENSION}")
}

fn open_folder(path: &Path) -> std::io::Result<Dir> {
    Dir::create_ambient_dir_all(path, ambient_authority())?;
    let folder = Dir::open_ambient_dir(path, ambient_authority())?;
    folder.set_permissions(".", Permissions::from_mode(0o700))?;
    Ok(folder)
}

/// The key from its file if nobody else can have it, else a new one.
fn take_key(folder: &Dir) -> std::io::Result<SealKey> {
    if let Ok(file) = folder.open(KEY_FILE) {
        match read_key(file) {
            Ok(Some(key)) => return Ok(key),
            Ok(None) => tracing::warn!("others could have read or written the component cache's key: making a new one"),
            Err(error) => tracing::warn!(%error, "the component cache's key can't be read: making a new one"),
        }
    }
    let (key, bytes) = fresh_key()?;
    let draft = format!("{KEY_FILE}.{}.draft", std::process::id());
    let mut file = create_private(folder, &draft)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    folder.rename(&draft, folder, KEY_FILE)?;
    Ok(key)
}

fn read_key(mut file: File) -> std::io::Result<Option<SealKey>> {
    let about = file.metadata()?;
    let private = about.mode() & 0o077 == 0 && about.uid() == rustix::process::geteuid().as_raw();
    if !private || about.len() != KEY_BYTES as u64 {
        return Ok(None);
    }
    let mut bytes = [0; KEY_BYTES];
    file.read_exact(&mut bytes)?;
    Ok(Some(SealKey::new(bytes)))
}

fn fresh_key() -> std::io::Result<(SealKey, [u8; KEY_BYTES])> {
    let mut bytes = [0; KEY_BYTES];
    SysRng.try_fill_bytes(&mut bytes).map_err(std::io::Error::other)?;
    Ok((SealKey::new(bytes), bytes))
}

/// A new file that only its owner can read; whatever had this name before is gone.
fn create_private(folder: &Dir, name: &str) -> std::io::Result<File> {
    let _ = folder.remove_file(name); // a draft of a process that died
    folder.open_with(name, OpenOptions::new().write(true).create_new(true).mode(0o600))
}

fn drop_oldest(folder: &Dir) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in folder.entries()? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.ends_with(EXTENSION)) {
            files.push((entry.metadata()?.mtime(), name));
        }
    }
    files.sort();
    let surplus = files.len().saturating_sub(FILES_MAX);
    files[..surplus].iter().try_for_each(|(_, name)| folder.remove_file(name))
}
