//! `cargo xtask lint`: formatting and clippy, warnings refused, in all three workspaces.
//!
//! It changes nothing; `--fix` formats. Clippy compiles with the profile everything else uses, so what is
//! built already is not built again.

use std::{path::Path, process::Command};

use clap::Args;

use crate::{error::XtaskError, process, tools, workspace::Workspace};

/// Options of `cargo xtask lint`.
#[derive(Args)]
pub(crate) struct LintArgs {
    /// Format instead of complaining about format.
    #[arg(long)]
    fix: bool,
}

/// Checks every workspace and shows what each program says.
///
/// # Errors
/// The first program that is not content.
pub(crate) fn run(workspace: &Workspace, args: &LintArgs) -> Result<(), XtaskError> {
    let dirs = workspace.cargo_workspaces();
    for dir in &dirs {
        format(workspace, dir, args.fix)?;
    }
    dirs.iter().try_for_each(|dir| clippy(workspace, dir))
}

fn format(workspace: &Workspace, dir: &Path, fix: bool) -> Result<(), XtaskError> {
    let step = workspace.progress.step(format!("Format {}", workspace.shown(dir)));
    let mut command = Command::new(tools::cargo());
    command.current_dir(dir).args(["fmt", "--all"]);
    if !fix {
        command.arg("--check");
    }
    process::shown(&mut command).map_err(|error| match error {
        XtaskError::Program { .. } if !fix => {
            XtaskError::refused("some files are not formatted", "cargo xtask lint --fix")
        }
        other => other,
    })?;
    step.done("");
    Ok(())
}

fn clippy(workspace: &Workspace, dir: &Path) -> Result<(), XtaskError> {
    let step = workspace.progress.step(format!("Clippy {}", workspace.shown(dir)));
    let mut command = Command::new(tools::cargo());
    command.current_dir(dir).args(["clippy", "--quiet", "--workspace", "--all-targets"]);
    if dir == workspace.root {
        command.args(["--profile", "ci"]);
    } else {
        command.env("CARGO_TARGET_DIR", workspace.target.join("guests-native"));
    }
    command.args(["--", "-D", "warnings"]);
    process::shown(&mut command)?;
    step.done("");
    Ok(())
}
