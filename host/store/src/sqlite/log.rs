//! The audit log: canonical bytes with leaf hashes under contiguous indexes, and payloads beside them.
//!
//! The bytes are the entry; the other columns are derived from them for queries and compared with them whenever an entry
//! is read. Indexes come from the log's one counter row inside the transaction, so they have no gaps and a rolled-back
//! change leaves none. Entries are not sealed: they are verified without any key.

use kubechat_core::audit::{Committed, Entry, leaf_hash, payload_digest};
use kubechat_core::digest::Digest;
use kubechat_flow::ports::ledger::{AuditFilter, AuditRow, Draft, Page};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row as _, Sqlite, SqliteConnection, SqlitePool};

use super::doc::{bounds, json, signed, unsigned, word};
use super::error::{Failed, altered};
use crate::seal::random;

/// Bytes of a payload's salt.
const SALT_BYTES: usize = 32;

/// Gives the entries their places and writes them.
pub(super) async fn append(on: &mut SqliteConnection, drafts: Vec<Draft>) -> Result<Vec<Committed>, Failed> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let count = signed(drafts.len() as u64)?;
    let size: i64 =
        sqlx::query_scalar("UPDATE log SET size = size + ? RETURNING size").bind(count).fetch_one(&mut *on).await?;
    let mut committed = Vec::with_capacity(drafts.len());
    for (index, draft) in (size - count..).zip(drafts) {
        committed.push(append_one(on, index, draft).await?);
    }
    Ok(committed)
}

async fn append_one(on: &mut SqliteConnection, index: i64, draft: Draft) -> Result<Committed, Failed> {
    let Draft { mut entry, payload } = draft;
    let beside = match payload {
        Some(payload) => Some((random::<SALT_BYTES>()?, json(payload.get())?)),
        None => None,
    };
    entry.payload = beside.as_ref().map(|(salt, body)| payload_digest(salt, body));
    let bytes = entry.canonical().map_err(|error| Failed::Limit(format!("an entry has no canonical form: {error}")))?;
    let leaf = leaf_hash(&bytes);
    let derived = Derived::of(&entry)?;
    sqlx::query(
        "INSERT INTO entries (idx, leaf, bytes, at_ms, kind, subject, plan, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(index)
    .bind(leaf.0.as_slice())
    .bind(bytes)
    .bind(derived.at_ms)
    .bind(derived.kind)
    .bind(derived.subject)
    .bind(derived.plan)
    .bind(derived.run)
    .execute(&mut *on)
    .await?;
    if let Some((salt, body)) = beside {
        let insert = sqlx::query("INSERT INTO payloads (idx, salt, body) VALUES (?, ?, ?)");
        insert.bind(index).bind(salt.as_slice()).bind(body).execute(on).await?;
    }
    Ok(Committed { index: unsigned(index)?, leaf, entry })
}

/// The columns derived from an entry.
#[derive(Debug, PartialEq, Eq)]
struct Derived {
    at_ms: i64,
    kind: String,
    subject: String,
    plan: Option<String>,
    run: Option<String>,
}

impl Derived {
    fn of(entry: &Entry) -> Result<Self, Failed> {
        Ok(Self {
            at_ms: entry.at.0,
            kind: word(entry.kind)?,
            subject: entry.actor.subject(),
            plan: entry.plan.map(|id| id.to_string()),
            run: entry.run.map(|id| id.to_string()),
        })
    }
}

/// An entry as it stands in the database, with its payload if kept.
pub(super) struct Stored {
    pub(super) idx: i64,
    leaf: Vec<u8>,
    bytes: Vec<u8>,
    at_ms: i64,
    kind: String,
    subject: String,
    plan: Option<String>,
    run: Option<String>,
    salt: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
}

/// What [`Stored`] is read from; conditions follow.
pub(super) const SELECT: &str =
    "SELECT e.idx, e.leaf, e.bytes, e.at_ms, e.kind, e.subject, e.plan, e.run, p.salt, p.body
    FROM entries e LEFT JOIN payloads p ON p.idx = e.idx WHERE ";

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            idx: row.try_get("idx")?,
            leaf: row.try_get("leaf")?,
            bytes: row.try_get("bytes")?,
            at_ms: row.try_get("at_ms")?,
            kind: row.try_get("kind")?,
            subject: row.try_get("subject")?,
            plan: row.try_get("plan")?,
            run: row.try_get("run")?,
            salt: row.try_get("salt")?,
            body: row.try_get("body")?,
        })
    }
}

impl Stored {
    /// Compares everything with the bytes; says which entry does not fit and in what.
    pub(super) fn check(self) -> Result<AuditRow, Failed> {
        let index = unsigned(self.idx)?;
        let wrong = |what: &str| altered(format!("entry {index}: {what}"));
        if self.leaf != leaf_hash(&self.bytes).0 {
            return Err(wrong("its bytes do not fit its leaf hash"));
        }
        let entry: Entry = serde_json::from_slice(&self.bytes).map_err(|error| wrong(&format!("no entry: {error}")))?;
        if entry.canonical().ok().as_ref() != Some(&self.bytes) {
            return Err(wrong("its bytes are not canonical"));
        }
        let (at_ms, kind, subject, plan, run) = (self.at_ms, self.kind, self.subject, self.plan, self.run);
        if Derived::of(&entry)? != (Derived { at_ms, kind, subject, plan, run }) {
            return Err(wrong("a column does not fit its bytes"));
        }
        let payload = check_payload(&entry, self.salt, self.body).map_err(|what| wrong(&what))?;
        let leaf = leaf_hash(&self.bytes);
        Ok(AuditRow { committed: Committed { index, leaf, entry }, payload })
    }
}

fn check_payload(entry: &Entry, salt: Option<Vec<u8>>, body: Option<Vec<u8>>) -> Result<Option<Value>, String> {
    let (Some(salt), Some(body)) = (salt, body) else { return Ok(None) };
    let salt = <[u8; SALT_BYTES]>::try_from(salt).map_err(|_| "its payload's salt has another length")?;
    let found: Digest = payload_digest(&salt, &body);
    if entry.payload != Some(found) {
        return Err("its payload does not fit its digest".to_owned());
    }
    serde_json::from_slice(&body).map(Some).map_err(|error| format!("its payload is no JSON: {error}"))
}

/// A page of entries, newest first.
pub(super) async fn list(from: &SqlitePool, filter: AuditFilter, page: Page) -> Result<Vec<AuditRow>, Failed> {
    let (below, limit) = bounds(&page);
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push("e.idx < ").push_bind(below);
    if let Some(plan) = filter.plan {
        query.push(" AND e.plan = ").push_bind(plan.to_string());
    }
    if let Some(run) = filter.run {
        query.push(" AND e.run = ").push_bind(run.to_string());
    }
    if let Some(subject) = filter.subject {
        query.push(" AND e.subject = ").push_bind(subject);
    }
    if !filter.kinds.is_empty() {
        query.push(" AND e.kind IN (");
        let mut kinds = query.separated(", ");
        for kind in filter.kinds {
            kinds.push_bind(word(kind)?);
        }
        query.push(")");
    }
    query.push(" ORDER BY e.idx DESC LIMIT ").push_bind(limit);
    let stored: Vec<Stored> = query.build_query_as().fetch_all(from).await?;
    stored.into_iter().map(Stored::check).collect()
}
