//! Counters of one destination: what went out, what came in, what was refused and why.
//!
//! Bytes are those of bodies. They only grow; a scrape reads them as they are.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use kubechat_core::egress::Reason;
use serde::Serialize;

use crate::error::GateError;

/// Of one destination.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: AtomicU64,
    bytes_out: AtomicU64,
    bytes_in: AtomicU64,
    failed: AtomicU64,
    refused: [AtomicU64; Reason::ALL.len()],
}

/// What the counters stood at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Requests that were asked for, refused ones included.
    pub requests: u64,
    /// Bytes of bodies that were sent.
    pub bytes_out: u64,
    /// Bytes of bodies that were handed on.
    pub bytes_in: u64,
    /// Requests that ended in a timeout, a limit or a broken connection.
    pub failed: u64,
    /// Refused requests, by reason; only reasons that occurred.
    pub refused: BTreeMap<&'static str, u64>,
}

impl Counters {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.bytes_out.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn ended(&self, error: &GateError) {
        let counter = match error {
            GateError::Refused(refusal) => &self.refused[place(refusal.reason)],
            _ => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counts {
        let at = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let refused = Reason::ALL.iter().map(|reason| (reason.as_str(), at(&self.refused[place(*reason)])));
        Counts {
            requests: at(&self.requests),
            bytes_out: at(&self.bytes_out),
            bytes_in: at(&self.bytes_in),
            failed: at(&self.failed),
            refused: refused.filter(|(_, count)| *count > 0).collect(),
        }
    }
}

fn place(reason: Reason) -> usize {
    Reason::ALL.iter().position(|other| *other == reason).unwrap_or_default()
}
