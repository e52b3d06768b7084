//! An answer, piece by piece, and the account that is settled when it ends, however it ends.

use std::sync::Arc;

use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use crate::error::GateError;
use crate::exchange::{Received, Request, until};
use crate::gate::Inner;
use crate::lane::Lane;
use crate::link::Link;
use crate::log::Draft;

/// What was answered. Dropping it before its end closes the connection.
pub struct Answer {
    status: u16,
    headers: http::HeaderMap,
    body: Incoming,
    /// Of a frame that was longer than a piece may be.
    rest: Bytes,
    taken: u64,
    /// None once it has ended.
    open: Option<(Link, OwnedSemaphorePermit)>,
    broken: Option<GateError>,
    deadline: Instant,
    lane: Arc<Lane>,
    inner: Arc<Inner>,
    account: Account,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("taken", &self.taken).finish_non_exhaustive()
    }
}

impl Answer {
    pub(crate) fn new(inner: Arc<Inner>, received: Received, account: Account) -> Self {
        let Received { lane, link, response, slot, deadline } = received;
        let (head, body) = response.into_parts();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
            rest: Bytes::new(),
            taken: 0,
            open: Some((link, slot)),
            broken: None,
            deadline,
            lane,
            inner,
            account,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header by its lower-case name, of several the first. Cookies are never shown, nor what is no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        if name.to_ascii_lowercase().starts_with("set-cookie") {
            return None;
        }
        self.headers.get(name)?.to_str().ok()
    }

    /// The next piece as it arrives; none at the end. Cancel-safe.
    ///
    /// # Errors
    /// Too long, too slow, or broken off; the same again when asked again.
    pub async fn read(&mut self) -> Result<Option<Bytes>, GateError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        match self.next().await {
            Ok(Some(piece)) => {
                self.account.received(piece.len());
                Ok(Some(piece))
            }
            Ok(None) => {
                self.complete();
                Ok(None)
            }
            Err(error) => {
                self.open = None;
                self.account.failed(&error);
                self.broken = Some(error.clone());
                Err(error)
            }
        }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, GateError> {
        let caps = &self.inner.caps;
        while self.rest.is_empty() {
            if self.open.is_none() {
                return Ok(None);
            }
            let frame = match timeout_at(until(caps.silence, self.deadline), self.body.frame()).await {
                Ok(None) => return Ok(None),
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(error))) => return Err(self.broke(&error)),
                Err(_) => return Err(self.late()),
            };
            // Trailers are nobody's business here.
            self.rest = frame.into_data().unwrap_or_default();
            self.taken += self.rest.len() as u64;
            if self.taken > caps.answer_bytes {
                let (to, most) = (&self.lane.destination, caps.answer_bytes);
                return Err(GateError::Limit(format!("{to}: its answer is longer than {most} bytes")));
            }
        }
        Ok(Some(self.rest.split_to(self.rest.len().min(caps.piece_bytes))))
    }

    fn broke(&self, error: &hyper::Error) -> GateError {
        tracing::debug!(destination = %self.lane.destination, %error, "an answer broke off");
        GateError::unreachable(&self.lane.destination, "the connection broke before the answer's end")
    }

    fn late(&self) -> GateError {
        let caps = &self.inner.caps;
        if Instant::now() >= self.deadline {
            return GateError::timeout(&self.lane.destination, "its answer did not end", caps.total);
        }
        GateError::timeout(&self.lane.destination, "no further piece of its answer", caps.silence)
    }

    /// The connection may serve the next request to this destination.
    fn complete(&mut self) {
        if let Some((link, _slot)) = self.open.take() {
            self.account.complete();
            self.lane.kept.keep(link, &self.inner.runtime);
        }
    }
}

/// What one request costs and how it ended; written down when it is dropped.
pub(crate) struct Account {
    draft: Draft,
    lane: Option<Arc<Lane>>,
    inner: Arc<Inner>,
}

impl Account {
    pub(crate) fn open(inner: &Arc<Inner>, lane: Option<Arc<Lane>>, request: &Request) -> Self {
        let (caller, destination) = (request.caller.clone(), request.destination.clone());
        let draft = Draft::new(inner.clock.now(), caller, destination, request.method.as_str());
        let account = Self { draft, lane, inner: inner.clone() };
        account.counters().request();
        account
    }

    fn counters(&self) -> &crate::counters::Counters {
        self.lane.as_ref().map_or(&self.inner.unbound, |lane| &lane.counters)
    }

    pub(crate) fn path(&mut self, bare: &str) {
        bare.clone_into(&mut self.draft.entry.path);
    }

    pub(crate) fn status(&mut self, status: u16) {
        self.draft.entry.status = Some(status);
    }

    pub(crate) fn sent(&mut self, bytes: usize) {
        self.draft.entry.bytes_out += bytes as u64;
        self.counters().sent(bytes);
    }

    fn received(&mut self, bytes: usize) {
        self.draft.entry.bytes_in += bytes as u64;
        self.counters().received(bytes);
    }

    fn complete(&mut self) {
        self.draft.entry.ended = "complete";
    }

    pub(crate) fn failed(&mut self, error: &GateError) {
        self.draft.ended(error);
        self.counters().ended(error);
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.inner.log.write(self.draft.finish());
    }
}
