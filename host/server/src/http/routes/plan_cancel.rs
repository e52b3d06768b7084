//! `POST /plans/{id}/cancel`: honoured before the next step.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::http::views::RunView;

/// Asks for the cancel.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<RunView>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.flow.cancel(&who, super::id(&id)?).await?.into())))
}
