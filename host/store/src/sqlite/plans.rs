//! Plans and their revisions.
//!
//! A plan's head (everything but the revision) is one document, each revision another: a change of state rewrites only
//! the small one, and a revision, once written, stays as it is.

use kubechat_core::ids::PlanId;
use kubechat_core::plan::{Origin, Plan, PlanState, Revision};
use kubechat_flow::ports::ledger::{Expect, Page, Version, Versioned};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection, SqlitePool};

use super::doc::{bounds, close, json, next, one_row, open, open_bytes, signed, unsigned, word};
use super::error::{Failed, altered, conflict};
use crate::seal::{Bound, Seal};

/// The plain columns of a plan.
struct Columns<'a> {
    id: &'a str,
    version: i64,
    subject: &'a str,
    state: &'a str,
    origin: &'a str,
    revision: i64,
}

impl Columns<'_> {
    fn bound(&self) -> Bound {
        Bound::to(&[&"plans", &self.id, &self.version, &self.subject, &self.state, &self.origin, &self.revision])
    }
}

fn revision_bound(plan: &str, number: i64) -> Bound {
    Bound::to(&[&"revisions", &plan, &number])
}

/// Where a plan came from, as the column knows it.
pub(super) fn origin_word(origin: &Origin) -> &'static str {
    match origin {
        Origin::Turn { .. } => "turn",
        Origin::Api => "api",
        Origin::Finding { .. } => "finding",
        Origin::Undo { .. } => "undo",
    }
}

/// Writes the head, and the revision when it is a new one.
pub(super) async fn write(on: &mut SqliteConnection, seal: &Seal, plan: &Plan, expect: Expect) -> Result<(), Failed> {
    let (id, subject, state) = (plan.id.to_string(), plan.requester.subject(), word(plan.state)?);
    let columns = Columns {
        id: &id,
        version: signed(next(expect).0)?,
        subject: &subject,
        state: &state,
        origin: origin_word(&plan.origin),
        revision: i64::from(plan.revision.number),
    };
    let doc = close(seal, &columns.bound(), &head(plan)?)?;
    let sql = match expect {
        Expect::New => {
            "INSERT INTO plans (id, version, subject, state, origin, revision, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO NOTHING"
        }
        Expect::At(_) => {
            "UPDATE plans SET version = ?2, subject = ?3, state = ?4, origin = ?5, revision = ?6, doc = ?7
             WHERE id = ?1 AND version = ?2 - 1"
        }
    };
    let query = sqlx::query(sql).bind(columns.id).bind(columns.version).bind(columns.subject).bind(columns.state);
    let done = query.bind(columns.origin).bind(columns.revision).bind(&doc).execute(&mut *on).await?;
    one_row(&done, || format!("plan {id}"))?;
    keep_revision(on, seal, &id, &plan.revision).await
}

fn head(plan: &Plan) -> Result<Value, Failed> {
    let mut head = serde_json::to_value(plan).map_err(|e| Failed::Limit(format!("a plan has no JSON form: {e}")))?;
    if let Some(fields) = head.as_object_mut() {
        fields.remove("revision");
    }
    Ok(head)
}

/// A revision is written once; the same number with other content would change what people approved.
async fn keep_revision(on: &mut SqliteConnection, seal: &Seal, plan: &str, revision: &Revision) -> Result<(), Failed> {
    let number = i64::from(revision.number);
    let (bound, plain) = (revision_bound(plan, number), json(revision)?);
    let kept: Option<Vec<u8>> = sqlx::query_scalar("SELECT doc FROM revisions WHERE plan = ? AND number = ?")
        .bind(plan)
        .bind(number)
        .fetch_optional(&mut *on)
        .await?;
    let what = || format!("revision {number} of plan {plan}");
    match kept {
        Some(kept) if open_bytes(seal, &bound, &kept, &what())? == plain => Ok(()),
        Some(_) => Err(conflict(what())),
        None => {
            let doc = seal.close(&bound, &plain)?;
            let insert = sqlx::query("INSERT INTO revisions (plan, number, doc) VALUES (?, ?, ?)");
            insert.bind(plan).bind(number).bind(doc).execute(on).await?;
            Ok(())
        }
    }
}

