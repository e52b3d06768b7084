//! `GET /turns/{id}/stream`: the parts of a turn as they come; resumes from any part by `Last-Event-ID`.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kubechat_core::ids::TurnId;
use kubechat_core::principal::Principal;
use kubechat_flow::turn::TurnState;
use serde_json::json;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::follow::{News, Rows, follow};
use crate::http::sse::SseEvent;
use crate::http::state::App;

struct TurnRow {
    id: TurnId,
    /// How many parts were told.
    sent: usize,
}

/// Streams it.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id: TurnId = super::id(&id)?;
    let (subscription, _) = app.hub.subscribe(None);
    app.flow.show_turn(&who, id).await?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse::<usize>().ok());
    follow(&app, who, subscription, TurnRow { id, sent: last.map_or(0, |last| last.saturating_add(1)) })
}

impl Rows for TurnRow {
    async fn look(&mut self, app: &App, who: &Principal) -> News {
        let Ok(turn) = app.flow.show_turn(who, self.id).await else { return News::end() };
        let parts = turn.parts.iter().enumerate().skip(self.sent);
        let mut events: Vec<_> =
            parts.map(|(index, part)| SseEvent::json("part", part).id(index.to_string())).collect();
        self.sent = self.sent.max(turn.parts.len());
        let ended = turn.state != TurnState::Working;
        if ended {
            let end = json!({"turn": turn.id, "thread": turn.thread, "state": turn.state, "parts": turn.parts.len()});
            events.push(SseEvent::json("turn_update", &end));
        }
        News { events, ended }
    }
}
