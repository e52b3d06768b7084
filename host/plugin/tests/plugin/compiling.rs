//! The compiling child: limited, mute, and no way into the host.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kubechat_plugin::{COMPILE_CHILD_ARG, Compiler, OutcomeCode};

use crate::support::{config, load_failure, pack_component};

fn child(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubechat-compile"));
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// What the kernel holds the process to, once it has set its own limits.
#[cfg(target_os = "linux")]
fn kernel_limits(child: &Child) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let limits =
            std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("the child waits for input");
        if limits.lines().any(|line| line.starts_with("Max open files") && line.contains(" 16 ")) {
            return limits;
        }
        assert!(Instant::now() < deadline, "{limits}");
        std::thread::yield_now();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_child_limits_itself_before_it_reads_a_byte() {
    let mut child = child(&[COMPILE_CHILD_ARG, "policy"]);
    let limits = kernel_limits(&child);
    for (name, most) in [
        ("Max cpu time", "120"),
        ("Max address space", "1073741824"),
        ("Max file size", "0"),
        ("Max core file size", "0"),
        ("Max processes", "0"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).expect("the kernel lists it");
        let hard = line[name.len()..].split_whitespace().nth(1);
        assert_eq!(hard, Some(most), "{line}");
    }
    drop(child.stdin.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1), "an empty component is refused");
}

#[test]
fn the_child_says_in_one_line_what_it_refuses() {
    let mut child = child(&[COMPILE_CHILD_ARG, "policy"]);
    child.stdin.take().expect("a pipe").write_all(b"\0asm\x0d\0\x01\0\x63").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stderr).expect("plain text");
    assert!(output.status.code() == Some(1) && output.stdout.is_empty() && said.trim().lines().count() == 1, "{said}");
}

#[test]
fn only_the_first_argument_makes_a_child() {
    for args in [&["ask", COMPILE_CHILD_ARG][..], &[]] {
        let output = child(args).wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn a_child_that_dies_or_is_not_there_is_a_failed_load() {
    for (program, words) in
        [("/bin/false", "ended with"), ("/nowhere/compiler", "can't be started"), ("/bin/true", "ended with")]
    {
        let mut config = config(&[("one", pack_component("one", ""))]);
        config.compiler = Compiler::program(program);
        let failure = load_failure(config);
        assert_eq!(failure.code, OutcomeCode::LoadFailed);
        assert!(failure.detail.contains(words), "{failure}");
    }
}

#[test]
fn what_another_program_returns_is_no_artifact() {
    let mut config = config(&[("one", pack_component("one", ""))]);
    config.compiler = Compiler::program("/bin/echo"); // answers with its arguments
    let failure = load_failure(config);
    assert!(failure.code == OutcomeCode::LoadFailed && failure.detail.contains("doesn't run here"), "{failure}");
}
