//! The models of this host, in the order in which they are asked: each with its component, and what is known of its calls.
//!
//! A place in the order is an index from 0, and what people call a model by. The provider that is asked first is one of them
//! unless it is our rules, which are no model. Nothing here decides who answers a turn: flow does, by the order it is given.
//! Deliberately not here: choosing a model for a sentence, and speaking to anybody.

mod account;
mod book;
mod counted;
mod standing;
mod trial;

use std::sync::Arc;

use kubechat_core::egress::Destination;
use kubechat_plugin::{Failure, ProviderHandle};

pub use account::{Account, Last, Left};
pub use book::{Book, Used};
pub use counted::CountedProvider;
pub use standing::{Standing, State, Way, bind_command};
pub use trial::{TRIAL_DEADLINE, TRIAL_TEXT_BYTES_MAX, TRIAL_TOKENS_MAX, Trial, offered};

use crate::config::{Config, ModelEntry, PROVIDER};

/// One model.
#[derive(Clone)]
pub struct Seat {
    /// What the operator wrote.
    pub entry: ModelEntry,
    /// Its component with the settings, or why that can't be asked.
    pub handle: Result<ProviderHandle, Failure>,
    /// Destinations that its component's manifest names.
    pub destinations: Vec<Destination>,
    /// Whether it is the host's `provider` rather than one of `models`.
    pub is_first: bool,
    /// What is known of its calls.
    pub account: Arc<Account>,
}

/// All of them. Cheap to clone.
#[derive(Clone)]
pub struct Models {
    seats: Arc<[Seat]>,
    /// Whether our rules are asked before any of them.
    pub rules_first: bool,
    /// What they used today.
    pub book: Arc<Book>,
}

impl Models {
    /// The order that a configuration says. `component` gives the component of an entry with its settings, and the
    /// destinations its manifest names.
    pub fn of(
        config: &Config,
        book: Arc<Book>,
        component: impl Fn(&ModelEntry) -> (Result<ProviderHandle, Failure>, Vec<Destination>),
    ) -> Self {
        let first = ModelEntry::new(&config.provider.value, config.provider_settings.value.clone());
        let rules_first = first.provider == PROVIDER;
        let first = (!rules_first).then_some((first, true));
        let others = config.models.value.iter().map(|entry| (entry.clone(), false));
        let seat = |(entry, is_first): (ModelEntry, bool)| {
            let (handle, destinations) = component(&entry);
            let account = Arc::new(Account::of(&entry, Arc::clone(&book)));
            Seat { handle, destinations, is_first, account, entry }
        };
        let seats = first.into_iter().chain(others).map(seat).collect();
        Self { seats, rules_first, book }
    }

    /// All of them, in the order in which they are asked.
    pub fn all(&self) -> &[Seat] {
        &self.seats
    }

    /// Those that are asked when the host's `provider` does not answer.
    pub fn others(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| !seat.is_first)
    }

    /// The host's `provider`, where it is a model.
    pub fn first(&self) -> Option<&Seat> {
        self.seats.first().filter(|seat| seat.is_first)
    }
}
