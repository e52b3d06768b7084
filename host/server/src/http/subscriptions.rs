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
/// Longest topic, bytes: a selector and its columns fit.
pub const TOPIC_BYTES_MAX: usize = 2_048;
/// Longest topics of one stream together, bytes.
pub const TOPICS_BYTES_MAX: usize = 64 << 10;

/// Streams by id.
type Open = BTreeMap<String, Kept>;

/// What is known of a stream.
#[derive(Debug)]
struct Kept {
    /// The subject of its owner.
    owner: String,
    topics: Arc<BTreeSet<String>>,
    /// How often its topics were said; nothing was yet while it is 0.
    said: u64,
}

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
        self.lock().insert(id.clone(), Kept { owner: who.subject(), topics: Arc::default(), said: 0 });
        Registered { streams: self.clone(), id }
    }

    /// Sets the topics of a stream; somebody else's stream does not exist.
    pub fn listen(&self, id: &str, who: &Principal, topics: Vec<String>) -> Result<(), Problem> {
        if topics.len() > TOPICS_MAX || topics.iter().any(|topic| topic.len() > TOPIC_BYTES_MAX) {
            let detail =
                format!("at most {TOPICS_MAX} topics (TOPICS_MAX) of {TOPIC_BYTES_MAX} bytes (TOPIC_BYTES_MAX)");
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        if topics.iter().map(String::len).sum::<usize>() > TOPICS_BYTES_MAX {
            let detail = format!("all topics of a stream have at most {TOPICS_BYTES_MAX} bytes (TOPICS_BYTES_MAX)");
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        match self.lock().get_mut(id) {
            Some(kept) if kept.owner == who.subject() => {
                kept.topics = Arc::new(topics.into_iter().collect());
                kept.said += 1;
                self.said.notify_waiters();
                Ok(())
            }
            _ => Err(Problem::new(Code::NotFound, "you have no such stream").hint("GET /events opens one")),
        }
    }

    /// Whether a stream listens to a topic: itself, or a prefix such as `plans` for every plan.
    pub fn hears(&self, id: &str, topic: &str) -> bool {
        let all_plans = |topics: &BTreeSet<String>| topic.starts_with("plan:") && topics.contains("plans");
        self.lock().get(id).is_some_and(|kept| kept.topics.contains(topic) || all_plans(&kept.topics))
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Every change is one insert, remove or assignment.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registered {
    /// Waits until its owner has said what the stream listens to oftener than `seen` times: how often, and what. Nothing is
    /// taken from the ring before the first time, so that a reader that comes back hears what it missed.
    pub async fn topics_after(&self, seen: u64) -> (u64, Arc<BTreeSet<String>>) {
        loop {
            let said = self.streams.said.notified();
            let kept = self.streams.lock().get(&self.id).map(|kept| (kept.said, kept.topics.clone()));
            if let Some((said, topics)) = kept.filter(|(said, _)| *said > seen) {
                return (said, topics);
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
