//! `GET /objects/{c}/{gvr}/{ns}/{name}/events`: what the cluster noted about one object, newest last.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_core::operation::read::Events;
use kubechat_core::operation::{Operation, Target};
use kubechat_core::read::Answer;

use super::object::{Place, Segments, place};
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Shows them.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(segments): Path<Segments>,
) -> Result<Json<Answer>, ApiError> {
    let Place { cluster, kind, namespace, name } = place(&segments)?;
    let events = Events { target: Some(Target { kind, namespace, name }), namespace: None, minutes: None };
    Ok(Json(app.flow.read(&who, &cluster, &Operation::Events(events)).await?))
}
