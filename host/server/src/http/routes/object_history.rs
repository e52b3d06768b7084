//! `GET /objects/{c}/{gvr}/{ns}/{name}/history`: the revisions the cluster keeps of an object, each with the operation that
//! brings it back; and what this host did to it, with what can be taken back.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_core::operation::Target;
use kubechat_flow::history::ObjectHistory;

use super::object::{Place, Segments, place};
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Shows it.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(segments): Path<Segments>,
) -> Result<Json<ObjectHistory>, ApiError> {
    let Place { cluster, kind, namespace, name } = place(&segments)?;
    Ok(Json(app.flow.history(&who, &cluster, &Target { kind, namespace, name }).await?))
}
