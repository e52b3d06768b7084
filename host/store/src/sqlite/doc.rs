//! Documents: rows as sealed JSON, and the small conversions every table needs.
//!
//! A document is bound to its row's address, version and plain columns ([`Bound`]); the table's own file builds that
//! binding once, for writing and reading, so that the two can't drift apart.

use kubechat_flow::ports::ledger::{Expect, LedgerError, Page, Version};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::LIST_MAX;
use super::error::{Failed, altered};
use crate::seal::{Bound, Seal, SealError};

/// Longest document, bytes: two whole objects of the largest size an API server stores, with room.
pub(super) const DOCUMENT_BYTES_MAX: usize = 8 << 20;

/// Seals a value for its place.
pub(super) fn close<T: Serialize + ?Sized>(seal: &Seal, bound: &Bound, value: &T) -> Result<Vec<u8>, Failed> {
    Ok(seal.close(bound, &json(value)?)?)
}

/// A value as JSON bytes, within the limit.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Failed> {
    let bytes = serde_json::to_vec(value).map_err(|error| Failed::Limit(format!("a row has no JSON form: {error}")))?;
    if bytes.len() > DOCUMENT_BYTES_MAX {
        let why = format!("a row is {} bytes long, at most {DOCUMENT_BYTES_MAX} fit; split the plan", bytes.len());
        return Err(Failed::Limit(why));
    }
    Ok(bytes)
}

/// Opens a sealed document; `what` names it for people.
pub(super) fn open<T: DeserializeOwned>(seal: &Seal, bound: &Bound, sealed: &[u8], what: &str) -> Result<T, Failed> {
    let plain = open_bytes(seal, bound, sealed, what)?;
    serde_json::from_slice(&plain).map_err(|error| altered(format!("{what}: {error}")))
}

/// The same, as bytes.
pub(super) fn open_bytes(seal: &Seal, bound: &Bound, sealed: &[u8], what: &str) -> Result<Vec<u8>, Failed> {
    seal.open_sealed(bound, sealed).map_err(|error| match error {
        SealError::Altered | SealError::WrongKey { .. } => altered(format!("{what}: {error}")),
        other => other.into(),
    })
}

/// A unit variant's word: `needs-approval`.
pub(super) fn word<T: Serialize>(value: T) -> Result<String, Failed> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(Failed::Limit(format!("{other:?} is not a word"))),
    }
}

/// The version a row gets.
pub(super) fn next(expect: Expect) -> Version {
    match expect {
        Expect::New => Version(1),
        Expect::At(Version(version)) => Version(version.saturating_add(1)),
    }
}

/// As SQLite stores it.
pub(super) fn signed(number: u64) -> Result<i64, Failed> {
    i64::try_from(number).map_err(|_| Failed::Limit(format!("{number} is too large to be stored")))
}

/// As read from SQLite; a negative number was never written.
pub(super) fn unsigned(number: i64) -> Result<u64, Failed> {
    u64::try_from(number).map_err(|_| altered(format!("a number is {number}, which was never written")))
}

/// As read from SQLite, for small numbers.
pub(super) fn small(number: i64) -> Result<u32, Failed> {
    u32::try_from(number).map_err(|_| altered(format!("a number is {number}, which was never written")))
}

/// Position to read below, and how many at most.
pub(super) fn bounds(page: &Page) -> (i64, i64) {
    let below = page.before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
    (below, i64::from(page.limit.min(LIST_MAX)))
}

/// Refuses a write that touched no row.
pub(super) fn one_row(done: &sqlx::sqlite::SqliteQueryResult, what: impl FnOnce() -> String) -> Result<(), Failed> {
    if done.rows_affected() == 1 { Ok(()) } else { Err(Failed::Ledger(LedgerError::Conflict(what()))) }
}
