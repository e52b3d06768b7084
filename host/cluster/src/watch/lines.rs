//! The lines of an answer without end: one JSON document each, at most [`OBJECT_BYTES_MAX`] long.
//!
//! Nothing is buffered beyond the line being read and the rest of one frame. A line that was cut off by the end is dropped:
//! whoever goes on from the last whole line gets it again.

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use kubechat_core::problem::{Code, Problem};

use crate::limits::OBJECT_BYTES_MAX;
use crate::refusal::unreachable;

/// Reads line after line.
pub(crate) struct Lines {
    body: Incoming,
    server: String,
    buffer: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// Up to where no line end was found.
    searched: usize,
}

impl Lines {
    pub(crate) fn new(body: Incoming, server: String) -> Self {
        Self { body, server, buffer: Vec::new(), start: 0, searched: 0 }
    }

    /// Waits for the next; `None` is the end. May be dropped while it waits.
    pub(crate) async fn next(&mut self) -> Result<Option<&[u8]>, Problem> {
        loop {
            if let Some(length) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') {
                let (start, end) = (self.start, self.searched + length);
                self.start = end + 1;
                self.searched = self.start;
                return Ok(Some(&self.buffer[start..end]));
            }
            self.buffer.drain(..self.start);
            self.start = 0;
            self.searched = self.buffer.len();
            if self.searched > OBJECT_BYTES_MAX {
                let detail =
                    format!("{} sent an event longer than OBJECT_BYTES_MAX ({OBJECT_BYTES_MAX} bytes)", self.server);
                return Err(Problem::new(Code::LimitExceeded, detail));
            }
            match self.body.frame().await {
                None => return Ok(None),
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        self.buffer.extend_from_slice(data);
                    }
                }
                Some(Err(error)) => return Err(unreachable(&self.server, &error).into_problem()),
            }
        }
    }
}
