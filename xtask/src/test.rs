//! `cargo xtask test`: everything the tests need, then all tests.
//!
//! First what is quick and what others wait for: tidy, the host's program and the documents made from it, the components,
//! the control plane. Then the tests of the plugins' logic (natively), then those of the workspace, with cargo's own output
//! and closing lines. `tests/bench` has no tests and is not built here: `cargo xtask bench` and `lint` do.
//! The tests learn by environment where things are; the same tests run under plain `cargo test` when
//! things were built before.

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Instant,
};

use clap::Args;

use crate::{
    cluster::{self, Plane},
    component::{self, Built, Family},
    console,
    error::XtaskError,
    generate, ollama, process, programs, progress, tidy, tools,
    workspace::Workspace,
};

/// All but documentation's examples, of which there are none.
const KINDS: [&str; 3] = ["--lib", "--bins", "--tests"];

/// Options of `cargo xtask test`.
#[derive(Args)]
pub(crate) struct TestArgs {
    /// Install what is missing without asking (Debian, as root).
    #[arg(long)]
    yes: bool,
    /// Against a real Ollama with two small models as well; the first time it is built, for 10 to 25 minutes.
    #[arg(long)]
    real_model: bool,
    /// Only tests whose name contains this.
    filter: Option<String>,
}

/// Prepares and runs all tests.
///
/// # Errors
/// What is missing, with the command that gets it, or the failed program.
pub(crate) fn run(workspace: &Workspace, args: &TestArgs) -> Result<(), XtaskError> {
    let started = Instant::now();
    tidy::run(workspace)?;
    let ready = prepare(workspace, args)?;
    generate::check_host(workspace, &ready.host)?;
    let model = if args.real_model { Some(ollama::start_for_tests(workspace, args.yes)?) } else { None };
    let mut tally = Tally::default();
    for dir in workspace.cargo_workspaces().into_iter().filter(|dir| *dir != workspace.root) {
        test_guests(workspace, &dir, args, &mut tally)?;
    }
    console::check(workspace, &mut |line| tally.add(line))?;
    let ended = test_workspace(workspace, &ready, args, &mut tally);
    drop(model);
    let Ready { built, plane, host, .. } = &ready;
    let real = console::Real {
        host,
        components: &built.components,
        plane,
        yes: args.yes,
        none_is_fine: args.filter.is_some(),
    };
    let ended = ended.and(console::journeys(workspace, &real, args.filter.as_deref(), &mut |line| tally.add(line)));
    workspace.progress.say(format!("all of it took {}", progress::seconds(started.elapsed())));
    println!("tests: {} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.ignored);
    ended
}

/// Host, components and control plane at once. The plane starts on this thread, because it ends with the thread
/// that started it.
fn prepare(workspace: &Workspace, args: &TestArgs) -> Result<Ready, XtaskError> {
    thread::scope(|scope| {
        let host = scope.spawn(|| programs::build_host(workspace));
        let built = scope.spawn(|| component::build(workspace, Family::ALL, args.yes));
        let console = scope.spawn(|| console::build(workspace));
        let plane = cluster::start_for_tests(workspace);
        let joined = "builds report errors and never panic";
        let (host, built) = (host.join().expect(joined), built.join().expect(joined));
        console.join().expect(joined)?;
        Ok(Ready { host: host?, built: built?, plane: plane? })
    })
}

/// The logic of guests is ordinary Rust; only their exports are WebAssembly's.
fn test_guests(workspace: &Workspace, dir: &Path, args: &TestArgs, tally: &mut Tally) -> Result<(), XtaskError> {
    let step = workspace.progress.step(format!("Test {} natively", workspace.shown(dir)));
    let mut command = Command::new(tools::cargo());
    command.current_dir(dir).args(["test", "--workspace"]).args(KINDS).args(&args.filter);
    command.env("CARGO_TARGET_DIR", workspace.target.join("guests-native"));
    if args.real_model {
        ollama::ForTests::tell(&mut command);
    }
    process::shown_to(&mut command, |line| tally.add(line))?;
    step.done("");
    Ok(())
}

/// What the workspace's tests are run with.
struct Ready {
    built: Built,
    plane: Plane,
    host: PathBuf,
}

fn test_workspace(workspace: &Workspace, ready: &Ready, args: &TestArgs, tally: &mut Tally) -> Result<(), XtaskError> {
    let Ready { built, plane, host } = ready;
    let step = workspace.progress.step("Build and run the workspace's tests");
    let mut command = Command::new(tools::cargo());
    command
        .current_dir(&workspace.root)
        .args(["test", "--workspace", "--profile", programs::PROFILE, "--no-fail-fast"])
        .args(KINDS);
    command.args(["--exclude", programs::BENCH]).args(&args.filter).env("KUBECHAT_BIN", host);
    command.env("KUBECHAT_COMPONENTS_DIR", &built.components).env("KUBECHAT_GUESTS_DIR", &built.guests);
    command.env("KUBECHAT_TESTPLANE_DIR", plane.dir()).env("KUBECHAT_TESTPLANE_BIN", plane.program());
    if args.real_model {
        ollama::ForTests::tell(&mut command);
    }
    process::shown_to(&mut command, |line| tally.add(line))?;
    step.done("");
    Ok(())
}

/// What the test programs' closing lines add up to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Tests that passed.
    pub(crate) fn passed(&self) -> u64 {
        self.passed
    }

    /// Takes `test result: ok. 3 passed; 0 failed; 1 ignored; …` of cargo, `  12 passed (1.2m)` of Playwright and
    /// `Tests  34 passed (34)` of Vitest; other lines are none of its business.
    pub(crate) fn add(&mut self, line: &str) {
        let counts = line.strip_prefix("test result: ").or_else(|| of_the_console(line));
        let Some(counts) = counts else { return };
        let words: Vec<&str> = counts.split_whitespace().collect();
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<u64>() else { continue };
            match pair[1].trim_end_matches([';', '|']) {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" | "skipped" => self.ignored += count,
                _ => {}
            }
        }
    }
}

/// The counts in a closing line of Vitest or Playwright.
fn of_the_console(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(counts) = line.strip_prefix("Tests ") {
        return Some(counts.trim());
    }
    let mut words = line.split(' ');
    let (count, what, rest) = (words.next()?, words.next()?, words.next());
    let closes = ["passed", "failed", "skipped"].contains(&what) && rest.is_none_or(|rest| rest.starts_with('('));
    (closes && count.parse::<u64>().is_ok()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_add_up() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s",
            "test a ... ok",
            "      Tests  34 passed | 1 skipped (35)",
            "  12 passed (1.2m)",
            "  1 failed",
            "12 passed over to somebody",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.add(line);
        }
        assert_eq!(tally, Tally { passed: 51, failed: 2, ignored: 2 });
    }
}
