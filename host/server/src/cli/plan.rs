//! `plan`: list, show, edit, reject, refresh, export; or make one from a manifest.

use std::io::Read as _;
use std::process::ExitCode;

use hyper::Method;
use serde_json::{Value, json};

use super::api::Client;
use super::out::{Failure, Format, items, print, safe, table, text};
use super::paint::dim;
use super::{dialog, show};

/// Most bytes of a manifest read from a file.
const MANIFEST_BYTES_MAX: u64 = kubechat_core::limits::MANIFEST_BYTES_MAX as u64;

/// What to do with plans.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PlanCommand {
    /// List plans, newest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Show a plan with its whole diff.
    Show {
        /// The plan.
        plan: String,
    },
    /// Edit a plan's operations in $EDITOR, or from a file; everything is computed anew.
    Edit {
        /// The plan.
        plan: String,
        /// JSON with the operations ("-" for standard input).
        #[arg(short, long, value_name = "FILE")]
        file: Option<String>,
    },
    /// Reject a plan: it can no longer be executed.
    Reject {
        /// The plan.
        plan: String,
    },
    /// Compute a stale or expired plan anew.
    Refresh {
        /// The plan.
        plan: String,
    },
    /// Cancel a running plan before its next step.
    Cancel {
        /// The plan.
        plan: String,
    },
    /// Print a plan as patches for use elsewhere; values of Secrets are masked.
    Export {
        /// The plan.
        plan: String,
        /// As patches (the only form).
        #[arg(long)]
        patch: bool,
    },
    /// Make a plan that applies a manifest.
    Apply {
        /// The manifest ("-" for standard input).
        #[arg(short, long, value_name = "FILE")]
        file: String,
        /// For objects that name no namespace.
        #[arg(short, long)]
        namespace: Option<String>,
        /// The cluster (the first one by default).
        #[arg(long)]
        cluster: Option<String>,
        /// Execute the plan at once, without asking.
        #[arg(short, long)]
        yes: bool,
    },
}

