//! What one watch has: the rows as they are now, how far it has come, and who reads them.
//!
//! The watch writes, readers take. A reader's desk holds the keys of rows that changed since it last took, each once, at
//! most [`READER_ROWS_MAX`]; past that it begins anew. So a reader that sleeps costs a bounded set of keys and nothing else,
//! and never holds the watch up. Every change is made under one lock, held for no wait.
//!
//! Limits: [`WATCH_ROWS_MAX`], [`WATCH_BYTES_MAX`], and [`WATCHES_BYTES_MAX`] over the whole host; past one the watch ends,
//! drops what it has, and says which limit it was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::live::Lost;
use kubechat_flow::ports::table::TableColumn;
use tokio::sync::Notify;

use super::places::Place;
use crate::limits::{READER_ROWS_MAX, WATCH_BYTES_MAX, WATCH_ROWS_MAX, WATCHES_BYTES_MAX};

/// Shared by one watch and its readers.
pub(crate) struct Shelf<T> {
    state: Mutex<State<T>>,
    /// Something changed.
    news: Notify,
    /// The watch is over.
    over: Notify,
}

/// A row, and what it is taken to weigh.
pub(crate) struct Held<T> {
    pub(crate) kept: Arc<T>,
    pub(crate) bytes: usize,
}

/// Rows by their identity.
pub(crate) type Rows<T> = BTreeMap<Arc<str>, Held<T>>;

/// Everything behind the lock.
pub(crate) struct State<T> {
    pub(crate) rows: Rows<T>,
    pub(crate) columns: Arc<[TableColumn]>,
    pub(crate) version: String,
    /// Whether a list was ever read.
    pub(crate) filled: bool,
    pub(crate) lost: Option<Lost>,
    pub(crate) ended: Option<Problem>,
    pub(crate) desks: BTreeMap<u64, Desk>,
    next_desk: u64,
    bytes: usize,
    used_at: Instant,
    /// Given back with the end.
    place: Option<Place>,
    /// Bytes of all watches.
    total: Arc<AtomicUsize>,
}

/// What a reader has yet to hear.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub(crate) dirty: BTreeSet<Arc<str>>,
    /// Everything, whatever is dirty.
    pub(crate) reset: bool,
    /// What it was last told of the cluster.
    pub(crate) told_lost: Option<Lost>,
}

impl<T> Shelf<T> {
    /// An empty one; `total` counts the bytes of all.
    pub(crate) fn new(place: Place, total: Arc<AtomicUsize>) -> Arc<Self> {
        let state = State {
            rows: BTreeMap::new(),
            columns: Arc::from([]),
            version: String::new(),
            filled: false,
            lost: None,
            ended: None,
            desks: BTreeMap::new(),
            next_desk: 0,
            bytes: 0,
            used_at: Instant::now(),
            place: Some(place),
            total,
        };
        Arc::new(Self { state: Mutex::new(state), news: Notify::new(), over: Notify::new() })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State<T>> {
        // No change panics half way: rows are swapped, inserted or removed whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For whoever waits for a change; taken before looking.
    pub(crate) fn news(&self) -> tokio::sync::futures::Notified<'_> {
        self.news.notified()
    }

    /// A list was read: its rows take the place of whatever was there, and every reader begins anew.
    pub(crate) fn replace(&self, rows: Rows<T>, columns: Arc<[TableColumn]>, version: String) {
        let mut state = self.lock();
        if state.ended.is_some() {
            return;
        }
        let bytes = rows.values().map(|held| held.bytes).sum();
        state.weigh(bytes);
        // The old rows are dropped outside of the lock: there may be many.
        let old = std::mem::replace(&mut state.rows, rows);
        (state.columns, state.version, state.filled, state.lost) = (columns, version, true, None);
        for desk in state.desks.values_mut() {
            desk.dirty.clear();
            desk.reset = true;
        }
        let too_large = state.too_large();
        drop(state);
        drop(old);
        self.told(too_large);
    }

    /// One row is there, in this state.
    pub(crate) fn upsert(&self, key: Arc<str>, held: Held<T>, version: String) {
        let mut state = self.lock();
        if state.ended.is_some() {
            return;
        }
        let mut bytes = state.bytes + held.bytes;
        if let Some(old) = state.rows.insert(key.clone(), held) {
            bytes -= old.bytes;
        }
        state.weigh(bytes);
        state.version = version;
        state.touched(&key);
        let too_large = state.too_large();
        drop(state);
        self.told(too_large);
    }

    /// One row is gone.
    pub(crate) fn remove(&self, key: &Arc<str>, version: String) {
        let mut state = self.lock();
        state.version = version;
        let Some(old) = state.rows.remove(key) else { return };
        let bytes = state.bytes - old.bytes;
        state.weigh(bytes);
        state.touched(key);
        drop(state);
        self.told(None);
    }

    /// Nothing changed up to here.
    pub(crate) fn bookmark(&self, version: String) {
        self.lock().version = version;
    }

    /// How far it has come.
    pub(crate) fn version(&self) -> String {
        self.lock().version.clone()
    }

    /// The columns of a table, as they were last printed.
    pub(crate) fn columns(&self) -> Arc<[TableColumn]> {
        self.lock().columns.clone()
    }

    /// From here on nothing is heard of the cluster. The first reason stays.
    pub(crate) fn lose(&self, lost: Lost) {
        self.lock().lost.get_or_insert(lost);
        self.told(None);
    }

    /// It is heard of again.
    pub(crate) fn back(&self) {
        self.lock().lost = None;
        self.told(None);
    }

    /// The watch is over: what it had is dropped, its place is free. The first end stays.
    pub(crate) fn end(&self, problem: Problem) {
        let mut state = self.lock();
        if state.ended.is_some() {
            return;
        }
        state.weigh(0);
        state.ended = Some(problem);
        state.used_at = Instant::now();
        let (rows, place) = (std::mem::take(&mut state.rows), state.place.take());
        state.desks.values_mut().for_each(|desk| desk.dirty.clear());
        drop(state);
        drop((rows, place));
        self.over.notify_waiters();
        self.told(None);
    }

    /// Waits for the end.
    pub(crate) async fn is_over(&self) {
        loop {
            let over = self.over.notified();
            if self.lock().ended.is_some() {
                return;
            }
            over.await;
        }
    }

    /// Somebody takes from it without reading on.
    pub(crate) fn use_now(&self) {
        self.lock().used_at = Instant::now();
    }

    fn told(&self, too_large: Option<Problem>) {
        match too_large {
            Some(problem) => self.end(problem),
            None => self.news.notify_waiters(),
        }
    }
}

impl<T> State<T> {
    /// Since when nobody uses it; nothing while somebody reads.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        self.desks.is_empty().then_some(self.used_at)
    }

