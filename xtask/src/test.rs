//! `cargo xtask test`: everything the tests need, then all tests.
//!
//! First what is quick and what others wait for: tidy, the components, the control plane. Then the tests of
//! the plugins' logic (natively), then those of the workspace, with cargo's own output and closing lines.
//! The tests learn by environment where things are; the same tests run under plain `cargo test` when
//! things were built before.

use std::{path::Path, process::Command, thread, time::Instant};

use clap::Args;

use crate::{
    cluster::{self, Plane},
    component::{self, Built, Family},
    error::XtaskError,
    process, progress, tidy, tools,
    workspace::Workspace,
};

/// Options of `cargo xtask test`.
#[derive(Args)]
pub(crate) struct TestArgs {
    /// Install what is missing without asking (Debian, as root).
    #[arg(long)]
    yes: bool,
    /// Only tests whose name contains this.
    filter: Option<String>,
}

/// Prepares and runs all tests.
///
/// # Errors
/// What is missing, with the command that gets it, or the failed program.
pub(crate) fn run(workspace: &Workspace, args: &TestArgs) -> Result<(), XtaskError> {
    let started = Instant::now();
    tidy::run(workspace)?;
    let (built, plane) = prepare(workspace, args)?;
    for dir in workspace.cargo_workspaces().into_iter().filter(|dir| *dir != workspace.root) {
        test_guests(workspace, &dir, args)?;
    }
    test_workspace(workspace, &built, &plane, args)?;
    workspace.progress.say(format!("all tests passed ({})", progress::seconds(started.elapsed())));
    Ok(())
}

/// Components and control plane at once. The plane starts on this thread, because it ends with the thread
/// that started it.
fn prepare(workspace: &Workspace, args: &TestArgs) -> Result<(Built, Plane), XtaskError> {
    thread::scope(|scope| {
        let built = scope.spawn(|| component::build(workspace, Family::ALL, args.yes));
        let plane = cluster::start_for_tests(workspace);
        let built = built.join().expect("building components reports errors and never panics")?;
        Ok((built, plane?))
    })
}

/// The logic of guests is ordinary Rust; only their exports are WebAssembly's.
fn test_guests(workspace: &Workspace, dir: &Path, args: &TestArgs) -> Result<(), XtaskError> {
    let step = workspace.progress.step(format!("Test {} natively", workspace.shown(dir)));
    let mut command = Command::new(tools::cargo());
    command.current_dir(dir).args(["test", "--workspace", "--quiet"]).args(&args.filter);
    command.env("CARGO_TARGET_DIR", workspace.target.join("guests-native"));
    process::shown(&mut command)?;
    step.done("");
    Ok(())
}

fn test_workspace(workspace: &Workspace, built: &Built, plane: &Plane, args: &TestArgs) -> Result<(), XtaskError> {
    let step = workspace.progress.step("Build and run the workspace's tests");
    let mut command = Command::new(tools::cargo());
    command.current_dir(&workspace.root).args(["test", "--workspace", "--profile", "ci", "--no-fail-fast"]);
    command.args(&args.filter);
    command.env("KUBECHAT_COMPONENTS_DIR", &built.components).env("KUBECHAT_GUESTS_DIR", &built.guests);
    command.env("KUBECHAT_TESTPLANE_DIR", plane.dir()).env("KUBECHAT_TESTPLANE_BIN", plane.program());
    process::shown(&mut command)?;
    step.done("");
    Ok(())
}
