//! `POST /turns/{id}/cancel`: 202 while the turn is being stopped, 200 when it has ended anyway. Asking twice changes nothing.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kubechat_flow::turn::{Turn, TurnState};

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Asks for the stop.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Turn>), ApiError> {
    let turn = app.flow.cancel_turn(&who, super::id(&id)?).await?;
    let status = if turn.state == TurnState::Working { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(turn)))
}
