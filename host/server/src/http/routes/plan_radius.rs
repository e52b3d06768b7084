//! `GET /plans/{id}/radius`: what else a plan touches, page by page; the counts are on every page.
//!
//! A page belongs to a revision: after an edit an old `continue` is refused instead of mixing two lists.

use axum::Json;
use axum::extract::{Path, Query, State};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::radius::Touched;
use serde::Serialize;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::page::{PageQuery, token};
use crate::http::state::App;

/// A page of what is touched.
#[derive(Debug, Serialize)]
pub struct RadiusView {
    revision: u32,
    pods: u64,
    objects: u64,
    /// Objects that are counted and not named.
    omitted: u64,
    sentences: Vec<String>,
    complete: bool,
    items: Vec<Touched>,
    #[serde(rename = "continue", skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Shows it.
pub async fn get(
    State(app): State<App>,
    Actor(_): Actor,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<RadiusView>, ApiError> {
    let page = query.page()?;
    let plan = app.flow.show(super::id(&id)?).await?.plan;
    let (revision, radius) = (plan.revision.number, plan.revision.radius);
    let begin = begin(page.before, revision)?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let end = begin.saturating_add(limit);
    let more = end < radius.listed.len();
    Ok(Json(RadiusView {
        revision,
        pods: radius.pods,
        objects: radius.objects,
        omitted: radius.omitted,
        sentences: radius.sentences,
        complete: radius.complete,
        items: radius.listed.into_iter().skip(begin).take(limit).collect(),
        token: more.then(|| token(place(revision, end))),
    }))
}

/// Revision in the upper half, index in the lower one.
fn place(revision: u32, index: usize) -> u64 {
    u64::from(revision) << 32 | u64::from(u32::try_from(index).unwrap_or(u32::MAX))
}

fn begin(continued: Option<u64>, revision: u32) -> Result<usize, ApiError> {
    let Some(place) = continued else { return Ok(0) };
    if place >> 32 != u64::from(revision) {
        let problem = Problem::new(Code::PreconditionFailed, "the plan was edited since the first page");
        return Err(problem.hint("begin again without `continue`").into());
    }
    Ok(usize::try_from(place & u64::from(u32::MAX)).unwrap_or(usize::MAX))
}
