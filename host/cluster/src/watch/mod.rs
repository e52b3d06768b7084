//! Watches: what changes on a cluster, as one principal may see it, shared by his readers and nobody else's.
//!
//! One file, one idea: [`which`] says of what a watch is and [`projection`] what is kept; [`lines`] and [`event`] read what
//! the API server sends, [`reflect`] is the loop that lists, watches and begins anew, [`pause`] slows it down; [`shelf`]
//! holds what is there now and [`reader`] takes from it; [`pulse`] says whether the cluster is there at all; [`keeper`] ends
//! what nobody uses or may see any more; [`places`] are the limits; [`live`] and [`statuses`] are the port; [`facts`] answers
//! a diagnosis.
//!
//! Everything hangs on a line: a principal's credentials for one cluster. No principal, no line, no watch. A line whose
//! kubeconfig changed is dropped, and its watches end as `stale`: they are begun anew on the new line or not at all. What is
//! *not* here: the values of Secrets (what is kept goes through its asker's cleaning first), writes, a queue of events.

pub(crate) mod event;
pub(crate) mod facts;
pub(crate) mod keeper;
pub(crate) mod kinds;
pub(crate) mod lines;
mod live;
pub(crate) mod pause;
pub(crate) mod places;
pub(crate) mod projection;
pub(crate) mod pulse;
pub(crate) mod reader;
pub(crate) mod reflect;
pub(crate) mod shelf;
mod statuses;
pub(crate) mod which;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kubechat_core::kept::Kept;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::resources::ResourceRow;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::limits::{
    ACCESS_RECHECK, FACTS_IDLE_MAX, OBJECT_IDLE_MAX, TABLE_IDLE_MAX, WARM_QUERIES_MAX, WATCH_REFUSED_PAUSE,
    WATCHES_MAX, WATCHES_OF_LINE_MAX,
};
use crate::link::Link;
use projection::Projection;
use pulse::{Heart, Pulse};
use reflect::{Reflector, replaced};
use shelf::Shelf;
use which::Which;

/// How long a watch lives without use, and how often its rights are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchTimes {
    /// A table's idle time.
    pub table_idle: Duration,
    /// A single object's.
    pub object_idle: Duration,
    /// That of what a diagnosis reads.
    pub facts_idle: Duration,
    /// Between two access reviews.
    pub recheck: Duration,
}

impl Default for WatchTimes {
    fn default() -> Self {
        Self {
            table_idle: TABLE_IDLE_MAX,
            object_idle: OBJECT_IDLE_MAX,
            facts_idle: FACTS_IDLE_MAX,
            recheck: ACCESS_RECHECK,
        }
    }
}

/// What all watches of the host share: limits, no content.
#[derive(Clone)]
pub(crate) struct Shared {
    places: Arc<Semaphore>,
    total: Arc<AtomicUsize>,
    times: WatchTimes,
}

impl Shared {
    pub(crate) fn new(times: WatchTimes) -> Self {
        Self { places: Arc::new(Semaphore::new(WATCHES_MAX)), total: Arc::default(), times }
    }
}

/// The watches of one line. When it is dropped, they end.
pub(crate) struct Watches {
    pub(crate) heart: Heart,
    pub(crate) tables: Registry<ResourceRow>,
    pub(crate) objects: Registry<Value>,
    pub(crate) facts: Registry<Kept>,
}

impl Watches {
    pub(crate) fn new(shared: &Shared) -> Self {
        let places = Arc::new(Semaphore::new(WATCHES_OF_LINE_MAX));
        let times = shared.times;
        Self {
            heart: Heart::default(),
            tables: Registry::new(times.table_idle, places.clone(), shared),
            objects: Registry::new(times.object_idle, places, shared),
            // Of their own, so that a diagnosis of many namespaces never keeps a table from being shown, nor the reverse.
            facts: Registry::new(times.facts_idle, Arc::new(Semaphore::new(WARM_QUERIES_MAX)), shared),
        }
    }
}

/// The watches of one line that keep the same sort of thing.
pub(crate) struct Registry<T> {
    shelves: Mutex<BTreeMap<Which, Arc<Shelf<T>>>>,
    idle: Duration,
    places: Arc<Semaphore>,
    shared: Shared,
}

/// What a watch runs on.
pub(crate) struct Ground {
    pub(crate) link: Arc<Link>,
    pub(crate) pulse: Arc<Pulse>,
}

