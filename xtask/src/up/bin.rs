//! `target/bin`: the host's program under the two names people type.

use std::{fs, path::PathBuf};

use crate::{cache::create_dir, error::XtaskError, programs, workspace::Workspace};

/// What people type: by itself, and as kubectl's plugin (`kubectl chat`).
const NAMES: [&str; 2] = ["kubechat", "kubectl-chat"];

/// The folder to put on PATH.
pub(super) fn dir(workspace: &Workspace) -> PathBuf {
    workspace.root.join("target/bin")
}

/// The program cargo built.
pub(super) fn program(workspace: &Workspace) -> PathBuf {
    programs::path(workspace, programs::HOST)
}

/// Links both names to what cargo built, so that a rebuild is picked up at once.
///
/// # Errors
/// The file system.
pub(super) fn link(workspace: &Workspace) -> Result<(), XtaskError> {
    create_dir(&dir(workspace))?;
    for name in NAMES {
        let place = dir(workspace).join(name);
        if fs::read_link(&place).is_ok_and(|to| to == program(workspace)) {
            continue;
        }
        let unfinished = place.with_extension("new");
        // A leftover of an interrupted run is in the way of the link.
        let _ = fs::remove_file(&unfinished);
        std::os::unix::fs::symlink(program(workspace), &unfinished).map_err(XtaskError::file("link", &unfinished))?;
        fs::rename(&unfinished, &place).map_err(XtaskError::file("move into place", &place))?;
    }
    Ok(())
}
