//! How the database is, as probes ask it: looked at by a real write, at most once in [`HEALTH_AGE_MAX`].
//!
//! Anybody may ask `/readyz`; without this, everybody who does would make the disk sync. Those who ask at the same time
//! wait for one look.

use std::time::Duration;

use kubechat_flow::ports::ledger::{Ledger, LedgerError};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How old an answer may be.
pub const HEALTH_AGE_MAX: Duration = Duration::from_secs(1);

/// The last look.
#[derive(Debug, Default)]
pub struct Health(Mutex<Option<(Instant, Result<(), LedgerError>)>>);

impl Health {
    /// How this database is.
    pub async fn of(&self, ledger: &dyn Ledger) -> Result<(), LedgerError> {
        let mut last = self.0.lock().await;
        match &*last {
            Some((at, health)) if at.elapsed() < HEALTH_AGE_MAX => health.clone(),
            _ => {
                let health = ledger.health().await;
                *last = Some((Instant::now(), health.clone()));
                health
            }
        }
    }
}