    /// Takes a desk; its reader begins anew.
    pub(crate) fn seat(&mut self) -> u64 {
        self.next_desk += 1;
        self.desks.insert(self.next_desk, Desk { reset: true, ..Desk::default() });
        self.next_desk
    }

    /// Gives it back.
    pub(crate) fn leave(&mut self, desk: u64) {
        self.desks.remove(&desk);
        self.used_at = Instant::now();
    }

    fn touched(&mut self, key: &Arc<str>) {
        for desk in self.desks.values_mut().filter(|desk| !desk.reset) {
            if desk.dirty.len() >= READER_ROWS_MAX && !desk.dirty.contains(key) {
                desk.dirty.clear();
                desk.reset = true;
            } else {
                desk.dirty.insert(key.clone());
            }
        }
    }

    /// What its rows are taken to weigh, bytes.
    pub(crate) fn weight(&self) -> usize {
        self.bytes
    }

    fn weigh(&mut self, bytes: usize) {
        self.total.fetch_add(bytes, Ordering::Relaxed);
        self.total.fetch_sub(self.bytes, Ordering::Relaxed);
        self.bytes = bytes;
    }

    fn too_large(&self) -> Option<Problem> {
        let limit = if self.rows.len() > WATCH_ROWS_MAX {
            format!("WATCH_ROWS_MAX ({WATCH_ROWS_MAX} rows)")
        } else if self.bytes > WATCH_BYTES_MAX {
            format!("WATCH_BYTES_MAX ({WATCH_BYTES_MAX} bytes)")
        } else if self.total.load(Ordering::Relaxed) > WATCHES_BYTES_MAX {
            format!("WATCHES_BYTES_MAX ({WATCHES_BYTES_MAX} bytes over all watches)")
        } else {
            return None;
        };
        let problem = Problem::new(Code::LimitExceeded, format!("what is watched here is more than {limit}"));
        Some(problem.hint("watch less: one namespace, or by label"))
    }
}

