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

/// Most watches of tables and objects on one principal's line to one cluster; one without a reader makes room. What a
/// diagnosis reads has places of its own: [`WARM_QUERIES_MAX`].
pub const WATCHES_OF_LINE_MAX: usize = 64;
/// Most watches of the host.
pub const WATCHES_MAX: usize = 512;
/// Most readers of one watch.
pub const READERS_OF_WATCH_MAX: usize = 128;
/// Most objects or rows one watch keeps; with more it ends and says so.
pub const WATCH_ROWS_MAX: usize = 50_000;
/// Most memory of one watch's rows, bytes (estimated; twice that while a list is read anew).
pub const WATCH_BYTES_MAX: usize = 64 << 20;
/// Most memory of all watches' rows, bytes (estimated).
pub const WATCHES_BYTES_MAX: usize = 256 << 20;
/// Most changed rows remembered for a reader that does not read; with more it begins anew.
pub const READER_ROWS_MAX: usize = 1_000;
/// Most rows of one delta.
pub const DELTA_ROWS_MAX: usize = 500;
/// Most rows of a reset; a longer table is read page by page.
pub const RESET_ROWS_MAX: usize = 1_000;
/// How long a watch asks to be served at least and at most, s: spread, so that not all end at once.
pub const WATCH_SERVED_S: (u64, u64) = (240, 360);
/// How long a watch may be silent, bookmarks included (the API server sends one a minute), before it is resumed.
pub const WATCH_SILENCE_MAX: Duration = Duration::from_secs(90);
/// How long a table without a reader is kept warm.
pub const TABLE_IDLE_MAX: Duration = Duration::from_secs(60);
/// How long one object without a reader is watched on: a screen that is closed and opened again.
pub const OBJECT_IDLE_MAX: Duration = Duration::from_secs(15);
/// How long what a diagnosis reads is watched without another diagnosis.
pub const FACTS_IDLE_MAX: Duration = Duration::from_secs(10 * 60);
/// Most watches behind the diagnoses of one line, and most lists asked for at once of which each gets one: with more
/// (somebody with rights in many namespaces one by one) all are listed.
pub const WARM_QUERIES_MAX: usize = 40;
/// Most memory of what is watched for the diagnoses of one principal's line, bytes (estimated); past it the heaviest lists
/// are read anew each time, and cut at `LIST_ITEMS_MAX`.
pub const WARM_BYTES_OF_LINE_MAX: usize = 96 << 20;
/// How long a watch that was refused is not begun again by those who only prefer it.
pub const WATCH_REFUSED_PAUSE: Duration = Duration::from_secs(60);
/// How long a cluster that was lost may refuse before that is believed.
pub const REFUSED_AFTER_LOSS_MAX: Duration = Duration::from_secs(10);
/// How often a running watch asks whether its user still may list and watch.
pub const ACCESS_RECHECK: Duration = Duration::from_secs(60);
/// First and longest pause between two tries of a watch that fails.
pub const WATCH_PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));
/// A watch that lived this long has not failed when it ends.
pub const WATCH_SOUND: Duration = Duration::from_secs(5);
/// How often a line with watches looks whether its cluster is there.
pub const PULSE_EVERY: Duration = Duration::from_secs(1);
/// How long the answer may take. With [`PULSE_EVERY`] a lost cluster is noticed within 2.5 s.
pub const PULSE_WAIT: Duration = Duration::from_millis(1_500);

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
