//! Our own programs, built by cargo: `PROFILE`'s folder of the target folder has them afterwards.
//!
//! Always `--workspace`, even for one program: cargo turns on the features all selected packages ask for, so building
//! one package by itself means other features for the sandbox's crates, and minutes spent on compiling them again. `up`,
//! `test`, `bench` and `lint` share everything this way.

use std::{path::PathBuf, process::Command};

use crate::{error::XtaskError, process, progress::Step, tools, workspace::Workspace};

/// The one profile everything is built with.
pub(crate) const PROFILE: &str = "ci";
/// The host and its command line.
pub(crate) const HOST: &str = "kubechat";
/// What makes components of core modules.
pub(crate) const ENCODER: &str = "kubechat-componentize";
/// What measures.
pub(crate) const BENCH: &str = "kubechat-bench";

/// Where cargo puts a program.
pub(crate) fn path(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.target.join(PROFILE).join(name)
}

/// Builds them, telling `step` what cargo says.
///
/// # Errors
/// What does not compile, with cargo's last lines.
pub(crate) fn build(workspace: &Workspace, step: &Step, names: &[&str]) -> Result<(), XtaskError> {
    let mut command = Command::new(tools::cargo());
    command.current_dir(&workspace.root).args(["build", "--workspace", "--profile", PROFILE]);
    for name in names {
        command.args(["--bin", name]);
    }
    process::quiet(step, &mut command)
}

/// The host, and the encoder beside it instead of after it.
///
/// # Errors
/// See [`build`].
pub(crate) fn build_host(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    let step = workspace.progress.step("Build the host (the first time: 5 to 10 minutes)");
    build(workspace, &step, &[HOST, ENCODER])?;
    step.done("");
    Ok(path(workspace, HOST))
}
