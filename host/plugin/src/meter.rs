//! What a running guest has used up: memory over all its memories and tables, CPU time, host calls.
//!
//! Exceeding a limit ends the call at that instant with a [`Breach`], which travels through the engine as the cause of
//! the trap; a guest can't catch it. A `memory.grow` beyond the limit is therefore a trap and not the `-1` of the
//! specification: no toolchain we know does anything useful with `-1`, and this way the ending has the right name.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use rustix::time::{ClockId, clock_gettime};
use wasmtime::ResourceLimiter;

use crate::limits::{CORE_INSTANCES_MAX, Limits, MEMORIES_MAX, TABLES_MAX};

/// Bytes the engine keeps for one table element.
const TABLE_ELEMENT_BYTES: usize = std::mem::size_of::<usize>();

/// The limit a guest ran into.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Breach {
    #[error("its memories and tables would have grown to {wanted} bytes; the limit is {limit}")]
    Memory { wanted: usize, limit: usize },
    #[error("it called the host more than {limit} times")]
    HostCalls { limit: u32 },
    #[error("{what} has {size} bytes; the limit is {limit}")]
    Output { what: &'static str, size: usize, limit: usize },
    #[error("it asked to wait for {asked} ms at once; the limit is {limit}")]
    Wait { asked: u32, limit: u32 },
    #[error("it used {limit} ms of CPU time")]
    Cpu { limit: u64 },
}

/// Counts memory and host calls of one store.
#[derive(Debug)]
pub(crate) struct Meter {
    memory_limit: usize,
    memory: usize,
    pub(crate) peak_memory: usize,
    host_call_limit: u32,
    pub(crate) host_calls: u32,
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory_limit: limits.memory_bytes,
            memory: 0,
            peak_memory: 0,
            host_call_limit: limits.host_calls,
            host_calls: 0,
        }
    }

    /// Every host function calls this first.
    pub(crate) fn count_host_call(&mut self) -> Result<(), Breach> {
        if self.host_calls >= self.host_call_limit {
            return Err(Breach::HostCalls { limit: self.host_call_limit });
        }
        self.host_calls += 1;
        Ok(())
    }

    fn grow(&mut self, current: usize, desired: usize) -> Result<(), Breach> {
        let wanted = self.memory.saturating_add(desired.saturating_sub(current));
        if wanted > self.memory_limit {
            return Err(Breach::Memory { wanted, limit: self.memory_limit });
        }
        self.memory = wanted;
        self.peak_memory = self.peak_memory.max(wanted);
        Ok(())
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|own| desired > own) {
            return Ok(false); // fails by the memory's own declared maximum: nothing grows
        }
        self.grow(current, desired)?;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error) // granted, but this machine had none left: end here instead of miscounting from now on
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|own| desired > own) {
            return Ok(false);
        }
        self.grow(current.saturating_mul(TABLE_ELEMENT_BYTES), desired.saturating_mul(TABLE_ELEMENT_BYTES))?;
        Ok(true)
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error)
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES_MAX
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX
    }

    fn tables(&self) -> usize {
        TABLES_MAX
    }
}

/// CPU time of one call, counted only while the guest or a host call of it really runs.
#[derive(Clone, Debug)]
pub(crate) struct CpuMeter {
    limit_ms: u64,
    used_ns: Arc<AtomicU64>,
    running_since_ns: Arc<AtomicU64>,
}

impl CpuMeter {
    pub(crate) fn new(limit_ms: u64) -> Self {
        Self { limit_ms, used_ns: Arc::default(), running_since_ns: Arc::default() }
    }

    pub(crate) fn used_us(&self) -> u64 {
        self.used_ns.load(Ordering::Relaxed) / 1_000
    }

    /// Asked by the epoch's callback, on the thread that runs the guest.
    pub(crate) fn check(&self) -> Result<(), Breach> {
        let running = thread_cpu_ns().saturating_sub(self.running_since_ns.load(Ordering::Relaxed));
        let used_ns = self.used_ns.load(Ordering::Relaxed).saturating_add(running);
        if used_ns > self.limit_ms.saturating_mul(1_000_000) {
            return Err(Breach::Cpu { limit: self.limit_ms });
        }
        Ok(())
    }

    /// Meters every poll of a call.
    pub(crate) fn metered<F: Future>(&self, call: F) -> impl Future<Output = F::Output> {
        Metered { call: Box::pin(call), meter: self.clone() }
    }
}

struct Metered<F> {
    call: Pin<Box<F>>,
    meter: CpuMeter,
}

impl<F: Future> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let before = thread_cpu_ns();
        self.meter.running_since_ns.store(before, Ordering::Relaxed);
        let polled = self.call.as_mut().poll(context);
        self.meter.used_ns.fetch_add(thread_cpu_ns().saturating_sub(before), Ordering::Relaxed);
        polled
    }
}

fn thread_cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec).unwrap_or(0).saturating_mul(1_000_000_000) + u64::try_from(time.tv_nsec).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(memory_bytes: usize) -> Meter {
        Meter::new(&Limits { memory_bytes, host_calls: 2, ..Limits::policy_pack() })
    }

    #[test]
    fn memories_and_tables_share_one_limit() {
        let mut meter = meter(200_000);
        assert!(meter.memory_growing(0, 65_536, None).expect("the first fits"));
        assert!(meter.memory_growing(0, 65_536, None).expect("a second memory fits"));
        assert!(meter.table_growing(0, 1_000, None).expect("a table fits"));
        let error = meter.memory_growing(65_536, 131_072, None).expect_err("all together don't");
        assert_eq!(error.downcast_ref::<Breach>(), Some(&Breach::Memory { wanted: 204_608, limit: 200_000 }));
        assert_eq!(meter.peak_memory, 139_072);
    }

    #[test]
    fn a_table_alone_can_not_exceed_the_limit() {
        assert!(meter(200_000).table_growing(0, usize::MAX, None).is_err());
    }

    #[test]
    fn growth_beyond_a_memory_s_own_maximum_is_not_counted() {
        let mut meter = meter(200_000);
        assert!(!meter.memory_growing(0, 131_072, Some(65_536)).expect("refused by its own maximum"));
        assert_eq!(meter.peak_memory, 0);
    }

    #[test]
    fn host_calls_end_at_their_limit() {
        let mut meter = meter(0);
        assert_eq!((meter.count_host_call(), meter.count_host_call()), (Ok(()), Ok(())));
        assert_eq!(meter.count_host_call(), Err(Breach::HostCalls { limit: 2 }));
    }
}
