//! `kubechat config explain`: every value in force and where it came from, for the same flags `serve` takes.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Failed;
use crate::config::{Config, Flags, Surroundings, explain};

/// Options of `kubechat config`.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print every value in force and where it came from.
    Explain {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        #[command(flatten)]
        flags: Flags,
    },
}

pub(super) fn run(args: ConfigArgs) -> Result<(), Failed> {
    let ConfigCommand::Explain { config, flags } = args.command;
    let config = Config::load(config.as_deref(), flags.into(), &Surroundings::of_process());
    let config = config.map_err(|error| Failed::usage(error.to_string()))?;
    print!("{}", explain(&config));
    Ok(())
}
