//! Use cases over ports: ask, plan, approve, execute, undo. No runtime, no adapter, no IO of its own.
//!
//! Ports are async traits in [`ports`]; `plugin`, `cluster` and `store` implement them and never meet each other. Meaning
//! lives in `kubechat-core`; this crate decides the order of things and what is written down when. What is *not* here:
//! HTTP, Kubernetes, SQL, WebAssembly, tokio.

pub mod answering;
pub mod ask;
mod budget;
pub mod calling;
pub mod checks;
mod choosing;
pub mod complete;
pub mod execute;
pub mod export;
mod filled;
mod finish;
pub mod folded;
pub mod gather;
mod hear;
pub mod history;
pub mod inbox;
pub mod journal;
pub mod live;
pub mod logs;
pub mod look;
pub mod looked;
pub mod memory;
pub mod modes;
mod part;
pub mod planning;
pub mod plans;
pub mod ports;
pub mod preview;
mod proof;
pub mod read;
pub mod readings;
pub mod recall;
pub mod recover;
pub mod related;
pub mod resources;
pub mod retention;
pub mod rollback;
pub mod settle;
pub mod shared;
pub mod supervisor;
mod task;
pub mod threads;
pub mod tokens;
pub mod tools;
pub mod turn;
pub mod vaults;
pub mod voting;
pub mod window;

use kubechat_core::problem::Problem;
use kubechat_core::time::Timestamp;

use ports::Ports;

/// What the operator decided for the whole host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// One person is alone here: plans that need a second person need his own explicit confirmation instead.
    pub confirm_only: bool,
    /// How long a plan may be approved and executed, ms; the default is `limits::PLAN_LIFE_MS`.
    pub plan_life_ms: Option<i64>,
    /// How long a run watches a rollout, ms; the default is `limits::SETTLE_MS_MAX`.
    pub settle_ms: Option<i64>,
    /// How long a step waits for a disruption budget to allow its eviction, ms; the default is `limits::BUDGET_WAIT_MS_MAX`.
    pub budget_wait_ms: Option<i64>,
}

/// All use cases, over one set of ports. Cheap to clone.
#[derive(Clone)]
pub struct Flow {
    pub(crate) ports: Ports,
    pub(crate) settings: Settings,
    pub(crate) kept: complete::Kept,
    pub(crate) vaults: vaults::Vaults,
    pub(crate) readings: readings::Readings,
    pub(crate) readers: shared::Readers,
    pub(crate) noting: looked::Noting,
}

/// What use cases answer: a value, or a problem for people.
pub type Answered<T> = Result<T, Problem>;

impl Flow {
    /// Use cases over these ports.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        let (kept, vaults, readings, readers, noting) = Default::default();
        Self { ports, settings, kept, vaults, readings, readers, noting }
    }

    /// The ports, for reads that need no use case.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The operator's settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}