struct Stored {
    pos: i64,
    id: String,
    version: i64,
    subject: String,
    state: String,
    origin: String,
    revision: i64,
    doc: Vec<u8>,
    revision_doc: Option<Vec<u8>>,
}

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            pos: row.try_get("pos")?,
            id: row.try_get("id")?,
            version: row.try_get("version")?,
            subject: row.try_get("subject")?,
            state: row.try_get("state")?,
            origin: row.try_get("origin")?,
            revision: row.try_get("revision")?,
            doc: row.try_get("doc")?,
            revision_doc: row.try_get("revision_doc")?,
        })
    }
}

impl Stored {
    fn open(&self, seal: &Seal) -> Result<Versioned<Plan>, Failed> {
        let columns = Columns {
            id: &self.id,
            version: self.version,
            subject: &self.subject,
            state: &self.state,
            origin: &self.origin,
            revision: self.revision,
        };
        let what = format!("plan {}", self.id);
        let mut plan: Value = open(seal, &columns.bound(), &self.doc, &what)?;
        let Some(revision) = &self.revision_doc else {
            return Err(altered(format!("{what}: its revision {} is gone", self.revision)));
        };
        plan["revision"] = open(seal, &revision_bound(&self.id, self.revision), revision, &what)?;
        let row = serde_json::from_value(plan).map_err(|error| altered(format!("{what}: {error}")))?;
        Ok(Versioned { row, version: Version(unsigned(self.version)?) })
    }
}

const ONE: &str = "SELECT p.*, r.doc AS revision_doc FROM plans p
    LEFT JOIN revisions r ON r.plan = p.id AND r.number = p.revision WHERE p.id = ?";
const OF_ALL: &str = "SELECT p.*, r.doc AS revision_doc FROM plans p
    LEFT JOIN revisions r ON r.plan = p.id AND r.number = p.revision
    WHERE p.pos < ? ORDER BY p.pos DESC LIMIT ?";
const OF_ONE: &str = "SELECT p.*, r.doc AS revision_doc FROM plans p
    LEFT JOIN revisions r ON r.plan = p.id AND r.number = p.revision
    WHERE p.subject = ? AND p.pos < ? ORDER BY p.pos DESC LIMIT ?";
const IN_STATE: &str = "SELECT p.*, r.doc AS revision_doc FROM plans p
    LEFT JOIN revisions r ON r.plan = p.id AND r.number = p.revision
    WHERE p.state = ? AND p.pos < ? ORDER BY p.pos DESC LIMIT ?";

/// One plan.
pub(super) async fn one(from: &SqlitePool, seal: &Seal, id: PlanId) -> Result<Option<Versioned<Plan>>, Failed> {
    let stored: Option<Stored> = sqlx::query_as(ONE).bind(id.to_string()).fetch_optional(from).await?;
    stored.map(|stored| stored.open(seal)).transpose()
}

/// One revision.
pub(super) async fn revision(
    from: &SqlitePool,
    seal: &Seal,
    id: PlanId,
    number: u32,
) -> Result<Option<Revision>, Failed> {
    let (id, number) = (id.to_string(), i64::from(number));
    let doc: Option<Vec<u8>> = sqlx::query_scalar("SELECT doc FROM revisions WHERE plan = ? AND number = ?")
        .bind(&id)
        .bind(number)
        .fetch_optional(from)
        .await?;
    let what = format!("revision {number} of plan {id}");
    doc.map(|doc| open(seal, &revision_bound(&id, number), &doc, &what)).transpose()
}

/// A page of plans, newest first.
pub(super) async fn list(
    from: &SqlitePool,
    seal: &Seal,
    subject: Option<&str>,
    page: Page,
) -> Result<Vec<(u64, Plan)>, Failed> {
    let (below, limit) = bounds(&page);
    let query = match subject {
        Some(subject) => sqlx::query_as::<_, Stored>(OF_ONE).bind(subject.to_owned()),
        None => sqlx::query_as::<_, Stored>(OF_ALL),
    };
    opened(&query.bind(below).bind(limit).fetch_all(from).await?, seal)
}

/// A page of plans in a state, newest first.
pub(super) async fn in_state(
    from: &SqlitePool,
    seal: &Seal,
    state: PlanState,
    page: Page,
) -> Result<Vec<(u64, Plan)>, Failed> {
    let (below, limit) = bounds(&page);
    let query = sqlx::query_as::<_, Stored>(IN_STATE).bind(word(state)?);
    opened(&query.bind(below).bind(limit).fetch_all(from).await?, seal)
}

fn opened(stored: &[Stored], seal: &Seal) -> Result<Vec<(u64, Plan)>, Failed> {
    stored.iter().map(|stored| Ok((unsigned(stored.pos)?, stored.open(seal)?.row))).collect()
}
