//! `GET /metrics`: counters for Prometheus, for whoever has a token.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::http::actor::Actor;
use crate::http::state::App;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All counters.
pub async fn get(State(app): State<App>, Actor(_): Actor) -> Response {
    ([(header::CONTENT_TYPE, OPEN_METRICS)], app.metrics.text(&app.way_out.counts())).into_response()
}
