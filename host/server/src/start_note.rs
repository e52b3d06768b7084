//! The start's own entry in the audit log: version, mode, packs.
//!
//! A host whose database can't be written starts all the same and reads; the entry is tried again whenever it is asked
//! for, and until it stands nothing is executed. It is written once a start.

use kubechat_core::audit::EntryKind;
use kubechat_core::principal::Principal;
use kubechat_flow::Flow;
use kubechat_flow::ports::ledger::LedgerError;
use serde_json::Value;
use tokio::sync::Mutex;

/// Whether this start stands in the log.
#[derive(Debug)]
pub struct StartNote {
    payload: Value,
    written: Mutex<bool>,
}

impl StartNote {
    /// Nothing is written yet.
    pub fn new(payload: Value) -> Self {
        Self { payload, written: Mutex::new(false) }
    }

    /// Writes the entry unless it stands.
    ///
    /// # Errors
    /// The database's; nothing may be written to a cluster then.
    pub async fn written(&self, flow: &Flow) -> Result<(), LedgerError> {
        let mut written = self.written.lock().await;
        if !*written {
            let host = Principal { issuer: "host".to_owned(), name: "kubechat".to_owned(), groups: Vec::new() };
            let entry = flow.entry(&host, EntryKind::HostStarted, env!("CARGO_PKG_VERSION"));
            flow.note(entry, Some(self.payload.clone())).await?;
            *written = true;
        }
        Ok(())
    }
}
