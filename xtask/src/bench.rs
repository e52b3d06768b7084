//! `cargo xtask bench`: measures, and writes `docs/benchmarks.md`.
//!
//! Everything is built first, for release, and a control plane started; then `tests/bench` measures, and a browser the
//! console, all figures in one run; or one part of them anew (`--only`), the others staying as they were: the figures are kept beside the page,
//! which is made from them. The page holds machine, commands, figures and goals; a missed goal stands there with its reason.
//! Nothing fails by being slow: whoever reads the page decides. Best on a machine that does nothing else; its load stands in
//! the page too.

mod console;
mod floor;
mod large;
mod machine;
mod models;
mod page;
mod redact;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use serde_json::{Map, Value, json};

use crate::{
    cluster,
    component::{self, Family},
    console as ui,
    error::XtaskError,
    ollama, process, programs, tools,
    workspace::Workspace,
};

/// Where the figures are published.
const PAGE: &str = "docs/benchmarks.md";
/// What it is made from.
const FIGURES: &str = "docs/benchmarks.json";

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Show the page instead of writing it.
    #[arg(long)]
    dry: bool,
    /// Measure one part anew: policy, start, large, redact, models, floor or console. The other figures stay; with `page` all do, and only the page
    /// is written.
    #[arg(long, value_parser = ["policy", "start", "large", "redact", "models", "floor", "console", "page"])]
    only: Option<String>,
}

/// Builds, measures, writes the page.
///
/// # Errors
/// A build that fails, a control plane that does not start, a bench that ends with an error.
pub(crate) fn run(workspace: &Workspace, args: &BenchArgs) -> Result<(), XtaskError> {
    let malformed = || XtaskError::malformed("the bench's figures");
    let mut figures = if args.only.is_some() { kept(workspace)? } else { Map::new() };
    let before = machine::Machine::look()?;
    if args.only.as_deref() != Some("page") {
        let on = json!({"load": before.load, "day": before.day, "processor": before.processor, "profile": programs::RELEASE});
        for (part, measured) in measured(workspace, args.only.as_deref())? {
            figures.insert(format!("{part}_on"), on.clone());
            figures.insert(part, measured);
        }
    }
    let page = page::page(&before, &serde_json::from_value(figures.clone().into()).map_err(malformed())?)?;
    if args.dry {
        print!("{page}");
        return Ok(());
    }
    let text = serde_json::to_string_pretty(&figures).map_err(malformed())? + "\n";
    for (name, text) in [(PAGE, page), (FIGURES, text)] {
        let path = workspace.root.join(name);
        fs::write(&path, text).map_err(XtaskError::file("write", &path))?;
    }
    workspace.progress.say(format!("written: {PAGE}"));
    Ok(())
}

/// Builds what is measured and measures it, by part.
fn measured(workspace: &Workspace, only: Option<&str>) -> Result<Map<String, Value>, XtaskError> {
    if only == Some("redact") {
        return alone(workspace, "redact", Path::new("-"));
    }
    let components = component::build(workspace, &[Family::Plugins], false)?.components;
    if only == Some("models") {
        return alone(workspace, "models", &components);
    }
    let names = if only == Some("console") { &[programs::HOST][..] } else { &[programs::HOST, programs::BENCH] };
    programs::build_measured(workspace, names)?;
    let host = programs::measured(workspace, programs::HOST);
    let plane = cluster::start_for_tests(workspace)?;
    let real = ui::Real { host: &host, components: &components, plane: &plane, yes: false, none_is_fine: false };
    let mut figures = Map::new();
    if only.is_none_or(|only| only == "console") {
        ui::build(workspace)?;
        figures.insert("console".to_owned(), ui::measured(workspace, &real)?);
    }
    if only != Some("console") {
        figures.append(&mut of_the_host(workspace, only, &real)?);
    }
    Ok(figures)
}

/// A part alone that needs neither a host nor a cluster.
fn alone(workspace: &Workspace, part: &str, components: &Path) -> Result<Map<String, Value>, XtaskError> {
    programs::build_measured(workspace, &[programs::BENCH])?;
    let step = workspace.progress.step("Measure");
    let mut command = Command::new(programs::measured(workspace, programs::BENCH));
    command.arg("--components").arg(components);
    // Places nothing is looked for in.
    for place in ["--host", "--judge", "--bench"] {
        command.args([place, "-"]);
    }
    let text = process::output(command.args(["--only", part]))?;
    step.done("");
    serde_json::from_str(text.trim()).map_err(XtaskError::malformed("the bench's figures"))
}

/// What `tests/bench` measures: everything but the console.
fn of_the_host(
    workspace: &Workspace,
    only: Option<&str>,
    real: &ui::Real<'_>,
) -> Result<Map<String, Value>, XtaskError> {
    let judge = if only.is_none_or(|only| only == "policy") { build_judge(workspace)? } else { PathBuf::from("-") };
    let model =
        if only.is_none_or(|only| only == "floor") { Some(ollama::start_for_tests(workspace, false)?) } else { None };
    let step = workspace.progress.step("Measure");
    let mut command = Command::new(programs::measured(workspace, programs::BENCH));
    command.arg("--host").arg(real.host).arg("--components").arg(real.components).arg("--judge").arg(judge);
    command.arg("--bench").arg(workspace.root.join("plugins/policy-baseline/bench"));
    command.env("KUBECHAT_TESTPLANE_DIR", real.plane.dir()).env("KUBECHAT_TESTPLANE_BIN", real.plane.program());
    if model.is_some() {
        ollama::ForTests::tell(&mut command);
    }
    if let Some(part) = only {
        command.args(["--only", part]);
    }
    let text = process::output(&mut command)?;
    step.done("");
    serde_json::from_str(text.trim()).map_err(XtaskError::malformed("the bench's figures"))
}

/// The figures of the last run.
fn kept(workspace: &Workspace) -> Result<Map<String, Value>, XtaskError> {
    let path = workspace.root.join(FIGURES);
    let text = fs::read_to_string(&path).map_err(XtaskError::file("read", &path))?;
    serde_json::from_str(&text).map_err(XtaskError::malformed(FIGURES))
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
