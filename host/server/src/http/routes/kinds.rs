//! `GET /clusters/{c}/kinds`: what the cluster serves, as its discovery tells the caller. Leaves no entry: no object is read.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_flow::ports::cluster::ServedKind;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::page::Listed;
use crate::http::state::App;

/// Lists them, well-known groups first.
pub async fn list(
    State(app): State<App>,
    Actor(who): Actor,
    Path(cluster): Path<String>,
) -> Result<Json<Listed<ServedKind>>, ApiError> {
    Ok(Json(Listed::all(app.flow.kinds(&who, &super::id(&cluster)?).await?)))
}
