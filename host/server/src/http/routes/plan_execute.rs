//! `POST /plans/{id}/execute`: 202 with the run; `Idempotency-Key` makes a repeated request give the same run.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::execute::OnceKey;
use serde_json::json;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Longest `Idempotency-Key`, characters.
const KEY_CHARS_MAX: usize = 128;

/// Nothing is said in the body.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {}

/// Accepts a run.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
    Checked(Body {}): Checked<Body>,
) -> Result<Response, ApiError> {
    app.start.written(&app.flow).await.map_err(Problem::from)?;
    let key = headers.get("idempotency-key").map(key).transpose()?;
    let run = app.flow.execute(&who, super::id(&id)?, super::optional_match(&headers)?, key).await?;
    let mut answer = (StatusCode::ACCEPTED, Json(json!({"run": run.id}))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/runs/{}", run.id)) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    Ok(answer)
}

fn key(value: &HeaderValue) -> Result<OnceKey, ApiError> {
    let text = value.to_str().unwrap_or_default();
    let fits = !text.is_empty() && text.len() <= KEY_CHARS_MAX && text.chars().all(|c| c.is_ascii_graphic());
    let bad =
        || ApiError::new(Code::BadInput, format!("Idempotency-Key is 1 to {KEY_CHARS_MAX} visible ASCII characters"));
    fits.then(|| OnceKey(text.to_owned())).ok_or_else(bad)
}
