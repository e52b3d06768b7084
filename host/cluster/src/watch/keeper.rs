//! What a running watch is looked after for: that somebody uses it, and that its user still may.
//!
//! The API server asks about rights when a watch begins and not again, so this does, every [`WatchTimes::recheck`]; an
//! answer of no ends the watch at once, and so does nobody's use of it for its idle time. An access review that fails says
//! nothing: what is wrong with the cluster is the pulse's to say.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kubechat_core::operation::can_i;
use kubechat_core::problem::{Code, Problem};

use super::WatchTimes;
use super::shelf::Shelf;
use super::which::Which;
use crate::link::Link;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Looks after a watch until it is over.
pub(crate) async fn keep<T>(link: Arc<Link>, which: Which, shelf: Arc<Shelf<T>>, idle: Duration, times: WatchTimes) {
    tokio::select! {
        () = shelf.is_over() => {}
        problem = why_over(&link, &which, &shelf, idle, times) => shelf.end(problem),
    }
}

async fn why_over<T>(link: &Link, which: &Which, shelf: &Shelf<T>, idle: Duration, times: WatchTimes) -> Problem {
    let mut reviewed = Instant::now();
    loop {
        tokio::time::sleep(LOOK_EVERY.min(idle)).await;
        if shelf.lock().idle_since().is_some_and(|since| since.elapsed() >= idle) {
            return Problem::new(Code::Stale, "nobody used this watch for its idle time").hint("begin it anew");
        }
        // One that has just come back may say no to everybody for a moment.
        if reviewed.elapsed() >= times.recheck && shelf.lock().lost.is_none() {
            reviewed = Instant::now();
            if let Some(problem) = withdrawn(link, which).await {
                return problem;
            }
        }
    }
}

async fn withdrawn(link: &Link, which: &Which) -> Option<Problem> {
    let reviews = which.reviews();
    let allowed = link.reviews(&reviews).await.ok()?;
    let (review, _) = reviews.iter().zip(allowed).find(|(_, answer)| !answer.allowed)?;
    let (verb, resource, place) = (&review.verb, which.api.resource(), which.namespace.as_ref());
    let detail =
        format!("you may no longer {verb} {resource}{}", place.map(|p| format!(" in {p}")).unwrap_or_default());
    Some(Problem::new(Code::ClusterForbidden, detail).hint(can_i(verb, &resource, place)))
}
