//! A real Ollama for the tests: built from `tests/components/ollama`, with its two models, on loopback.
//!
//! State is one folder, `ollama-run` in the cache: the models as Ollama keeps them, its log, its number. Its standard input
//! is the locked file with that number, so the lock is held exactly as long as it lives, and a number is trusted only
//! while the lock is held. Linux only, and none of it is in the product: users bring their own.

mod build;

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write as _,
    net::TcpStream,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use clap::{Args, Subcommand};

use crate::{cache::create_dir, cluster::Lifetime, error::XtaskError, process, workspace::Workspace};

/// Where it listens; not Ollama's own port, so that the user's is left alone.
const ADDRESS: &str = "127.0.0.1:11435";
/// It takes half a second.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// It ends at once unless it hangs; then it is killed.
const ENDS_WITHIN: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);
/// Last lines of its log shown with a failure.
const LOG_LINES_SHOWN: usize = 20;
/// How tests are told where it is.
const URL: &str = "KUBECHAT_OLLAMA_URL";
/// The models, by the names of their Modelfiles.
const MODELS: [&str; 2] = ["smollm2", "scripted"];

/// `cargo xtask ollama …`.
#[derive(Args)]
pub(crate) struct OllamaArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Build it if needed, start it with the tests' two models, and say how tests find it.
    Up {
        /// Install missing headers without asking (Debian, as root).
        #[arg(long)]
        yes: bool,
    },
    /// Stop it; program and models stay.
    Down,
}

/// Runs one `cargo xtask ollama` command.
///
/// # Errors
/// What the command says.
pub(crate) fn run(workspace: &Workspace, args: &OllamaArgs) -> Result<(), XtaskError> {
    let dir = folder(workspace);
    match args.action {
        Action::Up { yes } => up(workspace, &dir, yes),
        Action::Down if stop(workspace, &dir)? => Ok(()),
        Action::Down => {
            workspace.progress.say("no Ollama of the tests runs");
            Ok(())
        }
    }
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.cache.root().join("ollama-run")
}

fn up(workspace: &Workspace, dir: &Path, yes: bool) -> Result<(), XtaskError> {
    start(workspace, dir, yes, Lifetime::Detached)?;
    let say = |line: String| workspace.progress.say(line);
    say(format!("Ollama is at http://{ADDRESS}; its log is {}", dir.join("log").display()));
    say(format!("next:  export {URL}=http://{ADDRESS}"));
    say("       (cd plugins && cargo test -p provider-ollama)".to_owned());
    Ok(())
}

/// An Ollama for one test run. It ends with this, unless it ran before.
pub(crate) struct ForTests(Option<Child>);

impl ForTests {
    /// Tells a test program where it is.
    pub(crate) fn tell(command: &mut Command) {
        command.env(URL, format!("http://{ADDRESS}"));
    }
}

impl Drop for ForTests {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // It ends its models' processes when it is asked to end; a killed one leaves them.
            let _ = send("TERM", child.id());
            process::ended_within(child, ENDS_WITHIN);
        }
    }
}

/// Builds one if needed and starts it, or takes the one that runs.
///
/// # Errors
/// When the program or a model can't be made, or it does not start.
pub(crate) fn start_for_tests(workspace: &Workspace, yes: bool) -> Result<ForTests, XtaskError> {
    start(workspace, &folder(workspace), yes, Lifetime::WithUs).map(ForTests)
}

/// The process that was started, if none ran before.
fn start(workspace: &Workspace, dir: &Path, yes: bool, lifetime: Lifetime) -> Result<Option<Child>, XtaskError> {
    let program = build::program(workspace, yes)?;
    let models = build::models(workspace)?;
    create_dir(dir)?;
    let started = if holder(dir)?.is_none() { Some(spawn(workspace, dir, &program, lifetime)?) } else { None };
    let step = workspace.progress.step("Create its models");
    for name in MODELS {
        let mut create = Command::new(&program);
        create.env("OLLAMA_HOST", ADDRESS).args(["create", name, "-f"]).arg(models.join(format!("{name}.Modelfile")));
        process::quiet(&step, &mut create)?;
    }
    step.done(MODELS.join(", "));
    Ok(started)
}

