//! `cargo xtask`: every build, test and demo of this repository starts here.
//!
//! One file per command. A command that does not work yet is not in the enum.
//! Exit codes: 0 done, 1 failed (the error and, where there is one, a hint are on stderr), 2 usage.

mod bench;
mod cache;
mod cluster;
mod component;
mod console;
mod error;
mod generate;
mod host;
mod lint;
mod metadata;
mod ollama;
mod package;
mod process;
mod programs;
mod progress;
mod test;
mod tidy;
mod tools;
mod up;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{error::XtaskError, workspace::Workspace};

/// Builds, tests and runs Kubechat.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, and write docs/benchmarks.md.
    Bench(bench::BenchArgs),
    /// The demo cluster: a real control plane on this machine.
    Cluster(cluster::ClusterArgs),
    /// Build guests to WebAssembly components.
    Component(component::ComponentArgs),
    /// Write the documents that are made from the code, or check that they are as the code says.
    Gen(generate::GenArgs),
    /// Check formatting and run clippy; warnings are errors.
    Lint(lint::LintArgs),
    /// A real Ollama with small models, for the tests.
    Ollama(ollama::OllamaArgs),
    /// Build the release program with its components inside, and try it.
    Package(package::PackageArgs),
    /// Build everything the tests need, then run all tests.
    Test(test::TestArgs),
    /// Check what the compiler does not: layers, forgotten files, the contract's rules.
    Tidy,
    /// Build the console, and check it.
    Ui(console::UiArgs),
    /// Set everything up and start the host; a demo cluster unless you name one.
    Up(up::UpArgs),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.print();
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), XtaskError> {
    let workspace = Workspace::open()?;
    match command {
        Command::Bench(args) => bench::run(&workspace, &args),
        Command::Cluster(args) => cluster::run(&workspace, &args),
        Command::Component(args) => component::run(&workspace, &args),
        Command::Gen(args) => generate::run(&workspace, &args),
        Command::Lint(args) => lint::run(&workspace, &args),
        Command::Ollama(args) => ollama::run(&workspace, &args),
        Command::Package(args) => package::run(&workspace, &args),
        Command::Test(args) => test::run(&workspace, &args),
        Command::Tidy => tidy::run(&workspace),
        Command::Ui(args) => console::run(&workspace, &args),
        Command::Up(args) => up::run(&workspace, &args),
    }
}
