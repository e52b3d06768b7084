//! `GET /objects/{c}/{gvr}/{ns}/{name}/changes?since`: what changed about one object, who did it and when, newest first; what is
//! not recorded stands in `gaps`. Of a namespace (`namespaces/-/shop`) it is what changed in it.

use axum::Json;
use axum::extract::{Path, Query, State};
use kubechat_core::operation::read::Changes;
use kubechat_core::operation::{Operation, Target};
use kubechat_core::read::Answer;
use serde::Deserialize;

use super::object::{Place, Segments, place};
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::since::Since;
use crate::http::state::App;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    since: Option<Since>,
}

/// Shows them.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(segments): Path<Segments>,
    Query(asked): Query<Asked>,
) -> Result<Json<Answer>, ApiError> {
    let Place { cluster, kind, namespace, name } = place(&segments)?;
    let minutes = asked.since.map(|since| since.minutes(app.flow.ports().clock.now())).transpose()?;
    let changes = Changes { target: Some(Target { kind, namespace, name }), namespace: None, minutes };
    Ok(Json(app.flow.read(&who, &cluster, &Operation::Changes(changes)).await?))
}
