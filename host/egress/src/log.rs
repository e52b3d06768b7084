//! The egress log: the last requests, each with who asked, where to, how much and how it ended.
//!
//! In memory, bounded, and beside it one `tracing` event of target `kubechat::egress` each. No query, header, body or
//! address stands in it: a path without its query says which call it was.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use kubechat_core::egress::Destination;
use kubechat_core::time::Timestamp;
use serde::Serialize;

use crate::error::GateError;
use crate::limits::LOG_ENTRIES_MAX;

/// One request and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// Grows by one with each entry since the start.
    pub number: u64,
    /// When it was asked for.
    pub at: Timestamp,
    /// The component, or the part of the host, that asked.
    pub caller: String,
    /// Where to.
    pub destination: Destination,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Below the base, without the query; empty if it was no path.
    pub path: String,
    /// Of the answer; none if there was none.
    pub status: Option<u16>,
    /// Body bytes sent.
    pub bytes_out: u64,
    /// Body bytes handed on.
    pub bytes_in: u64,
    /// From asking to the end.
    pub took_ms: u64,
    /// `complete`, `cancelled`, or why not.
    pub ended: &'static str,
}

/// The last requests.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Ring>);

#[derive(Debug, Default)]
struct Ring {
    next: u64,
    entries: VecDeque<LogEntry>,
}

impl Log {
    /// Newest first.
    pub(crate) fn latest(&self, limit: usize) -> Vec<LogEntry> {
        let ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ring.entries.iter().rev().take(limit).cloned().collect()
    }

    pub(crate) fn write(&self, mut entry: LogEntry) {
        tracing::info!(
            target: "kubechat::egress", caller = entry.caller, destination = %entry.destination, method = entry.method,
            path = entry.path, status = entry.status, bytes_out = entry.bytes_out, bytes_in = entry.bytes_in,
            took_ms = entry.took_ms, ended = entry.ended, "egress"
        );
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ring.next += 1;
        entry.number = ring.next;
        if ring.entries.len() == LOG_ENTRIES_MAX {
            ring.entries.pop_front();
        }
        ring.entries.push_back(entry);
    }
}

/// An entry that is being made.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) entry: LogEntry,
    since: Instant,
}

impl Draft {
    pub(crate) fn new(at: Timestamp, caller: String, destination: Destination, method: &'static str) -> Self {
        let entry = LogEntry {
            number: 0,
            at,
            caller,
            destination,
            method,
            path: String::new(),
            status: None,
            bytes_out: 0,
            bytes_in: 0,
            took_ms: 0,
            ended: "cancelled", // unless somebody says something else
        };
        Self { entry, since: Instant::now() }
    }

    pub(crate) fn ended(&mut self, error: &GateError) {
        self.entry.ended = error.word();
    }

    pub(crate) fn finish(&self) -> LogEntry {
        let took_ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        LogEntry { took_ms, ..self.entry.clone() }
    }
}
