//! Any sequence of changes, good and bad, leaves exactly what a simple model says.

use std::collections::BTreeMap;

use kubechat_core::audit::EntryKind;
use kubechat_core::ids::ThreadId;
use kubechat_flow::ports::ledger::{Change, Expect, Ledger, LedgerError, Row, Version};
use kubechat_flow::turn::Thread;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::make;

const THREADS: usize = 3;
const SEQUENCES: usize = 24;

/// Writes of one change: which thread, and what is believed of its version (nothing: the truth). And how many entries.
type Step = (Vec<(usize, Option<u64>)>, usize);

fn sequence() -> impl Strategy<Value = Vec<Step>> {
    let belief = prop_oneof![4 => Just(None), 1 => (0..4_u64).prop_map(Some)];
    let writes = prop::collection::vec((0..THREADS, belief), 1..4);
    prop::collection::vec((writes, 0..3_usize), 1..12)
}

type Versions = BTreeMap<ThreadId, u64>;

/// The change, and what the versions are after it, unless one of its writes does not fit.
fn model(versions: &Versions, threads: &[Thread], step: &Step) -> (Change, Option<Versions>) {
    let (mut after, mut rows, mut fits) = (versions.clone(), Vec::new(), true);
    for (thread, belief) in &step.0 {
        let thread = &threads[*thread];
        let version = after.entry(thread.id).or_default();
        let believed = belief.unwrap_or(*version);
        fits &= *version == believed;
        *version += 1;
        rows.push(Row::Thread(thread.clone(), if believed == 0 { Expect::New } else { Expect::At(Version(believed)) }));
    }
    let entries = vec![make::draft(EntryKind::Asked); step.1];
    (Change { rows, entries }, fits.then_some(after))
}

pub(crate) async fn versions_and_indexes_follow_the_model(ledger: &dyn Ledger) {
    // A fixed seed: a failure on one machine is the same failure on every other.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut entries, mut accepted, mut refused) = (0, 0, 0);
    for _ in 0..SEQUENCES {
        let steps = sequence().new_tree(&mut runner).expect("a sequence").current();
        let threads: Vec<_> = (0..THREADS).map(|_| make::thread()).collect();
        let mut versions = BTreeMap::new();
        for step in &steps {
            let (change, after) = model(&versions, &threads, step);
            match (after, ledger.commit(change).await) {
                (Some(after), Ok(committed)) => {
                    let expected: Vec<_> = (entries..).take(step.1).collect();
                    assert_eq!(committed.iter().map(|c| c.index).collect::<Vec<u64>>(), expected, "{steps:?}");
                    (versions, entries, accepted) = (after, entries + step.1 as u64, accepted + 1);
                }
                (None, Err(LedgerError::Conflict(_))) => refused += 1,
                (expected, got) => panic!("model {expected:?}, ledger {got:?} at {step:?} of {steps:?}"),
            }
        }
        for thread in &threads {
            let version = ledger.thread(thread.id).await.unwrap().map_or(0, |read| read.version.0);
            assert_eq!(version, versions.get(&thread.id).copied().unwrap_or(0), "{steps:?}");
        }
    }
    assert!(accepted > 30 && refused > 30, "both kinds were tried: {accepted} and {refused}");
    assert_eq!(ledger.verify().await.unwrap(), entries);
}
