//! The event hub: a bounded ring of encoded events, and readers that catch up from it or are told to read again.
//!
//! Ids are `<epoch>-<seq>`: the epoch is new with every start, so an id of a former process never matches. A reader that
//! is further behind than the ring reaches gets [`Missed`], once, and goes on from now. Publishing never blocks. Events are
//! encoded once, whoever reads them; who may see one is asked at every send.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use kubechat_core::principal::Principal;
use kubechat_flow::ports::events::{Event, Events};
use tokio::sync::Notify;

/// Most events kept for readers that come back.
const RING_EVENTS_MAX: usize = 4_096;
/// Most bytes kept for them.
const RING_BYTES_MAX: usize = 4 << 20;

/// One event, encoded.
#[derive(Debug)]
pub struct Frame {
    /// Position in this epoch, from 1.
    pub seq: u64,
    /// The event, for topic and audience.
    pub event: Event,
    /// Its data as JSON text.
    pub data: String,
}

/// The ring no longer holds what a reader asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed;

#[derive(Debug, Default)]
struct Ring {
    last: u64,
    bytes: usize,
    frames: VecDeque<Arc<Frame>>,
}

/// Shared by all readers and the one who publishes.
#[derive(Debug)]
pub struct Hub {
    epoch: String,
    ring: Mutex<Ring>,
    news: Notify,
}

/// A reader's place.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    seen: u64,
}

impl Hub {
    /// A hub of a new epoch.
    pub fn new(epoch: String) -> Arc<Self> {
        Arc::new(Self { epoch, ring: Mutex::default(), news: Notify::new() })
    }

    /// This process's epoch.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The id of an event.
    pub fn id(&self, seq: u64) -> String {
        format!("{}-{seq}", self.epoch)
    }

    /// A reader from now on, or from after `last_event_id`. An id of another epoch, or one the ring has lost, is [`Missed`]
    /// beside a reader from now on.
    pub fn subscribe(self: &Arc<Self>, last_event_id: Option<&str>) -> (Subscription, Option<Missed>) {
        let ring = self.lock();
        let from_now = Subscription { hub: Arc::clone(self), seen: ring.last };
        let Some(id) = last_event_id else { return (from_now, None) };
        let seen =
            id.strip_prefix(&self.epoch).and_then(|rest| rest.strip_prefix('-')).and_then(|seq| seq.parse().ok());
        let oldest = ring.frames.front().map_or(ring.last + 1, |frame| frame.seq);
        match seen {
            Some(seen) if seen <= ring.last && seen + 1 >= oldest => {
                (Subscription { hub: Arc::clone(self), seen }, None)
            }
            _ => (from_now, Some(Missed)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ring> {
        // The ring is only ever changed by whole pushes and pops: a panic elsewhere leaves nothing half done.
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// The last event that was taken, or passed by.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// The next events this principal may see, waiting until there is at least one; or that some are lost.
    pub async fn next(&mut self, who: &Principal) -> Result<Vec<Arc<Frame>>, Missed> {
        loop {
            let hub = Arc::clone(&self.hub);
            let news = hub.news.notified();
            let frames = self.take(who)?;
            if !frames.is_empty() {
                return Ok(frames);
            }
            news.await;
        }
    }

    fn take(&mut self, who: &Principal) -> Result<Vec<Arc<Frame>>, Missed> {
        let ring = self.hub.lock();
        let oldest = ring.frames.front().map_or(ring.last + 1, |frame| frame.seq);
        let behind = self.seen + 1 < oldest;
        let seen = std::mem::replace(&mut self.seen, ring.last);
        if behind {
            return Err(Missed);
        }
        Ok(ring.frames.iter().filter(|frame| frame.seq > seen && frame.event.is_for(who)).cloned().collect())
    }
}

impl Events for Hub {
    fn publish(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let mut ring = self.lock();
        for event in events {
            ring.last += 1;
            let data = event.data.to_string();
            ring.bytes += data.len();
            let seq = ring.last;
            ring.frames.push_back(Arc::new(Frame { seq, event, data }));
            while ring.frames.len() > RING_EVENTS_MAX || ring.bytes > RING_BYTES_MAX {
                let Some(gone) = ring.frames.pop_front() else { break };
                ring.bytes -= gone.data.len();
            }
        }
        drop(ring);
        self.news.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(n: usize, audience: &[&str]) -> Event {
        let audience = audience.iter().map(|who| (*who).to_owned()).collect();
        Event { topic: "plan:p".to_owned(), name: "plan_update".to_owned(), audience, data: json!({"n": n}) }
    }

    #[tokio::test]
    async fn a_reader_that_comes_back_gets_what_it_missed() {
        let (hub, who) = (Hub::new("e1".to_owned()), Principal::local("mira", &[]));
        hub.publish(vec![event(1, &[]), event(2, &[]), event(3, &[])]);
        let (mut reader, missed) = hub.subscribe(Some("e1-1"));
        assert_eq!(missed, None);
        let seqs: Vec<_> = reader.next(&who).await.unwrap().iter().map(|frame| frame.seq).collect();
        assert_eq!(seqs, [2, 3]);
    }

    #[tokio::test]
    async fn an_id_of_another_epoch_or_beyond_the_ring_is_missed() {
        let hub = Hub::new("e2".to_owned());
        hub.publish((0..=RING_EVENTS_MAX).map(|n| event(n, &[])).collect());
        for lost in ["e1-1", "e2-0", "e2-99999999", "e2", "nonsense"] {
            assert_eq!(hub.subscribe(Some(lost)).1, Some(Missed), "{lost}");
        }
        assert_eq!(hub.subscribe(Some("e2-1")).1, None, "the oldest kept one is 2");
    }

    #[tokio::test]
    async fn an_event_for_one_person_reaches_nobody_else() {
        let hub = Hub::new("e".to_owned());
        let (mut other, _) = hub.subscribe(None);
        let (mut own, _) = hub.subscribe(None);
        hub.publish(vec![event(1, &["local|mira"]), event(2, &[])]);
        let seqs = |frames: Vec<Arc<Frame>>| frames.iter().map(|frame| frame.seq).collect::<Vec<_>>();
        assert_eq!(seqs(other.next(&Principal::local("jon", &[])).await.unwrap()), [2]);
        assert_eq!(seqs(own.next(&Principal::local("mira", &[])).await.unwrap()), [1, 2]);
    }
}
