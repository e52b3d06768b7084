//! Runs: rows that outlive the request and the process.

use kubechat_core::ids::RunId;
use kubechat_core::run::{Run, StepState};
use kubechat_flow::ports::ledger::{Expect, Version, Versioned};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection, SqlitePool};

use super::LIST_MAX;
use super::doc::{close, next, one_row, open as open_doc, signed, unsigned, word};
use super::error::Failed;
use crate::seal::{Bound, Seal};

/// The plain columns of a run.
struct Stored {
    id: String,
    version: i64,
    plan: String,
    subject: String,
    state: String,
    open: bool,
    undoable: bool,
    doc: Vec<u8>,
}

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            version: row.try_get("version")?,
            plan: row.try_get("plan")?,
            subject: row.try_get("subject")?,
            state: row.try_get("state")?,
            open: row.try_get("open")?,
            undoable: row.try_get("undoable")?,
            doc: row.try_get("doc")?,
        })
    }
}

impl Stored {
    fn bound(&self) -> Bound {
        Bound::to(&[
            &"runs",
            &self.id,
            &self.version,
            &self.plan,
            &self.subject,
            &self.state,
            &self.open,
            &self.undoable,
        ])
    }

    fn open(&self, seal: &Seal) -> Result<Versioned<Run>, Failed> {
        let row = open_doc(seal, &self.bound(), &self.doc, &format!("run {}", self.id))?;
        Ok(Versioned { row, version: Version(unsigned(self.version)?) })
    }
}

/// Whether it left something behind that can be taken back; an unknown outcome counts, or `undo` would skip past it.
fn is_undoable(run: &Run) -> bool {
    let wrote = |state| matches!(state, StepState::Succeeded | StepState::Indeterminate);
    run.state.is_final() && run.steps.iter().any(|step| wrote(step.state))
}

/// Writes a run.
pub(super) async fn write(on: &mut SqliteConnection, seal: &Seal, run: &Run, expect: Expect) -> Result<(), Failed> {
    let mut row = Stored {
        id: run.id.to_string(),
        version: signed(next(expect).0)?,
        plan: run.plan.to_string(),
        subject: run.actor.subject(),
        state: word(run.state)?,
        open: !run.state.is_final(),
        undoable: is_undoable(run),
        doc: Vec::new(),
    };
    row.doc = close(seal, &row.bound(), run)?;
    let sql = match expect {
        Expect::New => {
            "INSERT INTO runs (id, version, plan, subject, state, open, undoable, doc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING"
        }
        Expect::At(_) => {
            "UPDATE runs SET version = ?2, plan = ?3, subject = ?4, state = ?5, open = ?6, undoable = ?7, doc = ?8
             WHERE id = ?1 AND version = ?2 - 1"
        }
    };
    let query = sqlx::query(sql).bind(&row.id).bind(row.version).bind(&row.plan).bind(&row.subject).bind(&row.state);
    let done = query.bind(row.open).bind(row.undoable).bind(&row.doc).execute(on).await?;
    one_row(&done, || format!("run {}", run.id))
}

/// One run.
pub(super) async fn one(from: &SqlitePool, seal: &Seal, id: RunId) -> Result<Option<Versioned<Run>>, Failed> {
    let stored: Option<Stored> =
        sqlx::query_as("SELECT * FROM runs WHERE id = ?").bind(id.to_string()).fetch_optional(from).await?;
    stored.map(|stored| stored.open(seal)).transpose()
}

/// Runs in no final state, oldest first. Not cut: a restarted host must not overlook one.
pub(super) async fn open(from: &SqlitePool, seal: &Seal) -> Result<Vec<Versioned<Run>>, Failed> {
    let stored: Vec<Stored> = sqlx::query_as("SELECT * FROM runs WHERE open = 1 ORDER BY pos").fetch_all(from).await?;
    stored.iter().map(|stored| stored.open(seal)).collect()
}

/// A subject's newest runs that left something and were not taken back. Undo runs themselves are not among them, so
/// that undoing twice goes two steps back instead of back and forth.
pub(super) async fn undoable(from: &SqlitePool, seal: &Seal, subject: &str, limit: u32) -> Result<Vec<Run>, Failed> {
    let stored: Vec<Stored> = sqlx::query_as(
        "SELECT r.* FROM runs r JOIN plans p ON p.id = r.plan
         WHERE r.undoable = 1 AND r.subject = ? AND p.state <> 'undone' AND p.origin <> 'undo'
         ORDER BY r.pos DESC LIMIT ?",
    )
    .bind(subject.to_owned())
    .bind(i64::from(limit.min(LIST_MAX)))
    .fetch_all(from)
    .await?;
    stored.iter().map(|stored| Ok(stored.open(seal)?.row)).collect()
}
