//! The data folder: everything this host keeps, readable by its own user only.
//!
//! Folders have mode 0700 and files 0600; access goes through a directory handle, so no name inside can lead out of it.
//! New files are written whole: a temporary file is synced, then renamed, then the folder is synced. A lock file keeps a
//! second process out; the kernel drops the lock with the process, so nothing is left to clean up after a crash. On a
//! network file system neither this lock nor SQLite's are reliable: the folder belongs on a local disk.

use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, DirBuilderExt as _, File, OpenOptions, OpenOptionsExt as _};
use rustix::fs::FlockOperation;

/// Mode of folders.
const DIR_MODE: u32 = 0o700;
/// Mode of files.
const FILE_MODE: u32 = 0o600;
/// Longest text read from a lock file, bytes: it holds a process id.
const LOCK_TEXT_BYTES_MAX: u64 = 32;

/// Why the data folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Opening, creating or reading failed.
    #[error("the data folder's {path} can't be used: {cause}")]
    Io {
        /// What was touched.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// Other users of the machine can read or write it.
    #[error("the data folder {path} is open to other users (mode {mode:04o}); close it with `chmod 700 {path}`", path = path.display())]
    Exposed {
        /// The folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Another process works in it.
    #[error("another Kubechat host{} works in the data folder {path}; stop it, or give this one a folder of its own with --data", holder_text(.holder), path = path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Its process id as it wrote it down.
        holder: Option<u32>,
    },
}

fn holder_text(holder: &Option<u32>) -> String {
    holder.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

/// The folder, open.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    dir: Dir,
}

/// Held by the one process that writes in the folder; dropping it lets the next one in.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Closing alone is not enough: a child process between its fork and its exec still holds the file open.
        if let Err(error) = rustix::fs::flock(&self.file, FlockOperation::Unlock) {
            tracing::warn!(%error, "the data folder's lock goes only when this process ends");
        }
    }
}

impl DataDir {
    /// Opens the folder; makes it, with its parents, when it isn't there.
    ///
    /// An empty folder is closed to other users; one with content that is open to them is refused, because what it
    /// holds may have been read or replaced already.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let failed = |cause| FolderError::Io { path: path.to_owned(), cause };
        let mut builder = std::fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(builder.recursive(true), DIR_MODE);
        builder.create(path).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?;
        let dir = Dir::open_ambient_dir(&path, ambient_authority()).map_err(failed_at(&path))?;
        close_to_others(&dir, &path)?;
        Ok(Self { path, dir })
    }

    /// Where it is, without symbolic links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The handle everything inside is reached by.
    pub fn dir(&self) -> &Dir {
        &self.dir
    }

    /// A folder inside, made with mode 0700 when it isn't there.
    pub fn folder(&self, name: &str) -> Result<Self, FolderError> {
        let path = self.path.join(name);
        let mut builder = DirBuilder::new();
        builder.mode(DIR_MODE);
        match self.dir.create_dir_with(name, &builder) {
            Ok(()) => sync(&self.dir, &self.path)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(cause) => return Err(FolderError::Io { path, cause }),
        }
        let dir = self.dir.open_dir(name).map_err(failed_at(&path))?;
        close_to_others(&dir, &path)?;
        Ok(Self { path, dir })
    }

    /// A file's content if it is there, up to `bytes_max`; a longer one is refused.
    pub fn read(&self, name: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, FolderError> {
        let path = self.path.join(name);
        let file = match self.dir.open(name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(FolderError::Io { path, cause }),
        };
        let mut bytes = Vec::new();
        file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(failed_at(&path))?;
        if bytes.len() as u64 > bytes_max {
            let cause = io::Error::new(io::ErrorKind::FileTooLarge, format!("longer than {bytes_max} bytes"));
            return Err(FolderError::Io { path, cause });
        }
        Ok(Some(bytes))
    }

    /// Writes a file that must not exist yet, whole and durable, or not at all.
    pub fn write_new(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.put(name, bytes, |draft| {
            // A link, unlike a rename, never replaces what another process put there first.
            let linked = self.dir.hard_link(draft, &self.dir, name);
            self.dir.remove_file(draft)?;
            linked
        })
    }

    /// Writes a file whole and durable in place of the one that was there, or not at all.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.put(name, bytes, |draft| self.dir.rename(draft, &self.dir, name))
    }

    /// Writes a draft to the disk, then gives it its name.
    fn put(&self, name: &str, bytes: &[u8], named: impl FnOnce(&str) -> io::Result<()>) -> Result<(), FolderError> {
        let draft = format!("{name}.new");
        let write = || -> io::Result<()> {
            let mut file = self.dir.open_with(&draft, private().write(true).create(true).truncate(true))?;
            file.write_all(bytes)?;
            file.sync_all()?;
            named(&draft)
        };
        write().map_err(failed_at(&self.path.join(name)))?;
        sync(&self.dir, &self.path)
    }

    /// Makes an empty file with mode 0600 unless there is one.
    pub(crate) fn touch(&self, name: &str) -> Result<(), FolderError> {
        let made = self.dir.open_with(name, private().write(true).create(true));
        made.map_err(failed_at(&self.path.join(name)))?;
        sync(&self.dir, &self.path)
    }

    /// Keeps every other process out until the lock is dropped. Does not wait.
    pub fn lock(&self) -> Result<FolderLock, FolderError> {
        const NAME: &str = "host.lock";
        let path = self.path.join(NAME);
        let opened = self.dir.open_with(NAME, private().read(true).write(true).create(true));
        let mut file = opened.map_err(failed_at(&path))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(FolderError::InUse { path: self.path.clone(), holder: holder(&file) });
            }
            Err(errno) => return Err(FolderError::Io { path, cause: errno.into() }),
        }
        let mut note = || -> io::Result<()> {
            file.set_len(0)?;
            file.rewind()?;
            write!(file, "{}", std::process::id())
        };
        note().map_err(failed_at(&path))?;
        Ok(FolderLock { file })
    }
}

fn failed_at(path: &Path) -> impl Fn(io::Error) -> FolderError {
    let path = path.to_owned();
    move |cause| FolderError::Io { path: path.clone(), cause }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(FILE_MODE);
    options
}

fn holder(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(LOCK_TEXT_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn sync(dir: &Dir, path: &Path) -> Result<(), FolderError> {
    // A directory handle may be opened for its path only; a fresh read handle can be synced everywhere.
    let synced = dir.open(".").and_then(|handle| handle.sync_all());
    synced.map_err(failed_at(path))
}

fn close_to_others(dir: &Dir, path: &Path) -> Result<(), FolderError> {
    let mode = dir.dir_metadata().map_err(failed_at(path))?.permissions();
    let mode = cap_std::fs::PermissionsExt::mode(&mode) & 0o7777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let empty = dir.entries().map_err(failed_at(path))?.next().is_none();
    if !empty {
        return Err(FolderError::Exposed { path: path.to_owned(), mode });
    }
    let closed = std::fs::Permissions::from_mode(DIR_MODE);
    dir.set_permissions(".", cap_std::fs::Permissions::from_std(closed)).map_err(failed_at(path))
}
