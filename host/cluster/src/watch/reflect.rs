//! The loop behind a watch: list, then watch from there; go on where it ended; begin anew when that is no longer known.
//!
//! ```text
//! list, page by page ─► watch from its version ─► ended, silent or cut off: watch from the last version seen
//!        ▲                                              │
//!        └───────── 410, columns changed, unreadable ◄──┘
//! ```
//!
//! Bookmarks keep the last version fresh on a quiet collection; where they get lost on the way, the next watch may find its
//! version too old (410), and a list makes up for it. Whatever fails is tried again after a pause that grows, never at
//! once; the pulse of the line says sooner than a watch could that nobody is there, and when it is worth trying again. A
//! refusal (401, 403, 404 and other 4xx) ends the watch, and what it had is dropped; of a server that has just come back
//! a missing right is believed when it lasts.
//!
//! What is kept of each object is the [`Projection`]'s; of a page no more than one object is ever in memory beside it.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;
use kubechat_core::object::text;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::live::Lost;
use serde_json::Value;
use tokio::sync::watch;

use super::event::{self, Event};
use super::lines::Lines;
use super::pause::{Pauses, between};
use super::projection::{Projection, Shape};
use super::pulse::{Beat, Pulse};
use super::shelf::{Held, Rows, Shelf};
use super::which::Which;
use crate::address::Path;
use crate::json;
use crate::limits::{
    PAGE_BYTES_MAX, PAGE_ITEMS, REFUSED_AFTER_LOSS_MAX, WATCH_ROWS_MAX, WATCH_SERVED_S, WATCH_SILENCE_MAX, WATCH_SOUND,
};
use crate::link::{Answer, Call, Link, Opened};
use crate::status::{problem_of, words};
use crate::table::{COLUMNS, defined};

/// One watch.
pub(crate) struct Reflector<P: Projection> {
    pub(crate) link: Arc<Link>,
    pub(crate) which: Which,
    pub(crate) projection: Arc<P>,
    pub(crate) shelf: Arc<Shelf<P::Kept>>,
    pub(crate) pulse: Arc<Pulse>,
}

/// Why a try ended.
enum Stop {
    /// As it should, or nothing was heard for long: it is gone on from the last version.
    Resume,
    /// The last version is no longer known, or what was kept is not to be trusted.
    Anew(&'static str),
    /// It failed; it is tried again.
    Failed(Problem),
    /// It is refused.
    Over(Problem),
}

impl<P: Projection> Reflector<P> {
    /// Runs until the watch is over.
    pub(crate) async fn run(self) {
        tokio::select! {
            () = self.shelf.is_over() => {}
            problem = self.reflect() => self.shelf.end(problem),
        }
    }

    async fn reflect(&self) -> Problem {
        let (mut pauses, mut known, mut refused) = (Pauses::default(), false, None);
        let mut beats = self.pulse.beats();
        loop {
            let begun = Instant::now();
            let stop = match self.under_pulse(&mut beats, self.attempt(known)).await {
                Some(stop) => stop,
                None => {
                    pauses.sound();
                    Stop::Resume
                }
            };
            if begun.elapsed() >= WATCH_SOUND {
                pauses.sound();
                refused = None;
            }
            known = match stop {
                Stop::Resume => self.shelf.lock().filled,
                Stop::Anew(why) => {
                    tracing::debug!(what = %self.which.api.plural, why, "a watch begins anew");
                    false
                }
                Stop::Failed(problem) => {
                    self.lose(problem);
                    self.shelf.lock().filled
                }
                Stop::Over(problem) if self.may_be_starting(&problem, &mut refused) => {
                    self.lose(problem);
                    self.shelf.lock().filled
                }
                Stop::Over(problem) => return problem,
            };
            self.pause(&mut beats, pauses.next()).await;
        }
    }

    /// Lists where the shelf's version is not one to go on from, then watches.
    async fn attempt(&self, known: bool) -> Stop {
        if !known && let Err(stop) = self.list().await {
            return stop;
        }
        match self.watch().await {
            Ok(stop) | Err(stop) => stop,
        }
    }

