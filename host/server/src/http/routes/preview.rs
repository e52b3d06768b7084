//! `POST /preview`: what a sentence would become if it were sent. Nothing is kept and nothing is tried.

use axum::Json;
use axum::extract::State;
use kubechat_core::ids::ThreadId;
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_flow::ask::Place;
use kubechat_flow::preview::Preview;
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;

/// A sentence as far as it is typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    sentence: String,
    thread: Option<ThreadId>,
    cluster: Option<ClusterName>,
    namespace: Option<Namespace>,
}

/// Says it.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Checked(body): Checked<Body>,
) -> Result<Json<Preview>, ApiError> {
    let place = Place { thread: body.thread, cluster: body.cluster, namespace: body.namespace };
    Ok(Json(app.flow.preview(&who, &body.sentence, place).await?))
}
