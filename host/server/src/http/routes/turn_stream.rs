//! `GET /turns/{id}/stream`: the parts of a turn as they come; resumes from any part by `Last-Event-ID`.
//!
//! What is told is read each time as whoever listens: somebody with whom the thread was shared hears no more once it isn't. A
//! text that still grows is told anew each time it grew, without an id: whoever comes back gets it whole.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kubechat_core::ids::TurnId;
use kubechat_core::principal::Principal;
use kubechat_flow::journal::turn_status;
use kubechat_flow::turn::{Part, Turn, TurnState};
use serde_json::json;

use crate::http::actor::Listener;
use crate::http::error::ApiError;
use crate::http::follow::{News, Rows, follow_as};
use crate::http::sse::SseEvent;
use crate::http::state::App;

struct TurnRow {
    id: TurnId,
    /// How many parts were told to their end.
    sent: usize,
    /// How much of the part after those was told, bytes.
    grown: usize,
}

/// Streams it.
pub async fn get(
    State(app): State<App>,
    by: Listener,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id: TurnId = super::id(&id)?;
    let (subscription, _) = app.hub.subscribe(None);
    app.flow.show_turn(&by.who, id).await?;
    // News of a turn is told to its owner; a reader looks when there is some.
    let ears = app.flow.owner_of(id).await?.unwrap_or_else(|| by.who.clone());
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse::<usize>().ok());
    let row = TurnRow { id, sent: last.map_or(0, |last| last.saturating_add(1)), grown: 0 };
    follow_as(&app, by, ears, subscription, row)
}

impl Rows for TurnRow {
    async fn look(&mut self, app: &App, who: &Principal) -> News {
        let Ok(turn) = app.flow.show_turn(who, self.id).await else { return News::end() };
        let ended = turn.state != TurnState::Working;
        let mut events = Vec::new();
        for (index, part) in turn.parts.iter().enumerate().skip(self.sent) {
            let told = delta(&turn, index, part);
            match part {
                Part::Text { text, partial: true, .. } if !ended => {
                    if text.len() != self.grown {
                        events.push(told);
                    }
                    self.grown = text.len();
                    break;
                }
                _ => {
                    events.push(told.id(index.to_string()));
                    (self.sent, self.grown) = (index + 1, 0);
                }
            }
        }
        if ended {
            events.push(SseEvent::json("turn_status", &turn_status(&turn)));
        }
        News { events, ended }
    }
}

/// As `/events` tells it, one part at a time.
fn delta(turn: &Turn, index: usize, part: &Part) -> SseEvent {
    let told = json!({"turn": turn.id, "thread": turn.thread, "from": index, "parts": [part], "too_long": false});
    SseEvent::json("turn_delta", &told)
}