    /// An API server that has just come back refuses everybody for some seconds, until it has read its roles; of one that was
    /// lost a refusal is believed when it lasts.
    fn may_be_starting(&self, problem: &Problem, refused: &mut Option<Instant>) -> bool {
        let refusal = matches!(problem.code, Code::ClusterForbidden | Code::ClusterUnauthorized);
        if !refusal || self.shelf.lock().lost.is_none() {
            *refused = None;
            return false;
        }
        refused.get_or_insert_with(Instant::now).elapsed() < REFUSED_AFTER_LOSS_MAX
    }

    /// Runs a try. The pulse's loss is told meanwhile, and when it comes back the try is given up: its connection may be dead.
    async fn under_pulse<T>(&self, beats: &mut watch::Receiver<Beat>, attempt: impl Future<Output = T>) -> Option<T> {
        let mut attempt = pin!(attempt);
        let mut lost = matches!(*beats.borrow(), Beat::Lost(_));
        loop {
            let changed = tokio::select! {
                done = &mut attempt => return Some(done),
                changed = beats.changed() => changed,
            };
            if changed.is_err() {
                return Some(attempt.await);
            }
            match beats.borrow_and_update().clone() {
                Beat::Lost(why) => {
                    self.shelf.lose(why);
                    lost = true;
                }
                Beat::There { .. } if lost => return None,
                Beat::Replaced => self.shelf.end(replaced()),
                Beat::There { .. } | Beat::Unknown => {}
            }
        }
    }

    /// Waits this long, or until the pulse comes back.
    async fn pause(&self, beats: &mut watch::Receiver<Beat>, pause: std::time::Duration) {
        let mut sleep = pin!(tokio::time::sleep(pause));
        let mut lost = matches!(*beats.borrow(), Beat::Lost(_));
        loop {
            tokio::select! {
                () = &mut sleep => return,
                changed = beats.changed() => match changed {
                    Ok(()) => {
                        let now = matches!(*beats.borrow_and_update(), Beat::Lost(_));
                        if lost && !now {
                            return;
                        }
                        lost = now;
                    }
                    Err(_) => return sleep.await,
                },
            }
        }
    }

    fn lose(&self, problem: Problem) {
        tracing::debug!(what = %self.which.api.plural, why = %problem.detail, "a watch failed");
        self.shelf.lose(Lost { since: self.link.clock.now(), why: problem.detail });
    }

    async fn list(&self) -> Result<(), Stop> {
        let (mut rows, mut token) = (Rows::new(), String::new());
        let shape = self.projection.shape();
        loop {
            let mut path = self.path()?.query("limit", &PAGE_ITEMS.to_string());
            if !token.is_empty() {
                path = path.query("continue", &token);
            }
            let call = Call { accept: self.projection.accept(), answer_bytes_max: PAGE_BYTES_MAX, ..Call::get(path) };
            let answer = self.link.read(&call, self.link.waits.read).await.map_err(Stop::Failed)?;
            if !answer.status.is_success() {
                return Err(self.refused(&answer, "list").await);
            }
            let (page, taken) = self.page(answer, rows).await.map_err(|why| {
                let detail = format!("the list of {} can't be read: {why}", self.which.api.resource());
                Stop::Failed(Problem::new(Code::ClusterUnreachable, detail))
            })?;
            rows = taken;
            if shape == Shape::Table && text(&page, "/kind") != "Table" {
                let detail = format!("the server prints no table of {}", self.which.api.resource());
                return Err(Stop::Over(Problem::new(Code::BadInput, detail)));
            }
            token = text(&page, "/metadata/continue").to_owned();
            // One row too many is enough for the shelf to say which limit it was.
            if token.is_empty() || rows.len() > WATCH_ROWS_MAX {
                let version = text(&page, "/metadata/resourceVersion").to_owned();
                self.shelf.replace(rows, defined(page.get(COLUMNS)).into(), version);
                return Ok(());
            }
        }
    }

