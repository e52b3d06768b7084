//! The command line: `kubechat`, also as `kubectl chat`. Here is only who handles what, and how a command ends.
//!
//! Exit codes: 0 ok, 1 failure, 2 usage, 3 denied by policy, 4 approval pending, 5 verification failed, 124 timeout.

#[macro_use]
mod out;

mod api;
mod approve;
mod ask;
mod audit;
mod batch;
mod client;
mod cluster;
mod cluster_change;
mod completion;
mod config;
mod dialog;
mod doctor;
mod egress;
mod execute;
mod generate;
mod login;
mod paint;
mod plan;
mod plugin;
mod provider;
mod rbac;
mod redact;
mod serve;
mod show;
mod sse;
mod support_bundle;
mod touched;
mod trust;
mod typed;
mod undo;
mod waiting;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

/// Talk with your Kubernetes clusters and change them safely.
#[derive(Debug, Parser)]
#[command(name = "kubechat", version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    global: client::Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the host: the API and everything behind it.
    Serve(serve::ServeArgs),
    /// Look at the configuration.
    Config(config::ConfigArgs),
    #[command(flatten)]
    Client(client::ClientCommand),
    /// Show what would be masked in a text before it leaves this machine; needs no host.
    Redact(redact::RedactArgs),
    /// Completion for your shell.
    Completion(completion::CompletionArgs),
    /// Write generated documents to standard output.
    #[command(hide = true)]
    Gen(generate::GenerateArgs),
}

/// A command that failed: what is said on standard error, and the exit code.
#[derive(Debug)]
pub struct Failed {
    /// What is said.
    pub message: String,
    /// The exit code.
    pub code: u8,
}

impl Failed {
    /// A failure with exit code 1.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// Something was asked for in a wrong way.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }
}

/// Runs one command.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match parse(&args) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason for another exit code.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match cli.command {
        Command::Serve(args) => serve::run(args),
        Command::Config(args) => config::run(args),
        Command::Redact(args) => redact::run(&args, cli.global.output),
        Command::Gen(args) => generate::run(&args),
        Command::Client(command) => return client::run(&cli.global, command),
        Command::Completion(args) => return completion::run::<Cli>(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed { message, code }) => {
            eprintln!("kubechat: {message}");
            ExitCode::from(code)
        }
    }
}

/// As kubectl's plugin the program is called `kubectl-chat`, and people type `kubectl chat`.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let called = args.first().map(Path::new).and_then(Path::file_stem);
    let mut command = Cli::command();
    if called.is_some_and(|name| name == "kubectl-chat") {
        command = command.bin_name("kubectl chat");
    }
    Cli::from_arg_matches(&command.try_get_matches_from(args)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn as_kubectls_plugin_it_is_called_as_people_type_it() {
        let args = ["/usr/local/bin/kubectl-chat", "serve", "--nonsense"].map(OsString::from);
        assert!(parse(&args).unwrap_err().to_string().contains("kubectl chat serve"));
    }
}
