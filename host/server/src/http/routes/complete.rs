//! `GET /complete`: what can stand at the cursor of a prompt. It never waits for a cluster.

use axum::Json;
use axum::extract::{Query, State};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_flow::complete::Completed;
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// The text and the place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    text: String,
    /// Bytes of the text before the cursor; its end when absent.
    cursor: Option<usize>,
    cluster: Option<ClusterName>,
    namespace: Option<Namespace>,
}

/// Completes.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Query(typed): Query<Typed>,
) -> Result<Json<Completed>, ApiError> {
    let cursor = typed.cursor.unwrap_or(typed.text.len());
    Ok(Json(app.flow.completed(&who, typed.cluster.as_ref(), typed.namespace, &typed.text, cursor)?))
}
