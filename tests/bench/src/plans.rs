//! What one plan costs by the size of the cluster: time, the host's CPU and memory, requests to the API server.

use std::time::Instant;

use kubechat_harness::{Plane, User};
use serde::Serialize;

use crate::client::Client;
use crate::host::Running;
use crate::sentence::ask;
use crate::spread::Spread;
use crate::{Trouble, requests};

/// A Deployment of fifty pods that is there at any size.
const SENTENCE: &str = "scale cart-0000 to 51";
const NAMESPACE: &str = "fill-00";
const WARM_UP: usize = 10;
const ROUNDS: usize = 100;

/// Plans at one size.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pods: u32,
    sentence: &'static str,
    whole: Spread,
    cpu_us_per_plan: u128,
    requests_per_plan: f64,
    resident_kib: u64,
    peak_kib: u64,
}

pub(crate) async fn measure(host: &Running, client: &Client, plane: &Plane, pods: u32) -> Result<Figures, Trouble> {
    for _ in 0..WARM_UP {
        ask(client, SENTENCE, NAMESPACE, "planned").await?;
    }
    host.forget_peak()?;
    let (witness, cpu) = (plane.witness()?, host.cpu()?);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        ask(client, SENTENCE, NAMESPACE, "planned").await?;
        times.push(started.elapsed());
    }
    let used = host.cpu()?.saturating_sub(cpu);
    let asked = requests::of(&witness, User::Editor).await?.len();
    Ok(Figures {
        pods,
        sentence: SENTENCE,
        whole: Spread::of(times),
        cpu_us_per_plan: used.as_micros() / ROUNDS as u128,
        requests_per_plan: asked as f64 / ROUNDS as f64,
        resident_kib: host.resident_kib()?,
        peak_kib: host.peak_kib()?,
    })
}
