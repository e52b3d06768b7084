//! Running other programs: quietly with their last lines kept, or with their output shown.
//!
//! Nothing here goes through a shell. Programs inherit our environment and process group, so Ctrl-C
//! reaches them too.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::{error::XtaskError, progress::Step};

/// How many of a failed program's last lines are shown.
const TAIL_LINES: usize = 60;

/// Runs with both outputs read line by line into `step`'s detail; a failure shows the last lines.
///
/// # Errors
/// When it cannot be started or ends with anything but 0.
pub(crate) fn quiet(step: &Step, command: &mut Command) -> Result<(), XtaskError> {
    let mut child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (lines, received) = mpsc::sync_channel(TAIL_LINES);
    forward(child.stdout.take(), lines.clone());
    forward(child.stderr.take(), lines);
    let mut tail = VecDeque::with_capacity(TAIL_LINES);
    for line in received {
        step.detail(line.trim());
        if tail.len() == TAIL_LINES {
            tail.pop_front();
        }
        tail.push_back(line);
    }
    let status = wait(command, &mut child)?;
    check(command, status, Vec::from(tail).join("\n"))
}

/// Runs with its output going where ours goes.
///
/// # Errors
/// When it cannot be started or ends with anything but 0.
pub(crate) fn shown(command: &mut Command) -> Result<(), XtaskError> {
    let mut child = spawn(command.stdin(Stdio::null()))?;
    let status = wait(command, &mut child)?;
    check(command, status, String::new())
}

/// Runs with its standard output shown line by line, and `read` looks at each line as well.
///
/// # Errors
/// When it cannot be started or ends with anything but 0.
pub(crate) fn shown_to(command: &mut Command, mut read: impl FnMut(&str)) -> Result<(), XtaskError> {
    let mut child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    for line in
        BufReader::new(child.stdout.take().expect("its output was asked for")).split(b'\n').map_while(Result::ok)
    {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        read(&line);
    }
    let status = wait(command, &mut child)?;
    check(command, status, String::new())
}

/// Runs and gives back what it wrote to its standard output.
///
/// # Errors
/// When it cannot be started, ends with anything but 0, or writes something that is not UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String, XtaskError> {
    let out = command.stdin(Stdio::null()).output().map_err(|cause| not_started(command, &cause))?;
    check(command, out.status, String::from_utf8_lossy(&out.stderr).trim_end().to_owned())?;
    String::from_utf8(out.stdout).map_err(XtaskError::malformed(format!("output of `{}`", line_of(command))))
}

/// Waits until the child ends or `deadline` has passed; then it is killed and `false` comes back.
pub(crate) fn ended_within(child: &mut Child, deadline: Duration) -> bool {
    let until = Instant::now() + deadline;
    loop {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(50)),
            _ => {
                // Already gone is as good as killed.
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

/// Starts the program, naming it in the error.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn spawn(command: &mut Command) -> Result<Child, XtaskError> {
    command.spawn().map_err(|cause| not_started(command, &cause))
}

fn forward(stream: Option<impl Read + Send + 'static>, lines: mpsc::SyncSender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            if lines.send(line).is_err() {
                return;
            }
        }
    });
}

fn wait(command: &Command, child: &mut Child) -> Result<ExitStatus, XtaskError> {
    child.wait().map_err(|cause| not_started(command, &cause))
}

fn check(command: &Command, status: ExitStatus, tail: String) -> Result<(), XtaskError> {
    if status.success() {
        return Ok(());
    }
    Err(XtaskError::Program { program: line_of(command), ending: status.to_string(), tail })
}

fn not_started(command: &Command, cause: &std::io::Error) -> XtaskError {
    XtaskError::Program { program: line_of(command), ending: format!("not started: {cause}"), tail: String::new() }
}

fn line_of(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Progress;

    #[test]
    fn a_quiet_programs_last_lines_are_in_its_error() {
        let step = Progress::new().step("test");
        let error =
            quiet(&step, Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"])).expect_err("it failed");
        let text = error.to_string();
        assert!(text.contains("out") && text.contains("err") && text.contains('3'), "{text}");
    }
}
