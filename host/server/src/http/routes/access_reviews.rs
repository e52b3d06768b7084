//! `POST /access-reviews`: what the caller may do, many questions at once; the API server's own word on each.

use axum::Json;
use axum::extract::State;
use kubechat_core::names::ClusterName;
use kubechat_flow::look::{MayI, YouMay};
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::page::Listed;
use crate::http::state::App;

/// The questions, at most `ACCESS_REVIEWS_MAX`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    cluster: Option<ClusterName>,
    reviews: Vec<MayI>,
}

/// Asks; answers stand in the order of the questions.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Checked(body): Checked<Body>,
) -> Result<Json<Listed<YouMay>>, ApiError> {
    let cluster = app.flow.ports().cluster.known(&who, body.cluster.as_ref())?.name;
    Ok(Json(Listed::all(app.flow.reviews(&who, &cluster, body.reviews).await?)))
}
