//! Time, randomness, tasks and events for a `Flow` without a host: the plainest that is real.
//!
//! Events are dropped: nobody listens here. A clock may be set ahead, for what expires.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use kubechat_core::ids::IdSource;
use kubechat_core::time::{Clock, Timestamp};
use kubechat_flow::ports::events::{Event, Events};
use kubechat_flow::ports::work::Work;
use rand::Rng as _;

/// The machine's clock, and how far it was set ahead.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    ahead_ms: Arc<AtomicI64>,
}

impl Machine {
    /// Sets the clock ahead: for what expires.
    pub fn skip(&self, ms: i64) {
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
        let ms = i64::try_from(since.as_millis()).expect("the clock is before the year 292 million");
        Timestamp(ms).plus_ms(self.ahead_ms.load(Ordering::SeqCst))
    }
}

impl IdSource for Machine {
    fn next(&self) -> u64 {
        rand::rng().next_u64()
    }
}

impl Events for Machine {
    fn publish(&self, _events: Vec<Event>) {}
}

#[async_trait]
impl Work for Machine {
    async fn wait(&self, how_long: Duration) {
        tokio::time::sleep(how_long).await;
    }

    fn spawn(&self, _name: &'static str, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }
}
