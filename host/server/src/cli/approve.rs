//! `approve`: another principal's yes to a plan, for exactly what is shown.

use std::process::ExitCode;

use serde_json::json;

use super::api::Client;
use super::out::{Failure, Format, print, text};
use super::paint::dim;
use super::{dialog, show};

/// Arguments of `approve`.
#[derive(Debug, clap::Args)]
pub(crate) struct ApproveArgs {
    /// The plan.
    plan: String,
    /// Approve only this content (the digest of `plan show -o json`).
    #[arg(long)]
    digest: Option<String>,
}

/// Votes. The digest of what was just read goes along, so an edit in between is noticed.
pub(crate) async fn run(client: &Client, args: ApproveArgs, format: Format) -> Result<ExitCode, Failure> {
    let plan = &args.plan;
    let seen = client.get(&format!("/api/v1/plans/{plan}")).await?;
    let digest = args.digest.unwrap_or_else(|| text(&seen, "/approval/digest").to_owned());
    let view = client.post(&format!("/api/v1/plans/{plan}/approve"), json!({"digest": digest})).await?;
    print(format, &view, |view| {
        let line = format!("approved by {}; the plan is {}", client.principal(), text(view, "/state_text"));
        format!("{}{line}\n{}", show::plan(view, false), dim(&dialog::next(view)))
    });
    let waiting = text(&view, "/state") == "needs-approval";
    Ok(if waiting { ExitCode::from(4) } else { ExitCode::SUCCESS })
}
