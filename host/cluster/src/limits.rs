//! The limits of this adapter, by name. Times are wall-clock and end the wait, never repeat a write.

use std::time::Duration;

/// Most calls in flight to one cluster.
pub const CALLS_AT_ONCE_MAX: usize = 24;
/// Most writes in flight to one cluster.
pub const WRITES_AT_ONCE_MAX: usize = 4;
/// Longest answer that holds one object, bytes (etcd holds 1.5 MiB).
pub const OBJECT_BYTES_MAX: usize = 4 << 20;
/// Longest page of a list, bytes.
pub const PAGE_BYTES_MAX: usize = 48 << 20;
/// Objects asked for in one page.
pub const PAGE_ITEMS: usize = 1_000;
/// Longest list over all its pages, bytes; beyond it the list is marked truncated.
pub const LIST_BYTES_MAX: usize = 192 << 20;
/// Longest discovery document, bytes.
pub const DISCOVERY_BYTES_MAX: usize = 16 << 20;
/// How long discovery is believed before it is asked for again, ms.
pub const DISCOVERY_AGE_MS_MAX: i64 = 5 * 60 * 1000;
/// Least time between two discoveries caused by unknown words, ms.
pub const DISCOVERY_PAUSE_MS: i64 = 1_000;
/// Most bytes read of a log to find its last lines; beyond it fewer lines are asked for.
pub const LOG_READ_BYTES_MAX: u64 = 32 << 20;
/// Most open logs that are followed on one cluster, over all principals.
pub const LOG_STREAMS_AT_ONCE_MAX: usize = 128;
/// Longest log text of one answer, bytes; its oldest lines go until it fits.
pub const LOG_BYTES_MAX: usize = 1 << 20;
/// Bodies longer than this are parsed beside the async threads, bytes.
pub const PARSE_INLINE_BYTES_MAX: usize = 256 << 10;
/// Largest kubeconfig or file it refers to, bytes.
pub const KUBECONFIG_BYTES_MAX: u64 = 1 << 20;
/// Longest output of an exec credential plugin, bytes.
pub const EXEC_OUTPUT_BYTES_MAX: usize = 256 << 10;
/// How long before its expiry a credential is renewed, ms.
pub const EXEC_RENEW_MS: i64 = 30_000;
/// How long a token read from a file is believed, ms.
pub const TOKEN_FILE_AGE_MS_MAX: i64 = 10_000;
/// Longest pause a busy server (429) may ask for before a read is sent once more.
pub const BUSY_PAUSE_MAX: Duration = Duration::from_secs(2);
/// After how long a silent connection is asked whether the other end is there.
pub const KEEPALIVE: Duration = Duration::from_secs(15);
/// Most `Warning:` headers kept of one answer.
pub const WARNINGS_MAX: usize = 20;
/// Longest text kept of a warning or of the server's words, characters.
pub const WORDS_CHARS_MAX: usize = 600;

/// How long each sort of wait may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// TCP and TLS to the API server.
    pub connect: Duration,
    /// One read, dry-run or access check, with its body.
    pub read: Duration,
    /// All pages of a list.
    pub list: Duration,
    /// One write, with its answer.
    pub write: Duration,
    /// The look at each cluster when clusters are listed.
    pub look: Duration,
    /// One run of an exec credential plugin.
    pub exec: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(10),
            list: Duration::from_secs(30),
            write: Duration::from_secs(30),
            look: Duration::from_secs(3),
            exec: Duration::from_secs(20),
        }
    }
}