    /// Reads a page into the rows, beside the async threads.
    async fn page(&self, answer: Answer, mut rows: Rows<P::Kept>) -> Result<(Value, Rows<P::Kept>), String> {
        let projection = self.projection.clone();
        let read = move || {
            let (shape, mut known) = (projection.shape(), None);
            let mut take = |before: &serde_json::Map<String, Value>, item: Value| {
                let key = shape.identity(&item).ok_or("an item without a name")?;
                if known.is_none() && shape == Shape::Table && !before.contains_key(COLUMNS) {
                    return Err("rows before their columns".to_owned());
                }
                let known = known.get_or_insert_with(|| defined(before.get(COLUMNS)));
                if let Some(kept) = projection.keep(known, item) {
                    let bytes = projection.bytes(&kept) + key.len();
                    rows.insert(key, Held { kept: Arc::new(kept), bytes });
                }
                Ok(())
            };
            let page = json::parse_each(&answer.body, projection.managed(), shape.key(), &mut take)?;
            Ok((Value::Object(page), rows))
        };
        tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| Err("reading it was cut short".to_owned()))
    }

    async fn watch(&self) -> Result<Stop, Stop> {
        let served_s = between(WATCH_SERVED_S);
        let path = self.path()?.query("watch", "true").query("allowWatchBookmarks", "true");
        let path = path.query("resourceVersion", &self.shelf.version()).query("timeoutSeconds", &served_s.to_string());
        let call = Call { accept: self.projection.accept(), ..Call::get(path) };
        let opened = self.open(&call).await?;
        self.shelf.back();
        let mut lines = Lines::new(opened.body, self.link.server());
        let mut known = self.shelf.columns();
        loop {
            let line = match tokio::time::timeout(WATCH_SILENCE_MAX, lines.next()).await {
                // Cut off: whether anybody is there shows when it is gone on.
                Ok(Err(problem)) if problem.code == Code::ClusterUnreachable => return Ok(Stop::Resume),
                Ok(line) => line.map_err(Stop::Failed)?,
                Err(_) => return Ok(Stop::Resume),
            };
            let Some(line) = line else { return Ok(Stop::Resume) };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match event::read(line, &*self.projection, &mut known).map_err(|why| self.unread(&why))? {
                _ if known != self.shelf.columns() => return Ok(Stop::Anew("its columns changed")),
                Event::There { key, kept, version } => {
                    let bytes = self.projection.bytes(&kept) + key.len();
                    self.shelf.upsert(key, Held { kept: Arc::new(kept), bytes }, version);
                }
                Event::Gone { key, version } => self.shelf.remove(&key, version),
                Event::Bookmark { version } => self.shelf.bookmark(version),
                Event::Expired => return Ok(Stop::Anew("its version is too old")),
                Event::Failed { why } => {
                    let detail = format!("{} ended a watch: {}", self.link.server(), words(&why));
                    return Err(Stop::Failed(Problem::new(Code::ClusterUnreachable, detail)));
                }
            }
        }
    }

    /// Opens the watch; once more when the pooled connection had just been closed.
    async fn open(&self, call: &Call) -> Result<Opened, Stop> {
        let wait = self.link.waits.read;
        let opened = match self.link.open(call, wait).await {
            Err(problem) if problem.code == Code::ClusterUnreachable => self.link.open(call, wait).await,
            opened => opened,
        };
        let opened = opened.map_err(Stop::Failed)?;
        if opened.status.is_success() {
            return Ok(opened);
        }
        let answer = self.link.whole(opened, call, wait).await.map_err(Stop::Failed)?;
        Err(self.refused(&answer, "watch").await)
    }

    fn path(&self) -> Result<Path, Stop> {
        let path = self.which.path().map_err(Stop::Over)?;
        Ok(match self.projection.shape() {
            Shape::Table => path.query("includeObject", "Metadata"),
            Shape::Objects => path,
        })
    }

    async fn refused(&self, answer: &Answer, verb: &str) -> Stop {
        let problem = problem_of(answer, &self.which.doing(verb, self.link.server()));
        match answer.status {
            StatusCode::GONE => Stop::Anew("a list or version is too old"),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Stop::Failed(problem),
            status if status.is_client_error() => {
                if status == StatusCode::NOT_FOUND {
                    self.link.forget_types().await;
                }
                Stop::Over(problem)
            }
            _ => Stop::Failed(problem),
        }
    }

    fn unread(&self, why: &str) -> Stop {
        tracing::warn!(what = %self.which.api.plural, why, "what a watch was sent can't be read");
        Stop::Anew("it can't be read")
    }
}

/// Why a watch ends when its line is another one.
pub(crate) fn replaced() -> Problem {
    Problem::new(Code::Stale, "the kubeconfig of this cluster changed").hint("begin the watch anew")
}
