//! Compiling a component: in a child process with hard limits, because a compiler fed by a stranger may take for ever.
//!
//! Both halves are here. The host starts its own program again with one hidden argument, writes the component to the
//! child's standard input and reads the artifact from its standard output. The child first takes away its own rights:
//! 120 CPU-seconds, 1 GiB of address space, no files written, no core dump, no further processes. It gets no
//! environment and no other open files. What it prints on standard error is one line for the failure's detail.
//!
//! Errors: `load-failed`, with what the child said. The child's exit codes: 0 done, 1 refused, by signal: a limit.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::engine::{self, EngineKind};
use crate::limits::COMPONENT_BYTES_MAX;
use crate::outcome::{Failure, OutcomeCode};
use crate::text;

/// The hidden argument that turns the program into the compiling child.
pub const COMPILE_CHILD_ARG: &str = "__compile-component";
/// Largest artifact the host takes back.
pub(crate) const ARTIFACT_BYTES_MAX: usize = 256 * 1024 * 1024;
const CHILD_CPU_SECONDS_MAX: u64 = 120;
const CHILD_MEMORY_BYTES_MAX: u64 = 1024 * 1024 * 1024;
const CHILD_WALL_MAX: Duration = Duration::from_secs(300);
const CHILD_STDERR_BYTES_MAX: u64 = 2048;
const CHILD_POLL: Duration = Duration::from_millis(5);

/// Which program to start as the compiling child: one whose `main` calls [`run_compile_child_if_asked`] first.
#[derive(Clone, Debug)]
pub struct Compiler {
    program: PathBuf,
}

impl Compiler {
    /// This very program, even if its file was replaced meanwhile.
    ///
    /// # Errors
    /// `load-failed` if the program can't find itself.
    pub fn this_program() -> Result<Self, Failure> {
        if cfg!(target_os = "linux") {
            return Ok(Self::program("/proc/self/exe"));
        }
        std::env::current_exe()
            .map(Self::program)
            .map_err(|error| failed(format!("this program can't find its own file: {error}")))
    }

    /// Another program that answers to the hidden argument.
    pub fn program(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// Compiles one component; blocks until the child is gone.
    pub(crate) fn compile(&self, kind: EngineKind, component: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut command = Command::new(&self.program);
        command.arg(COMPILE_CHILD_ARG).arg(kind.name());
        command.env_clear().current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| {
            failed(format!("the compiling process can't be started from {}: {error}", self.program.display()))
        })?;
        let (mut stdin, stdout, stderr) = match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
            (Some(stdin), Some(stdout), Some(stderr)) => (stdin, stdout, stderr),
            _ => return Err(failed("the compiling process has no pipes")),
        };
        let (artifact, said, ended) = std::thread::scope(|threads| {
            // A child that dies early makes this write fail; why it died is what matters, and that is read below.
            threads.spawn(move || drop(stdin.write_all(component)));
            let said = threads.spawn(move || read_limited(stderr, CHILD_STDERR_BYTES_MAX));
            let artifact = threads.spawn(move || read_limited(stdout, ARTIFACT_BYTES_MAX as u64 + 1));
            let ended = wait(&mut child);
            (artifact.join(), said.join(), ended)
        });
        let artifact = artifact.unwrap_or_default();
        let ended = ended?;
        if ended.success() && !artifact.is_empty() && artifact.len() <= ARTIFACT_BYTES_MAX {
            return Ok(artifact);
        }
        let said = text::short_line(String::from_utf8_lossy(&said.unwrap_or_default()).trim(), 400);
        Err(child_failed(ended, &said))
    }
}

fn read_limited(from: impl Read, bytes_max: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A read error means the same as an early end: too few bytes, which whoever asked finds out.
    let _ = from.take(bytes_max).read_to_end(&mut bytes);
    bytes
}

/// Waits for the child with a deadline. The CPU limit ends one that works; the deadline one that hangs.
fn wait(child: &mut std::process::Child) -> Result<std::process::ExitStatus, Failure> {
    let deadline = Instant::now() + CHILD_WALL_MAX;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(CHILD_POLL),
            Ok(None) | Err(_) => {
                let _ = child.kill(); // it may have ended this instant
                let _ = child.wait();
                return Err(failed(format!("compiling took more than {} s", CHILD_WALL_MAX.as_secs())));
            }
        }
    }
}

fn child_failed(ended: std::process::ExitStatus, said: &str) -> Failure {
    if ended.code() == Some(1) && !said.is_empty() {
        return failed(format!("the engine refuses it: {said}"));
    }
    failed(format!(
        "the compiling process ended with {ended}; it may use {CHILD_CPU_SECONDS_MAX} CPU-seconds and {} MiB: {said}",
        CHILD_MEMORY_BYTES_MAX / 1024 / 1024
    ))
}

fn failed(detail: impl Into<String>) -> Failure {
    Failure::new(OutcomeCode::LoadFailed, detail)
}

/// Becomes the compiling child if the program was started as one; returns at once otherwise. Call it as the first
/// thing in `main`, before threads, runtimes or logging exist.
pub fn run_compile_child_if_asked() {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_none_or(|first| first != COMPILE_CHILD_ARG) {
        return;
    }
    let kind = args.next().and_then(|name| name.to_str().and_then(EngineKind::parse));
    let outcome = match kind {
        Some(kind) => compile_child(kind),
        None => Err("the engine's name is missing".to_owned()),
    };
    match outcome {
        Ok(()) => std::process::exit(0),
        Err(said) => {
            let _ = writeln!(std::io::stderr(), "{said}"); // nobody left to tell
            std::process::exit(1)
        }
    }
}

fn compile_child(kind: EngineKind) -> Result<(), String> {
    give_up_rights()?;
    let component = read_limited(std::io::stdin().lock(), COMPONENT_BYTES_MAX as u64 + 1);
    if component.len() > COMPONENT_BYTES_MAX {
        return Err(format!("it has more than {COMPONENT_BYTES_MAX} bytes"));
    }
    let engine = engine::build(kind).map_err(|failure| failure.detail)?;
    let artifact =
        engine.precompile_component(&component).map_err(|error| text::short_line(&format!("{error:#}"), 400))?;
    let mut out = std::io::stdout().lock();
    out.write_all(&artifact)
        .and_then(|()| out.flush())
        .map_err(|error| format!("the host doesn't take the artifact: {error}"))
}

fn give_up_rights() -> Result<(), String> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [
        (Resource::Cpu, CHILD_CPU_SECONDS_MAX),
        (Resource::As, CHILD_MEMORY_BYTES_MAX),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nproc, 0),
        (Resource::Nofile, 16),
    ];
    for (resource, most) in limits {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, limit).map_err(|error| format!("limit {resource:?} can't be set: {error}"))?;
    }
    Ok(())
}
