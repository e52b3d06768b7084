//! One unit of work: rows and entries in one transaction, all or nothing.

use kubechat_core::audit::Committed;
use kubechat_flow::ports::ledger::{Change, Row};
use sqlx::{Connection as _, SqliteConnection};

use super::error::Failed;
use super::{approvals, images, log, once, plans, runs, threads};
use crate::seal::Seal;

/// Most rows in one change.
const ROWS_MAX: usize = 1_000;
/// Most entries in one change.
const ENTRIES_MAX: usize = 1_000;

/// Writes the change. When this returns an error nothing of it is in the database; only a disk that fails exactly while
/// the commit is synced can leave it there after a restart, unacknowledged, which is what `indeterminate` runs are for.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    seal: &Seal,
    change: Change,
) -> Result<Vec<Committed>, Failed> {
    if change.rows.len() > ROWS_MAX || change.entries.len() > ENTRIES_MAX {
        let (rows, entries) = (change.rows.len(), change.entries.len());
        let why = format!("a change of {rows} rows and {entries} entries is over {ROWS_MAX} and {ENTRIES_MAX}");
        return Err(Failed::Limit(why));
    }
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for row in &change.rows {
        write(&mut transaction, seal, row).await?;
    }
    let committed = log::append(&mut transaction, change.entries).await?;
    transaction.commit().await?;
    Ok(committed)
}

async fn write(on: &mut SqliteConnection, seal: &Seal, row: &Row) -> Result<(), Failed> {
    match row {
        Row::Plan(plan, expect) => plans::write(on, seal, plan, *expect).await,
        Row::Approval(request) => approvals::ask(on, seal, request).await,
        Row::Vote(approval, vote) => approvals::vote(on, seal, *approval, vote).await,
        Row::UseApproval(approval, run) => approvals::use_once(on, *approval, *run).await,
        Row::Run(run, expect) => runs::write(on, seal, run, *expect).await,
        Row::Thread(thread, expect) => threads::write_thread(on, seal, thread, *expect).await,
        Row::Forget(thread, version) => threads::forget(on, seal, thread, *version).await,
        Row::Turn(turn, expect) => threads::write_turn(on, seal, turn, *expect).await,
        Row::Images { run, step, images } => images::write(on, seal, *run, *step, images).await,
        Row::Once { subject, key, request, answer } => once::write(on, seal, subject, key, *request, answer).await,
    }
}
