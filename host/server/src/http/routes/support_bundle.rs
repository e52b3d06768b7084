//! `GET /support-bundle`: what somebody who helps needs to see, as a tar; with `preview=true` only what would be in it.
//!
//! What is in a file stands in [`bundle`](crate::http::bundle). Both leave an entry. A tar goes out under a name with its time; its first
//! file is the preview.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kubechat_core::audit::EntryKind;
use kubechat_core::problem::Code;
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::bundle::{self, Bundle};
use crate::http::error::ApiError;
use crate::http::state::App;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Only what would be in it.
    #[serde(default)]
    preview: bool,
    /// One's own sentences too.
    #[serde(default)]
    sentences: bool,
}

/// Makes it.
pub async fn get(State(app): State<App>, Actor(who): Actor, Query(asked): Query<Asked>) -> Result<Response, ApiError> {
    let bundle = Bundle::of(&app, &who, asked.sentences).await;
    let outcome = if asked.preview { "support-bundle-preview" } else { "support-bundle" };
    let entry = app.flow.entry(&who, EntryKind::AuditRead, outcome);
    super::note_if_possible(&app, entry).await;
    if asked.preview {
        return Ok(Json(bundle.preview()).into_response());
    }
    let now = app.flow.ports().clock.now();
    let tar = bundle.tar(now).map_err(|error| ApiError::new(Code::Fault, format!("the archive: {error}")))?;
    let name = format!("attachment; filename=\"{}\"", bundle::file_name(now));
    Ok(([(header::CONTENT_TYPE, "application/x-tar".to_owned()), (header::CONTENT_DISPOSITION, name)], tar)
        .into_response())
}
