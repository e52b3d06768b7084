//! What approve and reject share: a vote on the digest that was looked at, which says for which cluster it is.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kubechat_core::approval::Choice;
use kubechat_core::digest::Digest;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use serde::Deserialize;

use super::error::ApiError;
use super::routes;
use super::state::App;

/// The digest that was looked at; an approval must name it, so that nobody approves what he has not seen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteBody {
    digest: Option<Digest>,
}

/// Votes, and shows where the plan stands.
pub async fn vote(
    app: &App,
    who: &Principal,
    id: &str,
    choice: Choice,
    headers: &HeaderMap,
    body: VoteBody,
) -> Result<Response, ApiError> {
    if choice == Choice::Approve && body.digest.is_none() {
        let problem = Problem::new(Code::BadInput, "an approval names the digest it is for");
        return Err(ApiError(problem.hint("GET /plans/{id} has one for each cluster as parts[].approval.digest")));
    }
    let expect = routes::optional_match(headers)?;
    let shown = app.flow.vote(who, routes::id(id)?, choice, body.digest, expect).await?;
    let view = routes::as_seen(app, who, shown);
    let status = if view.waits() { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, routes::etag_header(view.etag()), Json(view)).into_response())
}
