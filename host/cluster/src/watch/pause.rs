//! Pauses between two tries of a watch: longer with each failure, spread by chance, short again after a sound watch.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use crate::limits::WATCH_PAUSE;

/// How often in a row it failed.
#[derive(Debug, Default)]
pub(crate) struct Pauses {
    failed: u32,
}

impl Pauses {
    /// It went well.
    pub(crate) fn sound(&mut self) {
        self.failed = 0;
    }

    /// How long to wait before the next try: doubled each time from the first pause to the longest, less up to a half.
    pub(crate) fn next(&mut self) -> Duration {
        let (first, longest) = WATCH_PAUSE;
        let pause = first.saturating_mul(1 << self.failed.min(16)).min(longest);
        self.failed += 1;
        pause * u32::try_from(between((500, 1_000))).unwrap_or(1_000) / 1_000
    }
}

/// A number from one to the other that another try does not share. For spreading only: not fit for secrets.
pub(crate) fn between((least, most): (u64, u64)) -> u64 {
    // Each `RandomState` has keys of its own.
    least + RandomState::new().hash_one(0_u8) % (most - least + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_are_short_again_after_a_sound_watch() {
        let (first, longest) = WATCH_PAUSE;
        let mut pauses = Pauses::default();
        let all: Vec<_> = (0..40).map(|_| pauses.next()).collect();
        assert!(all[0] >= first / 2 && all[0] <= first, "{all:?}");
        assert!(all[10..].iter().all(|pause| *pause >= longest / 2 && *pause <= longest), "{all:?}");
        pauses.sound();
        assert!(pauses.next() <= first);
    }

    #[test]
    fn what_is_spread_stays_between_its_ends_and_is_not_always_the_same() {
        let all: std::collections::BTreeSet<_> = (0..100).map(|_| between((240, 360))).collect();
        assert!(all.len() > 10 && all.iter().all(|s| (240..=360).contains(s)), "{all:?}");
    }
}
