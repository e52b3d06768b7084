//! Following rows: a stream that looks at rows whenever something happened, and tells what is new in them.
//!
//! Events only say that there may be news; what is told is read from the rows as the principal who asked. A lost event
//! therefore loses nothing. The stream ends when its rows rest, or can no longer be read.

use std::collections::VecDeque;
use std::future::Future;

use axum::response::Response;
use futures_util::stream;
use kubechat_core::principal::Principal;

use super::actor::Listener;
use super::error::ApiError;
use super::sse::{SseEvent, respond};
use super::state::App;
use crate::runtime::Subscription;

/// Rows that are followed.
pub trait Rows: Send + 'static {
    /// Looks at them: what is new, and whether nothing more will come.
    fn look(&mut self, app: &App, who: &Principal) -> impl Future<Output = News> + Send;
}

/// What a look gave.
#[derive(Debug, Default)]
pub struct News {
    /// New events, in order.
    pub events: Vec<SseEvent>,
    /// Whether nothing more will come.
    pub ended: bool,
}

impl News {
    /// Nothing, and nothing more: the rows can't be read any longer.
    pub fn end() -> Self {
        Self { events: Vec::new(), ended: true }
    }
}

struct Reader<R> {
    app: App,
    who: Principal,
    /// Whose news is a reason to look.
    ears: Principal,
    rows: R,
    subscription: Subscription,
    waiting: VecDeque<SseEvent>,
    ended: bool,
}

/// The stream. `subscription` was made before the rows were first looked at, so that nothing falls between.
pub fn follow(app: &App, by: Listener, subscription: Subscription, rows: impl Rows) -> Result<Response, ApiError> {
    let ears = by.who.clone();
    follow_as(app, by, ears, subscription, rows)
}

/// The same, woken by what is told to somebody else. Nothing of that is passed on: what is told is read as who asked.
pub fn follow_as(
    app: &App,
    by: Listener,
    ears: Principal,
    subscription: Subscription,
    rows: impl Rows,
) -> Result<Response, ApiError> {
    let (seat, who) = (app.seats.take(&by)?, by.who);
    let reader = Reader { app: app.clone(), who, ears, rows, subscription, waiting: VecDeque::new(), ended: false };
    Ok(respond(app, seat, stream::unfold(reader, next)))
}

async fn next<R: Rows>(mut reader: Reader<R>) -> Option<(SseEvent, Reader<R>)> {
    loop {
        if let Some(event) = reader.waiting.pop_front() {
            return Some((event, reader));
        }
        if reader.ended {
            return None;
        }
        let News { events, ended } = reader.rows.look(&reader.app, &reader.who).await;
        reader.waiting.extend(events);
        reader.ended = ended;
        if reader.waiting.is_empty() && !ended {
            // Any news, or lost news, is a reason to look again.
            let _ = reader.subscription.next(&reader.ears).await;
        }
    }
}
