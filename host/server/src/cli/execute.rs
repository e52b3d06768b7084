//! `execute`: runs a plan and waits until it has settled. Being consent itself, it asks nothing.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};

use super::api::Client;
use super::out::{Failure, Format, items, print, text};
use super::paint::{bold, dim, green, red, yellow};
use super::show;
use super::sse::Events;

/// How long to wait for a run by default, s: its own settling deadline and a little more.
const WAIT_S: u64 = 330;

/// Arguments of `execute`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExecuteArgs {
    /// The plan.
    plan: String,
    /// Accepted for scripts; executing is consent already.
    #[arg(short, long)]
    yes: bool,
    /// How long to wait for the run to settle, seconds.
    #[arg(long, default_value_t = WAIT_S, value_name = "SECONDS")]
    timeout: u64,
    /// Do not wait: print the run's id.
    #[arg(long)]
    no_wait: bool,
}

/// Executes and waits.
pub(crate) async fn run(client: &Client, args: ExecuteArgs, format: Format) -> Result<ExitCode, Failure> {
    let _ = args.yes;
    let run = start(client, &args.plan, None).await?;
    if args.no_wait {
        print(format, &json!({"run": run}), |_| run.clone());
        return Ok(ExitCode::SUCCESS);
    }
    wait(client, &args.plan, &run, Duration::from_secs(args.timeout), format).await
}

/// Executes what was just shown, with the default wait: an edit in between makes it fail, not run.
pub(crate) async fn execute(client: &Client, view: &Value, format: Format) -> Result<ExitCode, Failure> {
    let plan = text(view, "/id");
    let run = start(client, plan, Some(text(view, "/etag"))).await?;
    wait(client, plan, &run, Duration::from_secs(WAIT_S), format).await
}

async fn start(client: &Client, plan: &str, etag: Option<&str>) -> Result<String, Failure> {
    let key = hex::encode(rand::random::<[u8; 16]>());
    let path = format!("/api/v1/plans/{plan}/execute");
    let mut headers = vec![("idempotency-key", key.as_str())];
    headers.extend(etag.map(|etag| ("if-match", etag)));
    let accepted = client.json(Method::POST, &path, Some(json!({})), &headers).await?;
    Ok(text(&accepted, "/run").to_owned())
}

async fn wait(client: &Client, plan: &str, run: &str, at_most: Duration, format: Format) -> Result<ExitCode, Failure> {
    let watch = async {
        let mut shown = String::new();
        let stream = client.send(Method::GET, &format!("/api/v1/plans/{plan}/stream"), None, &[]).await?;
        let mut events = Events::new(stream.into_body());
        while let Some(event) = events.next().await? {
            if event.name == "execution_status" && format == Format::Table && std::io::stderr().is_terminal() {
                progress(&event.data, &mut shown);
            }
        }
        client.get(&format!("/api/v1/runs/{run}")).await
    };
    let ended = tokio::time::timeout(at_most, watch).await.unwrap_or_else(|_| {
        let detail = format!("{run} had not settled after {} s; it goes on", at_most.as_secs());
        Err(Failure::new(124, "timeout", detail, format!("look at it: kubechat plan show {plan}")))
    })?;
    let view = client.get(&format!("/api/v1/plans/{plan}")).await.unwrap_or_default();
    print(format, &ended, |run| format!("{}{}", show::run(run), conclusion(&view, run)));
    conclude(&ended)
}

fn progress(run: &Value, shown: &mut String) {
    let step = items(run, "/steps").iter().rev().find(|step| text(step, "/state") != "pending");
    let Some(step) = step else { return };
    let line = match text(step, "/progress") {
        "" => format!("step {} {}", step["index"].as_u64().unwrap_or(0) + 1, text(step, "/state")),
        progress => super::out::safe(progress),
    };
    if *shown != line {
        eprintln!("  {}", dim(&line));
        *shown = line;
    }
}

fn conclusion(view: &Value, run: &Value) -> String {
    let back = items(view, "/steps").iter().all(|step| text(step, "/reversibility/class") != "none");
    match text(run, "/state") {
        "succeeded" if !has_settled(run) => {
            let look = dim(&format!("look again: kubechat plan show {}", text(view, "/id")));
            format!("{} {look}", yellow("written, but not settled."))
        }
        "succeeded" if back => {
            format!("{} {}", green("done."), dim(&format!("take it back: kubechat rollback {}", text(view, "/id"))))
        }
        "succeeded" => green("done."),
        "cancelled" => {
            format!("{}{}", bold("cancelled; what was done stays until you roll it back"), back_alone(view, run))
        }
        "indeterminate" => red("we lost contact, check the object; nothing is sent again"),
        _ => format!("{}{}", red("failed; what was done stays until you roll it back"), back_alone(view, run)),
    }
}

/// Of several clusters each can be taken back by itself.
fn back_alone(view: &Value, run: &Value) -> String {
    let clusters = items(run, "/clusters");
    if clusters.len() < 2 {
        return String::new();
    }
    let line = |left: &Value| {
        let cluster = super::out::safe(text(left, "/cluster"));
        format!("\n{}", dim(&format!("  kubechat rollback {} --cluster {cluster}", text(view, "/id"))))
    };
    clusters.iter().filter(|left| !items(left, "/stands").is_empty()).map(line).collect()
}

/// Whether what was written came to rest in time.
fn has_settled(run: &Value) -> bool {
    items(run, "/steps").iter().all(|step| step["settled"] != Value::Bool(false))
}

fn conclude(run: &Value) -> Result<ExitCode, Failure> {
    if text(run, "/state") == "succeeded" {
        return Ok(if has_settled(run) { ExitCode::SUCCESS } else { ExitCode::from(124) });
    }
    let problem = items(run, "/steps").iter().find_map(|step| step.get("problem").filter(|problem| !problem.is_null()));
    let code: Option<kubechat_core::problem::Code> =
        problem.and_then(|problem| serde_json::from_value(problem["code"].clone()).ok());
    Ok(ExitCode::from(code.map_or(1, kubechat_core::problem::Code::exit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_and_did_not_come_to_rest_is_not_said_to_be_done() {
        let view = json!({"id": "p-1", "steps": []});
        let run = |settled: bool| json!({"state": "succeeded", "steps": [{"settled": true}, {"settled": settled}]});
        assert!(conclusion(&view, &run(true)).contains("done."));
        let left = conclusion(&view, &run(false));
        assert!(left.contains("not settled") && !left.contains("done"), "{left}");
    }
}