/// Does it.
pub(crate) async fn run(client: &Client, command: PlanCommand, format: Format) -> Result<ExitCode, Failure> {
    let path = |plan: &str, rest: &str| format!("/api/v1/plans/{plan}{rest}");
    match command {
        PlanCommand::List { limit } => {
            let listed = client.get(&format!("/api/v1/plans?limit={limit}")).await?;
            print(format, &listed, list);
        }
        PlanCommand::Show { plan } => {
            let view = client.get(&path(&plan, "")).await?;
            show_with_run(client, &view, format).await?;
        }
        PlanCommand::Edit { plan, file } => {
            let view = client.get(&path(&plan, "")).await?;
            let view = match file {
                Some(file) => edit(client, &view, parse(&read(&file)?)?).await?,
                None => edit_in_editor(client, &view).await?,
            };
            print(format, &view, |view| format!("{}{}", show::plan(view, true), dim(&dialog::next(view))));
        }
        PlanCommand::Reject { plan } => {
            let view = client.post(&path(&plan, "/reject"), json!({})).await?;
            print(format, &view, |_| format!("{plan} is rejected; nothing was changed"));
        }
        PlanCommand::Refresh { plan } => {
            let view = client.post(&path(&plan, "/refresh"), json!({})).await?;
            print(format, &view, |view| format!("{}{}", show::plan(view, false), dim(&dialog::next(view))));
        }
        PlanCommand::Cancel { plan } => {
            let run = client.post(&path(&plan, "/cancel"), json!({})).await?;
            print(format, &run, |_| "the run stops before its next step".to_owned());
        }
        PlanCommand::Export { plan, patch: _ } => {
            let exported = client.get(&path(&plan, "/export")).await?;
            print(format, &exported, patches);
        }
        PlanCommand::Apply { file, namespace, cluster, yes } => {
            return apply(client, &file, namespace, cluster, yes, format).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn show_with_run(client: &Client, view: &Value, format: Format) -> Result<(), Failure> {
    let run = match text(view, "/run") {
        "" => Value::Null,
        run => client.get(&format!("/api/v1/runs/{run}")).await?,
    };
    if format == Format::Table {
        say!("{}", show::plan(view, true));
        if !run.is_null() {
            say!("{}", show::run(&run));
        }
        sayln!("{}", dim(&dialog::next(view)));
    } else {
        let mut whole = view.clone();
        whole["execution"] = run;
        print(format, &whole, |_| String::new());
    }
    Ok(())
}

async fn apply(
    client: &Client,
    file: &str,
    namespace: Option<String>,
    cluster: Option<String>,
    yes: bool,
    format: Format,
) -> Result<ExitCode, Failure> {
    let mut body = json!({"manifest": read(file)?});
    for (name, value) in [("namespace", namespace), ("cluster", cluster)] {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    let view = client.post("/api/v1/plans", body).await?;
    print(format, &view, |view| show::plan(view, false));
    dialog::decide(client, &view, yes, format).await
}

fn list(listed: &Value) -> String {
    let row = |view: &Value| {
        let cells = ["/id", "/state", "/risk/level", "/requester"].map(|pointer| text(view, pointer).to_owned());
        cells.into_iter().chain([show::clusters(view), what(view), text(view, "/created_at").to_owned()]).collect()
    };
    let rows: Vec<Vec<String>> = items(listed, "/items").iter().map(row).collect();
    if rows.is_empty() {
        return "No plans yet. Say what you want: kubechat ask \"what is broken?\"".to_owned();
    }
    table(&["PLAN", "STATE", "RISK", "REQUESTER", "CLUSTER", "WHAT", "MADE"], &rows)
}

/// The first step, and how many follow.
fn what(view: &Value) -> String {
    let steps = items(view, "/steps");
    let first = steps.first().map(|step| text(step, "/sentence")).unwrap_or_default();
    match steps.len() {
        0 | 1 => first.to_owned(),
        all => format!("{first}, and {} more", all - 1),
    }
}

fn patches(exported: &Value) -> String {
    let one = |patch: &Value| {
        let body = serde_yaml_ng::to_string(&patch["patch"]).unwrap_or_default();
        safe(&format!(
            "# {} on {} ({})\n# {}\n{}",
            text(patch, "/object"),
            text(patch, "/cluster"),
            text(patch, "/patch_type"),
            text(patch, "/kubectl"),
            body
        ))
    };
    items(exported, "/patches").iter().map(one).collect::<Vec<_>>().join("---\n")
}

fn read(file: &str) -> Result<String, Failure> {
    let mut content = String::new();
    let result = if file == "-" {
        std::io::stdin().lock().take(MANIFEST_BYTES_MAX + 1).read_to_string(&mut content)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(MANIFEST_BYTES_MAX + 1).read_to_string(&mut content))
    };
    result.map_err(|e| Failure::usage(format!("{file}: {e}"), "name a readable file, or - for standard input"))?;
    Ok(content)
}

fn parse(content: &str) -> Result<Value, Failure> {
    let operations: Value = serde_json::from_str(content).map_err(|e| {
        Failure::usage(format!("the operations are no JSON: {e}"), "see `plan show -o json`, field operations")
    })?;
    Ok(operations.get("operations").cloned().unwrap_or(operations))
}

async fn edit(client: &Client, view: &Value, operations: Value) -> Result<Value, Failure> {
    let path = format!("/api/v1/plans/{}", text(view, "/id"));
    client
        .json(Method::PATCH, &path, Some(json!({"operations": operations})), &[("if-match", text(view, "/etag"))])
        .await
}

/// Opens the operations in the person's editor and sends what was saved.
pub(crate) async fn edit_in_editor(client: &Client, view: &Value) -> Result<Value, Failure> {
    let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR")).unwrap_or_else(|_| "vi".to_owned());
    let broken = |e: std::io::Error| Failure::new(1, "editor", format!("editing: {e}"), "set EDITOR, or use --file");
    let file = std::env::temp_dir().join(format!(
        "kubechat-{}-{}.json",
        text(view, "/id"),
        hex::encode(rand::random::<[u8; 6]>())
    ));
    let content = serde_json::to_string_pretty(&view["operations"]).unwrap_or_default();
    write_private(&file, &content).map_err(broken)?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = std::process::Command::new(program).args(words).arg(&file).status();
    let saved = std::fs::read_to_string(&file);
    let _ = std::fs::remove_file(&file);
    if !status.map_err(broken)?.success() {
        return Err(Failure::new(1, "editor", format!("{program} ended with a failure; nothing was changed"), ""));
    }
    edit(client, view, parse(&saved.map_err(broken)?)?).await
}

fn write_private(file: &std::path::Path, content: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut open = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    open.write_all(content.as_bytes())
}
