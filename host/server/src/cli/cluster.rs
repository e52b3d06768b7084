//! `cluster`: the clusters you have here, as whom, in which mode, and what is wrong with those that don't answer.

use std::process::ExitCode;

use serde_json::Value;

use super::api::Client;
use super::out::{Failure, Format, items, print, table, text};

/// What to do with clusters.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClusterCommand {
    /// List them.
    List,
}

/// Does it.
pub(crate) async fn run(
    client: &Client,
    ClusterCommand::List: ClusterCommand,
    format: Format,
) -> Result<ExitCode, Failure> {
    let listed = client.get("/api/v1/clusters").await?;
    print(format, &listed, list);
    Ok(ExitCode::SUCCESS)
}

fn list(listed: &Value) -> String {
    let row = |cluster: &Value| {
        let state = match text(cluster, "/problem/detail") {
            "" => "ok".to_owned(),
            problem => problem.to_owned(),
        };
        let cells = ["/name", "/context", "/server", "/namespace", "/mode", "/version", "/user"];
        cells.iter().map(|pointer| text(cluster, pointer).to_owned()).chain([state]).collect()
    };
    let rows: Vec<Vec<String>> = items(listed, "/items").iter().map(row).collect();
    table(&["CLUSTER", "CONTEXT", "SERVER", "NAMESPACE", "MODE", "VERSION", "AS", "STATE"], &rows)
}
