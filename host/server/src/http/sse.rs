//! Server-sent events: frames, heartbeats, and a body that ends with the host and with its reader's session.
//!
//! A comment every second keeps proxies and people sure that the line lives. Source: the HTML standard, section 9.2.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::Stream;
use futures_util::stream::StreamExt as _;
use serde::Serialize;

use super::seats::Seat;
use super::state::App;
use crate::metrics::OpenStream;

/// How often a quiet stream says that it lives.
pub const HEARTBEAT: Duration = Duration::from_secs(1);

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    name: &'static str,
    id: Option<String>,
    data: String,
}

impl SseEvent {
    /// An event of JSON data.
    pub fn json<T: Serialize>(name: &'static str, data: &T) -> Self {
        Self { name, id: None, data: serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned()) }
    }

    /// An event of data that is JSON text already.
    pub fn encoded(name: &'static str, data: String) -> Self {
        Self { name, id: None, data }
    }

    /// The same under an id, for `Last-Event-ID`.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    fn frame(&self) -> Bytes {
        let id = self.id.as_ref().map(|id| format!("id: {id}\n")).unwrap_or_default();
        // JSON text holds no line break, so one data line is enough.
        Bytes::from(format!("{id}event: {}\ndata: {}\n\n", self.name, self.data))
    }
}

/// A response of events, with heartbeats, until the events end, the host stops or the session it was opened in is over (seen
/// within [`HEARTBEAT`]); its seat is free again then.
pub fn respond(app: &App, seat: Seat, events: impl Stream<Item = SseEvent> + Send + 'static) -> Response {
    let frames = frames(events, app.clone(), (app.metrics.open_stream(), seat));
    let mut response = Response::new(Body::from_stream(frames));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

fn frames(
    events: impl Stream<Item = SseEvent> + Send + 'static,
    app: App,
    open: (OpenStream, Seat),
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let state = (Box::pin(events), tokio::time::interval(HEARTBEAT), app, open);
    futures_util::stream::unfold(state, |(mut events, mut beat, app, open)| async move {
        let bytes = tokio::select! {
            biased;
            () = app.stop.cancelled() => return None,
            event = events.next() => event?.frame(),
            _ = beat.tick() => Bytes::from_static(b": alive\n\n"),
        };
        // Asked after the wait, so that nothing of a later moment is told to who has logged out.
        let over = |id| !app.sessions().lives(id, app.flow.ports().clock.now());
        if open.1.session().is_some_and(over) {
            return None;
        }
        Some((Ok(bytes), (events, beat, app, open)))
    })
}
