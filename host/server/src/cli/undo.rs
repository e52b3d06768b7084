//! `undo` and `rollback`: a plan with its own diff that takes a run back.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::api::Client;
use super::out::{Failure, Format, print};
use super::{dialog, show};

/// Arguments of `undo`.
#[derive(Debug, clap::Args)]
pub(crate) struct UndoArgs {
    /// Execute the plan at once, without asking.
    #[arg(short, long)]
    yes: bool,
}

/// Arguments of `rollback`.
#[derive(Debug, clap::Args)]
pub(crate) struct RollbackArgs {
    /// The plan whose run is taken back.
    plan: String,
    /// Only on this cluster; wherever it stands by default.
    #[arg(long)]
    cluster: Option<String>,
    /// Execute the plan at once, without asking.
    #[arg(short, long)]
    yes: bool,
}

/// Takes one's own last run back.
pub(crate) async fn run(client: &Client, args: UndoArgs, format: Format) -> Result<ExitCode, Failure> {
    let view = client.post("/api/v1/undo", json!({})).await?;
    finish(client, &view, args.yes, format).await
}

/// Takes a plan's run back.
pub(crate) async fn rollback(client: &Client, args: RollbackArgs, format: Format) -> Result<ExitCode, Failure> {
    let body = args.cluster.map_or(json!({}), |cluster| json!({"cluster": cluster}));
    let view = client.post(&format!("/api/v1/plans/{}/rollback", args.plan), body).await?;
    finish(client, &view, args.yes, format).await
}

async fn finish(client: &Client, view: &Value, yes: bool, format: Format) -> Result<ExitCode, Failure> {
    if !(yes && format != Format::Table) {
        print(format, view, |view| show::plan(view, false));
    }
    dialog::decide(client, view, yes, format).await
}
