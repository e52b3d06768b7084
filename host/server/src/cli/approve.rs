//! `approve`: another principal's yes to a plan, for exactly what was shown: on a terminal it is shown first; a script names
//! the digest it has read.
//!
//! A plan for several clusters has a digest for each, and is asked about cluster by cluster: one yes is for one of them.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::api::Client;
use super::out::{Failure, Format, items, print, text};
use super::paint::dim;
use super::{dialog, show, typed};

/// Arguments of `approve`.
#[derive(Debug, clap::Args)]
pub(crate) struct ApproveArgs {
    /// The plan.
    plan: String,
    /// Approve this content (`parts[].approval.digest` of `plan show -o json`); needed where nobody can be asked.
    #[arg(long)]
    digest: Option<String>,
    /// Ask about this cluster only.
    #[arg(long)]
    cluster: Option<String>,
}

/// Votes on the digest that was named, or on what was just shown and agreed to.
pub(crate) async fn run(client: &Client, args: ApproveArgs, format: Format) -> Result<ExitCode, Failure> {
    let plan = &args.plan;
    let digests = match args.digest {
        Some(digest) => vec![digest],
        None => shown(client, plan, args.cluster.as_deref()).await?,
    };
    let mut view = Value::Null;
    for digest in digests {
        view = client.post(&format!("/api/v1/plans/{plan}/approve"), json!({"digest": digest})).await?;
    }
    print(format, &view, |view| {
        let line = format!("approved by {}; the plan is {}", client.principal(), text(view, "/state_text"));
        format!("{line}\n{}", dim(&dialog::next(view)))
    });
    let waiting = text(&view, "/state") == "needs-approval";
    Ok(if waiting { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

/// Shows the plan and asks about each part that waits for votes; only a yes typed on a terminal gives its digest.
async fn shown(client: &Client, plan: &str, cluster: Option<&str>) -> Result<Vec<String>, Failure> {
    let view = client.get(&format!("/api/v1/plans/{plan}")).await?;
    eprint!("{}", show::plan(&view, true));
    let named = |part: &&Value| cluster.is_none_or(|cluster| text(part, "/cluster") == cluster);
    let parts: Vec<&Value> = items(&view, "/parts").iter().filter(named).collect();
    if parts.is_empty() {
        let detail = format!("{plan} is not for {}", cluster.unwrap_or("any cluster"));
        return Err(Failure::usage(detail, format!("it is for {}", show::clusters(&view))));
    }
    let open = |part: &&Value| text(part, "/approval/tally/tally") != "met";
    let waiting: Vec<&Value> = parts.iter().copied().filter(open).collect();
    // Where no part waits the host says why this takes no votes.
    let asked = if waiting.is_empty() { vec![parts[0]] } else { waiting };
    // The plan was written to standard error: where that is a file nobody has seen it.
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        let line = |part: &&Value| format!("kubechat approve {plan} --digest {}", text(part, "/approval/digest"));
        let lines: Vec<_> = asked.iter().map(line).collect();
        let hint = format!("read it, then: {}", lines.join("; "));
        return Err(Failure::usage("nobody is here to look at the plan", hint));
    }
    let several = items(&view, "/parts").len() > 1;
    let mut digests = Vec::new();
    for part in asked {
        let place = if several { format!(" for {}", text(part, "/cluster")) } else { String::new() };
        if yes(&place) {
            digests.push(text(part, "/approval/digest").to_owned());
        }
    }
    if digests.is_empty() {
        return Err(Failure::new(1, "not-approved", "not approved; nothing was changed", ""));
    }
    Ok(digests)
}

fn yes(place: &str) -> bool {
    let answer = typed::line_after(&format!("approve this{}? [y/N] ", super::out::safe(place)));
    answer.is_ok_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes"))
}
