//! `GET /readyz`: 200 when plans can be made and executed, 503 with what is missing. `?verbose` tells all of it, with login.
//!
//! Clusters do not decide: one that is away never makes the host unready for the others. Without a writable database
//! reads go on; it is said here, and nothing is written to any cluster.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use kubechat_flow::ports::cluster::ClusterView;
use kubechat_plugin::{PluginState, World};
use serde::Serialize;

use crate::config::Binding;
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::models::Seat;

/// What everybody may know.
#[derive(Debug, Serialize)]
pub struct Ready {
    ready: bool,
    /// Names of the checks that fail.
    failing: Vec<&'static str>,
}

/// What a principal may know.
#[derive(Debug, Serialize)]
pub struct Verbose {
    ready: bool,
    checks: Vec<Check>,
    version: &'static str,
    mode: &'static str,
    confirm_only: bool,
    clusters: Vec<ClusterView>,
}

/// One thing this host needs.
#[derive(Debug, Serialize)]
pub struct Check {
    pub(super) name: &'static str,
    pub(super) ok: bool,
    /// What is wrong and what to do, or what there is.
    pub(super) detail: String,
}

impl Check {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it is as it must be.
    pub fn is_ok(&self) -> bool {
        self.ok
    }
}

/// Looks.
pub async fn get(State(app): State<App>, RawQuery(query): RawQuery, parts: Parts) -> Result<Response, ApiError> {
    let verbose =
        query.is_some_and(|query| query.split('&').any(|word| word == "verbose" || word.starts_with("verbose=")));
    // Who wants to know more says who he is before anything is looked at.
    let who = if verbose { Some(Actor::from_parts(&parts, &app)?) } else { None };
    let checks = checks(&app).await;
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let Some(Actor(who)) = who else {
        let failing = checks.iter().filter(|check| !check.ok).map(|check| check.name).collect();
        return Ok((status, HeaderMap::new(), Json(Ready { ready, failing })).into_response());
    };
    let verbose = Verbose {
        ready,
        checks,
        version: env!("CARGO_PKG_VERSION"),
        mode: app.setup.mode,
        confirm_only: app.flow.settings().confirm_only,
        clusters: app.flow.ports().cluster.clusters(&who).await,
    };
    Ok((status, Json(verbose)).into_response())
}

/// Everything this host needs.
pub(crate) async fn checks(app: &App) -> Vec<Check> {
    let mut checks = vec![database(app).await, start(app).await, packs(app), provider(app)];
    checks.extend(app.models.others().next().is_some().then(|| models(app)));
    checks
}

async fn database(app: &App) -> Check {
    match app.health.of(app.ledger()).await {
        Ok(()) => Check { name: "database", ok: true, detail: "can be written".to_owned() },
        Err(error) => {
            let detail = format!("{error}; reads go on, nothing is written to clusters");
            Check { name: "database", ok: false, detail }
        }
    }
}

async fn start(app: &App) -> Check {
    match app.start.written(&app.flow).await {
        Ok(()) => Check { name: "start", ok: true, detail: "is written down".to_owned() },
        Err(error) => Check { name: "start", ok: false, detail: format!("is not written down yet: {error}") },
    }
}

fn packs(app: &App) -> Check {
    let enforced = app.setup.packs.iter().filter(|pack| pack.binding == Binding::Enforce);
    let wanted: Vec<&str> = enforced.map(|pack| pack.id.as_str()).collect();
    let there = app.plugins.list();
    let is_active = |id: &str| {
        let of_id = |status: &&kubechat_plugin::PluginStatus| status.id.as_deref() == Some(id);
        there
            .iter()
            .filter(of_id)
            .any(|status| status.world == Some(World::PolicyPack) && status.state == PluginState::Active)
    };
    let missing: Vec<&str> = wanted.iter().copied().filter(|id| !is_active(id)).collect();
    let detail = match (missing.is_empty(), app.setup.packs.is_empty()) {
        (_, true) => "none is bound, so every write is denied; bind one under `packs`".to_owned(),
        (true, false) if wanted.is_empty() => "all are only monitored".to_owned(),
        (true, false) => format!("{} answer", wanted.join(", ")),
        (false, _) => {
            format!("{} can't judge, so every write is denied; `kubechat plugin list` says why", missing.join(", "))
        }
    };
    Check { name: "packs", ok: missing.is_empty() && !app.setup.packs.is_empty(), detail }
}

/// Whether the provider is there.
pub(super) fn provider(app: &App) -> Check {
    match &app.provider {
        Ok(provider) => {
            Check { name: "provider", ok: true, detail: format!("{} {}", provider.id(), provider.version()) }
        }
        Err(failure) => {
            let detail = format!("{}: {}; {}", app.setup.provider, failure.detail, failure.hint);
            Check { name: "provider", ok: false, detail }
        }
    }
}

/// Whether the models' providers are there. One that is not is passed over, so the host stays ready while any is.
fn models(app: &App) -> Check {
    let one = |seat: &Seat| match &seat.handle {
        Ok(_) => seat.entry.to_string(),
        Err(failure) => format!("{}: {}; {}", seat.entry, failure.detail, failure.hint),
    };
    let detail: Vec<String> = app.models.others().map(one).collect();
    Check { name: "models", ok: app.models.others().any(|seat| seat.handle.is_ok()), detail: detail.join(", then ") }
}
