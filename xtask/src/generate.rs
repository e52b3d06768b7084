//! `cargo xtask gen`: documents in `docs/` that are made from the code, so that they never say something else.
//!
//! Two kinds. What the host's program knows of itself, it prints (`kubechat gen …`). What a library knows, its own
//! test compares with the file, and writes it when `KUBECHAT_GEN` is set. `--check` changes nothing; `cargo xtask test`
//! checks both kinds too, so a document that was forgotten fails there.

use std::{fs, path::Path, process::Command};

use clap::Args;

use crate::{component::Family, error::XtaskError, process, programs, test::Tally, tools, workspace::Workspace};

/// What `kubechat gen WORD` prints, and where it belongs.
const HOST: [(&str, &str); 2] = [("openapi", "docs/openapi.json"), ("config", "docs/config.md")];

/// Documents a crate's tests hold.
struct Tested {
    /// The workspace: the host's, or the plugins'.
    plugins: bool,
    package: &'static str,
    /// The test target that holds them, as cargo's option.
    target: &'static [&'static str],
    /// One test for each document.
    tests: &'static [&'static str],
    /// For people who read what is under way.
    documents: &'static str,
}

const TESTED: [Tested; 3] = [
    Tested {
        plugins: false,
        package: "kubechat-core",
        target: &["--lib"],
        tests: &["rules_have_distinct_ids_and_the_page_is_written_from_them", "the_published_schema_is_this_one"],
        documents: "docs/risk.md, docs/schemas",
    },
    Tested {
        plugins: true,
        package: "policy-baseline",
        target: &["--test", "baseline"],
        tests: &["the_page_lists_the_rules_as_they_are"],
        documents: "docs/policies/baseline.md",
    },
    Tested {
        plugins: true,
        package: "provider-rules",
        target: &["--test", "provider"],
        tests: &["the_page_holds_the_table_as_it_is"],
        documents: "docs/grammar.md",
    },
];

/// Options of `cargo xtask gen`.
#[derive(Args)]
pub(crate) struct GenArgs {
    /// Change nothing; fail if a document is not as the code says.
    #[arg(long)]
    check: bool,
}

/// Writes every document, or checks all of them.
///
/// # Errors
/// A document that differs (with `--check`), a build that fails, a test that is gone.
pub(crate) fn run(workspace: &Workspace, args: &GenArgs) -> Result<(), XtaskError> {
    let program = programs::build_host(workspace)?;
    if args.check {
        check_host(workspace, &program)?
    } else {
        write_host(workspace, &program)?
    }
    TESTED.iter().try_for_each(|tested| by_tests(workspace, tested, args.check))
}

/// Whether the host's documents are what the host says.
///
/// # Errors
/// The documents that differ.
pub(crate) fn check_host(workspace: &Workspace, program: &Path) -> Result<(), XtaskError> {
    let step = workspace.progress.step("Check docs/openapi.json and docs/config.md");
    let mut differing = Vec::new();
    for (word, file) in HOST {
        let says = said_by_host(program, word)?;
        // A file that is not there differs too.
        if fs::read_to_string(workspace.root.join(file)).unwrap_or_default() != says {
            differing.push(file);
        }
    }
    if !differing.is_empty() {
        return Err(XtaskError::refused(
            format!("not as the code says: {}", differing.join(", ")),
            "cargo xtask gen, then look at the difference",
        ));
    }
    step.done("");
    Ok(())
}

fn write_host(workspace: &Workspace, program: &Path) -> Result<(), XtaskError> {
    let step = workspace.progress.step("Write docs/openapi.json and docs/config.md");
    for (word, file) in HOST {
        let path = workspace.root.join(file);
        fs::write(&path, said_by_host(program, word)?).map_err(XtaskError::file("write", &path))?;
    }
    step.done("");
    Ok(())
}

fn said_by_host(program: &Path, word: &str) -> Result<String, XtaskError> {
    process::output(Command::new(program).args(["gen", word]))
}

/// Runs the tests that hold a crate's documents; a renamed test would write nothing, so they are counted.
fn by_tests(workspace: &Workspace, tested: &Tested, check: bool) -> Result<(), XtaskError> {
    let verb = if check { "Check" } else { "Write" };
    let step = workspace.progress.step(format!("{verb} {}", tested.documents));
    let mut command = Command::new(tools::cargo());
    command.args(["test", "--quiet", "--package", tested.package]).args(tested.target);
    if tested.plugins {
        command.current_dir(Family::Plugins.dir(workspace));
        command.env("CARGO_TARGET_DIR", workspace.target.join("guests-native"));
    } else {
        command.current_dir(&workspace.root).args(["--profile", programs::PROFILE]);
    }
    if !check {
        command.env("KUBECHAT_GEN", "1");
    }
    command.arg("--").args(tested.tests);
    let mut tally = Tally::default();
    process::output(&mut command)?.lines().for_each(|line| tally.add(line));
    let wanted = tested.tests.len();
    if tally.passed() != wanted as u64 {
        return Err(XtaskError::refused(
            format!("{} of {} has {} of {wanted} tests", tested.documents, tested.package, tally.passed()),
            "name the tests in xtask/src/generate.rs as they are called now",
        ));
    }
    step.done("");
    Ok(())
}
