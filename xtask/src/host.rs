//! The host's process: started on loopback, watched until it answers, ended when we are.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{error::XtaskError, process, progress::Progress, workspace::Workspace};

/// Compiling the components the first time takes a second each; a busy machine may need ten times that.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// A step under way is finished and written down; then it ends.
const ENDS_WITHIN: Duration = Duration::from_secs(20);
/// One question to `/readyz`.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(100);
/// Of an answer, only its first line matters.
const ANSWER_BYTES_MAX: u64 = 4096;
/// Last lines of its log shown with a failure.
const LOG_LINES_SHOWN: usize = 20;

/// What the host is started with.
pub(crate) struct Options<'a> {
    pub(crate) program: &'a Path,
    /// Its log is written beside it.
    pub(crate) config: &'a Path,
    pub(crate) listen: SocketAddr,
    /// As `--mode` takes it.
    pub(crate) mode: &'a str,
    /// Further variables.
    pub(crate) variables: &'a [(&'a str, &'a Path)],
}

/// A running host; ended when dropped.
pub(crate) struct Host {
    child: Child,
    log: PathBuf,
    ended: bool,
}

/// Whether a host is there and ready.
pub(crate) fn answers(listen: SocketAddr) -> bool {
    ask(listen, "/readyz").is_some_and(|status| status == 200)
}

impl Host {
    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// When it ends before that or does not get ready in time, with the end of its log.
    pub(crate) fn start(workspace: &Workspace, options: &Options<'_>) -> Result<Self, XtaskError> {
        let step = workspace.progress.step("Start the host");
        let log = options.config.with_file_name("host.log");
        let out = File::create(&log).map_err(XtaskError::file("create", &log))?;
        let err = out.try_clone().map_err(XtaskError::file("open", &log))?;
        let mut command = Command::new(options.program);
        command.args(["serve", "--config"]).arg(options.config);
        command.args(["--listen", &options.listen.to_string(), "--mode", options.mode]);
        command.envs(options.variables.iter().copied());
        // Its own group: Ctrl-C is for us, and we then end it before the cluster it uses.
        command.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0);
        let mut host = Self { child: process::spawn(&mut command)?, log, ended: false };
        host.wait_until_ready(options.listen)?;
        step.done(format!("http://{}, log in {}", options.listen, host.log.display()));
        Ok(host)
    }

    /// Ends it.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    /// Waits until it ends by itself (an error) or somebody ends us.
    ///
    /// # Errors
    /// When it ended by itself.
    pub(crate) fn wait(mut self, progress: &Progress) -> Result<(), XtaskError> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&asked))
                .map_err(XtaskError::file("watch for", "signals"))?;
        }
        while !asked.load(Ordering::Relaxed) {
            if self.gone() {
                return Err(self.failure("ended"));
            }
            thread::sleep(POLL);
        }
        let step = progress.step("End the host");
        self.end();
        step.done("");
        Ok(())
    }

    fn wait_until_ready(&mut self, listen: SocketAddr) -> Result<(), XtaskError> {
        let until = Instant::now() + READY_WITHIN;
        while Instant::now() < until {
            if self.gone() {
                return Err(self.failure("ended before it was ready"));
            }
            if answers(listen) {
                return Ok(());
            }
            thread::sleep(POLL);
        }
        Err(self.failure("is not ready in time"))
    }

    fn gone(&mut self) -> bool {
        self.ended = self.ended || self.child.try_wait().is_ok_and(|status| status.is_some());
        self.ended
    }

    fn failure(&self, what: &str) -> XtaskError {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let skipped = text.lines().count().saturating_sub(LOG_LINES_SHOWN);
        let tail = text.lines().skip(skipped).collect::<Vec<_>>().join("\n");
        let ending = format!("the host {what}; its log is {}", self.log.display());
        XtaskError::Program { program: "kubechat serve".to_owned(), ending, tail }
    }

    /// Asks it to end, so that a step under way is finished and written down; then insists.
    fn end(&mut self) {
        if self.gone() {
            return;
        }
        self.ended = true;
        let pid = self.child.id().to_string();
        // The shell's own `kill`; if it cannot be sent, the deadline below insists.
        let _ = process::output(Command::new("sh").args(["-c", "kill -TERM $0", &pid]));
        process::ended_within(&mut self.child, ENDS_WITHIN);
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.end();
    }
}

/// The status of a GET, if somebody answers in time.
fn ask(listen: SocketAddr, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect_timeout(&listen, ANSWER_WITHIN).ok()?;
    stream.set_read_timeout(Some(ANSWER_WITHIN)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n").ok()?;
    let mut bytes = Vec::new();
    // A peer that closes early has still said what it said.
    let _ = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes);
    status(&bytes)
}

fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_from_an_answers_first_line() {
        assert_eq!(status(b"HTTP/1.1 503 Service Unavailable\r\nx: y\r\n"), Some(503));
        assert_eq!(status(b"SSH-2.0-x\r\n"), None);
    }
}
