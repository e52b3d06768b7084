//! How a measured time is spread: quantiles by nearest rank, in microseconds.

use std::time::Duration;

use serde::Serialize;

/// Quantiles of many measured times, µs.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
    pub(crate) max_us: u64,
    /// How many times were measured.
    pub(crate) count: usize,
}

impl Spread {
    /// All zero when nothing was measured.
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let time = times.get(times.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default();
            u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
        };
        Self { p50_us: at(50), p99_us: at(99), max_us: at(100), count: times.len() }
    }
}
