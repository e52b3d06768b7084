//! Logging: one subscriber for the process, to standard error, as text or JSON. Nothing secret is ever a field.
//!
//! The last warnings and errors are kept in memory too, for the support bundle.
//! Every line of a request stands under its span with the trace id that the answer carries too.

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::config::{ConfigError, LogFormat};
use crate::log_tail::Keep;

/// Starts logging.
///
/// # Errors
/// A filter that can't be read.
pub fn start(format: LogFormat, filter: &str) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| ConfigError::new(format!("log: {error}"), "such as info or info,kubechat_cluster=debug"))?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    let kept = fmt::layer().with_ansi(false).with_writer(Keep).with_filter(LevelFilter::WARN);
    let started = registry().with(lines.with_filter(filter)).with(kept).try_init();
    // A second start in one process (a test) keeps the first subscriber.
    if let Err(error) = started {
        tracing::debug!(%error, "logging was started before");
    }
    Ok(())
}
