//! `POST /plans/{id}/refresh`: the same operations, computed anew; votes are void.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Computes it anew.
pub async fn post(State(app): State<App>, Actor(who): Actor, Path(id): Path<String>) -> Result<Response, ApiError> {
    let plan = app.flow.refresh(&who, super::id(&id)?).await?;
    super::plan_shown(&app, &who, plan.id).await
}
