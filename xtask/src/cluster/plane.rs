//! One control plane's process: start it, find it again, stop it.
//!
//! The process itself holds a lock on `pid` in its folder as long as it lives, so a number in that file
//! is trusted only while the lock is held: a pid that the system gave to somebody else is never signalled.

use std::{
    fs::{self, File, TryLockError},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;

use super::USERS;
use crate::{
    cache::create_dir,
    error::XtaskError,
    process,
    progress::{Progress, Step},
};

/// A cold start takes 3 s; a busy machine may need ten times that.
const READY_WITHIN: Duration = Duration::from_secs(180);
/// It ends at once unless it hangs; then it is killed.
const ENDS_WITHIN: Duration = Duration::from_secs(10);
/// One that starts writes its number right after it took the lock.
const NUMBER_WITHIN: Duration = Duration::from_secs(2);
/// How often a file or a lock is looked at.
const POLL: Duration = Duration::from_millis(50);
/// Last lines of the log shown with a failure.
const LOG_LINES_SHOWN: usize = 20;
/// Test runs whose folders stay for a look at their logs.
const RUNS_KEPT: usize = 3;

/// Who ends the control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// `stop`, or a reboot.
    Detached,
    /// It ends when this process does, however this process ends.
    WithUs,
}

/// What a control plane is started with.
pub(super) struct Options<'a> {
    /// Of cluster and context in the kubeconfigs.
    pub(super) name: &'a str,
    /// The contexts' namespace; empty for none.
    pub(super) namespace: &'a str,
    /// Who ends it.
    pub(super) lifetime: Lifetime,
    /// More flags for kube-apiserver.
    pub(super) api_server_args: &'a [&'a str],
}

/// A control plane that answers.
pub(crate) struct Plane {
    dir: PathBuf,
    program: PathBuf,
    ready: Ready,
    /// Set when we started it and it is to end with us.
    child: Option<Child>,
}

/// The part of `ready.json` needed here.
#[derive(Deserialize)]
struct Ready {
    url: String,
    pid: u32,
    audit: PathBuf,
    log: PathBuf,
}

impl Plane {
    /// Takes the control plane that runs `program` in `dir`, else starts one there.
    ///
    /// # Errors
    /// When it can't be started or isn't ready within `READY_WITHIN`.
    pub(super) fn start(
        progress: &Progress,
        program: &Path,
        dir: &Path,
        options: &Options<'_>,
    ) -> Result<Self, XtaskError> {
        create_dir(dir)?;
        if let Some(plane) = Self::attach(dir)? {
            if plane.program == program {
                return Ok(plane);
            }
            stop(progress, dir)?;
        }
        let step = progress.step("Start the control plane");
        let note = dir.join("program");
        fs::write(&note, program.as_os_str().as_encoded_bytes()).map_err(XtaskError::file("write", &note))?;
        // One that was started and interrupted before it was ready holds the lock: waiting is enough.
        let mut child = match holder(dir)? {
            Some(_) => None,
            None => {
                forget_readiness(dir)?;
                Some(spawn(program, dir, options)?)
            }
        };
        let ready = wait_until_ready(dir, child.as_mut(), &step)?;
        step.done(&ready.url);
        let child = child.filter(|_| options.lifetime == Lifetime::WithUs);
        Ok(Self { dir: dir.to_owned(), program: program.to_owned(), ready, child })
    }

    /// The control plane that runs in `dir`, if one does and is ready.
    ///
    /// # Errors
    /// When its files can't be read.
    pub(super) fn attach(dir: &Path) -> Result<Option<Self>, XtaskError> {
        let Some(ready) = read_ready(dir)? else { return Ok(None) };
        let program = PathBuf::from(fs::read_to_string(dir.join("program")).unwrap_or_default());
        Ok(Some(Self { dir: dir.to_owned(), program, ready, child: None }))
    }

