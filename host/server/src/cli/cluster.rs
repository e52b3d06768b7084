//! `cluster`: the clusters you have here, what may happen where and why, what is wrong with them; and what it takes to add one.
//!
//! `add` writes nothing: it prints the entry for the configuration and the least RBAC, for whoever may apply them.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::api::Client;
use super::out::{Failure, Format, items, print, table, text};
use super::rbac;

/// What to do with clusters.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClusterCommand {
    /// List them.
    List,
    /// Print the configuration entry of a new one and the least RBAC it needs; writes nothing.
    Add(AddArgs),
    /// Show what may happen on them and in their namespaces, and why.
    Mode(Named),
    /// Check that they answer, as whom, and what may be read there.
    Doctor(Named),
}

/// One cluster, or all.
#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// The cluster; all when absent.
    name: Option<String>,
}

/// A cluster to be.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// What it is to be called here.
    name: kubechat_core::names::ClusterName,
    /// The kubeconfig file.
    #[arg(long, value_name = "FILE")]
    kubeconfig: PathBuf,
    /// A context of it, instead of its current one.
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// What is to be allowed there.
    #[arg(long, value_name = "MODE", default_value = "read-only", value_parser = ["read-only", "suggest-only", "guarded"])]
    mode: String,
    /// The user as the cluster knows it, whom the rights are for.
    #[arg(long, value_name = "USER", default_value = "kubechat-user")]
    user: String,
    /// A namespace that plans may change; may be repeated. Without one, none is.
    #[arg(long = "namespace", value_name = "NAMESPACE")]
    namespaces: Vec<kubechat_core::names::Namespace>,
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
        ClusterCommand::Mode(named) => {
            let listed = clusters(client, &named).await?;
            print(format, &listed, modes);
            Ok(ExitCode::SUCCESS)
        }
        ClusterCommand::Doctor(named) => doctor(client, &named, format).await,
        ClusterCommand::Add(args) => Ok(add(&args, format)),
    }
}

/// Prints what it takes to add a cluster; asks nobody.
pub(crate) fn add(args: &AddArgs, format: Format) -> ExitCode {
    let mut entry = toml::Table::new();
    let mut put = |key: &str, value: &str| entry.insert(key.to_owned(), toml::Value::String(value.to_owned()));
    put("name", args.name.as_str());
    put("kubeconfig", &args.kubeconfig.display().to_string());
    if let Some(context) = &args.context {
        put("context", context);
    }
    put("mode", &args.mode);
    let config = format!("[[principals.clusters]]\n{entry}");
    let namespaces: Vec<&str> = args.namespaces.iter().map(|namespace| namespace.as_str()).collect();
    let rights = rbac::least(&args.user, args.mode != "read-only", &namespaces);
    let rights: Vec<String> = rights.iter().map(|one| serde_yaml_ng::to_string(one).unwrap_or_default()).collect();
    let rights = rights.join("---\n");
    print(format, &json!({"config": config, "rbac": rights}), |_| {
        format!(
            "# In the host's configuration, below the principal that is to have it; then restart the host:\n{config}\n\
             # The least it needs there; a cluster administrator applies it with `kubectl apply -f -`:\n{rights}"
        )
    });
    ExitCode::SUCCESS
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
    let hint =
        "A mode is said in the host's configuration: `mode` and `namespaces` of the cluster's entry (docs/config.md).";
    format!("{}\n{hint}\n", table(&["CLUSTER", "NAMESPACE", "MODE", "WHY"], &rows).trim_end())
}
