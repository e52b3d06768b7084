//! A container's log, line by line: the last lines, or as they come.
//!
//! Of a line [`LINE_BYTES_MAX`] bytes are kept and the rest is counted, so a line of a megabyte costs no more than another.
//! The API server cuts an over-long log at its new end, which is the end people need; so it is never asked to cut, and
//! where the last lines are longer than [`LOG_READ_BYTES_MAX`], fewer of them are asked for. Without a container's name the
//! pod's default container is read, as kubectl does. The server knows `since` in whole seconds; older lines of the same
//! second are dropped here.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use kubechat_core::facts::Fact;
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::operation::read::LOG_LINES_MAX;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::log_line::{LINE_BYTES_MAX, RawLine};
use kubechat_flow::ports::logs::{LogAsk, LogStream};
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::address::Path;
use crate::json::{self, Managed};
use crate::limits::{LOG_BYTES_MAX, LOG_READ_BYTES_MAX, LOG_STREAMS_AT_ONCE_MAX, OBJECT_BYTES_MAX};
use crate::link::{Answer, Call, Link, Opened};
use crate::refusal::unreachable;
use crate::status::{Doing, problem_of, status_of, words};

const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// What an answer to a log request is.
enum Log {
    Open(Incoming),
    Refused(Answer),
}

impl Link {
    /// The last lines, as a fact.
    pub(crate) async fn logs(&self, ask: &LogAsk) -> Result<Fact, Problem> {
        let until = Instant::now() + self.waits.read;
        let mut lines = ask.lines.unwrap_or(LOG_LINES_MAX).clamp(1, LOG_LINES_MAX);
        loop {
            match self.log(&LogAsk { lines: Some(lines), follow: false, ..ask.clone() }).await? {
                Log::Refused(answer) => return self.refused_log(&answer, ask).await,
                Log::Open(body) => {
                    let read = tokio::time::timeout_at(until, self.tail(body, ask)).await;
                    match read.map_err(|_| self.late(self.waits.read))?? {
                        Some(lines) => return Ok(Fact::Logs { lines }),
                        None if lines > 1 => lines = (lines / 4).max(1),
                        None => {
                            let reason = format!("its last line is longer than {LOG_READ_BYTES_MAX} bytes");
                            return Ok(Fact::Failed { reason });
                        }
                    }
                }
            }
        }
    }

    /// The newest lines that fit [`LOG_BYTES_MAX`]; nothing when there is more to read than [`LOG_READ_BYTES_MAX`].
    async fn tail(&self, body: Incoming, ask: &LogAsk) -> Result<Option<Vec<String>>, Problem> {
        let (mut lines, mut kept, mut read) = (VecDeque::new(), 0, 0_u64);
        let mut source = Box::pin(raw(body, self.server()));
        while let Some(line) = source.next().await {
            let line = line?;
            read += line.bytes;
            if read > LOG_READ_BYTES_MAX {
                return Ok(None);
            }
            if ask.since.is_some_and(|since| line.time.is_some_and(|time| time < since)) {
                continue;
            }
            kept += line.text.len();
            lines.push_back(told(line));
            while kept > LOG_BYTES_MAX {
                let Some(oldest) = lines.pop_front() else { break };
                kept -= oldest.len().min(kept);
            }
        }
        Ok(Some(lines.into()))
    }

    /// The lines as they come.
    pub(crate) async fn log_stream(&self, ask: &LogAsk) -> Result<LogStream, Problem> {
        let place = Arc::clone(&self.places.log_streams).try_acquire_owned().map_err(|_| {
            let limit = format!("LOG_STREAMS_AT_ONCE_MAX = {LOG_STREAMS_AT_ONCE_MAX}");
            let detail = format!("{} has as many open logs as fit ({limit})", self.server());
            Problem::new(Code::Busy, detail).hint("close one, or ask for fewer pods at once")
        })?;
        match self.log(ask).await? {
            Log::Open(body) => Ok(held(raw(body, self.server()), place)),
            Log::Refused(answer) if answer.status == StatusCode::BAD_REQUEST => {
                Err(Problem::new(Code::Rejected, words(&status_of(&answer).message)))
            }
            Log::Refused(answer) => {
                let pod = object(ask);
                Err(problem_of(
                    &answer,
                    &Doing { resource: "pods/log".to_owned(), ..Doing::to("get", &pod, self.server()) },
                ))
            }
        }
    }

    /// Opens it; the pod's default container where the server asks which one is meant.
    async fn log(&self, ask: &LogAsk) -> Result<Log, Problem> {
        let log = self.try_log(ask, ask.container.as_deref()).await?;
        if let Log::Refused(answer) = &log
            && ask.container.is_none()
            && answer.status == StatusCode::BAD_REQUEST
            && let Some(default) = self.default_container(&object(ask)).await?
        {
            return self.try_log(ask, Some(&default)).await;
        }
        Ok(log)
    }

    async fn try_log(&self, ask: &LogAsk, container: Option<&str>) -> Result<Log, Problem> {
        let mut path = Path::object(&object(ask))?.segment("log")?.query("timestamps", "true");
        for (key, value) in [
            ("container", container.map(str::to_owned)),
            ("tailLines", ask.lines.map(|lines| lines.to_string())),
            ("sinceTime", ask.since.map(|since| since.timestamp().to_string())),
            ("previous", ask.previous.then(|| "true".to_owned())),
            ("follow", ask.follow.then(|| "true".to_owned())),
        ] {
            path = value.iter().fold(path, |path, value| path.query(key, value));
        }
        let call = Call { accept: "*/*", answer_bytes_max: OBJECT_BYTES_MAX, ..Call::get(path) };
        let opened: Opened = self.open(&call, self.waits.read).await?;
        if opened.status.is_success() {
            return Ok(Log::Open(opened.body));
        }
        self.whole(opened, &call, self.waits.read).await.map(Log::Refused)
    }

