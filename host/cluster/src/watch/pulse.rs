//! Whether a line's cluster is there: a light look each second, for as long as somebody wants to know.
//!
//! A watch that hears nothing can't tell a quiet cluster from a frozen one, so it is asked beside the watches: `/livez`, as
//! the user, without a place among other calls. Any answer but 5xx is a sign of life, a refusal too. No answer within
//! [`PULSE_WAIT`] is none. The pulse beats while it is held and ends with its last holder; the line says so when its
//! kubeconfig has changed.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use http::StatusCode;
use kubechat_core::problem::Problem;
use kubechat_flow::ports::live::Lost;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::address::Path;
use crate::limits::{PULSE_EVERY, PULSE_WAIT};
use crate::link::{Call, Link};
use crate::status::status_of;

/// What the last look gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Beat {
    /// None was made yet.
    #[default]
    Unknown,
    /// It answers; its version, when it said so.
    There { version: Option<String> },
    /// It does not.
    Lost(Lost),
    /// The line is another one: whoever holds this pulse begins anew.
    Replaced,
}

/// Holds a pulse; it beats for as long.
#[derive(Debug)]
pub(crate) struct Pulse {
    beats: watch::Sender<Beat>,
}

impl Pulse {
    /// From the last beat on.
    pub(crate) fn beats(&self) -> watch::Receiver<Beat> {
        let mut beats = self.beats.subscribe();
        beats.mark_changed();
        beats
    }
}

/// A line's pulse, when somebody holds it.
#[derive(Debug, Default)]
pub(crate) struct Heart(Mutex<Weak<Pulse>>);

impl Heart {
    /// The pulse of this line; it begins to beat when nobody held it. `replaced` says when the line is another one.
    pub(crate) fn pulse(&self, link: &Arc<Link>, replaced: impl Fn() -> bool + Send + 'static) -> Arc<Pulse> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pulse) = known.upgrade() {
            return pulse;
        }
        let pulse = Arc::new(Pulse { beats: watch::Sender::default() });
        *known = Arc::downgrade(&pulse);
        tokio::spawn(beat(link.clone(), Arc::downgrade(&pulse), replaced));
        pulse
    }
}

async fn beat(link: Arc<Link>, held: Weak<Pulse>, replaced: impl Fn() -> bool) {
    let mut tick = interval(PULSE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(last) = held.upgrade().map(|pulse| pulse.beats.borrow().clone()) else { return };
        let next = if replaced() { Beat::Replaced } else { look(&link, &last).await };
        let Some(pulse) = held.upgrade() else { return };
        pulse.beats.send_if_modified(|beat| {
            let changed = *beat != next;
            *beat = next.clone();
            changed
        });
        if next == Beat::Replaced {
            return;
        }
    }
}

async fn look(link: &Link, last: &Beat) -> Beat {
    match (ask(link).await, last) {
        (Ok(()), Beat::There { version: Some(version) }) => Beat::There { version: Some(version.clone()) },
        (Ok(()), _) => Beat::There { version: link.version(PULSE_WAIT).await.ok() },
        // Since when and why stay what they were at first.
        (Err(_), Beat::Lost(lost)) => Beat::Lost(lost.clone()),
        (Err(problem), _) => Beat::Lost(Lost { since: link.clock.now(), why: problem.detail }),
    }
}

async fn ask(link: &Link) -> Result<(), Problem> {
    let answer = link.ping(&Call::get(Path::fixed("/livez")), PULSE_WAIT).await?;
    if answer.status < StatusCode::INTERNAL_SERVER_ERROR {
        return Ok(());
    }
    let said = crate::status::words(&status_of(&answer).message);
    let detail = format!("{} says that it is not well: {said}", link.server());
    Err(Problem::new(kubechat_core::problem::Code::ClusterUnreachable, detail))
}
