//! Following logs: the lines of several pods as server-sent events, bounded, and resumed without a line lost or repeated.
//!
//! Events: `log_line` (`pod`, `container`, `time`, `line`), `log_end` (one pod's log ended, or can't be read: `problem`), `end`
//! (nothing more comes: `reason`); a comment every second. Ids say where the reader is in every log, by the time of its
//! last line and how many lines of that time he has; `Last-Event-ID` goes on there, as exactly as the container runtime's
//! nanoseconds tell lines apart. Nothing is buffered beyond a chunk of each log: a slow reader slows the kubelet down.
//! Limits: [`LINES_PER_SECOND_MAX`], [`FOLLOW_BYTES_MAX`], [`FOLLOW_S_MAX`]; past the last two the stream ends and says so, and
//! whoever comes back goes on.

use std::time::Duration;

use axum::response::Response;
use futures_util::stream::{self, SelectAll, StreamExt as _};
use kubechat_core::digest::Digest;
use kubechat_core::names::ObjectName;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::log_line::{LogPlace, LogReader, RawLine};
use kubechat_flow::logs::PodLog;
use kubechat_flow::ports::logs::LogStream;
use serde_json::json;
use tokio::time::Instant;

use super::error::ApiError;
use super::routes::logs::{Told, trouble};
use super::seats::Seat;
use super::sse::{self, SseEvent};
use super::state::App;

/// Most lines told in a second; those beyond it wait at their kubelet.
pub const LINES_PER_SECOND_MAX: u32 = 2_000;
/// Most bytes told in one stream.
pub const FOLLOW_BYTES_MAX: usize = 64 << 20;
/// Longest stream, seconds.
pub const FOLLOW_S_MAX: u64 = 3_600;
/// Longest id a reader may come back with, bytes.
const ID_BYTES_MAX: usize = 1_024;

/// One log and its reader.
pub struct Source {
    pod: ObjectName,
    container: Option<String>,
    lines: Result<LogStream, Problem>,
    reader: LogReader,
}

impl Source {
    /// A log that was opened, or not.
    pub fn new(log: PodLog, reader: LogReader) -> Self {
        Self { pod: log.pod, container: log.container, lines: log.lines, reader }
    }
}

/// What an id begins with: it fits this request and no other.
pub fn token(parts: &[&str]) -> String {
    // No part holds a NUL: names don't, and a container's is compared with those of the pod.
    Digest::of("kubechat.logs.v1", parts.join("\0").as_bytes())
        .to_string()
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(12)
        .collect()
}

/// The places of an id.
///
/// # Errors
/// An id of another request.
pub fn places(id: &str, token: &str, sources: usize) -> Result<Vec<Option<LogPlace>>, ApiError> {
    let read = || {
        let rest = id.strip_prefix(token)?.strip_prefix('-').filter(|_| id.len() <= ID_BYTES_MAX)?;
        let places = rest.split('_').map(|one| if one.is_empty() { Some(None) } else { one.parse().ok().map(Some) });
        places.collect::<Option<Vec<_>>>().filter(|places| places.len() == sources)
    };
    read().ok_or_else(|| {
        ApiError(
            Problem::new(Code::BadInput, "Last-Event-ID is not of this request")
                .hint("send it with the same cluster, namespace, pods and container, or leave it out"),
        )
    })
}

/// What a log said.
type Said = (usize, Option<Result<RawLine, Problem>>);

struct Follower {
    token: String,
    sources: Vec<Source>,
    lines: SelectAll<stream::BoxStream<'static, Said>>,
    waiting: Vec<SseEvent>,
    ends: Instant,
    bytes: usize,
    second: Instant,
    in_second: u32,
    ended: bool,
}

