//! `provider`: who turns sentences into tool calls. Choosing and testing models comes with the models.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::api::Client;
use super::out::{Failure, Format, items, print, table, text};

/// What to do with providers.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ProviderCommand {
    /// List them.
    List,
}

/// Does it.
pub(crate) async fn run(
    client: &Client,
    ProviderCommand::List: ProviderCommand,
    format: Format,
) -> Result<ExitCode, Failure> {
    let listed = client.get("/api/v1/plugins").await?;
    let providers: Vec<&Value> =
        items(&listed, "/items").iter().filter(|p| text(p, "/world") == "ai-provider").collect();
    print(format, &json!({"items": providers}), list);
    Ok(ExitCode::SUCCESS)
}

fn list(listed: &Value) -> String {
    let row = |provider: &Value| {
        let local = if provider.pointer("/provider/local") == Some(&Value::Bool(true)) { "yes" } else { "no" };
        [text(provider, "/id"), text(provider, "/version"), text(provider, "/state"), local].map(str::to_owned).to_vec()
    };
    let rows: Vec<Vec<String>> = items(listed, "/items").iter().map(row).collect();
    table(&["PROVIDER", "VERSION", "STATE", "LOCAL"], &rows)
}
