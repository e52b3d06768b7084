//! `POST /models/{index}/test`: one tiny real answer of a model, through its component, the gate and the vendor.
//!
//! It changes nothing here; it stands in the egress log, and its tokens count.

use axum::Json;
use axum::extract::{Path, State};

use super::models::at;
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::models::Trial;

/// Tries it.
pub async fn post(State(app): State<App>, Actor(_): Actor, Path(index): Path<String>) -> Result<Json<Trial>, ApiError> {
    Ok(Json(at(&app, &index)?.try_out().await))
}
