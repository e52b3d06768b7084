//! Logging: one subscriber for the process, to standard error, as text or JSON. Nothing secret is ever a field; each line is
//! masked as it is written all the same, because errors bring words of others along.
//!
//! The last warnings and errors are kept in memory too, for the support bundle.
//! Every line of a request stands under its span with the trace id that the answer carries too.

use std::io;

use kubechat_core::redact;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::config::{ConfigError, LogFormat};
use crate::log_tail::Keep;

/// Masks what is written to it; each write is a whole line.
struct Masked<W>(W);

impl<W: io::Write> io::Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let masked = redact::text(&String::from_utf8_lossy(line)).into_inner();
        self.0.write_all(masked.as_bytes()).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Starts logging.
///
/// # Errors
/// A filter that can't be read.
pub fn start(format: LogFormat, filter: &str) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| ConfigError::new(format!("log: {error}"), "such as info or info,kubechat_cluster=debug"))?;
    let lines = fmt::layer().with_writer(|| Masked(std::io::stderr()));
    let lines = match format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    let kept = fmt::layer().with_ansi(false).with_writer(|| Masked(Keep)).with_filter(LevelFilter::WARN);
    let started = registry().with(lines.with_filter(filter)).with(kept).try_init();
    // A second start in one process (a test) keeps the first subscriber.
    if let Err(error) = started {
        tracing::debug!(%error, "logging was started before");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_line_is_masked_as_it_is_written_and_what_is_no_secret_stays() {
        let mut out = Vec::new();
        let line =
            "2026-11-30T06:00:00Z INFO request{trace_id=8f0c2d4a1b3e5f60}: method=GET path=/api/v1/plans status=200\n";
        write!(Masked(&mut out), "{line}").unwrap();
        assert_eq!(String::from_utf8(out.clone()).unwrap(), line);
        out.clear();
        Masked(&mut out).write_all(b"WARN the server said password=hunter2hunter2 in full\n").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "WARN the server said password=•••• in full\n");
    }
}
