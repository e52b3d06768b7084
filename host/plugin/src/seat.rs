//! What every call of one plugin goes through: the queue, the breaker, the guests' own runtime, the end of its time.
//!
//! Guests run on a runtime of their own, so a looping guest takes nothing from the host's. Slots are limited per
//! plugin and per world; waiting for one is bounded in time and in number. A caller that leaves takes its guest along:
//! the store is dropped with the task.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::breaker::{Breaker, Ticket};
use crate::limits::{Limits, QUEUE_WAIT_MAX};
use crate::outcome::{Failure, Outcome, OutcomeCode, TrapKind};

/// Callers that may wait for a slot of one plugin.
const WAITING_MAX: usize = 256;
/// Polls between two looks at the timers: guests yield about every millisecond, so timers stay that exact.
const TIMER_INTERVAL_POLLS: u32 = 8;

/// The runtime guests run on; ends without waiting for them.
pub(crate) struct GuestRuntime(Option<Runtime>);

impl GuestRuntime {
    pub(crate) fn start() -> std::io::Result<Self> {
        let threads = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("guest")
            .event_interval(TIMER_INTERVAL_POLLS)
            .enable_time()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    pub(crate) fn handle(&self) -> Handle {
        self.0.as_ref().expect("it is taken only by drop").handle().clone()
    }
}

impl Drop for GuestRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The place one loaded plugin's calls are made from.
pub(crate) struct Seat {
    pub(crate) id: Arc<str>,
    pub(crate) limits: Limits,
    pub(crate) breaker: Arc<Breaker>,
    pub(crate) runtime: Handle,
    each: Arc<Semaphore>,
    all: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// Leave to run one guest.
pub(crate) struct Slot {
    ticket: Ticket,
    _each: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Slot {
    pub(crate) fn ended<T>(self, outcome: &Outcome<T>) {
        self.ticket.ended(outcome.result.as_ref().err());
    }
}

impl Seat {
    pub(crate) fn new(id: &str, limits: Limits, breaker: Breaker, runtime: Handle, all: Arc<Semaphore>) -> Self {
        let each = Arc::new(Semaphore::new(limits.concurrent));
        Self { id: id.into(), limits, breaker: Arc::new(breaker), runtime, each, all, waiting: AtomicUsize::new(0) }
    }

    pub(crate) fn wall(&self) -> Duration {
        Duration::from_millis(self.limits.wall_ms)
    }

    /// Waits for a slot and asks the breaker.
    pub(crate) async fn enter(&self) -> Result<Slot, Failure> {
        let _waiting = Waiting::join(self)?;
        let permits = async {
            let each = self.each.clone().acquire_owned().await;
            let all = self.all.clone().acquire_owned().await;
            (each, all)
        };
        match tokio::time::timeout(QUEUE_WAIT_MAX, permits).await {
            Ok((Ok(each), Ok(all))) => Ok(Slot { ticket: self.breaker.admit()?, _each: each, _all: all }),
            Ok(_) => Err(Failure::new(OutcomeCode::Cancelled, "the host is ending")),
            Err(_) => Err(self.too_busy(format!("no slot within {} ms", QUEUE_WAIT_MAX.as_millis()))),
        }
    }

    fn too_busy(&self, why: String) -> Failure {
        Failure::with_hint(
            OutcomeCode::WallTimeout,
            format!("{why}: {} calls of it may run at once", self.limits.concurrent),
            "try again when fewer calls are running",
        )
    }

    /// Runs one call on the guests' runtime; dropping the returned future drops the guest.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        call: impl Future<Output = Outcome<T>> + Send + 'static,
    ) -> Outcome<T> {
        let started = Instant::now();
        let seat = self.clone();
        let task = self.runtime.spawn(async move {
            match seat.enter().await {
                Err(failure) => Outcome::not_run(failure),
                Ok(slot) => {
                    let outcome = call.await;
                    slot.ended(&outcome);
                    outcome
                }
            }
        });
        let mut task = AbortOnDrop(task);
        let mut outcome = (&mut task.0).await.unwrap_or_else(|error| Outcome::not_run(host_ended(&error)));
        outcome.stats.wall_us = micros(started.elapsed());
        outcome
    }
}

/// One caller in the queue.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(seat: &'a Seat) -> Result<Self, Failure> {
        let joined = Self(&seat.waiting);
        if seat.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            return Err(seat.too_busy(format!("{WAITING_MAX} callers are waiting already")));
        }
        Ok(joined)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A task that ended without an outcome: the runtime is going away, or host code panicked.
fn host_ended(error: &tokio::task::JoinError) -> Failure {
    if error.is_panic() {
        return Failure::new(OutcomeCode::Trap(TrapKind::Host), "host code panicked while it served the plugin");
    }
    Failure::new(OutcomeCode::Cancelled, "the host is ending")
}

pub(crate) fn wall_timeout(limits: &Limits) -> Failure {
    Failure::new(OutcomeCode::WallTimeout, format!("it took longer than {} ms", limits.wall_ms))
}

pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
