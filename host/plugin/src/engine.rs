//! The two engines guests run on, and the thread that keeps their epoch ticking.
//!
//! *policy* counts fuel, so the same facts give the same verdict on every machine; *io* counts CPU time by epochs, which
//! costs less while a guest waits for its reader. Everything the contract has no use for is off. Both are made from one
//! `config`, here and in the compiling child, or their artifacts would not fit. Here *policy* besides has a pool: memories
//! and stacks are mapped once and wiped between guests, because mapping them anew costs as much as the verdict.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use wasmtime::{Config, Enabled, Engine, PoolingAllocationConfig};

use crate::contract::World;
use crate::limits::Limits;
use crate::outcome::{Failure, OutcomeCode};
use crate::text;

/// How often the epoch moves; a looping guest on the io engine is looked at this often.
pub(crate) const TICK: Duration = Duration::from_millis(10);
/// Fuel after which a policy guest lets others run; well below a millisecond of work.
pub(crate) const FUEL_YIELD_INTERVAL: u64 = 500_000;
/// Frames of a guest's stack that are kept when it traps.
const BACKTRACE_FRAMES_MAX: usize = 8;

/// What the pool holds for each pack that may run: a component is a module with its adapters, or an interpreter with more.
const CORE_INSTANCES_OF_ONE: u32 = 16;
const MEMORIES_OF_ONE: u32 = 2;
const TABLES_OF_ONE: u32 = 4;
/// As much as a memory or table could ever be: the meter refuses what a pack may not have, in its own words, before that.
const MEMORY_BYTES_MAX: usize = 1 << 32;
const TABLE_ELEMENTS_MAX: usize = 4 << 20;
/// Bytes that are wiped by writing instead of giving them back to the system: of a memory those that were written to, where
/// the kernel says which (Linux 6.7), of a table or stack the first ones.
const MEMORY_KEPT_BYTES: usize = 256 << 10;
const STACK_KEPT_BYTES: usize = 64 << 10;
const TABLE_KEPT_BYTES: usize = 16 << 10;

/// Which engine runs a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum EngineKind {
    Policy,
    Io,
}

impl EngineKind {
    pub(crate) fn of(world: World) -> Self {
        match world {
            World::PolicyPack => Self::Policy,
            World::AiProvider => Self::Io,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Io => "io",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Policy, Self::Io].into_iter().find(|kind| kind.name() == name)
    }
}

/// Both engines, and their epoch ticker for as long as they live.
pub(crate) struct Engines {
    policy: Engine,
    io: Engine,
}

impl Engines {
    pub(crate) fn start() -> Result<Self, Failure> {
        let engines = Self { policy: pooled_policy()?, io: build(EngineKind::Io)? };
        let weak = engines.io.weak();
        std::thread::Builder::new()
            .name("guest-epoch".to_owned())
            .spawn(move || {
                while let Some(engine) = weak.upgrade() {
                    engine.increment_epoch();
                    drop(engine);
                    std::thread::sleep(TICK);
                }
            })
            .map_err(|error| engine_failed(&error.to_string()))?;
        Ok(engines)
    }

    pub(crate) fn get(&self, kind: EngineKind) -> &Engine {
        match kind {
            EngineKind::Policy => &self.policy,
            EngineKind::Io => &self.io,
        }
    }
}

/// An engine as both the host and the compiling child need it.
pub(crate) fn build(kind: EngineKind) -> Result<Engine, Failure> {
    Engine::new(&config(kind)).map_err(|error| engine_failed(&error.to_string()))
}

fn engine_failed(error: &str) -> Failure {
    Failure::with_hint(
        OutcomeCode::LoadFailed,
        format!("the WebAssembly engine can't start: {}", text::short_line(error, 300)),
        "plugins need a 64-bit machine with at least 1 TiB of address space: lift `ulimit -v`",
    )
}

/// The policy engine with its pool; where so much address space is not to be had, packs run without one, only slower.
fn pooled_policy() -> Result<Engine, Failure> {
    let mut pooled = config(EngineKind::Policy);
    pooled.allocation_strategy(pool());
    Engine::new(&pooled).or_else(|error| {
        tracing::warn!(%error, "no pool for policy packs: each call maps its memory anew");
        build(EngineKind::Policy)
    })
}

/// Places for as many packs as may run at once; a call's places are free again before its slot is.
fn pool() -> PoolingAllocationConfig {
    let calls = u32::try_from(Limits::concurrent_all(World::PolicyPack)).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(CORE_INSTANCES_OF_ONE))
        .total_memories(calls.saturating_mul(MEMORIES_OF_ONE))
        .total_tables(calls.saturating_mul(TABLES_OF_ONE))
        .max_tables_per_module(TABLES_OF_ONE)
        .table_elements(TABLE_ELEMENTS_MAX)
        .total_stacks(calls)
        .max_memory_size(MEMORY_BYTES_MAX)
        .max_unused_warm_slots(calls)
        .linear_memory_keep_resident(MEMORY_KEPT_BYTES)
        .pagemap_scan(Enabled::Auto)
        .table_keep_resident(TABLE_KEPT_BYTES)
        .async_stack_keep_resident(STACK_KEPT_BYTES);
    pool
}

fn config(kind: EngineKind) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .shared_memory(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_relaxed_simd(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        .async_stack_zeroing(true)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(BACKTRACE_FRAMES_MAX));
    match kind {
        EngineKind::Policy => config.consume_fuel(true).cranelift_nan_canonicalization(true),
        EngineKind::Io => config.epoch_interruption(true),
    };
    config
}

/// What an artifact must have been made by to run here: engine version and settings, compiler flags, target.
pub(crate) fn compatibility(engine: &Engine) -> [u8; 32] {
    struct Sha(Sha256);
    impl Hasher for Sha {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0 // never asked: the whole digest is taken below
        }
    }
    let mut hasher = Sha(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.0.update(std::env::consts::ARCH);
    hasher.0.update(std::env::consts::OS);
    hasher.0.finalize().into()
}