impl<T> Drop for State<T> {
    fn drop(&mut self) {
        self.total.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{DELTA_ROWS_MAX, RESET_ROWS_MAX, WATCHES_MAX, WATCHES_OF_LINE_MAX};
    use crate::watch::places;
    use crate::watch::reader::ShelfReader;
    use kubechat_flow::ports::live::{News, Reader as _};
    use tokio::sync::Semaphore;

    fn shelf(total: &Arc<AtomicUsize>) -> Arc<Shelf<u32>> {
        let places = [WATCHES_OF_LINE_MAX, WATCHES_MAX].map(|places| Arc::new(Semaphore::new(places)));
        Shelf::new(places::take(&places[0], &places[1]).unwrap(), total.clone())
    }

    fn key(n: usize) -> Arc<str> {
        format!("u-{n}").into()
    }

    fn held(n: u32, bytes: usize) -> Held<u32> {
        Held { kept: Arc::new(n), bytes }
    }

    fn list(shelf: &Shelf<u32>, rows: usize) {
        shelf.replace((0..rows).map(|n| (key(n), held(0, 10))).collect(), Arc::from([]), "1".to_owned());
    }

    async fn delta(reader: &mut ShelfReader<u32>) -> (bool, bool, usize, usize) {
        match reader.next().await {
            News::Delta(delta) => (delta.reset, delta.complete, delta.upserts.len(), delta.removed.len()),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_reader_that_does_not_read_holds_no_more_keys_than_the_limit() {
        let shelf = shelf(&Arc::default());
        list(&shelf, 5_000);
        let mut reader = ShelfReader::at(shelf.clone()).unwrap();
        assert_eq!(delta(&mut reader).await, (true, false, 0, 0), "too many rows for one delta: they are read by page");
        let mut most = 0;
        for n in 0..10_000 {
            shelf.upsert(key(n % 5_000), held(1, 10), n.to_string());
            most = most.max(shelf.lock().desks.values().map(|desk| desk.dirty.len()).sum());
        }
        assert_eq!(most, READER_ROWS_MAX);
        assert_eq!(delta(&mut reader).await, (true, false, 0, 0), "it begins anew");
        shelf.upsert(key(1), held(2, 10), "x".to_owned());
        shelf.remove(&key(2), "y".to_owned());
        assert_eq!(delta(&mut reader).await, (false, false, 1, 1));
    }

    #[tokio::test]
    async fn what_changed_comes_in_pieces_and_a_short_reset_holds_everything() {
        let shelf = shelf(&Arc::default());
        list(&shelf, RESET_ROWS_MAX);
        let mut reader = ShelfReader::at(shelf.clone()).unwrap();
        assert_eq!(delta(&mut reader).await, (true, true, RESET_ROWS_MAX, 0));
        for n in 0..DELTA_ROWS_MAX + 3 {
            shelf.upsert(key(n), held(1, 10), n.to_string());
        }
        assert_eq!(delta(&mut reader).await, (false, false, DELTA_ROWS_MAX, 0));
        assert_eq!(delta(&mut reader).await, (false, false, 3, 0));
    }

    #[tokio::test]
    async fn the_loss_of_a_cluster_is_told_before_rows_and_an_end_before_everything() {
        let shelf = shelf(&Arc::default());
        let mut reader = ShelfReader::at(shelf.clone()).unwrap();
        list(&shelf, 2);
        let lost = Lost { since: kubechat_core::time::Timestamp(1), why: "frozen".to_owned() };
        shelf.lose(lost.clone());
        assert_eq!(reader.next().await, News::Lost(lost));
        assert_eq!(delta(&mut reader).await.2, 2, "what is known is known");
        shelf.back();
        assert_eq!(reader.next().await, News::Back);
        shelf.upsert(key(7), held(1, 10), "2".to_owned());
        let over = Problem::new(Code::ClusterForbidden, "no");
        shelf.end(over.clone());
        shelf.end(Problem::new(Code::Stale, "a later reason"));
        assert_eq!(reader.next().await, News::Ended(over), "and no row after it");
        assert!(shelf.lock().rows.is_empty());
    }

    #[test]
    fn past_a_limit_a_watch_drops_what_it_has_and_names_the_limit() {
        let total = Arc::default();
        let ended = |shelf: &Shelf<u32>| shelf.lock().ended.clone().map(|problem| problem.detail).unwrap_or_default();
        let rows = shelf(&total);
        list(&rows, WATCH_ROWS_MAX);
        assert_eq!(ended(&rows), "");
        rows.upsert(key(WATCH_ROWS_MAX), held(1, 1), "2".to_owned());
        assert!(ended(&rows).contains("WATCH_ROWS_MAX"), "{}", ended(&rows));
        let bytes = shelf(&total);
        bytes.upsert(key(1), held(1, WATCH_BYTES_MAX + 1), "2".to_owned());
        assert!(ended(&bytes).contains("WATCH_BYTES_MAX"), "{}", ended(&bytes));
        let all: Vec<_> = (0..=WATCHES_BYTES_MAX / WATCH_BYTES_MAX).map(|_| shelf(&total)).collect();
        all.iter().for_each(|shelf| shelf.upsert(key(1), held(1, WATCH_BYTES_MAX), "2".to_owned()));
        assert!(all.last().is_some_and(|last| ended(last).contains("WATCHES_BYTES_MAX")));
        drop(all);
        assert_eq!(total.load(Ordering::Relaxed), 0, "what is gone weighs nothing");
    }
}
