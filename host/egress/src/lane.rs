//! A lane: one bound destination with everything that belongs to it alone.

use std::sync::Arc;

use kubechat_core::egress::{Binding, Destination};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::counters::Counters;
use crate::error::GateError;
use crate::limits::Caps;
use crate::link::Kept;
use crate::secret::Secret;
use crate::tls::Tls;

/// What the operator bound a destination to, and where its credential is.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Checked.
    pub binding: Binding,
    /// Needed where the binding has a credential.
    pub secret: Secret,
}

/// One bound destination.
pub(crate) struct Lane {
    pub(crate) destination: Destination,
    pub(crate) bound: Bound,
    /// Or why no server could be believed.
    pub(crate) tls: Result<Tls, String>,
    pub(crate) counters: Counters,
    pub(crate) kept: Arc<Kept>,
    slots: Arc<Semaphore>,
    at_once: usize,
}

impl Lane {
    pub(crate) fn new(destination: Destination, bound: Bound, caps: &Caps) -> Self {
        let tls = Tls::of(&bound.binding);
        if let Err(why) = &tls {
            tracing::error!(%destination, why, "nothing can be sent there");
        }
        Self {
            destination,
            bound,
            tls,
            counters: Counters::default(),
            kept: Arc::new(Kept::new(caps.kept, caps.kept_for)),
            slots: Arc::new(Semaphore::new(caps.at_once)),
            at_once: caps.at_once,
        }
    }

    /// Leave to have one request under way. Nobody waits here: who asks has a queue of its own.
    pub(crate) fn slot(&self) -> Result<OwnedSemaphorePermit, GateError> {
        self.slots.clone().try_acquire_owned().map_err(|_| {
            GateError::Limit(format!("{}: {} requests are under way already", self.destination, self.at_once))
        })
    }

    pub(crate) fn under_way(&self) -> usize {
        self.at_once.saturating_sub(self.slots.available_permits())
    }
}
