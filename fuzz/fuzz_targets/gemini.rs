//! Fuzz target: any bytes, cut anywhere, to the reader of `provider-gemini`'s stream.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provider_gemini::Contents;
use replay::fuzzed;

fuzz_target!(|bytes: &[u8]| fuzzed(|| Contents::new("m"), bytes));
