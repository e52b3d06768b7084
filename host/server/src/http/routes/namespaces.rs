//! `GET /clusters/{c}/namespaces`: the namespaces the caller may list; where that is forbidden, the one of his kubeconfig's
//! context, and what is unseen. Leaves no entry: only names are read.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_flow::look::Namespaces;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Lists them by name.
pub async fn list(
    State(app): State<App>,
    Actor(who): Actor,
    Path(cluster): Path<String>,
) -> Result<Json<Namespaces>, ApiError> {
    Ok(Json(app.flow.namespaces(&who, &super::id(&cluster)?).await?))
}
