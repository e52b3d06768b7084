//! What an event stream tells beside the hub's events: what waits for its reader (`inbox_update`), and how the host is
//! (`health`). Each is told as it is at first, then whenever it changed.
//!
//! They are looked at, not sent: an approval that runs out is no event. The inbox is looked at when a plan moved, else every
//! [`INBOX_EVERY`]; health every [`HEALTH_EVERY`]. A look costs the database some rows, and only where somebody listens.

use std::time::Duration;

use kubechat_core::principal::Principal;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::routes::{readyz, session};
use super::sse::SseEvent;
use super::state::App;

/// The topic of `inbox_update`.
pub const INBOX: &str = "inbox";
/// The topic of `health`.
pub const HEALTH: &str = "health";
/// How often an inbox is looked at when no plan moves.
pub const INBOX_EVERY: Duration = Duration::from_secs(15);
/// How often health is looked at.
pub const HEALTH_EVERY: Duration = Duration::from_secs(2);

/// What a reader knows.
#[derive(Debug, Default)]
pub struct Beside {
    inbox: Seen,
    health: Seen,
}

/// What was told last, and when it was looked at.
#[derive(Debug, Default)]
struct Seen {
    told: Option<String>,
    looked: Option<Instant>,
}

impl Seen {
    fn is_due(&self, every: Duration) -> bool {
        self.looked.is_none_or(|looked| looked.elapsed() >= every)
    }

    /// The event, unless it was told already.
    fn news(&mut self, name: &'static str, now: &Value) -> Option<SseEvent> {
        let text = now.to_string();
        (self.told.as_ref() != Some(&text)).then(|| {
            self.told = Some(text.clone());
            SseEvent::encoded(name, text)
        })
    }
}

impl Beside {
    /// What is new for a reader who listens to these.
    pub async fn look(&mut self, app: &App, who: &Principal, inbox: bool, health: bool) -> Vec<SseEvent> {
        let mut news = Vec::new();
        if inbox && self.inbox.is_due(INBOX_EVERY) {
            self.inbox.looked = Some(Instant::now());
            // A database that can't be read is told by `health`; the inbox stays as it was last known.
            if let Ok(waits) = app.flow.inbox(who).await {
                news.extend(self.inbox.news("inbox_update", &json!(waits)));
            }
        }
        if health && self.health.is_due(HEALTH_EVERY) {
            self.health.looked = Some(Instant::now());
            news.extend(self.health.news("health", &now(app).await));
        }
        for (listens, seen) in [(inbox, &mut self.inbox), (health, &mut self.health)] {
            if !listens {
                *seen = Seen::default();
            }
        }
        news
    }

    /// A plan moved.
    pub fn inbox_may_differ(&mut self) {
        self.inbox.looked = None;
    }

    /// Waits until something is to be looked at again.
    pub async fn due(&self) {
        tokio::time::sleep(HEALTH_EVERY).await;
    }
}

/// How the host is now.
async fn now(app: &App) -> Value {
    let checks = readyz::checks(app).await;
    let ok = checks.iter().all(readyz::Check::is_ok);
    let mut health = json!({"ok": ok, "egress": session::egress(app)});
    for check in &checks {
        health[check.name()] = json!(check);
    }
    health
}
