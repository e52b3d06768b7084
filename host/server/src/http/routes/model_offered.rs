//! `GET /models/{index}/offered`: the models that the component of this one could be told to use, as its vendor lists them.
//!
//! In the place of an index a provider's id fits too: one looks what there is before one chooses a model of it.

use axum::Json;
use axum::extract::{Path, State};
use kubechat_plugin::Model;
use serde::Serialize;

use super::models::at;
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::page::Listed;
use crate::http::state::App;
use crate::models::offered;

/// One that could be used.
#[derive(Debug, Serialize)]
pub struct OfferedView {
    /// What `model` of the settings takes.
    id: String,
    title: String,
    /// In and out together; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    context_tokens: Option<u32>,
    /// Whether it can call tools, as its component says; Ollama's is asked when a model is used.
    tools: bool,
}

/// Lists them.
pub async fn list(
    State(app): State<App>,
    Actor(_): Actor,
    Path(index): Path<String>,
) -> Result<Json<Listed<OfferedView>>, ApiError> {
    let offered = match app.plugins.provider(&index) {
        Ok(handle) => offered(&Ok(handle)).await?,
        Err(_) => offered(&at(&app, &index)?.handle).await?,
    };
    let view = |model: Model| OfferedView {
        id: model.id,
        title: model.title,
        context_tokens: Some(model.context_tokens).filter(|tokens| *tokens > 0),
        tools: model.tools,
    };
    Ok(Json(Listed::all(offered.into_iter().map(view).collect())))
}
