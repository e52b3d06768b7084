//! Capability `log`: a guest's lines in the operator's log, as `tracing` events of target `kubechat::guest`.
//!
//! Lines are cut and cleaned; those over the cap per call are dropped and counted, so logging can never fail a call
//! and never flood the log. Every write counts as a host call. Nothing here reaches the person who asked.

use std::sync::Arc;

use crate::limits::Limits;
use crate::text;

/// How urgent a guest thinks its line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// The lines of one call.
#[derive(Debug)]
pub(crate) struct GuestLog {
    plugin: Arc<str>,
    lines_max: u32,
    line_bytes_max: usize,
    pub(crate) written: u32,
    pub(crate) dropped: u32,
}

impl GuestLog {
    pub(crate) fn new(plugin: Arc<str>, limits: &Limits) -> Self {
        Self { plugin, lines_max: limits.log_lines, line_bytes_max: limits.log_line_bytes, written: 0, dropped: 0 }
    }

    pub(crate) fn write(&mut self, level: Level, message: &str) {
        if self.written >= self.lines_max {
            self.dropped += 1;
            return;
        }
        self.written += 1;
        let line = text::short_line(message, self.line_bytes_max);
        let plugin = &*self.plugin;
        match level {
            Level::Debug => tracing::debug!(target: "kubechat::guest", plugin, "{line}"),
            Level::Info => tracing::info!(target: "kubechat::guest", plugin, "{line}"),
            Level::Warn => tracing::warn!(target: "kubechat::guest", plugin, "{line}"),
            Level::Error => tracing::error!(target: "kubechat::guest", plugin, "{line}"),
        }
    }

    /// Says once per call how much was dropped.
    pub(crate) fn close(&self) {
        if self.dropped > 0 {
            tracing::warn!(target: "kubechat::guest", plugin = &*self.plugin, dropped = self.dropped, "log lines over the cap of this call were dropped");
        }
    }
}

macro_rules! host_log {
    ($state:ty, $bindings:ident) => {
        impl crate::bindings::$bindings::kubechat::plugin::log::Host for $state {
            fn write(
                &mut self,
                level: crate::bindings::$bindings::kubechat::plugin::log::Level,
                message: String,
            ) -> wasmtime::Result<()> {
                use crate::bindings::$bindings::kubechat::plugin::log::Level as Wire;
                self.meter.count_host_call()?;
                let level = match level {
                    Wire::Debug => Level::Debug,
                    Wire::Info => Level::Info,
                    Wire::Warn => Level::Warn,
                    Wire::Error => Level::Error,
                };
                self.log.write(level, &message);
                Ok(())
            }
        }
    };
}

host_log!(crate::pack::PackState, pack);
host_log!(crate::provider::ProviderState, provider);
