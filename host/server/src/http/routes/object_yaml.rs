//! `GET /objects/{c}/{gvr}/{ns}/{name}/yaml`: the same object as YAML, masked the same way.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kubechat_core::problem::Code;

use super::object::{Place, Segments, place};
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Shows it.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(segments): Path<Segments>,
) -> Result<Response, ApiError> {
    let Place { cluster, kind, namespace, name } = place(&segments)?;
    let object = app.flow.object(&who, &cluster, &kind, (namespace, name)).await?;
    let yaml = serde_yaml_ng::to_string(&object)
        .map_err(|error| ApiError::new(Code::Fault, format!("the object has no YAML form: {error}")))?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], yaml).into_response())
}
