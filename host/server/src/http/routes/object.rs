//! `GET /objects/{c}/{gvr}/{ns}/{name}`: one object, masked; `-` stands for no namespace.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_core::names::{ClusterName, KindWord, Namespace, ObjectName};
use serde::Serialize;
use serde_json::Value;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// The object.
#[derive(Debug, Serialize)]
pub struct Shown {
    object: Value,
}

/// An object's place in a path, read.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) cluster: ClusterName,
    pub(super) kind: KindWord,
    pub(super) namespace: Option<Namespace>,
    pub(super) name: ObjectName,
}

/// The segments of such a path, as they came.
pub(super) type Segments = (String, String, String, String);

pub(super) fn place((cluster, kind, namespace, name): &Segments) -> Result<Place, ApiError> {
    let namespace = if namespace == "-" { None } else { Some(super::id(namespace)?) };
    Ok(Place { cluster: super::id(cluster)?, kind: super::id(kind)?, namespace, name: super::id(name)? })
}

/// Shows it.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(segments): Path<Segments>,
) -> Result<Json<Shown>, ApiError> {
    let Place { cluster, kind, namespace, name } = place(&segments)?;
    Ok(Json(Shown { object: app.flow.object(&who, &cluster, &kind, (namespace, name)).await? }))
}