/// The stream.
pub fn respond(app: &App, seat: Seat, token: String, mut sources: Vec<Source>) -> Response {
    let mut lines = SelectAll::new();
    let mut waiting = Vec::new();
    for (index, source) in sources.iter_mut().enumerate() {
        let taken = std::mem::replace(&mut source.lines, Err(Problem::new(Code::Fault, "read elsewhere")));
        match taken {
            Ok(opened) => {
                let said = opened.map(move |line| (index, Some(line)));
                lines.push(said.chain(stream::iter([(index, None)])).boxed());
            }
            Err(problem) => waiting.push(source.ended(Some(&problem))),
        }
    }
    // They are taken from the end.
    waiting.reverse();
    let now = Instant::now();
    let ends = now + Duration::from_secs(FOLLOW_S_MAX);
    let follower = Follower { token, sources, lines, waiting, ends, bytes: 0, second: now, in_second: 0, ended: false };
    sse::respond(app, seat, stream::unfold(follower, next))
}

async fn next(mut follower: Follower) -> Option<(SseEvent, Follower)> {
    loop {
        if let Some(event) = follower.waiting.pop() {
            return Some((event, follower));
        }
        if follower.ended {
            return None;
        }
        if follower.bytes > FOLLOW_BYTES_MAX {
            follower.end(&format!("FOLLOW_BYTES_MAX = {FOLLOW_BYTES_MAX} bytes are told; come back to go on"));
            continue;
        }
        let said = tokio::time::timeout_at(follower.ends, follower.lines.next()).await;
        match said {
            Err(_) => follower.end(&format!("FOLLOW_S_MAX = {FOLLOW_S_MAX} s are over; come back to go on")),
            Ok(None) => follower.end("every log has ended"),
            Ok(Some((index, said))) => follower.take(index, said).await,
        }
    }
}

impl Follower {
    fn end(&mut self, reason: &str) {
        self.ended = true;
        self.waiting.push(SseEvent::json("end", &json!({"reason": reason})).id(self.id()));
    }

    async fn take(&mut self, index: usize, said: Option<Result<RawLine, Problem>>) {
        let Some(source) = self.sources.get_mut(index) else { return };
        let raw = match said {
            Some(Ok(raw)) => raw,
            Some(Err(problem)) => return self.waiting.push(source.ended(Some(&problem))),
            None => return self.waiting.push(source.ended(None)),
        };
        let Some(line) = source.reader.next(&raw) else { return };
        let event = SseEvent::json("log_line", &Told::new(&source.pod, source.container.as_deref(), &line));
        self.bytes += line.text.len();
        let event = event.id(self.id());
        self.pace().await;
        self.waiting.push(event);
    }

    /// Waits for the next second where this one's lines are told.
    async fn pace(&mut self) {
        if self.second.elapsed() >= Duration::from_secs(1) {
            (self.second, self.in_second) = (Instant::now(), 0);
        }
        self.in_second += 1;
        if self.in_second > LINES_PER_SECOND_MAX {
            tokio::time::sleep_until(self.second + Duration::from_secs(1)).await;
            (self.second, self.in_second) = (Instant::now(), 1);
        }
    }

    fn id(&self) -> String {
        let place = |source: &Source| source.reader.place().map(|place| place.to_string()).unwrap_or_default();
        let places: Vec<String> = self.sources.iter().map(place).collect();
        format!("{}-{}", self.token, places.join("_"))
    }
}

impl Source {
    /// The event of its end.
    fn ended(&self, problem: Option<&Problem>) -> SseEvent {
        let container = self.container.as_deref();
        match problem {
            Some(problem) => SseEvent::json("log_end", &trouble(&self.pod, container, problem)),
            None => SseEvent::json("log_end", &json!({"pod": self.pod, "container": container})),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::read::log_line::LogTime;

    #[test]
    fn an_id_reads_back_for_its_own_request_and_for_no_other() {
        let own = token(&["c", "shop", "web,api", ""]);
        let place = LogPlace { time: LogTime(1_764_000_000_123_456_789), lines: 3 };
        let id = format!("{own}-{place}_");
        assert_eq!(places(&id, &own, 2).unwrap(), [Some(place), None]);
        let other = token(&["c", "shop", "web", "api"]);
        assert!(own.len() == 12 && own != other);
        for (id, token, sources) in
            [(&*id, &*other, 2), (&id, &own, 3), ("", &own, 1), (&*format!("{own}-x.y"), &own, 1), ("é", &own, 1)]
        {
            assert!(places(id, token, sources).is_err(), "{id}");
        }
    }
}
