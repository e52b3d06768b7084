//! `GET /egress/log`: the last requests that went out or were refused, newest first.

use axum::Json;
use axum::extract::{Query, State};
use kubechat_egress::LogEntry;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::page::{Listed, PageQuery};
use crate::http::state::App;

/// Lists them; those since the start, at most as many as the gate remembers.
pub async fn list(
    State(app): State<App>,
    Actor(_): Actor,
    Query(query): Query<PageQuery>,
) -> Result<Json<Listed<LogEntry>>, ApiError> {
    let page = query.page()?;
    let before = page.before.unwrap_or(u64::MAX);
    let older = app.way_out.gate.log(usize::MAX).into_iter().filter(|entry| entry.number < before);
    let entries = older.take(page.limit as usize).map(|entry| (entry.number, entry)).collect();
    Ok(Json(Listed::new(entries, &page)))
}
