//! `plugin`: the loaded components, why each may run, and what is wrong with those that don't.

use std::process::ExitCode;

use serde_json::Value;

use super::api::Client;
use super::out::{Failure, Format, items, print, table, text};

/// What to do with components.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PluginCommand {
    /// List them.
    List,
}

/// Does it.
pub(crate) async fn run(
    client: &Client,
    PluginCommand::List: PluginCommand,
    format: Format,
) -> Result<ExitCode, Failure> {
    let listed = client.get("/api/v1/plugins").await?;
    print(format, &listed, list);
    Ok(ExitCode::SUCCESS)
}

fn list(listed: &Value) -> String {
    let row = |plugin: &Value| {
        let short: String = text(plugin, "/digest").chars().take(19).collect();
        let name = [text(plugin, "/id"), text(plugin, "/file")].into_iter().find(|name| !name.is_empty());
        let trust = [text(plugin, "/trust"), text(plugin, "/trust/by")].into_iter().find(|trust| !trust.is_empty());
        let cells = [
            name.unwrap_or_default(),
            text(plugin, "/version"),
            text(plugin, "/world"),
            text(plugin, "/state"),
            trust.unwrap_or_default(),
            &short,
            text(plugin, "/failure/code"),
        ];
        cells.map(str::to_owned).to_vec()
    };
    let rows: Vec<Vec<String>> = items(listed, "/items").iter().map(row).collect();
    table(&["PLUGIN", "VERSION", "WORLD", "STATE", "TRUSTED BY", "DIGEST", "FAILURE"], &rows)
}
