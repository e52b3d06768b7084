//! `GET /clusters`: the caller's clusters, each asked for its version with a short deadline.

use axum::Json;
use axum::extract::State;
use kubechat_flow::ports::cluster::ClusterView;

use crate::http::actor::Actor;
use crate::http::page::Listed;
use crate::http::state::App;

/// Lists them.
pub async fn list(State(app): State<App>, Actor(who): Actor) -> Json<Listed<ClusterView>> {
    Json(Listed::all(app.flow.ports().cluster.clusters(&who).await))
}
