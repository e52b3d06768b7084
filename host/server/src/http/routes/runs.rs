//! `GET /runs/{id}`: one execution, step by step, and what it leaves on each cluster.

use axum::Json;
use axum::extract::{Path, State};

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::http::views::RunView;

/// Shows it.
pub async fn get(State(app): State<App>, Actor(_): Actor, Path(id): Path<String>) -> Result<Json<RunView>, ApiError> {
    Ok(Json(app.flow.show_run(super::id(&id)?).await?.into()))
}
