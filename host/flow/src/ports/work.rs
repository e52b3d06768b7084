//! Waiting and working beside a request, without naming a runtime.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

/// Timers and tasks.
#[async_trait]
pub trait Work: Send + Sync {
    /// Comes back after this long.
    async fn wait(&self, how_long: Duration);
    /// Runs beside the caller, and outlives it.
    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>);
}