fn spawn(workspace: &Workspace, dir: &Path, program: &Path, lifetime: Lifetime) -> Result<Child, XtaskError> {
    let step = workspace.progress.step("Start Ollama");
    if TcpStream::connect(ADDRESS).is_ok() {
        let hint = format!("see who: ss -ltnp 'sport = :{}'", ADDRESS.rsplit(':').next().unwrap_or_default());
        return Err(XtaskError::refused(format!("{ADDRESS} is taken by somebody else"), hint));
    }
    let path = dir.join("pid");
    let open = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let mut number = open.map_err(XtaskError::file("create", &path))?;
    // Whoever waited here would wait until the other one's Ollama ends.
    number.try_lock().map_err(|_| {
        XtaskError::refused("somebody else starts the tests' Ollama right now", "say it again in a moment")
    })?;
    number.set_len(0).map_err(XtaskError::file("write", &path))?;
    let held = number.try_clone().map_err(XtaskError::file("open", &path))?;
    let log = dir.join("log");
    let out = File::create(&log).map_err(XtaskError::file("create", &log))?;
    let err = out.try_clone().map_err(XtaskError::file("open", &log))?;
    let mut command = Command::new(program);
    command.arg("serve").env("OLLAMA_HOST", ADDRESS).env("OLLAMA_MODELS", dir.join("models"));
    command.env("OLLAMA_NO_CLOUD", "1").env("HOME", dir);
    if lifetime == Lifetime::Detached {
        // Ctrl-C in this terminal is not meant for it.
        command.process_group(0);
    }
    let mut child = process::spawn(command.stdin(Stdio::from(held)).stdout(out).stderr(err))?;
    write!(number, "{}", child.id()).map_err(XtaskError::file("write", &path))?;
    let until = Instant::now() + READY_WITHIN;
    while TcpStream::connect(ADDRESS).is_err() {
        let ended = child.try_wait().map_err(XtaskError::file("watch the process in", dir))?.is_some();
        if ended || Instant::now() > until {
            return Err(not_ready(&log));
        }
        thread::sleep(POLL);
    }
    step.done(ADDRESS);
    Ok(child)
}

fn not_ready(log: &Path) -> XtaskError {
    let text = fs::read_to_string(log).unwrap_or_default();
    let skipped = text.lines().count().saturating_sub(LOG_LINES_SHOWN);
    let tail = text.lines().skip(skipped).collect::<Vec<_>>().join("\n");
    XtaskError::Program { program: "ollama serve".to_owned(), ending: "it is not ready in time".to_owned(), tail }
}

/// `false` when none runs.
fn stop(workspace: &Workspace, dir: &Path) -> Result<bool, XtaskError> {
    let Some(pid) = holder(dir)? else { return Ok(false) };
    let step = workspace.progress.step(format!("Stop Ollama (pid {pid})"));
    for signal in ["TERM", "KILL"] {
        let sent = send(signal, pid);
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

/// The shell's own `kill`: the program of that name is not on every machine.
fn send(signal: &str, pid: u32) -> Result<String, XtaskError> {
    process::output(Command::new("sh").args(["-c", "kill -$0 $1", signal]).arg(pid.to_string()))
}

/// The process that holds the folder's lock.
fn holder(dir: &Path) -> Result<Option<u32>, XtaskError> {
    let path: PathBuf = dir.join("pid");
    let file = match OpenOptions::new().read(true).open(&path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(XtaskError::file("open", path)(cause)),
    };
    match file.try_lock() {
        Ok(()) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(XtaskError::file("lock", path)(cause)),
        Err(TryLockError::WouldBlock) => {
            let text = fs::read_to_string(&path).map_err(XtaskError::file("read", &path))?;
            text.parse().map(Some).map_err(XtaskError::malformed(format!("pid in {}", path.display())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_counts_only_while_somebody_holds_its_lock() {
        let dir = std::env::temp_dir().join(format!("kubechat-ollama-test-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("made");
        assert_eq!(holder(&dir).expect("looked at"), None);
        fs::write(dir.join("pid"), "77").expect("written");
        assert_eq!(holder(&dir).expect("looked at"), None);
        let held = File::open(dir.join("pid")).expect("opened");
        held.lock().expect("locked");
        assert_eq!(holder(&dir).expect("looked at"), Some(77));
        fs::remove_dir_all(dir).expect("removed");
    }
}
