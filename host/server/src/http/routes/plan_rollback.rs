//! `POST /plans/{id}/rollback {"cluster"?}`: 201 with the plan that takes the plan's run back, on one cluster or on all.

use axum::extract::{Path, State};
use axum::response::Response;
use kubechat_core::names::ClusterName;
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    cluster: Option<ClusterName>,
}

/// Plans the undo.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
    Checked(body): Checked<Body>,
) -> Result<Response, ApiError> {
    let plan = app.flow.rollback_on(&who, super::id(&id)?, body.cluster.as_ref()).await?;
    super::plan_created(&app, &who, plan.id).await
}
