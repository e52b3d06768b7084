//! The book of a day: the tokens that each model used since 00:00 UTC, kept over restarts in a file of the data folder.
//!
//! Counting changes memory and asks for the file to be written beside it; the file is replaced whole, and the last write
//! holds everything before it. What a crash cuts off is the count of the calls of that moment. A file that can't be read is
//! said and begins anew, because no model would be safer with no count at all; one that can't be written is said once a
//! write. Limits: [`MODELS_KEPT_MAX`] models a day, [`FILE_BYTES_MAX`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::time::{Clock, Timestamp};
use kubechat_flow::ports::provider::Usage;
use kubechat_store::DataDir;
use serde::{Deserialize, Serialize};

use crate::metrics::Metrics;

/// The file.
const FILE: &str = "usage.json";
/// Most of it, bytes.
const FILE_BYTES_MAX: u64 = 64 << 10;
/// Most models of one day: those of a configuration, and those that it had before it was changed that day.
const MODELS_KEPT_MAX: usize = 128;
/// One day, ms.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Tokens of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Used {
    /// Tokens that were read.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// Whether some of them are estimates, because the model did not say.
    pub estimated: bool,
}

/// One day's figures, as they stand in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Day {
    /// Days since 1970.
    day: i64,
    models: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    provider: String,
    /// Empty where the settings choose none.
    model: String,
    #[serde(flatten)]
    used: Used,
}

/// The book.
pub struct Book {
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    known: Mutex<Known>,
    /// Where it is kept; one write at a time.
    folder: Option<Mutex<DataDir>>,
}

#[derive(Default)]
struct Known {
    day: i64,
    models: BTreeMap<(String, String), Used>,
    /// What calls under way may come to, tokens; of any day.
    under_way: BTreeMap<(String, String), Usage>,
}

impl Book {
    /// Today's book out of a data folder; without one it is kept in memory alone.
    pub fn open(folder: Option<DataDir>, clock: Arc<dyn Clock>, metrics: Metrics) -> Self {
        let read = folder.as_ref().map(read).unwrap_or_default();
        let models = read.models.into_iter().take(MODELS_KEPT_MAX);
        let models = models.map(|line| ((line.provider, line.model), line.used)).collect();
        Self {
            clock,
            metrics,
            known: Mutex::new(Known { day: read.day, models, under_way: BTreeMap::new() }),
            folder: folder.map(Mutex::new),
        }
    }

    /// Adds what a call used, and has it written down beside the caller.
    pub fn add(self: &Arc<Self>, provider: &str, model: &str, usage: Usage) {
        self.metrics.model_tokens(provider, model, usage);
        {
            let mut known = self.known();
            let key = (provider.to_owned(), model.to_owned());
            if known.models.len() >= MODELS_KEPT_MAX && !known.models.contains_key(&key) {
                tracing::warn!(
                    provider,
                    model,
                    "more models than MODELS_KEPT_MAX were used today; this one is not counted"
                );
                return;
            }
            let used = known.models.entry(key).or_default();
            used.input_tokens = used.input_tokens.saturating_add(usage.input_tokens);
            used.output_tokens = used.output_tokens.saturating_add(usage.output_tokens);
            used.estimated |= usage.estimated;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                let book = Arc::clone(self);
                runtime.spawn_blocking(move || book.write());
            }
            Err(_) => self.write(),
        }
    }

    /// What a model used today.
    pub fn today(&self, provider: &str, model: &str) -> Used {
        self.known().models.get(&(provider.to_owned(), model.to_owned())).copied().unwrap_or_default()
    }

    /// Lets a call begin, if what the model used today and what its calls under way may come to let it.
    ///
    /// # Errors
    /// What `judge` says.
    pub fn begin<E>(
        &self,
        provider: &str,
        model: &str,
        most: Usage,
        judge: impl FnOnce(Used, Usage) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut known = self.known();
        let key = (provider.to_owned(), model.to_owned());
        let today = known.models.get(&key).copied().unwrap_or_default();
        judge(today, known.under_way.get(&key).copied().unwrap_or_default())?;
        let under_way = known.under_way.entry(key).or_default();
        under_way.input_tokens = under_way.input_tokens.saturating_add(most.input_tokens);
        under_way.output_tokens = under_way.output_tokens.saturating_add(most.output_tokens);
        Ok(())
    }

    /// A call that [`Book::begin`] let begin is counted, or came to nothing.
    pub fn ended(&self, provider: &str, model: &str, most: Usage) {
        let mut known = self.known();
        let key = (provider.to_owned(), model.to_owned());
        let Some(under_way) = known.under_way.get_mut(&key) else { return };
        under_way.input_tokens = under_way.input_tokens.saturating_sub(most.input_tokens);
        under_way.output_tokens = under_way.output_tokens.saturating_sub(most.output_tokens);
        if under_way.tokens() == 0 {
            known.under_way.remove(&key);
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Writes down what is counted.
    pub fn write(&self) {
        let Some(folder) = &self.folder else { return };
        // Taken before the figures: whoever writes last writes the newest.
        let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
        let day = {
            let known = self.known();
            let line = |((provider, model), used): (&(String, String), &Used)| Line {
                provider: provider.clone(),
                model: model.clone(),
                used: *used,
            };
            Day { day: known.day, models: known.models.iter().map(line).collect() }
        };
        let written = serde_json::to_vec(&day).map_err(std::io::Error::other);
        let written = written.map_err(|error| error.to_string());
        let written = written.and_then(|bytes| folder.replace(FILE, &bytes).map_err(|error| error.to_string()));
        if let Err(why) = written {
            tracing::error!(why, "what models used today can't be written down; a restart would forget it");
        }
    }

    /// The figures of the day that is.
    fn known(&self) -> MutexGuard<'_, Known> {
        let day = self.clock.now().0.div_euclid(DAY_MS);
        // Every change is whole, so a panic elsewhere leaves nothing half counted.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.day != day {
            *known = Known { day, models: BTreeMap::new(), under_way: std::mem::take(&mut known.under_way) };
        }
        known
    }
}

