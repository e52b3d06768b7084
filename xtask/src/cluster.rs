//! The demo cluster: a real control plane on loopback with a small workload and faults planted in it.
//!
//! State is one folder, `$KUBECHAT_CLUSTER_DIR` or `cluster` in the cache: certificates, etcd's data, the
//! audit log, a kubeconfig per user. `up` takes what is there: a running control plane, a stopped one
//! with its data, or nothing. What a control plane is, `tests/components/testplane` says; this is only
//! its life cycle. Linux only: elsewhere there is kind.

mod binary;
mod demo;
mod plane;

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(crate) use self::plane::{Lifetime, Plane};
use crate::{error::XtaskError, workspace::Workspace};

/// Who the demo's and the tests' control planes know, each with a token and a kubeconfig. `admin` is
/// there besides, by certificate.
pub(crate) const USERS: [&str; 4] = ["editor", "second", "viewer", "nobody"];

/// `cargo xtask cluster …`.
#[derive(Args)]
pub(crate) struct ClusterArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Start the demo cluster and its workload; what is there already stays.
    Up {
        /// Only the control plane and its nodes.
        #[arg(long)]
        empty: bool,
    },
    /// Stop the demo cluster; its state stays for the next `up`.
    Down,
    /// Show whether it runs, and where.
    Status,
    /// Stop it, forget its state, start it anew.
    Reset,
    /// Print the path of a user's kubeconfig.
    Kubeconfig {
        /// admin, editor, second, viewer or nobody.
        #[arg(long = "as", value_name = "USER", default_value = "editor")]
        user: String,
    },
    /// Build the control plane's program if needed and print its path.
    Binary,
}

/// Runs one `cargo xtask cluster` command.
///
/// # Errors
/// What the command says.
pub(crate) fn run(workspace: &Workspace, args: &ClusterArgs) -> Result<(), XtaskError> {
    match &args.action {
        Action::Up { empty } => up(workspace, *empty),
        Action::Down => down(workspace),
        Action::Status => status(workspace),
        Action::Reset => reset(workspace),
        Action::Kubeconfig { user } => kubeconfig(workspace, user),
        Action::Binary => {
            println!("{}", binary::get(workspace)?.display());
            Ok(())
        }
    }
}

/// Starts the demo cluster, or takes the one that runs, and applies the demo to it.
///
/// A cluster that ran before keeps its own lifetime, whatever is asked here.
///
/// # Errors
/// When the program can't be built or started, or the demo can't be applied.
pub(crate) fn start_demo(workspace: &Workspace, lifetime: Lifetime) -> Result<Plane, XtaskError> {
    let plane = start(workspace, lifetime)?;
    demo::apply(workspace, &plane)?;
    Ok(plane)
}

/// Starts a control plane for one test run, in a new folder; it ends with this process. Tests find it by
/// `KUBECHAT_TESTPLANE_DIR` = its folder and `KUBECHAT_TESTPLANE_BIN` = its program.
///
/// # Errors
/// When the program can't be built or started.
pub(crate) fn start_for_tests(workspace: &Workspace) -> Result<Plane, XtaskError> {
    let program = binary::get(workspace)?;
    let runs = workspace.cache.root().join("testplane-runs");
    plane::forget_old_runs(&runs)?;
    let dir = runs.join(format!("run-{}", std::process::id()));
    let options = plane::Options { name: "testplane", namespace: "", lifetime: Lifetime::WithUs, api_server_args: &[] };
    Plane::start(&workspace.progress, &program, &dir, &options)
}

fn start(workspace: &Workspace, lifetime: Lifetime) -> Result<Plane, XtaskError> {
    let program = binary::get(workspace)?;
    let options = plane::Options {
        name: "demo",
        namespace: demo::NAMESPACE,
        lifetime,
        // Nobody's witness: it may be dropped rather than fill the disk.
        api_server_args: &["--audit-log-maxsize=100", "--audit-log-maxbackup=1"],
    };
    Plane::start(&workspace.progress, &program, &folder(workspace), &options)
}

fn folder(workspace: &Workspace) -> PathBuf {
    match std::env::var_os("KUBECHAT_CLUSTER_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => PathBuf::from(dir),
        None => workspace.cache.root().join("cluster"),
    }
}

fn up(workspace: &Workspace, empty: bool) -> Result<(), XtaskError> {
    let plane = if empty { start(workspace, Lifetime::Detached)? } else { start_demo(workspace, Lifetime::Detached)? };
    let say = |line: String| workspace.progress.say(line);
    say(format!("the cluster is at {}; its state is in {}", plane.url(), plane.dir().display()));
    say("next:  export KUBECONFIG=$(cargo xtask cluster kubeconfig --as editor)".to_owned());
    say(format!("       {} get pods", plane.kubectl_path().display()));
    Ok(())
}

fn down(workspace: &Workspace) -> Result<(), XtaskError> {
    let stopped = plane::stop(&workspace.progress, &folder(workspace))?;
    if !stopped {
        workspace.progress.say("no demo cluster runs");
    }
    Ok(())
}

fn status(workspace: &Workspace) -> Result<(), XtaskError> {
    let dir = folder(workspace);
    let Some(plane) = Plane::attach(&dir)? else {
        println!("stopped\nstate      {}{}", dir.display(), if dir.is_dir() { "" } else { " (none yet)" });
        return Ok(());
    };
    println!("running    {} (pid {})", plane.url(), plane.pid());
    println!("state      {}", dir.display());
    println!("audit log  {}", plane.audit().display());
    println!("log        {}", plane.log().display());
    println!("kubectl    {}", plane.kubectl_path().display());
    for user in std::iter::once("admin").chain(USERS) {
        println!("{user:<10} {}", plane.kubeconfig(user).display());
    }
    Ok(())
}

fn reset(workspace: &Workspace) -> Result<(), XtaskError> {
    let dir = folder(workspace);
    plane::stop(&workspace.progress, &dir)?;
    plane::forget(&dir)?;
    up(workspace, false)
}

fn kubeconfig(workspace: &Workspace, user: &str) -> Result<(), XtaskError> {
    if user != "admin" && !USERS.contains(&user) {
        let known = USERS.join(", ");
        return Err(XtaskError::refused(
            format!("the demo cluster has no user {user:?}"),
            format!("one of admin, {known}"),
        ));
    }
    let path = folder(workspace).join(format!("{user}.kubeconfig"));
    if !path.is_file() {
        return Err(XtaskError::refused("there is no demo cluster yet", "cargo xtask cluster up"));
    }
    println!("{}", path.display());
    Ok(())
}
