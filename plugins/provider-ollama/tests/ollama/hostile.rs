//! Bytes no server sends: they are read or refused, the same at every cut, and never taken for a complete answer.

use proptest::prelude::*;
use provider_ollama::Chat;
use replay::{fuzzed_by_seed, heard, hostile};
use wire::Reason;

use crate::streams::{CALL, TEXT};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn broken_traffic_is_read_the_same_at_every_cut(seed in any::<u64>(), calls in any::<bool>(), cut in any::<prop::sample::Index>()) {
        let bytes = hostile(if calls { CALL } else { TEXT }.as_bytes(), seed);
        let (one, two) = bytes.split_at(cut.index(bytes.len() + 1));
        prop_assert_eq!(heard(Chat::new("m"), [one, two]), heard(Chat::new("m"), [bytes.as_slice()]));
    }

    #[test]
    fn any_bytes_at_all_are_no_complete_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (_, end) = heard(Chat::new("m"), bytes.chunks(1));
        prop_assert!(!matches!(end, Ok(finish) if finish.reason == Reason::Stop));
    }
}

#[test]
fn what_the_fuzz_target_asks_holds_for_recorded_streams_damaged_by_seed() {
    fuzzed_by_seed(|| Chat::new("m"), &[CALL, TEXT]);
}
