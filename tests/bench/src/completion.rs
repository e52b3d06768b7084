//! What can stand at the cursor, key by key, with thousands of objects in scope.

use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use crate::Trouble;
use crate::client::Client;
use crate::spread::Spread;

/// What is typed, letter by letter, over and over.
const TYPED: &str = "scale ledger-0062 to 6 and restart cart-0000";
/// Key presses that count.
const KEYS: usize = 600;
/// How long the names may take to be listed at first.
const NAMES_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

/// Completions.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    whole: Spread,
    /// Of these, key presses that were answered with names.
    with_names: usize,
}

pub(crate) async fn measure(client: &Client) -> Result<Figures, Trouble> {
    let begun = Instant::now();
    while !complete(client, "scale ").await? {
        if begun.elapsed() > NAMES_WITHIN {
            return Err("no names came".into());
        }
        tokio::time::sleep(POLL).await;
    }
    let (mut times, mut with_names) = (Vec::new(), 0);
    for key in 0..KEYS {
        let text = &TYPED[..1 + key % TYPED.len()];
        let started = Instant::now();
        with_names += usize::from(complete(client, text).await?);
        times.push(started.elapsed());
    }
    Ok(Figures { whole: Spread::of(times), with_names })
}

/// Whether names were known.
async fn complete(client: &Client, text: &str) -> Result<bool, Trouble> {
    let text = text.replace(' ', "%20");
    let answer = client.get(&format!("/api/v1/complete?namespace=fill-00&text={text}")).await?;
    let answer: Value = serde_json::from_str(&answer)?;
    Ok(answer["names"] == true)
}
