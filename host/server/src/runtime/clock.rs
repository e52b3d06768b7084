//! The machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use kubechat_core::time::{Clock, Timestamp};

/// Reads the system time. A clock before 1970 reads as 1970: such a machine has worse problems, and no lease outlives it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
