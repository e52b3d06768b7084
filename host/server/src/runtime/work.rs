//! Tasks and timers on tokio, with a count so that a stopping host can wait for them.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use kubechat_flow::ports::work::Work;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// Runs tasks on the current runtime.
#[derive(Debug, Clone, Default)]
pub struct TokioWork {
    tasks: TaskTracker,
}

impl TokioWork {
    /// Waits until running tasks have ended, at most this long; tells whether they have. What is cut off is picked up at
    /// the next start from its rows.
    pub async fn drain(&self, at_most: Duration) -> bool {
        self.tasks.close();
        tokio::time::timeout(at_most, self.tasks.wait()).await.is_ok()
    }
}

#[async_trait]
impl Work for TokioWork {
    async fn wait(&self, how_long: Duration) {
        tokio::time::sleep(how_long).await;
    }

    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>) {
        self.tasks.spawn(task.instrument(tracing::info_span!("task", name)));
    }
}
