//! `kubechat gen`: documents made from the code, kept in `docs/` and checked to be the same by a test.

use clap::{Args, ValueEnum};

use super::Failed;

/// Options of `kubechat gen`.
#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    /// Which one.
    document: Document,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Document {
    /// docs/config.md
    Config,
    /// docs/openapi.json
    Openapi,
}

pub(super) fn run(args: &GenerateArgs) -> Result<(), Failed> {
    match args.document {
        Document::Config => print!("{}", crate::config::reference()),
        Document::Openapi => print!("{}", crate::http::openapi::text()),
    }
    Ok(())
}
