//! `POST /plans/{id}/approve`: 200 when the quorum is met, 202 while votes are missing.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kubechat_core::approval::Choice;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::http::vote::{VoteBody, vote};

/// Takes the vote.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
    Checked(body): Checked<VoteBody>,
) -> Result<Response, ApiError> {
    vote(&app, &who, &id, Choice::Approve, &headers, body).await
}
