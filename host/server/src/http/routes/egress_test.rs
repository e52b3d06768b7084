//! `POST /egress/{destination}/test`: one `GET /` to a destination, with its credential and nothing else.
//!
//! It changes nothing here or, by HTTP's own rules, there; it stands in the egress log like any request.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_core::egress::Destination;
use kubechat_core::problem::Code;
use kubechat_egress::Trial;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Tries it.
pub async fn post(
    State(app): State<App>,
    Actor(_): Actor,
    Path(destination): Path<String>,
) -> Result<Json<Trial>, ApiError> {
    let destination =
        Destination::parse(&destination).map_err(|error| ApiError::new(Code::BadInput, error.to_string()))?;
    if !app.way_out.gate.is_bound(&destination) {
        return Err(ApiError::new(Code::NotFound, format!("no destination {destination} is bound")));
    }
    Ok(Json(app.way_out.gate.try_out(&destination).await))
}
