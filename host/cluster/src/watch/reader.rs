//! A reader of a watch: takes what changed, in its latest state, and gives its desk back when it goes.
//!
//! Order: an end before everything, then the cluster's coming and going, then rows. What was not taken stays on the desk, so
//! a reader may be dropped in the middle of waiting, or wait as long as it likes.

use std::sync::Arc;

use async_trait::async_trait;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::live::{Delta, News, Reader};

use super::shelf::{Shelf, State};
use crate::limits::{DELTA_ROWS_MAX, READERS_OF_WATCH_MAX, RESET_ROWS_MAX};

/// One reader.
pub(crate) struct ShelfReader<T> {
    shelf: Arc<Shelf<T>>,
    desk: u64,
}

impl<T> ShelfReader<T> {
    /// Takes a desk.
    ///
    /// # Errors
    /// `busy` when there is none.
    pub(crate) fn at(shelf: Arc<Shelf<T>>) -> Result<Self, Problem> {
        let mut state = shelf.lock();
        if state.desks.len() >= READERS_OF_WATCH_MAX {
            let detail = format!("{READERS_OF_WATCH_MAX} read this already (READERS_OF_WATCH_MAX)");
            return Err(Problem::new(Code::Busy, detail));
        }
        let desk = state.seat();
        drop(state);
        Ok(Self { shelf, desk })
    }

    fn take(&self) -> Option<News<T>> {
        let mut state = self.shelf.lock();
        if let Some(problem) = &state.ended {
            return Some(News::Ended(problem.clone()));
        }
        let lost = state.lost.clone();
        let told = &mut state.desks.get_mut(&self.desk)?.told_lost;
        if *told != lost {
            told.clone_from(&lost);
            return Some(lost.map_or(News::Back, News::Lost));
        }
        if !state.filled {
            return None;
        }
        state.delta(self.desk).map(News::Delta)
    }
}

impl<T> State<T> {
    fn delta(&mut self, desk: u64) -> Option<Delta<T>> {
        let Self { rows, columns, version, desks, .. } = self;
        let desk = desks.get_mut(&desk)?;
        let reset = std::mem::take(&mut desk.reset);
        let mut delta = Delta {
            reset,
            complete: rows.len() <= RESET_ROWS_MAX,
            columns: columns.clone(),
            upserts: Vec::new(),
            removed: Vec::new(),
            resource_version: version.clone(),
        };
        if reset {
            desk.dirty.clear();
            if delta.complete {
                delta.upserts = rows.values().map(|held| held.kept.clone()).collect();
            }
            return Some(delta);
        }
        delta.complete = false;
        for _ in 0..DELTA_ROWS_MAX {
            let Some(key) = desk.dirty.pop_first() else { break };
            match rows.get(&key) {
                Some(held) => delta.upserts.push(held.kept.clone()),
                None => delta.removed.push(key),
            }
        }
        (!delta.upserts.is_empty() || !delta.removed.is_empty()).then_some(delta)
    }
}

#[async_trait]
impl<T: Send + Sync + 'static> Reader<T> for ShelfReader<T> {
    async fn next(&mut self) -> News<T> {
        loop {
            let shelf = self.shelf.clone();
            let news = shelf.news();
            if let Some(news) = self.take() {
                return news;
            }
            news.await;
        }
    }
}

impl<T> Drop for ShelfReader<T> {
    fn drop(&mut self) {
        self.shelf.lock().leave(self.desk);
    }
}
