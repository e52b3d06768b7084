//! `cargo xtask package`: the program as people install it, in `target/dist`.
//!
//! One file, `kubechat`, optimised, with our components, their digest list and the console inside; `kubectl-chat` is the same file under
//! kubectl's name; `SHA256SUMS` has both. Before it is called done it is tried: started from an empty folder of its own,
//! with nothing of this checkout to be found, it has to become ready, which it only does when its own provider and policy
//! pack load. Paths of this machine are left out of its own code; the components inside may still name where their crates
//! lay. What it does not do: sign, or build for another platform.

use std::{
    env, fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use sha2::{Digest as _, Sha256};

use crate::{
    cache::{create_dir, remove_dir},
    component::{self, Family},
    console,
    error::XtaskError,
    host, process, programs, tools,
    workspace::Workspace,
};

/// What people type: by itself, and as kubectl's plugin.
const NAMES: [&str; 2] = ["kubechat", "kubectl-chat"];
/// Nobody answers there; a host gets ready without its clusters.
const NOWHERE: &str = "{apiVersion: v1, kind: Config, current-context: c, \
    clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}], \
    contexts: [{name: c, context: {cluster: c, user: u}}], users: [{name: u, user: {}}]}";

/// Options of `cargo xtask package`.
#[derive(Args)]
pub(crate) struct PackageArgs {
    /// Install what is missing without asking (Debian, as root).
    #[arg(long)]
    yes: bool,
}

/// Builds, lays out and tries it.
///
/// # Errors
/// What does not build; a program that does not get ready by itself.
pub(crate) fn run(workspace: &Workspace, args: &PackageArgs) -> Result<(), XtaskError> {
    let components = component::build(workspace, &[Family::Plugins], args.yes)?.components;
    let console = console::build(workspace)?;
    let program = build(workspace, &components, &console)?;
    let dist = lay_out(workspace, &program)?;
    try_out(workspace, &dist)?;
    workspace.progress.say(format!("{} is ready to be copied anywhere on this platform", workspace.shown(&dist)));
    Ok(())
}

/// The optimised program. Here one package is built by itself, with all it embeds: only what is measured shares the profile.
fn build(workspace: &Workspace, components: &Path, console: &Path) -> Result<PathBuf, XtaskError> {
    let step = workspace.progress.step("Build the release program (10 minutes or more the first time)");
    let mut command = Command::new(tools::cargo());
    command.current_dir(&workspace.root).args(["build", "--release", "--locked", "--package", "kubechat-server"]);
    command.args(["--features", "embedded", "--bin", programs::HOST]);
    command.env("KUBECHAT_EMBED", components).env("KUBECHAT_EMBED_CONSOLE", console).env_remove("RUSTFLAGS");
    command.env("CARGO_ENCODED_RUSTFLAGS", remapped(workspace).join("\u{1f}"));
    process::quiet(&step, &mut command)?;
    step.done("");
    Ok(workspace.target.join("release").join(programs::HOST))
}

/// Where sources lie on this machine is nobody's business and would make two machines' programs differ.
fn remapped(workspace: &Workspace) -> Vec<String> {
    let home = env::var_os("HOME").map(PathBuf::from);
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| home.map(|home| home.join(".cargo")));
    let map = |path: &Path, name: &str| format!("--remap-path-prefix={}={name}", path.display());
    cargo.iter().map(|path| map(path, "cargo")).chain([map(&workspace.root, "kubechat")]).collect()
}

fn lay_out(workspace: &Workspace, program: &Path) -> Result<PathBuf, XtaskError> {
    let dist = workspace.root.join("target/dist");
    remove_dir(&dist)?;
    create_dir(&dist)?;
    let bytes = fs::read(program).map_err(XtaskError::file("read", program))?;
    let digest = hex::encode(Sha256::digest(&bytes));
    let mut sums = String::new();
    for name in NAMES {
        let place = dist.join(name);
        fs::copy(program, &place).map_err(XtaskError::file("write", &place))?;
        sums.push_str(&format!("{digest}  {name}\n"));
    }
    let place = dist.join("SHA256SUMS");
    fs::write(&place, sums).map_err(XtaskError::file("write", &place))?;
    Ok(dist)
}

/// Starts it where nothing of this checkout can be found; `/readyz` says 200 only when provider and pack are there.
fn try_out(workspace: &Workspace, dist: &Path) -> Result<(), XtaskError> {
    let folder = env::temp_dir().join(format!("kubechat-package-{}", std::process::id()));
    remove_dir(&folder)?;
    create_dir(&folder)?;
    let tried = started(workspace, dist, &folder);
    remove_dir(&folder)?;
    tried
}

fn started(workspace: &Workspace, dist: &Path, folder: &Path) -> Result<(), XtaskError> {
    let program = folder.join(NAMES[0]);
    fs::copy(dist.join(NAMES[0]), &program).map_err(XtaskError::file("write", &program))?;
    let (kubeconfig, config) = (folder.join("kubeconfig"), folder.join("kubechat.toml"));
    fs::write(&kubeconfig, NOWHERE).map_err(XtaskError::file("write", &kubeconfig))?;
    let text = format!(
        "data_dir = \"{}\"\n[[principals]]\nname = \"mira\"\nclusters = [{{name = \"c\", kubeconfig = \"{}\"}}]\n",
        folder.join("data").display(),
        kubeconfig.display()
    );
    fs::write(&config, text).map_err(XtaskError::file("write", &config))?;
    let run = folder.join("run");
    create_dir(&run)?;
    let variables = [("HOME", folder), ("XDG_RUNTIME_DIR", &run), ("XDG_CACHE_HOME", folder)];
    let options = host::Options {
        program: &program,
        config: &config,
        listen: free_port()?,
        mode: "guarded",
        variables: &variables,
    };
    host::Host::start(workspace, &options)?.stop();
    Ok(())
}

/// A port nobody listens on right now.
fn free_port() -> Result<SocketAddr, XtaskError> {
    let found = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    found.map_err(XtaskError::file("listen on", "127.0.0.1"))
}
