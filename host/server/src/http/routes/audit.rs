//! `GET /audit`: who asked, what was decided, what happened; newest first. Reading leaves an entry itself.

use axum::Json;
use axum::extract::{Query, State};
use kubechat_core::audit::{Entry, EntryKind};
use kubechat_core::digest::Digest;
use kubechat_core::ids::{PlanId, RunId};
use kubechat_core::problem::Problem;
use kubechat_flow::ports::ledger::{AuditFilter, AuditRow};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::page::{Listed, PageQuery};
use crate::http::state::App;

/// Which entries.
#[derive(Debug, Deserialize)]
pub struct Filter {
    plan: Option<PlanId>,
    run: Option<RunId>,
    subject: Option<String>,
}

/// An entry as it is shown.
#[derive(Debug, Serialize)]
pub struct EntryView {
    index: u64,
    leaf: Digest,
    entry: Entry,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Value>,
}

impl From<AuditRow> for EntryView {
    fn from(row: AuditRow) -> Self {
        Self { index: row.committed.index, leaf: row.committed.leaf, entry: row.committed.entry, payload: row.payload }
    }
}

/// Lists them.
pub async fn list(
    State(app): State<App>,
    Actor(who): Actor,
    Query(query): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Json<Listed<EntryView>>, ApiError> {
    let page = query.page()?;
    let wanted = AuditFilter { plan: filter.plan, run: filter.run, subject: filter.subject, kinds: Vec::new() };
    let rows = app.ledger().audit(wanted, page.clone()).await.map_err(Problem::from)?;
    let entry = app.flow.entry(&who, EntryKind::AuditRead, "listed");
    super::note_if_possible(&app, entry).await;
    let items = rows.into_iter().map(|row| (row.committed.index, EntryView::from(row))).collect();
    Ok(Json(Listed::new(items, &page)))
}
