//! `audit`: who asked, what was decided, what happened; and whether the log still fits its own hashes.

use std::process::ExitCode;

use serde_json::Value;

use super::api::Client;
use super::out::{Failure, Format, items, print, table, text};
use super::paint::green;

/// What to do with the log.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AuditCommand {
    /// List entries, newest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 30)]
        limit: u32,
        /// About this plan.
        #[arg(long)]
        plan: Option<String>,
        /// About this run.
        #[arg(long)]
        run: Option<String>,
        /// Older ones: the `continue` of the list before.
        #[arg(long = "continue")]
        token: Option<String>,
    },
    /// Read the whole log again and check every hash and index.
    Verify,
}

/// Does it.
pub(crate) async fn run(client: &Client, command: AuditCommand, format: Format) -> Result<ExitCode, Failure> {
    match command {
        AuditCommand::List { limit, plan, run, token } => {
            let mut path = format!("/api/v1/audit?limit={limit}");
            for (name, value) in [("plan", plan), ("run", run), ("continue", token)] {
                if let Some(value) = value {
                    check(&value)?;
                    path.push_str(&format!("&{name}={value}"));
                }
            }
            let listed = client.get(&path).await?;
            print(format, &listed, list);
        }
        AuditCommand::Verify => {
            let verified = client.get("/api/v1/audit/verify").await?;
            print(format, &verified, |verified| format!("{} {} entries fit", green("ok:"), verified["entries"]));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Ids and tokens hold only characters that mean nothing in a URL.
fn check(value: &str) -> Result<(), Failure> {
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if plain { Ok(()) } else { Err(Failure::usage(format!("{value:?} is no id"), "ids look like p-7k3mq0x9w2ab")) }
}

fn list(listed: &Value) -> String {
    let row = |row: &Value| {
        let about = [text(row, "/entry/plan"), text(row, "/entry/turn")].into_iter().find(|id| !id.is_empty());
        vec![
            format!("e-{}", row["index"]),
            text(row, "/entry/at").to_owned(),
            text(row, "/entry/actor/name").to_owned(),
            text(row, "/entry/kind").to_owned(),
            text(row, "/entry/outcome").to_owned(),
            about.unwrap_or_default().to_owned(),
            what(row),
        ]
    };
    let rows: Vec<Vec<String>> = items(listed, "/items").iter().map(row).collect();
    table(&["ENTRY", "WHEN", "WHO", "WHAT", "OUTCOME", "ABOUT", "DETAIL"], &rows)
}

fn what(row: &Value) -> String {
    let candidates = ["/entry/object", "/payload/sentence", "/payload/detail", "/payload/steps/0"];
    let found = candidates.iter().map(|pointer| text(row, pointer)).find(|found| !found.is_empty());
    found.unwrap_or_default().chars().take(60).collect()
}
