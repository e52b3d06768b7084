//! `GET /plans/{id}` shows a plan; `PATCH` edits its operations, with `If-Match`.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kubechat_core::operation::Operation;
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Other operations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    operations: Vec<Operation>,
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
    let plan = app.flow.edit(&who, super::id(&id)?, body.operations, Some(expect)).await?;
    super::plan_shown(&app, &who, plan.id).await
}
