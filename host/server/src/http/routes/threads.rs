//! `GET /threads` lists one's own conversations, newest first; `POST` begins one.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use kubechat_core::ids::{ThreadId, TurnId};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::principal::Principal;
use kubechat_core::time::Timestamp;
use kubechat_flow::threads::ThreadWords;
use kubechat_flow::turn::Thread;
use serde::{Deserialize, Serialize};

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::page::{Listed, PageQuery};
use crate::http::state::App;

/// What is said of a thread.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    title: Option<String>,
    cluster: Option<ClusterName>,
    namespace: Option<Namespace>,
    shared: Option<bool>,
}

impl From<Body> for ThreadWords {
    fn from(body: Body) -> Self {
        Self { title: body.title, cluster: body.cluster, namespace: body.namespace, shared: body.shared }
    }
}

/// A thread as it is shown.
#[derive(Debug, Serialize)]
pub struct ThreadView {
    id: ThreadId,
    title: String,
    cluster: ClusterName,
    namespace: Namespace,
    created_at: Timestamp,
    /// Whose it is, by name.
    owner: String,
    /// Whether it is the caller's, who may change it; others only read it.
    own: bool,
    /// Whether it is shared.
    shared: bool,
    /// Its newest turn that was answered.
    last: Option<TurnId>,
}

impl ThreadView {
    /// As somebody sees it.
    pub(super) fn new(who: &Principal, thread: Thread) -> Self {
        let own = thread.owner.subject() == who.subject();
        let Thread { id, owner, title, cluster, namespace, created_at, shared_at, last, .. } = thread;
        Self { id, title, cluster, namespace, created_at, owner: owner.name, own, shared: shared_at.is_some(), last }
    }
}

/// Lists them.
pub async fn list(
    State(app): State<App>,
    Actor(who): Actor,
    Query(query): Query<PageQuery>,
) -> Result<Json<Listed<ThreadView>>, ApiError> {
    let page = query.page()?;
    let threads = app.flow.threads(&who, page.clone()).await?;
    let items = threads.into_iter().map(|(position, thread)| (position, ThreadView::new(&who, thread))).collect();
    Ok(Json(Listed::new(items, &page)))
}

/// Begins one.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Checked(body): Checked<Body>,
) -> Result<impl IntoResponse, ApiError> {
    let thread = app.flow.begin_thread(&who, body.into()).await?;
    let mut headers = HeaderMap::new();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/threads/{}", thread.id)) {
        headers.insert(header::LOCATION, location);
    }
    Ok((StatusCode::CREATED, headers, Json(ThreadView::new(&who, thread))))
}
