//! Threads and their turns, and how both go.

use kubechat_core::ids::{ThreadId, TurnId};
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::ledger::{Expect, Page, Version, Versioned};
use kubechat_flow::turn::{Part, Thread, Turn, TurnState};
use serde_json::Value;
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

/// Threads that were deleted, and those whose newest turn, or they themselves, began before this; deleted ones first, then the
/// oldest. The column only orders: every row is opened, and what counts stands in it. One that does not open is left where it
/// is, and told in the log.
pub(super) async fn due(
    from: &SqlitePool,
    seal: &Seal,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Versioned<Thread>>, Failed> {
    let mut due = Vec::new();
    for deleted in [true, false] {
        let mut above = 0;
        loop {
            let stored: Vec<(i64, String, i64, Vec<u8>)> = sqlx::query_as(
                "SELECT pos, id, version, doc FROM threads WHERE deleted = ? AND pos > ? ORDER BY pos LIMIT ?",
            )
            .bind(deleted)
            .bind(above)
            .bind(STEP)
            .fetch_all(from)
            .await?;
            let Some((last, ..)) = stored.last() else { break };
            above = *last;
            for (_, id, version, doc) in &stored {
                match due_one(from, seal, (id, *version, doc), before).await {
                    Ok(Some(one)) => due.push(one),
                    Ok(None) => {}
                    Err(Failed::Sql(error)) => return Err(error.into()),
                    Err(error) => tracing::warn!(thread = id, %error, "this conversation can't be looked at"),
                }
                if due.len() >= limit as usize {
                    return Ok(due);
                }
            }
        }
    }
    Ok(due)
}

async fn due_one(
    from: &SqlitePool,
    seal: &Seal,
    (id, version, doc): (&str, i64, &[u8]),
    before: Timestamp,
) -> Result<Option<Versioned<Thread>>, Failed> {
    let row: Thread = open(seal, &thread_bound(id, version), doc, &format!("thread {id}"))?;
    let is_due = row.deleted_at.is_some() || row.created_at < before && last_began(from, seal, &row).await? < before;
    Ok(is_due.then_some(Versioned { row, version: Version(unsigned(version)?) }))
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

/// Takes a thread out with its turns, and what stands beside its entries; not what stands beside entries of a plan, or of a turn
/// that made one: why something was done to a cluster is kept as long as that it was.
pub(super) async fn forget(
    on: &mut SqliteConnection,
    seal: &Seal,
    thread: &Thread,
    version: Version,
) -> Result<(), Failed> {
    let (id, version) = (thread.id.to_string(), signed(version.0)?);
    let planned = planned(on, seal, &id).await?;
    sqlx::query(
        "DELETE FROM payloads WHERE idx IN (SELECT idx FROM entries
         WHERE plan IS NULL AND run IS NULL AND (CAST(bytes AS TEXT) ->> '$.thread') = ?1
         AND coalesce(CAST(bytes AS TEXT) ->> '$.turn', '') NOT IN (SELECT value FROM json_each(?2)))",
    )
    .bind(&id)
    .bind(Value::from(planned).to_string())
    .execute(&mut *on)
    .await?;
    sqlx::query("DELETE FROM turns WHERE thread = ?").bind(&id).execute(&mut *on).await?;
    let gone = sqlx::query("DELETE FROM threads WHERE id = ? AND version = ?");
    one_row(&gone.bind(&id).bind(version).execute(on).await?, || format!("thread {id}"))
}

/// A thread's turns that made plans. One at work is a conflict.
async fn planned(on: &mut SqliteConnection, seal: &Seal, thread: &str) -> Result<Vec<String>, Failed> {
    let stored: Vec<(String, i64, Vec<u8>)> =
        sqlx::query_as("SELECT id, version, doc FROM turns WHERE thread = ?").bind(thread).fetch_all(on).await?;
    let mut planned = Vec::new();
    for (id, version, doc) in stored {
        let turn: Turn = open(seal, &turn_bound(&id, version, thread), &doc, &format!("turn {id}"))?;
        if turn.state == TurnState::Working {
            return Err(conflict(format!("thread {thread}")));
        }
        if turn.parts.iter().any(|part| matches!(part, Part::Plan { .. })) {
            planned.push(id);
        }
    }
    Ok(planned)
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
