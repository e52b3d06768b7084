//! `doctor`: is the host there, can it write, do its components and clusters answer, and as whom; a fix for each fault.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::api::{Client, folder};
use super::client::Global;
use super::out::{Failure, items, print, safe, text};
use super::paint::{dim, green, red};

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {}

/// One thing looked at.
struct Check {
    what: String,
    fault: Option<(String, String)>,
}

impl Check {
    fn ok(what: impl Into<String>) -> Self {
        Self { what: what.into(), fault: None }
    }
    fn bad(what: impl Into<String>, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), fault: Some((detail.into(), fix.into())) }
    }
}

/// Looks at everything; exit code 1 when something is wrong.
pub(crate) async fn run(global: &Global, DoctorArgs {}: &DoctorArgs) -> Result<ExitCode, Failure> {
    let checks = look(global).await;
    let faults = checks.iter().filter(|check| check.fault.is_some()).count();
    let value: Vec<Value> = checks
        .iter()
        .map(|check| match &check.fault {
            None => json!({"check": check.what, "ok": true}),
            Some((detail, fix)) => json!({"check": check.what, "ok": false, "detail": detail, "fix": fix}),
        })
        .collect();
    print(global.output, &json!({"checks": value}), |_| checks.iter().map(line).collect());
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(check: &Check) -> String {
    match &check.fault {
        None => format!("{}  {}\n", green("ok  "), safe(&check.what)),
        Some((detail, fix)) => {
            format!("{}  {}: {}\n      {} {}\n", red("bad "), safe(&check.what), safe(detail), dim("fix:"), safe(fix))
        }
    }
}

async fn look(global: &Global) -> Vec<Check> {
    let mut checks = Vec::new();
    match folder(global.server) {
        Ok(folder) if folder.join("default").exists() => {
            checks.push(Check::ok(format!("token files in {}", folder.display())))
        }
        Ok(folder) => checks.push(Check::bad(
            "token files",
            format!("none in {}", folder.display()),
            format!("start the host: kubechat serve --listen {}", global.server),
        )),
        Err(failure) => checks.push(Check::bad("token files", failure.detail, failure.hint)),
    }
    let client = match Client::connect(global) {
        Ok(client) => client,
        Err(failure) => {
            checks.push(Check::bad("login", failure.detail, failure.hint));
            return checks;
        }
    };
    match client.get("/api/v1/session").await {
        Ok(who) => checks.push(Check::ok(format!("host on {}, you are {}", global.server, text(&who, "/name")))),
        Err(failure) => {
            checks.push(Check::bad(format!("host on {}", global.server), failure.detail, failure.hint));
            return checks;
        }
    }
    match client.get("/api/v1/doctor").await {
        Ok(found) => checks.extend(items(&found, "/checks").iter().map(examined)),
        Err(failure) => checks.push(Check::bad("the host's own look", failure.detail, failure.hint)),
    }
    checks
}

/// One check of the host's own.
fn examined(check: &Value) -> Check {
    let (what, detail) = (text(check, "/name"), text(check, "/detail"));
    if check["ok"] == Value::Bool(true) {
        Check::ok(format!("{what}: {detail}"))
    } else {
        Check::bad(what, detail, text(check, "/fix"))
    }
}