fn read(folder: &DataDir) -> Day {
    let bytes = folder.read(FILE, FILE_BYTES_MAX).map_err(|error| error.to_string());
    let day = bytes.and_then(|bytes| match bytes {
        Some(bytes) => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
        None => Ok(Day::default()),
    });
    day.unwrap_or_else(|why| {
        tracing::error!(why, file = FILE, "what models used today can't be read; it is counted from 0");
        Day::default()
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// A clock set by hand.
    pub(crate) struct Hand(AtomicI64);

    impl Hand {
        pub(crate) fn set(&self, ms: i64) {
            self.0.store(ms, Ordering::Relaxed);
        }
    }

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::Relaxed))
        }
    }

    /// A book in memory, and its clock.
    pub(crate) fn book_at(ms: i64) -> (Arc<Book>, Arc<Hand>) {
        let clock = Arc::new(Hand(AtomicI64::new(ms)));
        (Arc::new(Book::open(None, clock.clone(), Metrics::new())), clock)
    }

    fn usage(input_tokens: u64, output_tokens: u64) -> Usage {
        Usage { input_tokens, output_tokens, estimated: false }
    }

    #[test]
    fn tokens_add_up_until_midnight() {
        let (book, clock) = book_at(DAY_MS - 1);
        book.add("p", "m", usage(900, 8));
        book.add("p", "m", Usage { estimated: true, ..usage(100, 2) });
        book.add("p", "other", usage(7, 7));
        assert_eq!(book.today("p", "m"), Used { input_tokens: 1_000, output_tokens: 10, estimated: true });
        clock.set(DAY_MS);
        assert_eq!(book.today("p", "m"), Used::default());
    }

    #[test]
    fn a_restart_goes_on_counting_and_a_new_day_or_a_broken_file_begins_anew() {
        let path = std::env::temp_dir().join(format!("kubechat-book-{}", std::process::id()));
        let clock = Arc::new(Hand(AtomicI64::new(1)));
        let open = || {
            let folder = DataDir::open(&path).unwrap();
            Arc::new(Book::open(Some(folder), clock.clone(), Metrics::new()))
        };
        open().add("p", "m", usage(900, 8));
        open().add("p", "m", usage(100, 2));
        assert_eq!(open().today("p", "m"), Used { input_tokens: 1_000, output_tokens: 10, estimated: false });
        clock.set(DAY_MS);
        assert_eq!(open().today("p", "m"), Used::default());
        clock.set(1);
        std::fs::write(path.join(FILE), "{").unwrap();
        assert_eq!(open().today("p", "m"), Used::default());
        std::fs::remove_dir_all(&path).unwrap();
    }

    #[test]
    fn no_more_models_are_kept_than_the_limit() {
        let (book, _) = book_at(1);
        for model in 0..=MODELS_KEPT_MAX {
            book.add("p", &model.to_string(), usage(1, 1));
        }
        assert_eq!(book.known().models.len(), MODELS_KEPT_MAX);
    }
}
