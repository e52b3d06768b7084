//! The event port: who is told after a commit. Names are upstream's where they exist.
//!
//! Delivery is best-effort and bounded; a reader that lags resyncs from rows. Never holds a secret or an unmasked value.

use kubechat_core::principal::Principal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// `plan:p-…`, `run:r-…`, `turn:u-…`, `thread:t-…`, `plans`.
    pub topic: String,
    /// `plan_update`, `execution_status`, `turn_delta`, `turn_status`.
    pub name: String,
    /// Who may see it: subjects; empty means every principal.
    pub audience: Vec<String>,
    /// Its data.
    pub data: Value,
}

impl Event {
    /// Whether this principal may see it.
    pub fn is_for(&self, who: &Principal) -> bool {
        self.audience.is_empty() || self.audience.contains(&who.subject())
    }
}

/// Who is told.
pub trait Events: Send + Sync {
    /// Takes events in; never blocks.
    fn publish(&self, events: Vec<Event>);
}
