//! Our own programs, built by cargo: their profile's folder of the target folder has them afterwards.
//!
//! [`PROFILE`] is for everything that is tested and tried, [`RELEASE`] for what is measured and handed out.
//!
//! Always `--workspace`, even for one program: cargo turns on the features all selected packages ask for, so building
//! one package by itself means other features for the sandbox's crates, and minutes spent on compiling them again. `up`,
//! `test` and `lint` share everything this way.

use std::{path::PathBuf, process::Command};

use crate::{error::XtaskError, process, progress::Step, tools, workspace::Workspace};

/// The profile everything is built with but figures.
pub(crate) const PROFILE: &str = "ci";
/// What users run, and so what is measured.
pub(crate) const RELEASE: &str = "release";
/// The host and its command line.
pub(crate) const HOST: &str = "kubechat";
/// What makes components of core modules.
pub(crate) const ENCODER: &str = "kubechat-componentize";
/// What measures.
pub(crate) const BENCH: &str = "kubechat-bench";

/// Where cargo puts a program.
pub(crate) fn path(workspace: &Workspace, name: &str) -> PathBuf {
    path_in(workspace, PROFILE, name)
}

fn path_in(workspace: &Workspace, profile: &str, name: &str) -> PathBuf {
    workspace.target.join(profile).join(name)
}

/// Builds them in a profile, telling `step` what cargo says.
///
/// # Errors
/// What does not compile, with cargo's last lines.
pub(crate) fn build(workspace: &Workspace, step: &Step, profile: &str, names: &[&str]) -> Result<(), XtaskError> {
    let mut command = Command::new(tools::cargo());
    command.current_dir(&workspace.root).args(["build", "--workspace", "--profile", profile]);
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
    build(workspace, &step, PROFILE, &[HOST, ENCODER])?;
    step.done("");
    Ok(path(workspace, HOST))
}

/// Where a program is that is measured.
pub(crate) fn measured(workspace: &Workspace, name: &str) -> PathBuf {
    path_in(workspace, RELEASE, name)
}

/// Builds what is measured, as users run it.
///
/// # Errors
/// See [`build`].
pub(crate) fn build_measured(workspace: &Workspace, names: &[&str]) -> Result<(), XtaskError> {
    let step = workspace.progress.step("Build what is measured, optimised (the first time: half an hour)");
    build(workspace, &step, RELEASE, names)?;
    step.done("");
    Ok(())
}
