//! `GET /audit/verify`: reads the whole log again; indexes, leaf hashes, derived columns.

use axum::Json;
use axum::extract::State;
use kubechat_core::audit::EntryKind;
use kubechat_core::problem::Problem;
use serde::Serialize;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// How many entries were read and fit.
#[derive(Debug, Serialize)]
pub struct Verified {
    entries: u64,
}

/// Verifies; a misfit is a `verification-failed` problem that names the index.
pub async fn get(State(app): State<App>, Actor(who): Actor) -> Result<Json<Verified>, ApiError> {
    let entries = app.ledger().verify().await.map_err(Problem::from)?;
    let entry = app.flow.entry(&who, EntryKind::AuditRead, "verified");
    super::note_if_possible(&app, entry).await;
    Ok(Json(Verified { entries }))
}
