//! One file per endpoint; here is what they share: ids, ETags, and showing a plan.

pub mod access_reviews;
pub mod audit;
pub mod audit_verify;
pub mod clusters;
pub mod complete;
pub mod doctor;
pub mod egress;
pub mod egress_log;
pub mod egress_test;
pub mod events;
pub mod findings;
pub mod kinds;
pub mod livez;
pub mod login;
pub mod logs;
pub mod metrics;
pub mod model_offered;
pub mod model_test;
pub mod models;
pub mod namespaces;
pub mod object;
pub mod object_changes;
pub mod object_events;
pub mod object_history;
pub mod object_related;
pub mod object_yaml;
pub mod openapi;
pub mod plan;
pub mod plan_approve;
pub mod plan_cancel;
pub mod plan_execute;
pub mod plan_export;
pub mod plan_radius;
pub mod plan_refresh;
pub mod plan_reject;
pub mod plan_rollback;
pub mod plan_stream;
pub mod plans;
pub mod plugins;
pub mod preview;
pub mod prompts;
pub mod readyz;
pub mod redact;
pub mod resources;
pub mod runs;
pub mod session;
pub mod settings;
pub mod support_bundle;
pub mod thread;
pub mod thread_turns;
pub mod threads;
pub mod turn_cancel;
pub mod turn_stream;
pub mod turns;
pub mod undo;
pub mod version;

use std::fmt::Display;
use std::str::FromStr;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kubechat_core::audit::Entry;
use kubechat_core::ids::PlanId;
use kubechat_core::names::ClusterName;
use kubechat_core::plan::Plan;
use kubechat_core::principal::Principal;
use kubechat_core::problem::Code;
use kubechat_flow::plans::Shown;
use kubechat_flow::ports::cluster::Mode;
use kubechat_flow::ports::ledger::Version;

use super::error::ApiError;
use super::state::App;
use super::views::PlanView;

/// An id out of a path.
pub(crate) fn id<T: FromStr<Err: Display>>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error: T::Err| ApiError::new(Code::BadInput, error.to_string()))
}

/// The version of `If-Match`, which must be there.
pub(crate) fn required_match(headers: &HeaderMap) -> Result<Version, ApiError> {
    optional_match(headers)?.ok_or_else(|| ApiError::new(Code::BadInput, "If-Match is missing; send the ETag you read"))
}

/// The version of `If-Match`, if it is there.
pub(crate) fn optional_match(headers: &HeaderMap) -> Result<Option<Version>, ApiError> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim_matches('"');
    let version = text.parse().map_err(|_| ApiError::new(Code::BadInput, "If-Match is not an ETag of ours"))?;
    Ok(Some(Version(version)))
}

/// The header of an ETag.
pub(crate) fn etag_header(etag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, value);
    }
    headers
}

/// The strictest mode of what a plan writes to a cluster and reaches into there, where the caller has it.
pub(crate) fn mode(app: &App, who: &Principal, plan: &Plan, cluster: &ClusterName) -> Option<Mode> {
    let view = app.flow.ports().cluster.known(who, Some(cluster)).ok()?;
    let written = plan.revision.targets_on(cluster).map(|target| view.mode_of(target)).min().unwrap_or(view.mode);
    let part = plan.revision.parts.iter().find(|part| part.cluster == *cluster);
    Some(part.map_or(written, |part| written.min(view.modes().over(&part.radius.spread))))
}

/// The view of a plan for a caller.
pub(crate) fn as_seen(app: &App, who: &Principal, shown: Shown) -> PlanView {
    let plan = shown.plan.clone();
    PlanView::new(shown, |cluster| mode(app, who, &plan, cluster))
}

/// Writes an entry about a read or a login. A database that can't be written must not keep people from reading: nothing is
/// changed by either, `/readyz` says what is wrong, and the log of the process keeps a line instead.
pub(crate) async fn note_if_possible(app: &App, entry: Entry) {
    if let Err(error) = app.flow.note(entry.clone(), None).await {
        let (kind, actor) = (entry.kind, entry.actor.subject());
        tracing::warn!(%error, ?kind, actor, outcome = entry.outcome, "an entry could not be written down");
    }
}

/// A plan's view.
pub(crate) async fn view(app: &App, who: &Principal, id: PlanId) -> Result<PlanView, ApiError> {
    Ok(as_seen(app, who, app.flow.show(id).await?))
}

/// 200 with a plan.
pub(crate) async fn plan_shown(app: &App, who: &Principal, id: PlanId) -> Result<Response, ApiError> {
    let view = view(app, who, id).await?;
    Ok((etag_header(view.etag()), Json(view)).into_response())
}

/// 201 with a plan.
pub(crate) async fn plan_created(app: &App, who: &Principal, id: PlanId) -> Result<Response, ApiError> {
    let view = view(app, who, id).await?;
    let mut answer = (StatusCode::CREATED, etag_header(view.etag()), Json(view)).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/plans/{id}")) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    Ok(answer)
}
