//! `GET /plans/{id}/stream`: the plan and its run, the present state first, then as they change, until both rest.

use std::collections::VecDeque;

use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::stream;
use kubechat_core::ids::PlanId;
use kubechat_core::principal::Principal;

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::sse::{SseEvent, respond};
use crate::http::state::App;
use crate::runtime::Subscription;

struct Reader {
    app: App,
    who: Principal,
    id: PlanId,
    subscription: Subscription,
    last: [String; 2],
    waiting: VecDeque<SseEvent>,
    ended: bool,
}

/// Streams it.
pub async fn get(State(app): State<App>, Actor(who): Actor, Path(id): Path<String>) -> Result<Response, ApiError> {
    let id: PlanId = super::id(&id)?;
    // Subscribed before the first look, so that nothing falls between.
    let (subscription, _) = app.hub.subscribe(None);
    app.flow.show(id).await?;
    let (last, waiting) = (Default::default(), VecDeque::new());
    let reader = Reader { app: app.clone(), who, id, subscription, last, waiting, ended: false };
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
            // Any news, or lost news, is a reason to look at the rows again.
            let _ = reader.subscription.next(&reader.who).await;
        }
    }
}

impl Reader {
    async fn look(&mut self) {
        let Ok(view) = super::view(&self.app, &self.who, self.id).await else {
            self.ended = true;
            return;
        };
        let run = match view.run() {
            Some(run) => self.app.flow.show_run(run).await.ok(),
            None => None,
        };
        // The run first: who hears that the plan is done has then heard how.
        if let Some(run) = &run {
            self.push(0, "execution_status", serde_json::to_string(run));
        }
        self.push(1, "plan_update", serde_json::to_string(&view));
        self.ended = view.rests() && run.is_none_or(|run| run.state.is_final());
    }

    fn push(&mut self, slot: usize, name: &'static str, data: serde_json::Result<String>) {
        let data = data.unwrap_or_else(|_| "null".to_owned());
        if self.last[slot] != data {
            self.last[slot].clone_from(&data);
            self.waiting.push_back(SseEvent::encoded(name, data));
        }
    }
}
