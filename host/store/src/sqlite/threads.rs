//! Threads and their turns, and how both go.

use kubechat_core::ids::{ThreadId, TurnId};
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::ledger::{Expect, Page, Version, Versioned};
use kubechat_flow::turn::{Thread, Turn, TurnState};
use sqlx::{SqliteConnection, SqlitePool};

use super::doc::{bounds, close, next, one_row, open, signed, unsigned};
use super::error::{Failed, conflict};
use crate::seal::{Bound, Seal};

/// Most turns read of a thread: the newest.
const TURNS_MAX: i64 = 100;
/// Most turns read that are being worked on: the oldest.
const WORKING_MAX: i64 = 1_000;

fn thread_bound(id: &str, version: i64) -> Bound {
    Bound::to(&[&"threads", &id, &version])
}

fn turn_bound(id: &str, version: i64, thread: &str) -> Bound {
    Bound::to(&[&"turns", &id, &version, &thread])
}

/// Writes a thread.
pub(super) async fn write_thread(
    on: &mut SqliteConnection,
    seal: &Seal,
    thread: &Thread,
    expect: Expect,
) -> Result<(), Failed> {
    let (id, version) = (thread.id.to_string(), signed(next(expect).0)?);
    let doc = close(seal, &thread_bound(&id, version), thread)?;
    let sql = match expect {
        Expect::New => {
            "INSERT INTO threads (id, version, doc, subject, deleted) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO NOTHING"
        }
        Expect::At(_) => {
            "UPDATE threads SET version = ?2, doc = ?3, subject = ?4, deleted = ?5 WHERE id = ?1 AND version = ?2 - 1"
        }
    };
    let (subject, deleted) = (thread.owner.subject(), thread.deleted_at.is_some());
    let done = sqlx::query(sql).bind(&id).bind(version).bind(doc).bind(subject).bind(deleted).execute(on).await?;
    one_row(&done, || format!("thread {id}"))
}

/// Writes a turn.
pub(super) async fn write_turn(
    on: &mut SqliteConnection,
    seal: &Seal,
    turn: &Turn,
    expect: Expect,
) -> Result<(), Failed> {
    let (id, version, thread) = (turn.id.to_string(), signed(next(expect).0)?, turn.thread.to_string());
    let doc = close(seal, &turn_bound(&id, version, &thread), turn)?;
    let sql = match expect {
        Expect::New => {
            "INSERT INTO turns (id, version, thread, doc, open) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING"
        }
        Expect::At(_) => {
            "UPDATE turns SET version = ?2, thread = ?3, doc = ?4, open = ?5 WHERE id = ?1 AND version = ?2 - 1"
        }
    };
    let working = turn.state == TurnState::Working;
    let done = sqlx::query(sql).bind(&id).bind(version).bind(&thread).bind(doc).bind(working).execute(on).await?;
    one_row(&done, || format!("turn {id}"))
}

/// One thread.
pub(super) async fn thread(from: &SqlitePool, seal: &Seal, id: ThreadId) -> Result<Option<Versioned<Thread>>, Failed> {
    let id = id.to_string();
    let stored: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT version, doc FROM threads WHERE id = ?").bind(&id).fetch_optional(from).await?;
    let Some((version, doc)) = stored else { return Ok(None) };
    let row = open(seal, &thread_bound(&id, version), &doc, &format!("thread {id}"))?;
    Ok(Some(Versioned { row, version: Version(unsigned(version)?) }))
}

/// A principal's threads, newest first. The columns only find rows: whose a row is and whether it was deleted is what the row
/// itself says. Rows from before there were columns are found for everybody, and shown to their owner.
pub(super) async fn list(
    from: &SqlitePool,
    seal: &Seal,
    subject: &str,
    page: Page,
) -> Result<Vec<(u64, Thread)>, Failed> {
    let (mut below, limit) = bounds(&page);
    let mut threads = Vec::new();
    loop {
        let stored: Vec<(i64, String, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT pos, id, version, doc FROM threads
             WHERE subject IN (?1, '') AND deleted = 0 AND pos < ?2 ORDER BY pos DESC LIMIT ?3",
        )
        .bind(subject)
        .bind(below)
        .bind(limit)
        .fetch_all(from)
        .await?;
        for (pos, id, version, doc) in &stored {
            below = *pos;
            let row: Thread = open(seal, &thread_bound(id, *version), doc, &format!("thread {id}"))?;
            if row.owner.subject() == subject && row.deleted_at.is_none() {
                threads.push((unsigned(*pos)?, row));
            }
            if i64::try_from(threads.len()).is_ok_and(|there| there >= limit) {
                return Ok(threads);
            }
        }
        if i64::try_from(stored.len()).is_ok_and(|there| there < limit) || stored.is_empty() {
            return Ok(threads);
        }
    }
}

/// Rows looked at in one step of [`due`].
const STEP: i64 = 500;

