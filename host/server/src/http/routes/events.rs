//! `GET /events`: one stream for everything a screen shows; `PUT /events/{stream}/topics` says what that is.
//!
//! `hello{stream, epoch}` first, under the id the stream goes on from; then nothing until topics are set. Ids are `<epoch>-<seq>`; `Last-Event-ID` replays from the ring, or `resync` says that
//! events are lost and rows must be read again. Who may see an event is asked at every send. Topics: `plan:ID`, `plans` for all
//! of them, `turn:ID`; `inbox` and `health`, which are told as they are when they are first listened to and whenever they
//! change ([`Beside`]); and what is watched on a cluster ([`crate::http::live`]), beside the ring and without ids.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::stream;
use kubechat_core::principal::Principal;
use serde::Deserialize;
use serde_json::json;

use crate::http::actor::{Actor, Listener};
use crate::http::beside::{self, Beside};
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::live::{self, LiveTopics};
use crate::http::sse::{SseEvent, respond};
use crate::http::state::App;
use crate::http::subscriptions::Registered;
use crate::runtime::{Frame, Missed, Subscription};

/// Names an event may have; the wire names are static.
const NAMES: [&str; 4] = ["plan_update", "execution_status", "turn_delta", "turn_status"];

struct Reader {
    app: App,
    who: Principal,
    registered: Registered,
    /// How often its topics were said.
    said: u64,
    subscription: Subscription,
    live: LiveTopics,
    waiting: VecDeque<SseEvent>,
    beside: Beside,
}

/// Opens a stream.
pub async fn get(State(app): State<App>, by: Listener, headers: HeaderMap) -> Result<Response, ApiError> {
    let (seat, who) = (app.seats.take(&by)?, by.who);
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let (subscription, missed) = app.hub.subscribe(last);
    let id = hex::encode(rand::random::<[u8; 8]>());
    let registered = app.streams.open(id.clone(), &who);
    let hello =
        SseEvent::json("hello", &json!({"stream": id, "epoch": app.hub.epoch()})).id(app.hub.id(subscription.seen()));
    let mut waiting = VecDeque::from([hello]);
    if missed.is_some() {
        waiting.push_back(resync(&app));
    }
    let live = LiveTopics::of(&app, &who);
    let beside = Beside::default();
    let reader = Reader { app: app.clone(), who, registered, said: 0, subscription, live, waiting, beside };
    Ok(respond(&app, seat, stream::unfold(reader, next)))
}

fn resync(app: &App) -> SseEvent {
    SseEvent::json("resync", &json!({"epoch": app.hub.epoch()}))
}

async fn next(mut reader: Reader) -> Option<(SseEvent, Reader)> {
    loop {
        if let Some(event) = reader.waiting.pop_front() {
            return Some((event, reader));
        }
        let hears = |topic: &str| reader.app.streams.hears(&reader.registered.id, topic);
        let (inbox, health) = (hears(beside::INBOX), hears(beside::HEALTH));
        let news = reader.beside.look(&reader.app, &reader.who, inbox, health).await;
        if !news.is_empty() {
            reader.waiting.extend(news);
            continue;
        }
        tokio::select! {
            (said, topics) = reader.registered.topics_after(reader.said) => {
                reader.said = said;
                reader.live.listen(&topics);
            }
            frames = reader.subscription.next(&reader.who), if reader.said > 0 => match frames {
                Ok(frames) => reader.take(&frames),
                Err(Missed) => reader.waiting.push_back(resync(&reader.app)),
            },
            event = reader.live.next() => reader.waiting.push_back(event),
            // Whether or not it listens now, it may in a moment.
            () = reader.beside.due(), if reader.said > 0 => {}
        }
    }
}

impl Reader {
    fn take(&mut self, frames: &[Arc<Frame>]) {
        if frames.iter().any(|frame| frame.event.name == "plan_update") {
            self.beside.inbox_may_differ();
        }
        for frame in frames {
            let name = NAMES.iter().find(|name| **name == frame.event.name);
            let heard = self.app.streams.hears(&self.registered.id, &frame.event.topic);
            if let (Some(name), true) = (name, heard) {
                self.waiting.push_back(SseEvent::encoded(name, frame.data.clone()).id(self.app.hub.id(frame.seq)));
            }
        }
    }
}

/// What a stream listens to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    topics: Vec<String>,
}

/// Sets the topics of one's own stream.
pub async fn put_topics(
    State(app): State<App>,
    Actor(who): Actor,
    Path(stream): Path<String>,
    Checked(body): Checked<Topics>,
) -> Result<StatusCode, ApiError> {
    live::checked(&body.topics)?;
    app.streams.listen(&stream, &who, body.topics)?;
    Ok(StatusCode::NO_CONTENT)
}
