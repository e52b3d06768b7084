//! `approve`: another principal's yes to a plan, for exactly what was shown: on a terminal it is shown first; a script names
//! the digest it has read.

use std::io::{BufRead as _, IsTerminal as _};
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
    /// Approve this content (`approval.digest` of `plan show -o json`); needed where nobody can be asked.
    #[arg(long)]
    digest: Option<String>,
}

/// Votes on the digest that was named, or on what was just shown and agreed to.
pub(crate) async fn run(client: &Client, args: ApproveArgs, format: Format) -> Result<ExitCode, Failure> {
    let plan = &args.plan;
    let digest = match args.digest {
        Some(digest) => digest,
        None => shown(client, plan).await?,
    };
    let view = client.post(&format!("/api/v1/plans/{plan}/approve"), json!({"digest": digest})).await?;
    print(format, &view, |view| {
        let line = format!("approved by {}; the plan is {}", client.principal(), text(view, "/state_text"));
        format!("{line}\n{}", dim(&dialog::next(view)))
    });
    let waiting = text(&view, "/state") == "needs-approval";
    Ok(if waiting { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

/// Shows the plan and asks; only a yes typed on a terminal gives its digest.
async fn shown(client: &Client, plan: &str) -> Result<String, Failure> {
    let view = client.get(&format!("/api/v1/plans/{plan}")).await?;
    let digest = text(&view, "/approval/digest").to_owned();
    eprint!("{}", show::plan(&view, true));
    if !std::io::stdin().is_terminal() {
        let hint = format!("read it, then: kubechat approve {plan} --digest {digest}");
        return Err(Failure::usage("nobody is here to look at the plan", hint));
    }
    eprint!("approve this? [y/N] ");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    match (read, answer.trim()) {
        (Ok(_), "y" | "Y" | "yes") => Ok(digest),
        _ => Err(Failure::new(1, "not-approved", "not approved; nothing was changed", "")),
    }
}
