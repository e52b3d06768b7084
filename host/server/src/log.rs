//! Logging: one subscriber for the process, to standard error, as text or JSON. Nothing secret is ever a field.
//!
//! Every line of a request stands under its span with the trace id that the answer carries too.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{ConfigError, LogFormat};

/// Starts logging.
///
/// # Errors
/// A filter that can't be read.
pub fn start(format: LogFormat, filter: &str) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| ConfigError::new(format!("log: {error}"), "such as info or info,kubechat_cluster=debug"))?;
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => lines.with_ansi(false).finish().try_init(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).finish().try_init()
        }
    };
    // A second start in one process (a test) keeps the first subscriber.
    if let Err(error) = started {
        tracing::debug!(%error, "logging was started before");
    }
    Ok(())
}
