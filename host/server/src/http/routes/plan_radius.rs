//! `GET /plans/{id}/radius?cluster=`: what else a plan touches, page by page; the counts are on every page.
//!
//! Of all clusters, one after another, or of one. A page belongs to a revision: after an edit an old `continue` is refused
//! instead of mixing two lists.

use axum::Json;
use axum::extract::{Path, Query, State};
use kubechat_core::names::ClusterName;
use kubechat_core::plan::Part;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::radius::Touched;
use serde::{Deserialize, Serialize};

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::page::{PageQuery, token};
use crate::http::state::App;

/// Of which cluster.
#[derive(Debug, Deserialize)]
pub struct Filter {
    cluster: Option<ClusterName>,
}

/// A page of what is touched.
#[derive(Debug, Serialize)]
pub struct RadiusView {
    revision: u32,
    /// Over all clusters shown; no object is on two.
    pods: u64,
    objects: u64,
    /// Objects that are counted and not named.
    omitted: u64,
    sentences: Vec<Said>,
    complete: bool,
    items: Vec<Item>,
    #[serde(rename = "continue", skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// What is to be said of a cluster.
#[derive(Debug, Serialize)]
pub struct Said {
    cluster: ClusterName,
    text: String,
}

/// One touched object.
#[derive(Debug, Serialize)]
pub struct Item {
    cluster: ClusterName,
    #[serde(flatten)]
    touched: Touched,
}

/// Shows it.
pub async fn get(
    State(app): State<App>,
    Actor(_): Actor,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Json<RadiusView>, ApiError> {
    let page = query.page()?;
    let plan = app.flow.show(super::id(&id)?).await?.plan;
    let revision = plan.revision.number;
    let wanted = |part: &&Part| filter.cluster.as_ref().is_none_or(|cluster| *cluster == part.cluster);
    let parts: Vec<&Part> = plan.revision.parts.iter().filter(wanted).collect();
    if parts.is_empty() {
        return Err(ApiError::new(Code::NotFound, format!("plan {} is not for that cluster", plan.id)));
    }
    let begin = begin(page.before, revision)?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let end = begin.saturating_add(limit);
    let listed: usize = parts.iter().map(|part| part.radius.listed.len()).sum();
    Ok(Json(RadiusView {
        revision,
        pods: parts.iter().map(|part| part.radius.pods).sum(),
        objects: parts.iter().map(|part| part.radius.objects).sum(),
        omitted: parts.iter().map(|part| part.radius.omitted).sum(),
        sentences: parts.iter().flat_map(|part| said(part)).collect(),
        complete: parts.iter().all(|part| part.radius.complete),
        items: parts.iter().flat_map(|part| items(part)).skip(begin).take(limit).collect(),
        token: (end < listed).then(|| token(place(revision, end))),
    }))
}

fn said(part: &Part) -> impl Iterator<Item = Said> {
    part.radius.sentences.iter().map(|text| Said { cluster: part.cluster.clone(), text: text.clone() })
}

fn items(part: &Part) -> impl Iterator<Item = Item> {
    part.radius.listed.iter().map(|touched| Item { cluster: part.cluster.clone(), touched: touched.clone() })
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
