//! Images: what an object was before a step's write, and after it.
//!
//! The before-image is written once, with the intent, and never again: an undo rests on it, so nothing that comes to be
//! known later may change it. The rest is filled in with the outcome, once.

use std::collections::BTreeMap;

use kubechat_core::ids::RunId;
use kubechat_flow::ports::ledger::Images;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{SqliteConnection, SqlitePool};

use super::doc::{close, one_row, open, small};
use super::error::Failed;
use crate::seal::{Bound, Seal};

/// What is known after the write.
#[derive(Serialize, Deserialize)]
struct Rest {
    after: Option<Value>,
    digests: BTreeMap<String, String>,
}

fn before_bound(run: &str, step: u32) -> Bound {
    Bound::to(&[&"images", &run, &step, &"before"])
}

fn rest_bound(run: &str, step: u32, complete: bool) -> Bound {
    Bound::to(&[&"images", &run, &step, &"rest", &complete])
}

/// First: the before-image. Second: the rest. A third time, or the first one again, is a conflict.
pub(super) async fn write(
    on: &mut SqliteConnection,
    seal: &Seal,
    run: RunId,
    step: u32,
    images: &Images,
) -> Result<(), Failed> {
    let id = run.to_string();
    let rest = Rest { after: images.after.clone(), digests: images.digests.clone() };
    let rest = close(seal, &rest_bound(&id, step, images.complete), &rest)?;
    if images.complete {
        let update =
            sqlx::query("UPDATE images SET complete = 1, rest = ? WHERE run = ? AND step = ? AND complete = 0");
        let done = update.bind(&rest).bind(&id).bind(step).execute(&mut *on).await?;
        if done.rows_affected() == 1 {
            return Ok(());
        }
    }
    let before = close(seal, &before_bound(&id, step), &images.before)?;
    let insert = sqlx::query(
        "INSERT INTO images (run, step, complete, before, rest) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    let done = insert.bind(&id).bind(step).bind(images.complete).bind(before).bind(rest).execute(on).await?;
    one_row(&done, || format!("the images of step {step} of run {id}"))
}

/// The images of a step.
pub(super) async fn one(from: &SqlitePool, seal: &Seal, run: RunId, step: u32) -> Result<Option<Images>, Failed> {
    let id = run.to_string();
    let stored: Option<(i64, bool, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT step, complete, before, rest FROM images WHERE run = ? AND step = ?")
            .bind(&id)
            .bind(step)
            .fetch_optional(from)
            .await?;
    let Some((step, complete, before, rest)) = stored else { return Ok(None) };
    let step = small(step)?;
    let what = format!("the images of step {step} of run {id}");
    let before = open(seal, &before_bound(&id, step), &before, &what)?;
    let Rest { after, digests } = open(seal, &rest_bound(&id, step, complete), &rest, &what)?;
    Ok(Some(Images { before, after, complete, digests }))
}
