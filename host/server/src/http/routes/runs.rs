//! `GET /runs/{id}`: one execution, step by step.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_core::run::Run;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Shows it.
pub async fn get(State(app): State<App>, Actor(_): Actor, Path(id): Path<String>) -> Result<Json<Run>, ApiError> {
    Ok(Json(app.flow.show_run(super::id(&id)?).await?))
}
