//! `cargo xtask up`: from a fresh clone to a host somebody can talk to.
//!
//! It decides on the cluster first, because that may need an answer; then builds the host, the components and
//! (for the demo) the control plane at once; then starts what is not running, says what to type, and stays until
//! Ctrl-C. Every part is kept by content or by cargo, so a second start takes seconds and an interrupted one goes
//! on where it was. What it started ends with it. Nothing is faked: what cannot be had is named with the command
//! that gets it.

mod bin;
mod choice;
mod config;
mod kubeconfig;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Instant,
};

use clap::{Args, ValueEnum};

use self::choice::{Choice, Surroundings};
use crate::{
    cluster::{self, Lifetime, Plane},
    component::{self, Built, Family},
    console,
    error::XtaskError,
    host, process, programs, progress,
    workspace::Workspace,
};

/// Options of `cargo xtask up`.
#[derive(Args, Default)]
pub(crate) struct UpArgs {
    /// Use this cluster instead of KUBECONFIG's or the demo's.
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    kubeconfig: Option<PathBuf>,
    /// A context of the kubeconfig, instead of its current one.
    #[arg(long, value_name = "NAME", conflicts_with = "demo")]
    context: Option<String>,
    /// Start the demo cluster, whatever KUBECONFIG says.
    #[arg(long)]
    demo: bool,
    /// What the host may do; read-only by default on a cluster that is not on this machine.
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// Agree to a cluster that is not on this machine, and to installing what is missing (Debian, as root).
    #[arg(long)]
    yes: bool,
    /// Where the host listens; loopback only.
    #[arg(long, default_value = DEFAULT_LISTEN)]
    listen: Option<SocketAddr>,
}

const DEFAULT_LISTEN: &str = "127.0.0.1:7080";

/// What the host may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// The cluster is read, nothing is planned.
    ReadOnly,
    /// Plans are made and shown, nothing is executed.
    SuggestOnly,
    /// Plans run after policy and approval.
    Guarded,
}

impl Mode {
    fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::SuggestOnly => "suggest-only",
            Self::Guarded => "guarded",
        }
    }
}

/// Everything the host is started with.
struct Prepared {
    built: Built,
    console: PathBuf,
    /// Kept alive as long as the host runs: dropping it ends the control plane.
    plane: Option<Plane>,
}

/// Runs until the host ends or somebody ends us.
///
/// # Errors
/// A cluster nobody agreed to, a missing program with the command that gets it, a failed build, a host that ends.
pub(crate) fn run(workspace: &Workspace, args: &UpArgs) -> Result<(), XtaskError> {
    let started = Instant::now();
    let listen = args.listen.unwrap_or_else(|| DEFAULT_LISTEN.parse().expect("a constant that parses"));
    if host::answers(listen) {
        workspace.progress.say(format!("a host is already listening on {listen}; nothing to start"));
        next_steps(workspace, listen, None, None);
        return Ok(());
    }
    let choice = choice::choose(args, &surroundings(workspace))?;
    let mode = choice::mode(args, &choice);
    let prepared = prepare(workspace, &choice, args.yes)?;
    bin::link(workspace)?;
    let config = config::write(workspace, &choice, prepared.plane.as_ref())?;
    let host = host::Host::start(
        workspace,
        &host::Options {
            program: &bin::program(workspace),
            config: &config,
            listen,
            mode: mode.as_str(),
            variables: &[
                ("KUBECHAT_COMPONENTS_DIR", &prepared.built.components),
                ("KUBECHAT_CONSOLE_DIR", &prepared.console),
            ],
        },
    )?;
    workspace.progress.say(format!("ready after {}, {}", progress::seconds(started.elapsed()), mode.as_str()));
    let link = login(workspace, listen)?;
    next_steps(workspace, listen, Some(&link), prepared.plane.as_ref());
    let ended = host.wait(&workspace.progress);
    drop(prepared.plane);
    ended
}

fn surroundings(workspace: &Workspace) -> Surroundings<'_> {
    let kubeconfig = std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".kube/config"));
    let ask: Option<&dyn Fn(&str) -> bool> = choice::terminal().then_some(&choice::ask);
    Surroundings { kubeconfig, home_config: home.filter(|path| path.is_file()), ask, progress: &workspace.progress }
}

/// All builds at once. The control plane starts on this thread, because it ends with the thread that started it.
fn prepare(workspace: &Workspace, choice: &Choice, yes: bool) -> Result<Prepared, XtaskError> {
    thread::scope(|scope| {
        let host = scope.spawn(|| programs::build_host(workspace));
        let components = scope.spawn(|| component::build(workspace, &[Family::Plugins], yes));
        let console = scope.spawn(|| console::build(workspace));
        let plane = match choice {
            Choice::Demo => Some(cluster::start_demo(workspace, Lifetime::WithUs)).transpose(),
            Choice::Own(_) => Ok(None),
        };
        let joined = "builds report errors and never panic";
        let (host, components) = (host.join().expect(joined), components.join().expect(joined));
        let console = console.join().expect(joined);
        host?;
        Ok(Prepared { built: components?, console: console?, plane: plane? })
    })
}

/// A link that logs a browser in, from the host that was just started.
fn login(workspace: &Workspace, listen: SocketAddr) -> Result<String, XtaskError> {
    let mut command = Command::new(bin::program(workspace));
    command.args(["login", "--server", &listen.to_string()]);
    Ok(process::output(&mut command)?.trim().to_owned())
}

fn next_steps(workspace: &Workspace, listen: SocketAddr, link: Option<&str>, plane: Option<&Plane>) {
    let mut lines = vec![String::new()];
    if let Some(link) = link {
        lines.push("In a browser (once, within a minute; `kubechat login` prints another link):".to_owned());
        lines.push(format!("  {link}"));
    }
    lines.extend([
        "In another terminal:".to_owned(),
        format!("  export PATH=\"{}:$PATH\"", bin::dir(workspace).display()),
    ]);
    if listen.to_string() != DEFAULT_LISTEN {
        lines.push(format!("  export KUBECHAT_LISTEN={listen}"));
    }
    lines.push("  kubechat ask \"what is broken?\"".to_owned());
    if let Some(plane) = plane {
        lines.push("  kubechat ask \"scale web to 5\"".to_owned());
        lines.push(format!(
            "  {} --kubeconfig {} get pods",
            plane.kubectl_path().display(),
            plane.kubeconfig("editor").display()
        ));
    }
    lines.push("  kubechat undo; kubechat audit list".to_owned());
    lines.push("Ctrl-C here ends everything that was started here.".to_owned());
    workspace.progress.say(lines.join("\n"));
}
