//! `POST /undo`: 201 with the plan that takes one's own newest run back.

use axum::extract::State;
use axum::response::Response;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Plans the undo.
pub async fn post(State(app): State<App>, Actor(who): Actor) -> Result<Response, ApiError> {
    let plan = app.flow.undo_last(&who).await?;
    super::plan_created(&app, &who, plan.id).await
}
