//! `GET /threads/{id}` shows a conversation, one's own or one that is shared with whoever may read what it read; `PATCH` gives it
//! another title, cluster or namespace, shares it or ends that; `DELETE` marks it deleted. Both are its owner's alone.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::threads::{Body, ThreadView};
use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Shows it.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
) -> Result<Json<ThreadView>, ApiError> {
    let thread = app.flow.show_thread(&who, super::id(&id)?).await?;
    Ok(Json(ThreadView::new(&who, thread)))
}

/// Changes what is said; the rest stays.
pub async fn patch(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
    Checked(body): Checked<Body>,
) -> Result<Json<ThreadView>, ApiError> {
    let thread = app.flow.change_thread(&who, super::id(&id)?, body.into()).await?;
    Ok(Json(ThreadView::new(&who, thread)))
}

/// Deletes it: nobody is shown it or its turns any more; the log keeps its entries.
pub async fn delete(State(app): State<App>, Actor(who): Actor, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    app.flow.delete_thread(&who, super::id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
