//! `GET /plans/{id}` shows a plan; `PATCH` edits its operations, with `If-Match`. An operation that names no cluster is for
//! the plan's first one.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kubechat_core::plan::Wanted;
use kubechat_core::problem::{Code, Problem};
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Other operations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    operations: Vec<Wanted>,
}

/// Shows it.
pub async fn get(State(app): State<App>, Actor(who): Actor, Path(id): Path<String>) -> Result<Response, ApiError> {
    super::plan_shown(&app, &who, super::id(&id)?).await
}

/// Edits it: everything is recomputed, votes are void.
pub async fn patch(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
    Checked(body): Checked<Body>,
) -> Result<Response, ApiError> {
    let expect = super::required_match(&headers)?;
    let id = super::id(&id)?;
    let shown = app.flow.show(id).await?;
    let nowhere = || Problem::new(Code::Fault, "a plan without a cluster");
    let first = shown.plan.clusters().next().ok_or_else(nowhere)?;
    let operations = body.operations.into_iter().map(|wanted| wanted.on(first)).collect();
    let plan = app.flow.edit(&who, id, operations, Some(expect)).await?;
    super::plan_shown(&app, &who, plan.id).await
}
