//! `GET /plans/{id}/export`: the plan as patches for people who change things elsewhere; values of Secrets are masked.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_flow::export::Patch;
use serde::Serialize;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// The patches.
#[derive(Debug, Serialize)]
pub struct Exported {
    patches: Vec<Patch>,
}

/// Exports it.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
) -> Result<Json<Exported>, ApiError> {
    Ok(Json(Exported { patches: app.flow.export(&who, super::id(&id)?).await? }))
}
