//! `cluster`: the clusters you have here, what may happen where and why, and what is wrong with them. Adding one and changing a
//! mode write the operator's file and stand in [`cluster_change`](super::cluster_change).

use std::process::ExitCode;

use serde_json::{Value, json};

use super::api::Client;
use super::cluster_change::{AddArgs, ModeArgs};
use super::out::{Failure, Format, items, print, table, text};

/// What to do with clusters.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClusterCommand {
    /// List them.
    List,
    /// Look at a new one, add it to the configuration file, and print the least RBAC it needs.
    Add(AddArgs),
    /// Show what may happen on them and in their namespaces, and why; or say it: `mode CLUSTER guarded`.
    Mode(ModeArgs),
    /// Check that they answer, as whom, and what may be read there.
    Doctor(Named),
}

/// One cluster, or all.
#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// The cluster; all when absent.
    name: Option<String>,
}

/// What is looked at to see whether somebody may read a cluster at all.
const READS: [&str; 6] = ["namespaces", "pods", "deployments.apps", "events", "nodes", "pods/log"];

/// Does what needs a host.
pub(crate) async fn run(client: &Client, command: ClusterCommand, format: Format) -> Result<ExitCode, Failure> {
    match command {
        ClusterCommand::List => {
            let listed = client.get("/api/v1/clusters").await?;
            print(format, &listed, list);
            Ok(ExitCode::SUCCESS)
        }
        ClusterCommand::Mode(args) => {
            let listed = clusters(client, &Named { name: args.cluster.map(|name| name.to_string()) }).await?;
            print(format, &listed, modes);
            Ok(ExitCode::SUCCESS)
        }
        ClusterCommand::Doctor(named) => doctor(client, &named, format).await,
        // These need no host; who dispatches has done them.
        ClusterCommand::Add(_) => Ok(ExitCode::SUCCESS),
    }
}

/// The clusters asked for.
async fn clusters(client: &Client, named: &Named) -> Result<Value, Failure> {
    let mut listed = client.get("/api/v1/clusters").await?;
    if let (Some(name), Some(all)) = (&named.name, listed["items"].as_array_mut()) {
        all.retain(|cluster| text(cluster, "/name") == name);
        if all.is_empty() {
            return Err(Failure::new(1, "not-found", format!("you have no cluster {name}"), "kubechat cluster list"));
        }
    }
    Ok(listed)
}

async fn doctor(client: &Client, named: &Named, format: Format) -> Result<ExitCode, Failure> {
    let listed = clusters(client, named).await?;
    let mut checks = Vec::new();
    for cluster in items(&listed, "/items") {
        let (name, problem) = (text(cluster, "/name"), text(cluster, "/problem/detail"));
        let detail = if problem.is_empty() { text(cluster, "/version") } else { problem };
        checks.push(json!({"cluster": name, "check": "answers", "ok": problem.is_empty(), "detail": detail}));
        if !problem.is_empty() {
            continue;
        }
        let verb = |resource: &str| if resource == "pods/log" { "get" } else { "list" };
        let reviews: Vec<_> = READS.iter().map(|one| json!({"verb": verb(one), "resource": one})).collect();
        let answers = client.post("/api/v1/access-reviews", json!({"cluster": name, "reviews": reviews})).await?;
        for answer in items(&answers, "/items") {
            let check = format!("may {} {}", text(answer, "/verb"), text(answer, "/resource"));
            let ok = answer["allowed"] == Value::Bool(true);
            let detail = if ok { "everywhere" } else { "not everywhere; namespaces one by one may do" };
            checks.push(json!({"cluster": name, "check": check, "ok": ok, "detail": detail}));
        }
    }
    let away = checks.iter().any(|check| check["check"] == "answers" && check["ok"] == false);
    print(format, &json!({"checks": checks}), |shown| {
        let row = |check: &Value| {
            let ok = if check["ok"] == Value::Bool(true) { "ok" } else { "no" };
            vec![
                text(check, "/cluster").to_owned(),
                text(check, "/check").to_owned(),
                ok.to_owned(),
                text(check, "/detail").to_owned(),
            ]
        };
        let rows: Vec<Vec<String>> = items(shown, "/checks").iter().map(row).collect();
        table(&["CLUSTER", "CHECK", "OK", "DETAIL"], &rows)
    });
    Ok(if away { ExitCode::FAILURE } else { ExitCode::SUCCESS })
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

fn modes(listed: &Value) -> String {
    let mut rows = Vec::new();
    for cluster in items(listed, "/items") {
        let name = text(cluster, "/name").to_owned();
        let why = match text(cluster, "/mode_reason") {
            "" => "as configured",
            reason => reason,
        };
        for rule in items(cluster, "/namespaces") {
            let (pattern, mode) = (text(rule, "/name").to_owned(), text(rule, "/mode").to_owned());
            rows.push(vec![name.clone(), pattern, mode, "its own rule".to_owned()]);
        }
        rows.push(vec![name, "(elsewhere)".to_owned(), text(cluster, "/mode").to_owned(), why.to_owned()]);
    }
    let hint = "To change one: kubechat cluster mode CLUSTER read-only|suggest-only|guarded [--namespace NAMESPACE]";
    format!("{}\n{hint}\n", table(&["CLUSTER", "NAMESPACE", "MODE", "WHY"], &rows).trim_end())
}
