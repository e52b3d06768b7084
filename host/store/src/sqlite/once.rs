//! Requests that must not be done twice, with the answer to repeat.
//!
//! The second writer of a key gets a conflict whatever its body: it must not do the work again. The use case then reads
//! what is stored and either repeats the answer or refuses another body.

use kubechat_core::digest::Digest;
use serde_json::Value;
use sqlx::{SqliteConnection, SqlitePool};

use super::doc::{close, one_row, open};
use super::error::{Failed, altered};
use crate::seal::{Bound, Seal};

fn bound(subject: &str, key: &str, request: &str) -> Bound {
    Bound::to(&[&"once", &subject, &key, &request])
}

/// Claims a key.
pub(super) async fn write(
    on: &mut SqliteConnection,
    seal: &Seal,
    subject: &str,
    key: &str,
    request: Digest,
    answer: &Value,
) -> Result<(), Failed> {
    let request = request.to_string();
    let doc = close(seal, &bound(subject, key, &request), answer)?;
    let insert =
        sqlx::query("INSERT INTO once (subject, key, request, doc) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
    let insert = insert.bind(subject.to_owned()).bind(key.to_owned()).bind(request).bind(doc);
    one_row(&insert.execute(on).await?, || format!("the request with Idempotency-Key {key}"))
}

/// What a key's first request was, and its answer.
pub(super) async fn one(
    from: &SqlitePool,
    seal: &Seal,
    subject: &str,
    key: &str,
) -> Result<Option<(Digest, Value)>, Failed> {
    let stored: Option<(String, Vec<u8>)> =
        sqlx::query_as("SELECT request, doc FROM once WHERE subject = ? AND key = ?")
            .bind(subject.to_owned())
            .bind(key.to_owned())
            .fetch_optional(from)
            .await?;
    let Some((request, doc)) = stored else { return Ok(None) };
    let what = format!("the answer to Idempotency-Key {key}");
    let answer = open(seal, &bound(subject, key, &request), &doc, &what)?;
    let request = request.parse().map_err(|error| altered(format!("{what}: {error}")))?;
    Ok(Some((request, answer)))
}
