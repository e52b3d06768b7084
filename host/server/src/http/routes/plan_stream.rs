//! `GET /plans/{id}/stream`: the plan and its run, the present state first, then as they change, until both rest.

use axum::extract::{Path, State};
use axum::response::Response;
use kubechat_core::ids::PlanId;
use kubechat_core::principal::Principal;
use serde::Serialize;

use crate::http::actor::Listener;
use crate::http::error::ApiError;
use crate::http::follow::{News, Rows, follow};
use crate::http::sse::SseEvent;
use crate::http::state::App;
use crate::http::views::RunView;

struct PlanRows {
    id: PlanId,
    /// Run and plan as last told.
    told: [String; 2],
}

/// Streams it.
pub async fn get(State(app): State<App>, by: Listener, Path(id): Path<String>) -> Result<Response, ApiError> {
    let id: PlanId = super::id(&id)?;
    let (subscription, _) = app.hub.subscribe(None);
    app.flow.show(id).await?;
    follow(&app, by, subscription, PlanRows { id, told: Default::default() })
}

impl Rows for PlanRows {
    async fn look(&mut self, app: &App, who: &Principal) -> News {
        let Ok(view) = super::view(app, who, self.id).await else { return News::end() };
        let run = match view.run() {
            Some(run) => app.flow.show_run(run).await.ok(),
            None => None,
        };
        // The run first: who hears that the plan is done has then heard how.
        let ended = view.rests() && run.as_ref().is_none_or(|run| run.state.is_final());
        let run_news = run.map(RunView::from).and_then(|run| self.news(0, "execution_status", &run));
        let events = run_news.into_iter().chain(self.news(1, "plan_update", &view)).collect();
        News { events, ended }
    }
}

impl PlanRows {
    /// The event, unless it was told already.
    fn news<T: Serialize>(&mut self, slot: usize, name: &'static str, row: &T) -> Option<SseEvent> {
        let data = serde_json::to_string(row).unwrap_or_else(|_| "null".to_owned());
        (self.told[slot] != data).then(|| {
            self.told[slot].clone_from(&data);
            SseEvent::encoded(name, data)
        })
    }
}
