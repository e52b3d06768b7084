//! What every endpoint can reach.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_flow::Flow;
use kubechat_flow::ports::ledger::Ledger;
use kubechat_plugin::{Failure, Plugins, ProviderHandle};
use tokio_util::sync::CancellationToken;

use super::health::Health;
use super::seats::Seats;
use super::subscriptions::Streams;
use super::tls::Tls;
use crate::auth::{Sessions, Tokens};
use crate::config::{Explained, PackEntry};
use crate::console::Console;
use crate::metrics::Metrics;
use crate::models::Models;
use crate::runtime::{Hub, WayOut};
use crate::start_note::StartNote;

/// Shared by all endpoints; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The parts.
pub struct Inner {
    /// Use cases.
    pub flow: Flow,
    /// Events.
    pub hub: Arc<Hub>,
    /// Loaded components.
    pub plugins: Arc<Plugins>,
    /// The provider in use, with its settings; or why there is none.
    pub provider: Result<ProviderHandle, Failure>,
    /// Models, in the order in which they are asked.
    pub models: Models,
    /// Tokens of the configured principals.
    pub tokens: Tokens,
    /// Browser sessions.
    pub sessions: Mutex<Sessions>,
    /// Open event streams.
    pub streams: Streams,
    /// Who has how many streams open.
    pub seats: Seats,
    /// How the database is.
    pub health: Health,
    /// The console's files; absent where the program was built without them.
    pub console: Option<Console>,
    /// The way out.
    pub way_out: WayOut,
    /// Counters.
    pub metrics: Metrics,
    /// The address we listen on.
    pub listen: SocketAddr,
    /// What we speak HTTPS with; absent means plain HTTP.
    pub tls: Option<Arc<Tls>>,
    /// Ends streams when the host stops.
    pub stop: CancellationToken,
    /// Whether this start stands in the log; until then nothing is written to clusters.
    pub start: StartNote,
    /// What was configured, where endpoints show it.
    pub setup: Setup,
}

/// What endpoints show of the configuration.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What is allowed on clusters at most.
    pub mode: &'static str,
    /// Which provider answers.
    pub provider: String,
    /// Which packs judge.
    pub packs: Vec<PackEntry>,
    /// The home folder of whoever runs the host, which the support bundle does not tell.
    pub home: Option<String>,
    /// Every setting in force.
    pub settings: Vec<Explained>,
}

impl App {
    /// Shares the parts.
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Sessions, locked for a moment. Every change to them is a single call, so a panic elsewhere leaves nothing half done.
    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The database.
    pub fn ledger(&self) -> &dyn Ledger {
        &*self.0.flow.ports().ledger
    }

    /// The cookie's name: it carries the port, because cookies of one host are shared by all its ports. Over HTTPS its prefix
    /// keeps other names of this machine from setting it. Source: RFC 6265bis, section 4.1.3.2.
    pub fn cookie_name(&self) -> String {
        let prefix = if self.0.tls.is_some() { "__Host-" } else { "" };
        format!("{prefix}kubechat-{}", self.0.listen.port())
    }

    /// Where a browser finds us, without a slash at the end.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme(), self.0.listen)
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.0.tls.is_some() { "https" } else { "http" }
    }
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