    async fn refused_log(&self, answer: &Answer, ask: &LogAsk) -> Result<Fact, Problem> {
        if answer.status == StatusCode::BAD_REQUEST {
            return Ok(Fact::Failed { reason: words(&status_of(answer).message) });
        }
        let pod = object(ask);
        let doing = Doing { resource: "pods/log".to_owned(), ..Doing::to("get", &pod, self.server()) };
        self.refused(answer, &doing).await
    }

    async fn default_container(&self, pod: &ObjectRef) -> Result<Option<String>, Problem> {
        let answer = self.read(&Call::get(Path::object(pod)?), self.waits.read).await?;
        let object = json::parse(&answer.body, Managed::Skip).unwrap_or_default();
        let annotated =
            object.get("metadata").and_then(|m| m.get("annotations")).and_then(|a| a.get(DEFAULT_CONTAINER));
        Ok(annotated.and_then(Value::as_str).map(str::to_owned))
    }
}

fn object(ask: &LogAsk) -> ObjectRef {
    ObjectRef { api: ApiType::pods(), namespace: Some(ask.namespace.clone()), name: ask.pod.clone() }
}

/// A line of a fact; one that was not kept whole says so.
fn told(line: RawLine) -> String {
    let whole = line.bytes <= line.text.len() as u64;
    if whole { line.text } else { format!("{}… (cut: the line has {} bytes)", line.text, line.bytes) }
}

/// The lines of a body.
fn raw(body: Incoming, server: String) -> impl futures_util::Stream<Item = Result<RawLine, Problem>> + Send {
    let state = (Some(body), Splitter::default(), VecDeque::new());
    stream::unfold((state, server), |((mut body, mut splitter, mut ready), server)| async move {
        loop {
            if let Some(line) = ready.pop_front() {
                return Some((Ok(line), ((body, splitter, ready), server)));
            }
            match body.as_mut()?.frame().await {
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        splitter.feed(data, &mut ready);
                    }
                }
                Some(Err(error)) => {
                    let problem = unreachable(&server, &error).into_problem();
                    return Some((Err(problem), ((None, splitter, ready), server)));
                }
                None => {
                    body = None;
                    ready.extend(splitter.end());
                    if ready.is_empty() {
                        return None;
                    }
                }
            }
        }
    })
}

/// The same, keeping its place as long as it is read.
fn held(
    lines: impl futures_util::Stream<Item = Result<RawLine, Problem>> + Send + 'static,
    place: OwnedSemaphorePermit,
) -> LogStream {
    Box::pin(lines.map(move |line| {
        let _held = &place;
        line
    }))
}

/// Bytes to lines, of each at most [`LINE_BYTES_MAX`].
#[derive(Debug, Default)]
struct Splitter {
    line: Vec<u8>,
    bytes: u64,
}

impl Splitter {
    fn feed(&mut self, chunk: &[u8], ready: &mut VecDeque<RawLine>) {
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            let (text, whole) = piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            let room = LINE_BYTES_MAX.saturating_sub(self.line.len()).min(text.len());
            self.line.extend_from_slice(&text[..room]);
            self.bytes += text.len() as u64;
            if whole {
                ready.extend(self.take());
            }
        }
    }

    /// A last line that has no end.
    fn end(&mut self) -> Option<RawLine> {
        if self.bytes == 0 { None } else { self.take() }
    }

    fn take(&mut self) -> Option<RawLine> {
        let bytes = std::mem::take(&mut self.bytes);
        let line = std::mem::take(&mut self.line);
        Some(RawLine::stamped(String::from_utf8_lossy(&line).trim_end_matches('\r'), bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(chunks: &[&[u8]]) -> Vec<RawLine> {
        let (mut splitter, mut ready) = (Splitter::default(), VecDeque::new());
        chunks.iter().for_each(|chunk| splitter.feed(chunk, &mut ready));
        ready.extend(splitter.end());
        ready.into()
    }

    #[test]
    fn lines_are_the_same_however_they_are_cut_into_chunks() {
        let log = b"one\n\ntwo three\nfour";
        for at in 0..log.len() {
            let (first, second) = log.split_at(at);
            let texts: Vec<_> = split(&[first, second]).into_iter().map(|line| line.text).collect();
            assert_eq!(texts, ["one", "", "two three", "four"], "cut at {at}");
        }
    }

    #[test]
    fn of_a_line_of_a_megabyte_a_part_is_kept_and_the_rest_is_counted() {
        let chunk = vec![b'x'; 64 << 10];
        let chunks: Vec<&[u8]> = (0..16).map(|_| chunk.as_slice()).chain([b"\nend\n".as_slice()]).collect();
        let lines = split(&chunks);
        assert_eq!((lines[0].text.len(), lines[0].bytes), (LINE_BYTES_MAX, 1 << 20));
        assert_eq!((lines[1].text.as_str(), lines.len()), ("end", 2));
    }
}
