//! `GET /settings`: every setting in force, who said it, and whether that holds it in place; what `config explain` prints.

use axum::Json;
use axum::extract::State;

use crate::config::Explained;
use crate::http::actor::Actor;
use crate::http::page::Listed;
use crate::http::state::App;

/// Lists them.
pub async fn list(State(app): State<App>, Actor(_): Actor) -> Json<Listed<Explained>> {
    Json(Listed::all(app.setup.settings.clone()))
}
