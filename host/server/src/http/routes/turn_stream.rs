//! `GET /turns/{id}/stream`: the parts of a turn as they come; resumes from any part by `Last-Event-ID`.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::stream;
use kubechat_core::ids::TurnId;
use kubechat_core::principal::Principal;
use kubechat_flow::turn::TurnState;
use serde_json::json;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::sse::{SseEvent, respond};
use crate::http::state::App;
use crate::runtime::Subscription;

struct Reader {
    app: App,
    who: Principal,
    id: TurnId,
    subscription: Subscription,
    sent: usize,
    waiting: std::collections::VecDeque<SseEvent>,
    ended: bool,
}

/// Streams it.
pub async fn get(
    State(app): State<App>,
    Actor(who): Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id: TurnId = super::id(&id)?;
    // Subscribed before the first look, so that nothing falls between.
    let (subscription, _) = app.hub.subscribe(None);
    app.flow.show_turn(&who, id).await?;
    let sent = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse::<usize>().ok());
    let sent = sent.map_or(0, |last| last.saturating_add(1));
    let waiting = Default::default();
    let reader = Reader { app: app.clone(), who, id, subscription, sent, waiting, ended: false };
    Ok(respond(&app, stream::unfold(reader, next)))
}

async fn next(mut reader: Reader) -> Option<(SseEvent, Reader)> {
    loop {
        if let Some(event) = reader.waiting.pop_front() {
            return Some((event, reader));
        }
        if reader.ended {
            return None;
        }
        reader.look().await;
        if reader.waiting.is_empty() && !reader.ended {
            // Any news, or lost news, is a reason to look at the row again.
            let _ = reader.subscription.next(&reader.who).await;
        }
    }
}

impl Reader {
    async fn look(&mut self) {
        let Ok(turn) = self.app.flow.show_turn(&self.who, self.id).await else {
            self.ended = true;
            return;
        };
        for (index, part) in turn.parts.iter().enumerate().skip(self.sent) {
            self.waiting.push_back(SseEvent::json("part", part).id(index.to_string()));
        }
        self.sent = self.sent.max(turn.parts.len());
        if turn.state != TurnState::Working {
            let end = json!({"turn": turn.id, "thread": turn.thread, "state": turn.state, "parts": turn.parts.len()});
            self.waiting.push_back(SseEvent::json("turn_update", &end));
            self.ended = true;
        }
    }
}
