//! The limits of the gate, by name. A test may lower them. Only `at_once` may be raised, by what the operator grants a model.

use std::time::Duration;

/// Everything that ends a request, and how much is kept.
#[derive(Debug, Clone)]
pub struct Caps {
    /// Longest wait for a name to be looked up.
    pub resolve: Duration,
    /// Longest wait for one address to take the connection.
    pub connect: Duration,
    /// Longest wait for a proxy's consent and for TLS, each.
    pub handshake: Duration,
    /// Longest wait for the head of an answer: a local model may have to be read from disk first.
    pub head: Duration,
    /// Longest silence between two pieces of an answer.
    pub silence: Duration,
    /// Longest time from sending to the end of the answer.
    pub total: Duration,
    /// Longest body that is sent.
    pub request_bytes: usize,
    /// Longest body that is taken.
    pub answer_bytes: u64,
    /// Longest piece that is handed on at once.
    pub piece_bytes: usize,
    /// Requests at the same time to one destination.
    pub at_once: usize,
    /// Connections kept open for the next request to one destination.
    pub kept: usize,
    /// How long one is kept.
    pub kept_for: Duration,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            resolve: Duration::from_secs(5),
            connect: Duration::from_secs(5),
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(110),
            silence: Duration::from_secs(60),
            total: Duration::from_secs(300),
            request_bytes: 4 << 20,
            answer_bytes: 32 << 20,
            piece_bytes: 64 << 10,
            at_once: 16,
            kept: 4,
            kept_for: Duration::from_secs(60),
        }
    }
}

/// Most bytes of an answer's head that are read.
pub(crate) const HEAD_BYTES_MAX: usize = 64 << 10;
/// Most headers of an answer.
pub(crate) const ANSWER_HEADERS_MAX: usize = 100;
/// Most addresses of one name; more is no honest answer.
pub(crate) const ADDRESSES_MAX: usize = 32;
/// Most API servers at one port that are looked up before an address is judged.
pub(crate) const SERVERS_MAX: usize = 64;
/// Most addresses that are tried one after the other.
pub(crate) const TRIES_MAX: usize = 4;
/// Most bytes of a proxy's answer.
pub(crate) const PROXY_HEAD_BYTES_MAX: usize = 8 << 10;
/// Longest credential file.
pub(crate) const SECRET_BYTES_MAX: u64 = 16 << 10;
/// Requests the log remembers; the oldest goes first.
pub(crate) const LOG_ENTRIES_MAX: usize = 512;
/// How long a kept connection may take to be ready; one that is not is closed.
pub(crate) const READY_WAIT: Duration = Duration::from_millis(50);
/// Most bytes of a local server's word for its version.
pub(crate) const VERSION_BYTES_MAX: usize = 1024;
