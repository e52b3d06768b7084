//! `GET /findings`: what is broken wherever the caller may look, ranked.

use axum::Json;
use axum::extract::{Query, State};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::read::Answer;
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Where to look.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Where {
    cluster: Option<ClusterName>,
    namespace: Option<Namespace>,
}

/// Looks.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Query(place): Query<Where>,
) -> Result<Json<Answer>, ApiError> {
    let cluster = app.flow.ports().cluster.known(&who, place.cluster.as_ref())?.name;
    Ok(Json(app.flow.findings(&who, &cluster, place.namespace).await?))
}
