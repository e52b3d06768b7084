//! `GET /doctor`: the host's side of `kubechat doctor`: what this host needs, and each of the caller's clusters; a fix for
//! each fault.

use axum::Json;
use axum::extract::State;
use kubechat_core::principal::Principal;
use kubechat_flow::ports::cluster::ClusterView;
use serde::Serialize;

use super::readyz::{self, Check};
use crate::config::mode_text;
use crate::http::actor::Actor;
use crate::http::state::App;
use crate::runtime::LostServer;

/// What was found.
#[derive(Debug, Serialize)]
pub struct Examined {
    /// Whether every check is.
    ok: bool,
    checks: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Finding {
    name: String,
    ok: bool,
    detail: String,
    /// What to do; absent where nothing is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

/// Looks.
pub async fn get(State(app): State<App>, Actor(who): Actor) -> Json<Examined> {
    Json(examined(&app, &who).await)
}

/// What was found, as this principal may see it.
pub(crate) async fn examined(app: &App, who: &Principal) -> Examined {
    let (own, clusters) = tokio::join!(readyz::checks(app), app.flow.ports().cluster.clusters(who));
    let lost = app.way_out.lost_servers().into_iter().map(of_lost);
    let checks: Vec<_> = own.into_iter().map(of_host).chain(clusters.into_iter().map(of_cluster)).chain(lost).collect();
    Examined { ok: checks.iter().all(|check| check.ok), checks }
}

fn of_host(check: Check) -> Finding {
    let fix = match check.name {
        "database" | "start" => "free the disk, or end what holds the database's file; the host goes on by itself",
        "packs" => "`kubechat plugin list` says why; bind what is missing under `packs` and restart the host",
        _ => "`kubechat plugin list` says why; build or install it, then restart the host",
    };
    let (name, ok) = (check.name.to_owned(), check.ok);
    Finding { name, ok, detail: check.detail, fix: (!ok).then(|| fix.to_owned()) }
}

/// Nothing is sent where nobody can tell that it leads to no API server.
fn of_lost(lost: LostServer) -> Finding {
    let detail = format!("where the API server {} is can't be told, so nothing is sent to its port", lost.server);
    Finding { name: "egress".to_owned(), ok: false, detail, fix: Some(lost.fix.to_owned()) }
}

fn of_cluster(view: ClusterView) -> Finding {
    let (name, mode) = (format!("cluster {}", view.name), mode_text(view.mode));
    match view.problem {
        Some(problem) => {
            let fix = Some(problem.advice().to_owned());
            Finding { name, ok: false, detail: problem.detail, fix }
        }
        None => {
            let reason = view.mode_reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
            let (user, version) = (view.user.unwrap_or_default(), view.version.unwrap_or_default());
            Finding { name, ok: true, detail: format!("{version}, as {user}, {mode}{reason}"), fix: None }
        }
    }
}
