//! Token files: where the command line finds its token, mode 0600 in a folder of mode 0700.
//!
//! `$XDG_RUNTIME_DIR/kubechat/<address>/<principal>.token`, else `~/.local/state/kubechat/run/…`; beside them `default`
//! names the first principal, and `certificate`, where the host speaks HTTPS, the file its certificate is in: a program that
//! may read its token here believes this certificate and no other. Written anew at every start, removed at its end. A folder that belongs to somebody else, or
//! is a link, is refused.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use kubechat_core::principal::Principal;
use kubechat_core::redact;

use super::{Sealed, Tokens, new_secret};

/// Holds the path of the certificate's file.
pub const CERTIFICATE: &str = "certificate";

/// Where token files of a listener live.
pub fn run_folder(listener: SocketAddr, env: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let runtime =
        env("XDG_RUNTIME_DIR").filter(|value| !value.is_empty()).map(|dir| PathBuf::from(dir).join("kubechat"));
    let state = || env("HOME").map(|home| PathBuf::from(home).join(".local/state/kubechat/run"));
    Some(runtime.or_else(state)?.join(listener.to_string()))
}

/// Token files that exist while this lives.
#[derive(Debug)]
pub struct TokenFiles {
    written: Vec<PathBuf>,
}

impl TokenFiles {
    /// Makes a token for every principal and writes it where its owner finds it.
    pub fn write(folder: &Path, principals: &[Principal], certificate: Option<&Path>) -> io::Result<(Self, Tokens)> {
        make_private(folder)?;
        let mut files = Self { written: Vec::new() };
        // One that is left over of a host that was killed would keep programs from a plain one.
        remove(&folder.join(CERTIFICATE))?;
        if let Some(certificate) = certificate {
            let path = std::path::absolute(certificate)?;
            files.put(folder.join(CERTIFICATE), path.to_str().ok_or(io::ErrorKind::InvalidFilename)?)?;
        }
        let mut tokens = Vec::new();
        for principal in principals {
            let secret = new_secret();
            redact::hold(&secret);
            files.put(folder.join(format!("{}.token", principal.name)), &secret)?;
            tokens.push((principal.clone(), Sealed::of(&secret)));
        }
        if let Some(first) = principals.first() {
            files.put(folder.join("default"), &first.name)?;
        }
        Ok((files, Tokens::new(tokens)))
    }

    fn put(&mut self, path: PathBuf, text: &str) -> io::Result<()> {
        // A new file each time: one left over could be a link, or readable by others.
        remove(&path)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(text.as_bytes())?;
        self.written.push(path);
        Ok(())
    }
}

impl Drop for TokenFiles {
    fn drop(&mut self) {
        for path in &self.written {
            // Best effort: a token of a host that is gone opens nothing.
            let _ = fs::remove_file(path);
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o077 != 0 {
        let text = format!("{} must be a folder of your own with mode 0700", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
    }
    Ok(())
}
