//! `GET /openapi.json`: this API, described (OpenAPI 3.1).

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::http::openapi;

/// The document.
pub async fn get() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi::text()).into_response()
}
