//! Verification: every entry read again, none missing, none in the wrong place, none changed.
//!
//! The log only grows, so it is read page by page up to the size it had at the start; a reader that takes minutes then
//! keeps no snapshot open that would hold back checkpoints. What this can't see is a log cut at its end together with its
//! counter, or made anew as a whole: that takes checkpoints kept outside the database.

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlitePool};

use super::doc::unsigned;
use super::error::{Failed, altered};
use super::log::{SELECT, Stored};

/// Entries read at a time.
const PAGE: i64 = 1_000;

/// Checks the whole log; gives the number of entries.
pub(super) async fn whole(from: &SqlitePool) -> Result<u64, Failed> {
    let size: i64 = sqlx::query_scalar("SELECT size FROM log").fetch_one(from).await?;
    let (stray, loose): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM entries WHERE idx < 0),
                (SELECT count(*) FROM payloads WHERE idx NOT IN (SELECT idx FROM entries))",
    )
    .fetch_one(from)
    .await?;
    if stray > 0 || loose > 0 {
        return Err(altered(format!("{stray} entries stand before the first one, {loose} payloads belong to none")));
    }
    let sql = AssertSqlSafe(format!("{SELECT} e.idx >= ? ORDER BY e.idx LIMIT ?")).into_sql_str();
    let mut expected = 0;
    loop {
        let page: Vec<Stored> = sqlx::query_as(sql.clone()).bind(expected).bind(PAGE).fetch_all(from).await?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            if stored.idx != expected {
                return Err(altered(format!("entry {expected} is missing")));
            }
            stored.check()?;
            expected += 1;
        }
    }
    if expected < size {
        return Err(altered(format!("entry {expected} is missing; the log says it has {size}")));
    }
    let now: i64 = sqlx::query_scalar("SELECT size FROM log").fetch_one(from).await?;
    if expected > now {
        return Err(altered(format!("there are {expected} entries, but the log says it has {now}")));
    }
    unsigned(expected)
}
