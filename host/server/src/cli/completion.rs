//! `completion`: a script for your shell, from the same definitions as the help.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

/// Arguments of `completion`.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionArgs {
    /// The shell.
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run<C: CommandFactory>(args: &CompletionArgs) -> ExitCode {
    clap_complete::generate(args.shell, &mut C::command(), "kubechat", &mut std::io::stdout());
    ExitCode::SUCCESS
}
