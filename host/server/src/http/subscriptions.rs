//! Open `/events` streams and the topics each listens to.
//!
//! A stream belongs to the principal who opened it; only he sets its topics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use tokio::sync::Notify;

/// Most topics of one stream.
pub const TOPICS_MAX: usize = 200;
/// Longest topic, bytes.
pub const TOPIC_BYTES_MAX: usize = 64;

/// Owner and topics by stream; no topics were said yet while they are absent.
type Open = BTreeMap<String, (String, Option<BTreeSet<String>>)>;

/// Open streams by id.
#[derive(Debug, Clone, Default)]
pub struct Streams {
    open: Arc<Mutex<Open>>,
    said: Arc<Notify>,
}

/// A stream's registration; gone when the stream is.
#[derive(Debug)]
pub struct Registered {
    streams: Streams,
    /// The stream's id.
    pub id: String,
}

impl Streams {
    /// Registers a stream of this principal; how many there may be is a matter of [`Seats`](super::seats::Seats).
    pub fn open(&self, id: String, who: &Principal) -> Registered {
        self.lock().insert(id.clone(), (who.subject(), None));
        Registered { streams: self.clone(), id }
    }

    /// Sets the topics of a stream; somebody else's stream does not exist.
    pub fn listen(&self, id: &str, who: &Principal, topics: Vec<String>) -> Result<(), Problem> {
        if topics.len() > TOPICS_MAX || topics.iter().any(|topic| topic.len() > TOPIC_BYTES_MAX) {
            let detail =
                format!("at most {TOPICS_MAX} topics (TOPICS_MAX) of {TOPIC_BYTES_MAX} bytes (TOPIC_BYTES_MAX)");
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        match self.lock().get_mut(id) {
            Some((owner, kept)) if *owner == who.subject() => {
                *kept = Some(topics.into_iter().collect());
                self.said.notify_waiters();
                Ok(())
            }
            _ => Err(Problem::new(Code::NotFound, "you have no such stream").hint("GET /events opens one")),
        }
    }

    /// Whether a stream listens to a topic: itself, or a prefix such as `plans` for every plan.
    pub fn hears(&self, id: &str, topic: &str) -> bool {
        let all_plans = |topics: &BTreeSet<String>| topic.starts_with("plan:") && topics.contains("plans");
        self.lock()
            .get(id)
            .and_then(|(_, topics)| topics.as_ref())
            .is_some_and(|topics| topics.contains(topic) || all_plans(topics))
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Every change is one insert, remove or assignment.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registered {
    /// Waits until its owner has said what the stream listens to. Nothing is taken from the ring before that, so that a
    /// reader that comes back hears what it missed.
    pub async fn has_topics(&self) {
        loop {
            let said = self.streams.said.notified();
            if self.streams.lock().get(&self.id).is_none_or(|(_, topics)| topics.is_some()) {
                return;
            }
            said.await;
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.streams.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_owner_sets_a_streams_topics() {
        let (streams, mira, jon) = (Streams::default(), Principal::local("mira", &[]), Principal::local("jon", &[]));
        let opened = streams.open("s".to_owned(), &mira);
        assert!(streams.listen("s", &jon, vec!["plans".to_owned()]).is_err());
        assert!(!streams.hears("s", "plan:p-1"));
        streams.listen("s", &mira, vec!["plans".to_owned()]).unwrap();
        assert!(streams.hears("s", "plan:p-1") && !streams.hears("s", "turn:u-1"));
        drop(opened);
        assert!(!streams.hears("s", "plan:p-1"), "a closed stream hears nothing");
    }
}
