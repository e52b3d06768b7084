//! Retention: conversations that their owners deleted, and those that nobody goes on with, leave the database.
//!
//! What goes is the thread, its turns with all that was answered in them, and what stands beside its entries in the log: what was
//! said, and what it was called. What was said where a plan came of it stays, like everything about the plan: it has to be
//! accounted for. The entries stay as well, so the log still verifies and tells that there was a conversation, whose, and when it
//! was forgotten; and so do entries of single reads, which name what was looked at and no conversation. One with a turn at work waits, and one that goes
//! on while it is looked at is left alone. Units: days since its last turn began. Limit: [`THREADS_AT_ONCE`]. It does not
//! decide when it is looked; the host does.

use kubechat_core::audit::EntryKind;
use kubechat_core::time::Timestamp;

use crate::journal::draft;
use crate::ports::ledger::{Change, LedgerError, Row, Versioned};
use crate::{Answered, Flow};

/// Most conversations forgotten in one look; the next one goes on.
pub const THREADS_AT_ONCE: u32 = 100;
const DAY_MS: i64 = 86_400_000;

impl Flow {
    /// Forgets what is due; tells how many conversations that were.
    ///
    /// # Errors
    /// The ledger can't be read or written.
    pub async fn retain(&self, days: u32) -> Answered<u32> {
        let before = Timestamp(self.now().0.saturating_sub(i64::from(days) * DAY_MS));
        let mut forgotten = 0;
        for Versioned { row: thread, version } in self.ports.ledger.threads_due(before, THREADS_AT_ONCE).await? {
            let mut entry = self.entry(&thread.owner, EntryKind::ThreadChanged, "forgotten");
            entry.thread = Some(thread.id);
            entry.cluster = Some(thread.cluster.clone());
            let id = thread.id;
            let change = Change { rows: vec![Row::Forget(thread, version)], entries: vec![draft(entry, None)] };
            match self.commit(change, Vec::new()).await {
                Ok(_) => forgotten += 1,
                // It goes on, or holds what does not open: `verify` and the host's log tell of that.
                Err(LedgerError::Conflict(_) | LedgerError::Altered(_)) => continue,
                Err(error) => return Err(error.into()),
            }
            self.vaults.forget(id);
            self.readings.forget(id);
        }
        Ok(forgotten)
    }
}
