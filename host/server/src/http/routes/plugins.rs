//! `GET /plugins`: every component of this host and what became of it.

use axum::Json;
use axum::extract::State;
use kubechat_plugin::PluginStatus;
use serde::Serialize;

use crate::config::{Binding, PackEntry};
use crate::http::actor::Actor;
use crate::http::page::Listed;
use crate::http::state::App;

/// A component as it is shown.
#[derive(Debug, Serialize)]
pub struct PluginView {
    #[serde(flatten)]
    status: PluginStatus,
    /// How a pack is bound here; absent when its word is not asked for.
    binding: Option<Binding>,
    /// Whether it is the provider in use.
    in_use: bool,
}

/// Lists them.
pub async fn list(State(app): State<App>, Actor(_): Actor) -> Json<Listed<PluginView>> {
    Json(Listed::all(views(&app)))
}

/// All of them.
pub(crate) fn views(app: &App) -> Vec<PluginView> {
    let shown = |status: PluginStatus| {
        let bound = |pack: &&PackEntry| status.id.as_deref() == Some(pack.id.as_str());
        let binding = app.setup.packs.iter().find(bound).map(|pack| pack.binding);
        let is_asked =
            |id: &str| id == app.setup.provider || app.models.all().iter().any(|seat| seat.entry.provider == id);
        let in_use = binding.is_some() || status.id.as_deref().is_some_and(is_asked);
        PluginView { status, binding, in_use }
    };
    app.plugins.list().into_iter().map(shown).collect()
}