/// Threads that were deleted, and those whose newest turn, or they themselves, began before this; the oldest first. Every row
/// is opened: what counts stands in it and not beside it.
pub(super) async fn due(
    from: &SqlitePool,
    seal: &Seal,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Versioned<Thread>>, Failed> {
    let (mut above, mut due) = (0, Vec::new());
    loop {
        let stored: Vec<(i64, String, i64, Vec<u8>)> =
            sqlx::query_as("SELECT pos, id, version, doc FROM threads WHERE pos > ? ORDER BY pos LIMIT ?")
                .bind(above)
                .bind(STEP)
                .fetch_all(from)
                .await?;
        let Some((last, ..)) = stored.last() else { return Ok(due) };
        above = *last;
        for (_, id, version, doc) in &stored {
            let row: Thread = open(seal, &thread_bound(id, *version), doc, &format!("thread {id}"))?;
            if row.deleted_at.is_some() || row.created_at < before && last_began(from, seal, &row).await? < before {
                due.push(Versioned { row, version: Version(unsigned(*version)?) });
            }
            if due.len() >= limit as usize {
                return Ok(due);
            }
        }
    }
}

/// When a thread's newest turn began; the thread itself, without one.
async fn last_began(from: &SqlitePool, seal: &Seal, thread: &Thread) -> Result<Timestamp, Failed> {
    let id = thread.id.to_string();
    let newest: Option<(String, i64, Vec<u8>)> =
        sqlx::query_as("SELECT id, version, doc FROM turns WHERE thread = ? ORDER BY pos DESC LIMIT 1")
            .bind(&id)
            .fetch_optional(from)
            .await?;
    let Some((turn, version, doc)) = newest else { return Ok(thread.created_at) };
    let row: Turn = open(seal, &turn_bound(&turn, version, &id), &doc, &format!("turn {turn}"))?;
    Ok(row.created_at)
}

/// Takes a thread out with its turns, and what stands beside its entries unless they are about a plan.
pub(super) async fn forget(on: &mut SqliteConnection, thread: &Thread, version: Version) -> Result<(), Failed> {
    let (id, version) = (thread.id.to_string(), signed(version.0)?);
    let at_work: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM turns WHERE thread = ? AND open = 1")
        .bind(&id)
        .fetch_one(&mut *on)
        .await?;
    if at_work > 0 {
        return Err(conflict(format!("thread {id}")));
    }
    sqlx::query(
        "DELETE FROM payloads WHERE idx IN (SELECT idx FROM entries
         WHERE subject = ?1 AND plan IS NULL AND run IS NULL AND CAST(bytes AS TEXT) ->> '$.thread' = ?2)",
    )
    .bind(thread.owner.subject())
    .bind(&id)
    .execute(&mut *on)
    .await?;
    sqlx::query("DELETE FROM turns WHERE thread = ?").bind(&id).execute(&mut *on).await?;
    let gone = sqlx::query("DELETE FROM threads WHERE id = ? AND version = ?");
    one_row(&gone.bind(&id).bind(version).execute(on).await?, || format!("thread {id}"))
}

/// One turn.
pub(super) async fn turn(from: &SqlitePool, seal: &Seal, id: TurnId) -> Result<Option<Versioned<Turn>>, Failed> {
    let id = id.to_string();
    let stored: Option<(i64, String, Vec<u8>)> =
        sqlx::query_as("SELECT version, thread, doc FROM turns WHERE id = ?").bind(&id).fetch_optional(from).await?;
    let Some((version, thread, doc)) = stored else { return Ok(None) };
    let row = open(seal, &turn_bound(&id, version, &thread), &doc, &format!("turn {id}"))?;
    Ok(Some(Versioned { row, version: Version(unsigned(version)?) }))
}

/// Turns being worked on, oldest first. The mark beside a row only finds it: what the row itself says counts.
pub(super) async fn working(from: &SqlitePool, seal: &Seal) -> Result<Vec<Versioned<Turn>>, Failed> {
    let stored: Vec<(String, i64, String, Vec<u8>)> =
        sqlx::query_as("SELECT id, version, thread, doc FROM turns WHERE open = 1 ORDER BY pos LIMIT ?")
            .bind(WORKING_MAX)
            .fetch_all(from)
            .await?;
    let mut turns = Vec::new();
    for (id, version, thread, doc) in &stored {
        let row: Turn = open(seal, &turn_bound(id, *version, thread), doc, &format!("turn {id}"))?;
        if row.state == TurnState::Working {
            turns.push(Versioned { row, version: Version(unsigned(*version)?) });
        }
    }
    Ok(turns)
}

/// A thread's newest turns, oldest of them first.
pub(super) async fn turns(from: &SqlitePool, seal: &Seal, thread: ThreadId) -> Result<Vec<Turn>, Failed> {
    let thread = thread.to_string();
    let stored: Vec<(String, i64, Vec<u8>)> =
        sqlx::query_as("SELECT id, version, doc FROM turns WHERE thread = ? ORDER BY pos DESC LIMIT ?")
            .bind(&thread)
            .bind(TURNS_MAX)
            .fetch_all(from)
            .await?;
    let turns = stored.iter().rev();
    turns.map(|(id, version, doc)| open(seal, &turn_bound(id, *version, &thread), doc, &format!("turn {id}"))).collect()
}
