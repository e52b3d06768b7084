//! From the start of the host's program to its first 200 on `/readyz`, components compiled before; and what it then takes.
//!
//! Memory is the resident size `/proc` tells, after `IDLE` with nothing asked. The program is the one `cargo xtask up`
//! starts, with the same profile.

use std::time::Duration;

use kubechat_harness::{Plane, User};
use serde::Serialize;

use crate::host::{Home, Running};
use crate::spread::Spread;
use crate::{Places, Trouble};

/// Starts that count; one before them compiles the components.
const STARTS: usize = 20;
/// How long nothing is asked before memory is read.
const IDLE: Duration = Duration::from_secs(3);

/// A host's start.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    /// The first one, which compiles the components.
    first_us: u64,
    cached: Spread,
    idle_rss_kib: u64,
}

pub(crate) async fn measure(places: &Places) -> Result<Figures, Trouble> {
    let plane = Plane::shared().await?;
    let home = Home::make("start")?;
    let config = home.config(&plane, "127.0.0.1:0", &[User::Editor])?;
    let first = Running::start(places, &home, &config).await?;
    let first_us = u64::try_from(first.took.as_micros())?;
    first.end()?;
    let mut times = Vec::new();
    let mut idle_rss_kib = 0;
    for at in 0..STARTS {
        let running = Running::start(places, &home, &config).await?;
        times.push(running.took);
        if at + 1 == STARTS {
            tokio::time::sleep(IDLE).await;
            idle_rss_kib = running.resident_kib()?;
        }
        running.end()?;
    }
    Ok(Figures { first_us, cached: Spread::of(times), idle_rss_kib })
}
