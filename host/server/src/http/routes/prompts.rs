//! `POST /prompts`: a sentence; 202 with its thread and turn, the work goes on beside the request.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::{Json, response::IntoResponse};
use kubechat_core::ids::{ThreadId, TurnId};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_flow::ask::Place;
use serde::{Deserialize, Serialize};

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;

/// What is asked, and where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    sentence: String,
    thread: Option<ThreadId>,
    cluster: Option<ClusterName>,
    namespace: Option<Namespace>,
}

impl Body {
    /// The sentence, and where it is said.
    pub(super) fn said(self) -> (String, Place) {
        let place = Place { thread: self.thread, cluster: self.cluster, namespace: self.namespace };
        (self.sentence, place)
    }
}

/// Where to look for the answer.
#[derive(Debug, Serialize)]
pub struct Accepted {
    thread: ThreadId,
    turn: TurnId,
}

/// Takes a sentence in.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Checked(body): Checked<Body>,
) -> Result<impl IntoResponse, ApiError> {
    let (sentence, place) = body.said();
    let turn = app.flow.ask(&who, &sentence, place).await?;
    let mut headers = HeaderMap::new();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/turns/{}", turn.id)) {
        headers.insert(header::LOCATION, location);
    }
    Ok((StatusCode::ACCEPTED, headers, Json(Accepted { thread: turn.thread, turn: turn.id })))
}
