//! `GET /threads/{id}/turns`: what was said in a conversation and what came of it, oldest first, at most the newest 100.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_flow::turn::Turn;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::page::Listed;
use crate::http::state::App;

/// Lists them.
pub async fn list(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
) -> Result<Json<Listed<Turn>>, ApiError> {
    Ok(Json(Listed::all(app.flow.thread_turns(&who, super::id(&id)?).await?)))
}
