//! `GET /objects/{c}/{gvr}/{ns}/{name}/related`: owners, dependents, Services, routes, autoscalers, budgets, policies, what it
//! refers to, nodes and claims of one object; each with its state in a word.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_core::operation::Target;
use kubechat_core::read::related::Related;

use super::object::{Place, Segments, place};
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Shows them.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(segments): Path<Segments>,
) -> Result<Json<Related>, ApiError> {
    let Place { cluster, kind, namespace, name } = place(&segments)?;
    Ok(Json(app.flow.related(&who, &cluster, &Target { kind, namespace, name }).await?))
}
