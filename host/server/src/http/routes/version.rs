//! `GET /version`: which host this is and which API it speaks.

use axum::Json;
use serde::Serialize;

/// What it says.
#[derive(Debug, Serialize)]
pub struct VersionView {
    version: &'static str,
    api: &'static str,
}

/// The version.
pub async fn get() -> Json<VersionView> {
    Json(VersionView { version: env!("CARGO_PKG_VERSION"), api: "v1" })
}
