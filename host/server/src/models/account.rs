//! What is known of one model's calls: the tokens of the day that is, in UTC, and how the last call ended.
//!
//! Counting never fails and never waits. At midnight the day's figures begin anew.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::time::{Clock, Timestamp};
use kubechat_flow::ports::provider::Usage;
use serde::Serialize;

/// One day, ms.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Tokens of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Used {
    /// Tokens that were read.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// Whether some of them are estimates, because the model did not say.
    pub estimated: bool,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Last {
    /// When.
    pub at: Timestamp,
    /// `ok` or `failed`.
    pub outcome: &'static str,
    /// Why it failed, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How long it took.
    pub ms: u64,
}

/// One model's figures.
pub struct Account {
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Days since 1970.
    day: i64,
    today: Used,
    last: Option<Last>,
}

impl Account {
    /// Nothing is known yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, known: Mutex::default() }
    }

    /// Adds what a call used.
    pub fn used(&self, usage: Usage, estimated: bool) {
        let today = &mut self.known().today;
        today.input_tokens = today.input_tokens.saturating_add(usage.input_tokens);
        today.output_tokens = today.output_tokens.saturating_add(usage.output_tokens);
        today.estimated |= estimated;
    }

    /// Notes how a call ended that began at this time; `failed` says why, masked.
    pub fn ended(&self, begun: Timestamp, failed: Option<String>) {
        let at = self.clock.now();
        let ms = u64::try_from(at.since_ms(begun)).unwrap_or(0);
        let outcome = if failed.is_some() { "failed" } else { "ok" };
        self.known().last = Some(Last { at, outcome, detail: failed, ms });
    }

    /// Today's tokens.
    pub fn today(&self) -> Used {
        self.known().today
    }

    /// How the last call ended.
    pub fn last(&self) -> Option<Last> {
        self.known().last.clone()
    }

    /// Now, by this account's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The figures of the day that is.
    fn known(&self) -> MutexGuard<'_, Known> {
        let day = self.clock.now().0.div_euclid(DAY_MS);
        // Every change is whole, so a panic elsewhere leaves nothing half counted.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.day != day {
            (known.day, known.today) = (day, Used::default());
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn tokens_add_up_until_midnight_and_the_last_end_stays() {
        let clock = Arc::new(Hand(AtomicI64::new(DAY_MS - 1)));
        let account = Account::new(clock.clone());
        account.used(Usage { input_tokens: 900, output_tokens: 8 }, false);
        account.used(Usage { input_tokens: 100, output_tokens: 2 }, true);
        account.ended(Timestamp(DAY_MS - 41), None);
        assert_eq!(account.today(), Used { input_tokens: 1_000, output_tokens: 10, estimated: true });
        clock.0.store(DAY_MS, Ordering::Relaxed);
        assert_eq!(account.today(), Used::default());
        assert_eq!(account.last().map(|last| (last.outcome, last.ms)), Some(("ok", 40)));
    }
}
