//! `cargo xtask ui`: the console's build, what checks it without a host, and its journeys with one.
//!
//! What `ui/` builds is kept in the cache by the content of its sources and of `docs/openapi.json`, so an unchanged console
//! costs one hash and needs no Node. It is put into `target/console`, where a host that was built here looks for it.
//! Packages come from the lockfile alone (`npm ci`); they are kept in `ui/node_modules`, and by npm in its own cache.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use serde_json::Value;

use crate::{
    cache::{self, Key, KeyBuilder, Origin},
    cluster::{self, Plane},
    component::{self, Family},
    error::XtaskError,
    process, programs, tools,
    workspace::Workspace,
};

/// The cache's folders of built consoles.
const KIND: &str = "console";
const KEPT_MAX: usize = 10;
/// Of the lockfile that `node_modules` was made from.
const STAMP: &str = "ui/node_modules/.kubechat-lock";
/// Folders of `ui/` that no build reads, or that it makes.
const NO_SOURCES: [&str; 4] = ["src/locales/", "e2e/", "test-results/", "playwright-report/"];

/// Options of `cargo xtask ui`.
#[derive(Args)]
pub(crate) struct UiArgs {
    /// Check types, catalogues and sizes and run its tests as well.
    #[arg(long)]
    check: bool,
    /// Run its journeys: a browser on a real host on a real control plane.
    #[arg(long)]
    journeys: bool,
    /// Only journeys whose title or file contains this.
    #[arg(long, value_name = "TEXT", requires = "journeys")]
    only: Option<String>,
    /// Install what is missing without asking (Debian, as root).
    #[arg(long)]
    yes: bool,
}

/// What journeys are run with.
pub(crate) struct Real<'a> {
    /// The host's program.
    pub(crate) host: &'a Path,
    /// The folder of our components.
    pub(crate) components: &'a Path,
    /// The control plane.
    pub(crate) plane: &'a Plane,
    /// Install a missing browser without asking.
    pub(crate) yes: bool,
    /// Whether a filter may fit no journey: it is meant for all tests, most of which are none.
    pub(crate) none_is_fine: bool,
}

/// Builds it, and checks it where that was asked for.
///
/// # Errors
/// No Node (with what gets it), what does not build, a check that fails.
pub(crate) fn run(workspace: &Workspace, args: &UiArgs) -> Result<(), XtaskError> {
    let built = build(workspace)?;
    workspace.progress.say(format!("the console is in {}", workspace.shown(&built)));
    if args.check {
        check(workspace, &mut |_| {})?;
    }
    if args.journeys {
        let components = component::build(workspace, &[Family::Plugins], args.yes)?.components;
        let host = programs::build_host(workspace)?;
        let plane = cluster::start_for_tests(workspace)?;
        let real = Real { host: &host, components: &components, plane: &plane, yes: args.yes, none_is_fine: false };
        journeys(workspace, &real, args.only.as_deref(), &mut |_| {})?;
    }
    Ok(())
}

/// Its journeys, on the console that was built last.
///
/// # Errors
/// No browser (with what gets it), or a journey that fails.
pub(crate) fn journeys(
    workspace: &Workspace,
    real: &Real<'_>,
    only: Option<&str>,
    read: &mut dyn FnMut(&str),
) -> Result<(), XtaskError> {
    install(workspace)?;
    let step = workspace.progress.step("Walk through the console");
    let browser = tools::chromium(&step, real.yes)?;
    let mut command = playwright(workspace, real, &browser);
    command.args(only).args(real.none_is_fine.then_some("--pass-with-no-tests"));
    process::shown_to(&mut command, |line| read(line))?;
    step.done("");
    Ok(())
}

/// What a browser measures of the console that was built last (`ui/e2e/measure`), as it writes it down.
///
/// # Errors
/// No browser, or a measurement that could not be made.
pub(crate) fn measured(workspace: &Workspace, real: &Real<'_>) -> Result<Value, XtaskError> {
    install(workspace)?;
    let step = workspace.progress.step("Measure the console (half an hour)");
    let browser = tools::chromium(&step, real.yes)?;
    let out = workspace.target.join("console-figures.json");
    // Each part adds its own to what is there.
    fs::write(&out, "{}").map_err(XtaskError::file("write", &out))?;
    let mut command = playwright(workspace, real, &browser);
    process::quiet(&step, command.arg("--project=measure").env("KUBECHAT_MEASURE", &out))?;
    step.done("");
    let text = fs::read_to_string(&out).map_err(XtaskError::file("read", &out))?;
    serde_json::from_str(&text).map_err(XtaskError::malformed("the console's figures"))
}

