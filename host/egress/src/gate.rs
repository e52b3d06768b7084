//! The gate itself: the bound lanes, what lies around this host, and the one switch that closes everything.

use std::collections::BTreeMap;
use std::sync::Arc;

use kubechat_core::egress::{Destination, Perimeter};
use kubechat_core::time::Clock;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::answer::Answer;
use crate::counters::{Counters, Counts};
use crate::dial::{Dial, SystemDialler};
use crate::error::GateError;
use crate::exchange::{self, Request};
use crate::lane::{Bound, Lane};
use crate::limits::Caps;
use crate::log::{Log, LogEntry};
use crate::resolve::{Resolve, SystemResolver};
use crate::servers::Servers;

/// Tells what lies around this host, anew for each connection: kubeconfigs change while it runs.
pub type Surveyor = Arc<dyn Fn() -> Perimeter + Send + Sync>;

/// Everything a gate is made of.
pub struct GateConfig {
    /// Nothing leaves: no packet, not even a DNS query.
    pub air_gapped: bool,
    /// What the operator bound.
    pub bindings: BTreeMap<Destination, Bound>,
    /// What lies around.
    pub perimeter: Surveyor,
    /// When things end.
    pub caps: Caps,
    /// Names to addresses.
    pub resolver: Arc<dyn Resolve>,
    /// Addresses to connections.
    pub dialler: Arc<dyn Dial>,
    /// The time, for the log.
    pub clock: Arc<dyn Clock>,
    /// Where connections are driven; callers may live on a runtime without a network.
    pub runtime: Handle,
}

impl GateConfig {
    /// Nothing bound, the machine's own network.
    pub fn new(clock: Arc<dyn Clock>, runtime: Handle) -> Self {
        Self {
            air_gapped: false,
            bindings: BTreeMap::new(),
            perimeter: Arc::new(Perimeter::default),
            caps: Caps::default(),
            resolver: Arc::new(SystemResolver),
            dialler: Arc::new(SystemDialler),
            clock,
            runtime,
        }
    }
}

/// The one way out. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) air_gapped: bool,
    pub(crate) lanes: BTreeMap<Destination, Arc<Lane>>,
    /// Of what was asked for and is not bound.
    pub(crate) unbound: Counters,
    pub(crate) perimeter: Surveyor,
    pub(crate) caps: Caps,
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) dialler: Arc<dyn Dial>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) runtime: Handle,
    pub(crate) log: Log,
    /// Where API servers are that have names.
    pub(crate) servers: Servers,
}

/// One destination and what it came to so far.
#[derive(Debug, Clone, Serialize)]
pub struct LaneStatus {
    /// Its name.
    pub destination: Destination,
    /// Its binding.
    #[serde(skip)]
    pub bound: Bound,
    /// Requests under way.
    pub under_way: usize,
    /// Since the start.
    pub counts: Counts,
    /// Why nothing can be sent there, if so.
    pub broken: Option<String>,
}

impl Gate {
    /// A gate for these bindings. Sends nothing.
    pub fn new(config: GateConfig) -> Self {
        let caps = config.caps;
        let lane = |(destination, bound): (Destination, Bound)| {
            (destination.clone(), Arc::new(Lane::new(destination, bound, &caps)))
        };
        let lanes = config.bindings.into_iter().map(lane).collect();
        let inner = Inner {
            air_gapped: config.air_gapped,
            lanes,
            unbound: Counters::default(),
            perimeter: config.perimeter,
            caps,
            resolver: config.resolver,
            dialler: config.dialler,
            clock: config.clock,
            runtime: config.runtime,
            log: Log::default(),
            servers: Servers::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Sends one request and returns when the head of its answer is there. Dropping the future closes the connection.
    ///
    /// # Errors
    /// What was refused, or why nobody answered.
    pub async fn send(&self, request: Request) -> Result<Answer, GateError> {
        let lane = self.inner.lanes.get(&request.destination).cloned();
        self.run(lane, request).await
    }

    pub(crate) async fn run(&self, lane: Option<Arc<Lane>>, request: Request) -> Result<Answer, GateError> {
        let task = self.inner.runtime.spawn(exchange::run(self.inner.clone(), lane, request));
        let mut task = AbortOnDrop(task);
        (&mut task.0).await.unwrap_or(Err(GateError::Ending))
    }

    /// Whether nothing leaves at all.
    pub fn is_air_gapped(&self) -> bool {
        self.inner.air_gapped
    }

    /// Whether a destination is bound.
    pub fn is_bound(&self, destination: &Destination) -> bool {
        self.inner.lanes.contains_key(destination)
    }

    /// Every bound destination, by name.
    pub fn lanes(&self) -> Vec<LaneStatus> {
        let status = |lane: &Arc<Lane>| LaneStatus {
            destination: lane.destination.clone(),
            bound: lane.bound.clone(),
            under_way: lane.under_way(),
            counts: lane.counters.read(),
            broken: lane.tls.as_ref().err().cloned(),
        };
        self.inner.lanes.values().map(status).collect()
    }

    /// What was asked of destinations that are not bound.
    pub fn unbound(&self) -> Counts {
        self.inner.unbound.read()
    }

    /// API servers that could not be looked up: while one is, nothing is sent to its port.
    pub fn lost_servers(&self) -> Vec<String> {
        self.inner.servers.lost()
    }

    /// The last requests, newest first.
    pub fn log(&self, limit: usize) -> Vec<LogEntry> {
        self.inner.log.latest(limit)
    }
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
