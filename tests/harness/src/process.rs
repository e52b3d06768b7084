//! The control plane's process: where its program is, how it starts, what it says when it is ready.

use std::{
    collections::HashMap,
    fs::{self, File},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde::Deserialize;

use crate::{
    error::{HarnessError, Outcome},
    plane::User,
    wait::wait_for,
};

/// A start takes 3 s; beside a full build it took up to 20 s, and with 30,000 pods to write before a minute more.
const READY_WITHIN: Duration = Duration::from_secs(300);
/// Building the program from nothing takes up to 20 minutes on two cores.
const PROGRAM_WITHIN: Duration = Duration::from_secs(40 * 60);
/// Folders of ended planes that stay for a look at their logs.
const OVER_KEPT: usize = 3;
const LOG_LINES_SHOWN: usize = 20;

/// What a control plane says in `ready.json`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Ready {
    pub(crate) url: String,
    pub(crate) pid: u32,
    pub(crate) etcd: String,
    /// PEM in base64, as a kubeconfig wants it.
    pub(crate) ca: String,
    pub(crate) tokens: HashMap<String, String>,
    pub(crate) audit: PathBuf,
    pub(crate) log: PathBuf,
    /// Ends in a slash; a hook's name follows.
    pub(crate) hooks: String,
}

/// The program: the one named in the environment, else the one xtask has or builds.
pub(crate) async fn program() -> Outcome<PathBuf> {
    if let Some(path) = std::env::var_os("KUBECHAT_TESTPLANE_BIN") {
        return Ok(PathBuf::from(path));
    }
    let no_program = |why: String| HarnessError::NoProgram { why };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let asked = tokio::process::Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask", "--profile", "ci", "--", "cluster", "binary"])
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit()) // its progress, and why it failed
        .kill_on_drop(true)
        .output();
    let answer = tokio::time::timeout(PROGRAM_WITHIN, asked)
        .await
        .map_err(|_| no_program(format!("`cargo xtask cluster binary` took longer than {PROGRAM_WITHIN:?}")))?
        .map_err(|cause| no_program(format!("`cargo xtask cluster binary` did not start: {cause}")))?;
    let said = String::from_utf8_lossy(&answer.stdout);
    match said.lines().last() {
        Some(path) if answer.status.success() => Ok(PathBuf::from(path)),
        _ => Err(no_program(format!("`cargo xtask cluster binary` ended with {}", answer.status))),
    }
}

/// A new folder for one plane of this process, under the system's temporary folder: the path of a socket
/// in it must stay short.
pub(crate) fn new_folder() -> Outcome<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let planes = std::env::temp_dir().join("kubechat-planes");
    forget_planes_that_are_over(&planes);
    let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let dir = planes.join(name);
    fs::create_dir_all(&dir).map_err(HarnessError::file(&dir))?;
    Ok(dir)
}

/// Best effort: a folder that can't be removed is no reason to fail a test.
fn forget_planes_that_are_over(planes: &Path) {
    let Ok(entries) = fs::read_dir(planes) else { return };
    let mut over: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.path().join("pid").is_file() && !alive(&entry.path()))
        .map(|entry| (entry.metadata().and_then(|meta| meta.modified()).ok(), entry.path()))
        .collect();
    over.sort();
    for (_, dir) in over.iter().take(over.len().saturating_sub(OVER_KEPT)) {
        let _ = fs::remove_dir_all(dir);
    }
}

/// How large a control plane's cluster is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) nodes: u32,
    /// Written before the controllers run, with all that belongs to them; zero for none.
    pub(crate) pods: u32,
}

impl Size {
    /// Three nodes and nothing on them.
    pub(crate) const EMPTY: Self = Self { nodes: 3, pods: 0 };
}

/// Starts a control plane in `dir` that dies with this process. Port 0: any.
pub(crate) async fn start(program: &Path, dir: &Path, port: u16, size: Size) -> Outcome<(Child, Ready)> {
    let out_path = dir.join("out");
    let out = File::create(&out_path).map_err(HarnessError::file(&out_path))?;
    let err = out.try_clone().map_err(HarnessError::file(&out_path))?;
    // The last one's word must not be taken for the new one's.
    let _ = fs::remove_file(dir.join("ready.json"));
    let mut command = Command::new(program);
    command.args(["up", "-die-with-parent", "-port", &port.to_string(), "-dir"]).arg(dir);
    command.args(["-nodes", &size.nodes.to_string(), "-fill", &size.pods.to_string()]);
    for user in User::WITH_TOKEN {
        command.args(["-user", user.name()]);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .process_group(0) // Ctrl-C ends the tests, and the end of the tests ends it
        .spawn()
        .map_err(|cause| HarnessError::NoProgram { why: format!("{} does not start: {cause}", program.display()) })?;
    let ready = wait_for("the control plane to be ready", READY_WITHIN, || {
        let ended = child.try_wait().ok().flatten();
        let ready = read_ready(dir);
        async move {
            match (ready, ended) {
                (Ok(ready), _) => Ok(Ok(ready)),
                (Err(_), Some(status)) => Ok(Err(status)),
                (Err(error), None) => Err(error),
            }
        }
    })
    .await;
    match ready {
        Ok(Ok(ready)) => Ok((child, ready)),
        Ok(Err(status)) => Err(trouble(dir, format!("ended before it was ready, {status}"))),
        Err(waited) => {
            // Already gone is as good as killed.
            let _ = child.kill();
            let _ = child.wait();
            Err(trouble(dir, format!("is not ready: {waited}")))
        }
    }
}

/// Whether the control plane in `dir` is alive: it holds the lock on `pid` as long as it lives.
pub(crate) fn alive(dir: &Path) -> bool {
    File::open(dir.join("pid")).is_ok_and(|pid| pid.try_lock().is_err())
}

pub(crate) fn read_ready(dir: &Path) -> Outcome<Ready> {
    let path = dir.join("ready.json");
    let body = fs::read(&path).map_err(HarnessError::file(&path))?;
    serde_json::from_slice(&body).map_err(HarnessError::malformed(path.display().to_string()))
}

/// An error about the plane in `dir`, with what it said last.
pub(crate) fn trouble(dir: &Path, what: String) -> HarnessError {
    let log = dir.join("testplane.log");
    let said = fs::read_to_string(dir.join("out")).unwrap_or_default();
    let lines = fs::read(&log).unwrap_or_default();
    let lines = String::from_utf8_lossy(&lines);
    let skipped = lines.lines().count().saturating_sub(LOG_LINES_SHOWN);
    let tail = said.lines().chain(lines.lines().skip(skipped)).collect::<Vec<_>>().join("\n");
    HarnessError::Plane { what, log, tail }
}
