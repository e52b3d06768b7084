//! The circuit breaker of one plugin: after `FAILURES_MAX` failures within `WINDOW_MS` it is paused for `OPEN_MS`.
//!
//! Then one call may try (half open); if it ends well the plugin is back, if not it is paused again. A paused plugin
//! answers with its last failure, marked `paused`: for a pack that is a denial, for a provider the next one's turn.
//! The clock comes from outside, in milliseconds that never go back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::outcome::{Failure, OutcomeCode};

/// Failures within the window that open the breaker.
pub const FAILURES_MAX: usize = 5;
/// How long a failure counts.
pub const WINDOW_MS: u64 = 60_000;
/// How long a plugin stays paused before one call may try.
pub const OPEN_MS: u64 = 30_000;

/// Milliseconds since any fixed point; never goes back.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now_ms(&self) -> u64;
}

/// The machine's monotonic clock.
#[derive(Debug)]
pub struct MonotonicClock(std::time::Instant);

impl Default for MonotonicClock {
    fn default() -> Self {
        Self(std::time::Instant::now())
    }
}

impl Clock for MonotonicClock {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// What the breaker lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerState {
    /// Every call.
    Closed,
    /// One call, to see whether it is well again.
    HalfOpen,
    /// None.
    Open,
}

/// Counts one plugin's failures.
pub(crate) struct Breaker {
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    failures_at: VecDeque<u64>,
    last: Option<Failure>,
    opened_at: Option<u64>,
    probing: bool,
}

impl Breaker {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, inner: Mutex::default() }
    }

    /// Lets a call through or says why not. The ticket must be told how the call ended; one that is dropped instead
    /// counts as cancelled.
    pub(crate) fn admit(self: &Arc<Self>) -> Result<Ticket, Failure> {
        let now = self.clock.now_ms();
        let mut inner = self.lock();
        let Some(opened_at) = inner.opened_at else {
            return Ok(Ticket { breaker: self.clone(), probe: false, told: false });
        };
        let waited = now.saturating_sub(opened_at);
        if waited < OPEN_MS || inner.probing {
            return Err(paused(inner.last.as_ref(), OPEN_MS.saturating_sub(waited)));
        }
        inner.probing = true;
        Ok(Ticket { breaker: self.clone(), probe: true, told: false })
    }

    pub(crate) fn state(&self) -> BreakerState {
        let now = self.clock.now_ms();
        match self.lock().opened_at {
            None => BreakerState::Closed,
            Some(at) if now.saturating_sub(at) < OPEN_MS => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    pub(crate) fn last_failure(&self) -> Option<Failure> {
        self.lock().last.clone()
    }

    fn record(&self, probe: bool, failure: Option<&Failure>) {
        let now = self.clock.now_ms();
        let mut inner = self.lock();
        if probe {
            inner.probing = false;
        }
        match failure {
            Some(failure) if failure.code.counts_against_plugin() => inner.count(now, failure, probe),
            Some(failure) if failure.code == OutcomeCode::Cancelled => {} // says nothing about the plugin
            _ if probe => *inner = Inner { last: inner.last.take(), ..Inner::default() },
            _ => {}
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn count(&mut self, now: u64, failure: &Failure, probe: bool) {
        self.last = Some(failure.clone());
        self.failures_at.push_back(now);
        while self.failures_at.front().is_some_and(|at| now.saturating_sub(*at) >= WINDOW_MS) {
            self.failures_at.pop_front();
        }
        if probe || self.failures_at.len() >= FAILURES_MAX {
            self.failures_at.clear();
            self.opened_at = Some(now);
        }
    }
}

fn paused(last: Option<&Failure>, wait_ms: u64) -> Failure {
    let (code, detail) = match last {
        Some(last) => (last.code, last.detail.as_str()),
        None => (OutcomeCode::Cancelled, "unknown"),
    };
    Failure {
        code,
        detail: format!("paused after {FAILURES_MAX} failures within {} s; the last was: {detail}", WINDOW_MS / 1000),
        hint: format!("it is tried again in {} s; until then mend or remove it", wait_ms.div_ceil(1000)),
        paused: true,
    }
}

/// One call that was let through.
pub(crate) struct Ticket {
    breaker: Arc<Breaker>,
    probe: bool,
    told: bool,
}

impl Ticket {
    /// Says how the call ended.
    pub(crate) fn ended(mut self, failure: Option<&Failure>) {
        self.told = true;
        self.breaker.record(self.probe, failure);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.told && self.probe {
            self.breaker.lock().probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::outcome::TrapKind;

    #[derive(Default)]
    struct Hand(AtomicU64);

    impl Clock for Hand {
        fn now_ms(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    fn breaker() -> (Arc<Hand>, Arc<Breaker>) {
        let clock = Arc::new(Hand::default());
        (clock.clone(), Arc::new(Breaker::new(clock)))
    }

    fn fail(breaker: &Arc<Breaker>, code: OutcomeCode) {
        breaker.admit().map_err(|f| f.to_string()).expect("let through").ended(Some(&Failure::new(code, "broke")));
    }

    const TRAP: OutcomeCode = OutcomeCode::Trap(TrapKind::Unreachable);

    #[test]
    fn five_failures_in_a_minute_pause_it_and_four_do_not() {
        let (clock, breaker) = breaker();
        for _ in 0..4 {
            fail(&breaker, TRAP);
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
        clock.0.store(WINDOW_MS, Ordering::Relaxed); // the four are forgotten
        fail(&breaker, TRAP);
        assert_eq!(breaker.state(), BreakerState::Closed);
        for _ in 0..4 {
            fail(&breaker, TRAP);
        }
        assert_eq!(breaker.state(), BreakerState::Open);
        let refused = breaker.admit().err().expect("paused");
        assert_eq!((refused.code, refused.paused), (TRAP, true));
        assert!(refused.hint.contains("30 s"), "{refused}");
    }

    #[test]
    fn half_open_lets_one_call_try_and_its_ending_decides() {
        let (clock, breaker) = breaker();
        (0..5).for_each(|_| fail(&breaker, TRAP));
        clock.0.store(OPEN_MS, Ordering::Relaxed);
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        let probe = breaker.admit().expect("one may try");
        assert!(breaker.admit().is_err(), "only one");
        probe.ended(Some(&Failure::new(TRAP, "still broken")));
        assert_eq!(breaker.state(), BreakerState::Open);
        clock.0.store(2 * OPEN_MS, Ordering::Relaxed);
        breaker.admit().expect("one may try").ended(None);
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn a_probe_whose_caller_left_is_no_verdict_and_the_next_may_try() {
        let (clock, breaker) = breaker();
        (0..5).for_each(|_| fail(&breaker, TRAP));
        clock.0.store(OPEN_MS, Ordering::Relaxed);
        drop(breaker.admit().expect("one may try"));
        fail(&breaker, OutcomeCode::Cancelled);
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert!(breaker.admit().is_ok());
    }

    #[test]
    fn a_guest_that_says_no_politely_is_not_broken() {
        let (_, breaker) = breaker();
        for _ in 0..20 {
            fail(&breaker, OutcomeCode::GuestError);
            fail(&breaker, OutcomeCode::Cancelled);
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
    }
}