    /// Its state folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The API server.
    pub(crate) fn url(&self) -> &str {
        &self.ready.url
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.ready.pid
    }

    /// The API server's audit log.
    pub(crate) fn audit(&self) -> &Path {
        &self.ready.audit
    }

    /// What its components log.
    pub(crate) fn log(&self) -> &Path {
        &self.ready.log
    }

    /// The program it runs.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// A user's kubeconfig: `admin` or one of `USERS`.
    pub(crate) fn kubeconfig(&self, user: &str) -> PathBuf {
        self.dir.join(format!("{user}.kubeconfig"))
    }

    /// The kubectl that comes with the program.
    pub(crate) fn kubectl_path(&self) -> PathBuf {
        self.program.with_file_name("kubectl")
    }

    /// kubectl as the administrator.
    pub(crate) fn kubectl(&self) -> Command {
        let mut command = Command::new(self.kubectl_path());
        command.arg("--kubeconfig").arg(self.kubeconfig("admin"));
        command
    }
}

impl Drop for Plane {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It keeps nothing worth a graceful end, and one already gone is as good as killed.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Stops the control plane in `dir`; `false` when none runs.
///
/// # Errors
/// When it can't be stopped.
pub(super) fn stop(progress: &Progress, dir: &Path) -> Result<bool, XtaskError> {
    let Some(pid) = holder(dir)? else { return Ok(false) };
    let step = progress.step(format!("Stop the control plane (pid {pid})"));
    for signal in ["TERM", "KILL"] {
        // The shell's own `kill`: the program of that name is not on every machine.
        let sent = process::output(Command::new("sh").args(["-c", "kill -$0 $1", signal]).arg(pid.to_string()));
        let until = Instant::now() + ENDS_WITHIN;
        while Instant::now() < until {
            if holder(dir)?.is_none() {
                step.done("");
                return Ok(true);
            }
            thread::sleep(POLL);
        }
        sent?;
    }
    Err(XtaskError::refused(format!("process {pid} does not end"), format!("look at it: ps -fp {pid}")))
}

/// Removes a stopped control plane's folder.
///
/// # Errors
/// When one still runs there, or a file can't be removed.
pub(super) fn forget(dir: &Path) -> Result<(), XtaskError> {
    if let Some(pid) = holder(dir)? {
        return Err(XtaskError::refused(
            format!("{} is in use by process {pid}", dir.display()),
            "cargo xtask cluster down",
        ));
    }
    match fs::remove_dir_all(dir) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(XtaskError::file("remove", dir)(cause)),
        _ => Ok(()),
    }
}

/// Removes the folders of test runs that are over, but the latest few.
///
/// # Errors
/// When a file can't be removed.
pub(super) fn forget_old_runs(runs: &Path) -> Result<(), XtaskError> {
    let Ok(entries) = fs::read_dir(runs) else { return Ok(()) };
    let mut over = Vec::new();
    for entry in entries.flatten() {
        if holder(&entry.path())?.is_none() {
            over.push((entry.metadata().and_then(|meta| meta.modified()).ok(), entry.path()));
        }
    }
    over.sort();
    let surplus = over.len().saturating_sub(RUNS_KEPT);
    over.into_iter().take(surplus).try_for_each(|(_, dir)| forget(&dir))
}

/// The process that holds the folder's lock.
///
/// One that just took it has not written its number yet; that is waited for, `NUMBER_WITHIN`.
fn holder(dir: &Path) -> Result<Option<u32>, XtaskError> {
    let path = dir.join("pid");
    let until = Instant::now() + NUMBER_WITHIN;
    loop {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(XtaskError::file("open", path)(cause)),
        };
        match file.try_lock() {
            Ok(()) => return Ok(None),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(cause)) => return Err(XtaskError::file("lock", path)(cause)),
        }
        let text = fs::read_to_string(&path).map_err(XtaskError::file("read", &path))?;
        if !text.is_empty() || Instant::now() > until {
            return text.parse().map(Some).map_err(XtaskError::malformed(format!("pid in {}", path.display())));
        }
        drop(file);
        thread::sleep(POLL);
    }
}

