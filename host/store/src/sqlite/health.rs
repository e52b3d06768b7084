//! Health: whether it can be written right now, by trying, and whether there is room for the next change.
//!
//! The try alone would not see a disk that is nearly full: it needs one page, a change may need thousands.

use sqlx::{Connection as _, SqliteConnection};

use super::doc::DOCUMENT_BYTES_MAX;
use super::error::Failed;

/// Less room than this counts as full, bytes: one document of the largest size.
pub(super) const ROOM_BYTES_MIN: u64 = DOCUMENT_BYTES_MAX as u64;

/// A small real write, synced like any other: what is locked, read-only or full is seen by trying.
pub(super) async fn beat(connection: &mut SqliteConnection) -> Result<(), Failed> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("UPDATE health SET beats = beats + 1").execute(&mut *transaction).await?;
    transaction.commit().await?;
    room_in_file(connection).await
}

/// Room below the operator's size limit.
async fn room_in_file(connection: &mut SqliteConnection) -> Result<(), Failed> {
    let (most, used, free, bytes): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT m.max_page_count, c.page_count, f.freelist_count, s.page_size
         FROM pragma_max_page_count m, pragma_page_count c, pragma_freelist_count f, pragma_page_size s",
    )
    .fetch_one(connection)
    .await?;
    enough(u64::try_from((most - used + free).saturating_mul(bytes)).unwrap_or(0), "its size limit")
        .map_err(Failed::Limit)
}

/// Says so when the room left under `limit` is too little.
pub(super) fn enough(room_bytes: u64, limit: &str) -> Result<(), String> {
    if room_bytes >= ROOM_BYTES_MIN {
        return Ok(());
    }
    Err(format!("it is full: {} KiB are left under {limit}, {} are needed", room_bytes >> 10, ROOM_BYTES_MIN >> 10))
}