impl<T: Send + Sync + 'static> Registry<T> {
    /// Watches without use end after `idle`; `places` are the line's.
    pub(crate) fn new(idle: Duration, places: Arc<Semaphore>, shared: &Shared) -> Self {
        Self { shelves: Mutex::default(), idle, places, shared: shared.clone() }
    }

    /// The watch of these, begun when there is none. Who is given one should use it: read from it, or
    /// [`Shelf::use_now`].
    ///
    /// # Errors
    /// `busy`, with the limit.
    pub(crate) fn begun<P: Projection<Kept = T>>(
        &self,
        ground: impl FnOnce() -> Ground,
        which: &Which,
        projection: impl FnOnce() -> P,
    ) -> Result<Arc<Shelf<T>>, Problem> {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shelf) = shelves.get(which).filter(|shelf| shelf.lock().ended.is_none()) {
            shelf.use_now();
            return Ok(shelf.clone());
        }
        shelves.retain(|_, shelf| shelf.lock().is_worth_knowing());
        let place = match places::take(&self.places, &self.shared.places) {
            Err(problem) if problem.code == Code::Busy && end_idlest(&shelves) => {
                places::take(&self.places, &self.shared.places)?
            }
            place => place?,
        };
        let shelf = Shelf::new(place, self.shared.total.clone());
        shelves.insert(which.clone(), shelf.clone());
        drop(shelves);
        let (Ground { link, pulse }, which, idle, times) = (ground(), which.clone(), self.idle, self.shared.times);
        tokio::spawn(keeper::keep(link.clone(), which.clone(), shelf.clone(), idle, times));
        let projection = Arc::new(projection());
        tokio::spawn(Reflector { link, which, projection, shelf: shelf.clone(), pulse }.run());
        Ok(shelf)
    }

    /// The same for those who only prefer a watch: one that was refused a moment ago is not begun again.
    pub(crate) fn preferred<P: Projection<Kept = T>>(
        &self,
        ground: impl FnOnce() -> Ground,
        which: &Which,
        projection: impl FnOnce() -> P,
    ) -> Option<Arc<Shelf<T>>> {
        if self.known(which).is_some_and(|shelf| shelf.lock().was_refused()) {
            return None;
        }
        self.begun(ground, which, projection).ok()
    }

    /// Ends the heaviest watches until all that is kept here weighs no more than this; `limit` is its name.
    pub(crate) fn weigh_at_most(&self, bytes_max: usize, limit: &str) {
        let shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        let mut weights: Vec<_> = shelves.values().map(|shelf| (shelf.lock().weight(), shelf)).collect();
        weights.sort_by_key(|(bytes, _)| *bytes);
        let mut total: usize = weights.iter().map(|(bytes, _)| bytes).sum();
        while let Some((bytes, heaviest)) = weights.pop().filter(|_| total > bytes_max) {
            total -= bytes;
            let detail = format!("what is watched for diagnoses is more than {limit} ({bytes_max} bytes)");
            tracing::warn!(%detail, "a watch ends; what it kept is listed each time instead");
            heaviest.end(Problem::new(Code::LimitExceeded, detail));
        }
    }

    /// The watch of these, when there is one, over or not.
    pub(crate) fn known(&self, which: &Which) -> Option<Arc<Shelf<T>>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner).get(which).cloned()
    }
}

/// Ends the watch that has been without use for longest, if any is.
fn end_idlest<T>(shelves: &BTreeMap<Which, Arc<Shelf<T>>>) -> bool {
    let idle = |shelf: &Arc<Shelf<T>>| {
        let state = shelf.lock();
        state.idle_since().filter(|_| state.ended.is_none())
    };
    let idlest = shelves.values().filter_map(|shelf| Some((idle(shelf)?, shelf))).min_by_key(|(since, _)| *since);
    idlest.is_some_and(|(_, shelf)| {
        shelf.end(Problem::new(Code::Stale, "it made room for another watch").hint("begin it anew"));
        true
    })
}

impl<T> shelf::State<T> {
    /// Whether what it has is what there is, as far as is known.
    pub(crate) fn is_warm(&self) -> bool {
        self.filled && self.lost.is_none() && self.ended.is_none()
    }

    /// Whether it was refused so shortly ago that another try is not worth it.
    fn was_refused(&self) -> bool {
        self.ended.as_ref().is_some_and(|problem| problem.code != Code::Stale)
            && self.idle_since().is_some_and(|since: Instant| since.elapsed() < WATCH_REFUSED_PAUSE)
    }

    fn is_worth_knowing(&self) -> bool {
        self.ended.is_none() || self.was_refused()
    }
}

impl<T> Drop for Registry<T> {
    fn drop(&mut self) {
        for shelf in self.shelves.lock().unwrap_or_else(PoisonError::into_inner).values() {
            shelf.end(replaced());
        }
    }
}