/// The former process's word: while it is there, waiting for the next one would look at the lock that one is taking.
fn forget_readiness(dir: &Path) -> Result<(), XtaskError> {
    let path = dir.join("ready.json");
    match fs::remove_file(&path) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(XtaskError::file("remove", path)(cause)),
        _ => Ok(()),
    }
}

fn spawn(program: &Path, dir: &Path, options: &Options<'_>) -> Result<Child, XtaskError> {
    let said = dir.join("out");
    let out = File::create(&said).map_err(XtaskError::file("create", &said))?;
    let err = out.try_clone().map_err(XtaskError::file("open", &said))?;
    let mut command = Command::new(program);
    command.args(["up", "-name", options.name, "-namespace", options.namespace, "-dir"]).arg(dir);
    for user in USERS {
        command.args(["-user", user]);
    }
    for arg in options.api_server_args {
        command.args(["-apiserver-arg", arg]);
    }
    if options.lifetime == Lifetime::WithUs {
        command.arg("-die-with-parent");
    }
    // Its own group: Ctrl-C is for us, and we (or our end) then end it, after what uses it.
    process::spawn(command.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0))
}

fn wait_until_ready(dir: &Path, mut child: Option<&mut Child>, step: &Step) -> Result<Ready, XtaskError> {
    let until = Instant::now() + READY_WITHIN;
    while Instant::now() < until {
        if let Some(ready) = read_ready(dir)? {
            return Ok(ready);
        }
        let ended = match &mut child {
            Some(child) => child.try_wait().map_err(XtaskError::file("watch the process in", dir))?.is_some(),
            None => holder(dir)?.is_none(),
        };
        if ended {
            return Err(not_ready("ended before it was ready", dir));
        }
        step.detail("etcd, API server, controllers, scheduler, kwok");
        thread::sleep(POLL);
    }
    Err(not_ready("is not ready in time", dir))
}

fn not_ready(what: &str, dir: &Path) -> XtaskError {
    let log = dir.join("testplane.log");
    let mut tail = fs::read_to_string(dir.join("out")).unwrap_or_default();
    let lines = fs::read_to_string(&log).unwrap_or_default();
    let skipped = lines.lines().count().saturating_sub(LOG_LINES_SHOWN);
    tail.extend(lines.lines().skip(skipped).map(|line| format!("{line}\n")));
    let ending = format!("the control plane {what}; its log is {}", log.display());
    XtaskError::Program { program: "testplane up".to_owned(), ending, tail }
}

/// What the process that holds the lock said when it was ready; a dead one's words don't count.
fn read_ready(dir: &Path) -> Result<Option<Ready>, XtaskError> {
    let path = dir.join("ready.json");
    let body = match fs::read(&path) {
        Ok(body) => body,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(XtaskError::file("read", path)(cause)),
    };
    let ready: Ready = serde_json::from_slice(&body).map_err(XtaskError::malformed(path.display().to_string()))?;
    Ok((holder(dir)? == Some(ready.pid)).then_some(ready))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_nobody_holds_the_lock_for_is_nobodys() {
        let dir = std::env::temp_dir().join(format!("kubechat-plane-test-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("made");
        fs::write(dir.join("pid"), std::process::id().to_string()).expect("written");
        assert_eq!(holder(&dir).expect("readable"), None, "a leftover number must never be signalled");
        let held = File::open(dir.join("pid")).expect("there");
        held.lock().expect("free");
        assert_eq!(holder(&dir).expect("readable"), Some(std::process::id()));
        assert!(forget(&dir).is_err(), "a folder in use stays");
        drop(held);
        forget(&dir).expect("removed");
        assert!(!dir.exists());
    }
}
