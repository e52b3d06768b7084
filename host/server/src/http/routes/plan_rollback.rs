//! `POST /plans/{id}/rollback`: 201 with the plan that takes the plan's run back.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Plans the undo.
pub async fn post(State(app): State<App>, Actor(who): Actor, Path(id): Path<String>) -> Result<Response, ApiError> {
    let plan = app.flow.rollback(&who, super::id(&id)?).await?;
    super::plan_created(&app, &who, plan.id).await
}