/// The browser's tests, told where everything is.
fn playwright(workspace: &Workspace, real: &Real<'_>, browser: &Path) -> Command {
    let mut command = npm(workspace);
    command.args(["run", "--silent", "journeys", "--"]);
    command.env("KUBECHAT_CHROMIUM", browser).env("KUBECHAT_BIN", real.host).env("NO_COLOR", "1");
    command.env("KUBECHAT_COMPONENTS_DIR", real.components);
    command.env("KUBECHAT_CONSOLE_DIR", workspace.target.join("console"));
    command.env("KUBECHAT_TESTPLANE_DIR", real.plane.dir()).env("KUBECHAT_TESTPLANE_BIN", real.plane.program());
    command
}

/// Builds it and says where it is.
///
/// # Errors
/// See [`run`].
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    let step = workspace.progress.step("Build the console");
    let (place, origin) = workspace.cache.get_or_make(KIND, &key(workspace)?, |dir| {
        install(workspace)?;
        process::quiet(&step, npm(workspace).args(["run", "build"]))?;
        copy(&workspace.root.join("ui/dist"), dir)
    })?;
    workspace.cache.prune(KIND, KEPT_MAX)?;
    let out = workspace.target.join("console");
    cache::remove_dir(&out)?;
    copy(&place, &out)?;
    step.done(if origin == Origin::Found { "unchanged" } else { "" });
    Ok(out)
}

/// Types, catalogues, tests, and the gates on what was built.
///
/// # Errors
/// The first of them that fails.
pub(crate) fn check(workspace: &Workspace, read: &mut dyn FnMut(&str)) -> Result<(), XtaskError> {
    install(workspace)?;
    for (what, script) in [("Check the console", "check"), ("Test the console", "test"), ("Weigh the console", "gates")]
    {
        let step = workspace.progress.step(what);
        let mut command = npm(workspace);
        command.args(["run", "--silent", script]);
        command.env("KUBECHAT_CONSOLE_DIR", workspace.target.join("console")).env("NO_COLOR", "1");
        process::shown_to(&mut command, |line| read(line))?;
        step.done("");
    }
    Ok(())
}

/// Its packages, as the lockfile names them.
///
/// # Errors
/// No Node, or what npm says.
pub(crate) fn install(workspace: &Workspace) -> Result<(), XtaskError> {
    tools::node()?;
    let lockfile = workspace.root.join("ui/package-lock.json");
    let wanted = fs::read(&lockfile).map_err(XtaskError::file("read", &lockfile))?;
    let stamp = workspace.root.join(STAMP);
    if fs::read(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    let step = workspace.progress.step("Fetch the console's packages");
    process::quiet(&step, npm(workspace).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).map_err(XtaskError::file("write", &stamp))?;
    step.done("");
    Ok(())
}

/// npm in the console's folder.
pub(crate) fn npm(workspace: &Workspace) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(workspace.root.join("ui"));
    command
}

/// Everything in `ui/` but what is built and what only tests read.
fn key(workspace: &Workspace) -> Result<Key, XtaskError> {
    let ui = workspace.root.join("ui");
    let mut key = KeyBuilder::new("console 1").file("openapi.json", &workspace.root.join("docs/openapi.json"))?;
    for path in cache::files_under(&ui)? {
        let name = path.strip_prefix(&ui).unwrap_or(&path).to_string_lossy().into_owned();
        if !NO_SOURCES.iter().any(|folder| name.starts_with(folder)) {
            key = key.file(&name, &path)?;
        }
    }
    Ok(key.finish())
}

fn copy(from: &Path, to: &Path) -> Result<(), XtaskError> {
    cache::create_dir(to)?;
    for entry in fs::read_dir(from).map_err(XtaskError::file("list", from))? {
        let path = entry.map_err(XtaskError::file("list", from))?.path();
        let place = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &place)?;
        } else {
            fs::copy(&path, &place).map_err(XtaskError::file("write", &place))?;
        }
    }
    Ok(())
}
