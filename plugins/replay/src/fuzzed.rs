//! What a fuzzer's bytes mean for a vendor's reader, and the rules it is held to: the fuzz targets' entry.
//!
//! The first byte says how many cuts there are, two bytes each say where, the rest is the stream. `fuzz/` at the root of the
//! checkout hands a fuzzer's bytes here; the providers' own tests hand over recorded streams with [`crate::hostile`] damage,
//! by seed, so that the same rules run wherever tests run: [`RUNS`] times, or `KUBECHAT_FUZZ_RUNS`.

use wire::{Event, Vendor};

use crate::cuts::{heard, hostile};

/// Most cuts through one stream.
const CUTS_MAX: usize = 16;
/// Inputs of a usual run.
pub const RUNS: u64 = 512;

/// Reads a stream whole and in the pieces that the bytes ask for.
///
/// # Panics
/// When the pieces mean something else than the whole, or more text came out than went in.
pub fn fuzzed<V: Vendor>(vendor: impl Fn() -> V, bytes: &[u8]) {
    let Some((count, rest)) = bytes.split_first() else { return };
    let (cuts, stream) = rest.split_at((usize::from(*count) % (CUTS_MAX + 1) * 2).min(rest.len()));
    let at = |pair: &[u8]| pair.iter().fold(0, |at, byte| at << 8 | usize::from(*byte)) % (stream.len() + 1);
    let mut borders: Vec<usize> = cuts.chunks(2).map(at).chain([0, stream.len()]).collect();
    borders.sort_unstable();
    let whole = heard(vendor(), [stream]);
    let pieces = borders.windows(2).map(|two| &stream[two[0]..two[1]]);
    assert_eq!(heard(vendor(), pieces), whole, "cut at {borders:?}");
    let said: usize = whole.0.iter().map(|event| if let Event::Text(text) = event { text.len() } else { 0 }).sum();
    // An escaped character is never longer than its escape, and a lone surrogate's mark is half as long.
    assert!(said <= stream.len(), "{said} bytes of text out of {}", stream.len());
}

/// Recorded streams, damaged and cut by seed, as [`fuzzed`] takes them.
///
/// # Panics
/// As [`fuzzed`] does; the message names the seed.
pub fn fuzzed_by_seed<V: Vendor>(vendor: impl Fn() -> V, recorded: &[&str]) {
    let asked = std::env::var("KUBECHAT_FUZZ_RUNS").ok().and_then(|runs| runs.parse().ok());
    for seed in 1..=asked.unwrap_or(RUNS) {
        for stream in recorded {
            let mut bytes = vec![u8::try_from(seed % 256).unwrap_or_default()];
            let cuts = (0..CUTS_MAX as u64).flat_map(|at| (seed.wrapping_mul(0x9E37_79B9) >> (at % 17)).to_be_bytes());
            bytes.extend(cuts.take(usize::from(bytes[0]) % (CUTS_MAX + 1) * 2));
            bytes.extend(hostile(stream.as_bytes(), seed));
            let run = || fuzzed(&vendor, &bytes);
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
            assert!(outcome.is_ok(), "seed {seed}, of {stream}");
        }
    }
}
