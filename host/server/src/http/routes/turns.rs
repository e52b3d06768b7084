//! `GET /turns/{id}`: a sentence and everything it led to so far; for whoever is shown its thread.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_core::ids::TurnId;
use kubechat_flow::turn::Turn;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// The turn.
pub async fn get(State(app): State<App>, Actor(who): Actor, Path(id): Path<String>) -> Result<Json<Turn>, ApiError> {
    let id: TurnId = super::id(&id)?;
    Ok(Json(app.flow.show_turn(&who, id).await?))
}
