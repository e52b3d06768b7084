//! `cargo xtask bench`: measures, and writes `docs/benchmarks.md`.
//!
//! Everything is built first and a control plane started; then `tests/bench` measures, all figures in one run. The page
//! holds machine, commands, figures and goals; a missed goal stands there with its reason. Nothing fails by being slow:
//! whoever reads the page decides. Best on a machine that does nothing else; its load stands in the page too.

mod large;
mod machine;
mod page;

use std::{fs, path::PathBuf, process::Command};

use clap::Args;

use crate::{
    cluster,
    component::{self, Family},
    error::XtaskError,
    process, programs, tools,
    workspace::Workspace,
};

/// Where the figures are published.
const PAGE: &str = "docs/benchmarks.md";

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Show the page instead of writing it.
    #[arg(long)]
    dry: bool,
}

/// Builds, measures, writes the page.
///
/// # Errors
/// A build that fails, a control plane that does not start, a bench that ends with an error.
pub(crate) fn run(workspace: &Workspace, args: &BenchArgs) -> Result<(), XtaskError> {
    let components = component::build(workspace, &[Family::Plugins], false)?.components;
    let host = programs::build_host(workspace)?;
    let judge = build_judge(workspace)?;
    let step = workspace.progress.step("Build the bench");
    programs::build(workspace, &step, &[programs::BENCH])?;
    step.done("");
    let plane = cluster::start_for_tests(workspace)?;
    let before = machine::Machine::look()?;
    let step = workspace.progress.step("Measure");
    let mut command = Command::new(programs::path(workspace, programs::BENCH));
    command.arg("--host").arg(host).arg("--components").arg(components).arg("--judge").arg(judge);
    command.arg("--bench").arg(workspace.root.join("plugins/policy-baseline/bench"));
    command.env("KUBECHAT_TESTPLANE_DIR", plane.dir()).env("KUBECHAT_TESTPLANE_BIN", plane.program());
    let figures = process::output(&mut command)?;
    step.done("");
    let figures = serde_json::from_str(figures.trim()).map_err(XtaskError::malformed("the bench's figures"))?;
    let page = page::page(&before, &figures)?;
    if args.dry {
        print!("{page}");
        return Ok(());
    }
    let path = workspace.root.join(PAGE);
    fs::write(&path, page).map_err(XtaskError::file("write", &path))?;
    workspace.progress.say(format!("written: {PAGE}"));
    Ok(())
}

/// The sandbox's counterparts: optimised for speed, where the component is for size.
fn build_judge(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    let step = workspace.progress.step("Build its native and Rego counterparts");
    let target = workspace.target.join("guests-native");
    let mut command = Command::new(tools::cargo());
    command.current_dir(Family::Plugins.dir(workspace));
    command.args(["build", "--release", "--package", "policy-baseline", "--example", "judge"]);
    command.env("CARGO_TARGET_DIR", &target).env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3");
    command.env("CARGO_PROFILE_RELEASE_LTO", "off");
    process::quiet(&step, &mut command)?;
    step.done("");
    Ok(target.join("release/examples/judge"))
}
