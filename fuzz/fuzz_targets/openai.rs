//! Fuzz target: any bytes, cut anywhere, to the reader of `provider-openai`'s stream.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provider_openai::Chunks;
use replay::fuzzed;

fuzz_target!(|bytes: &[u8]| fuzzed(|| Chunks::new("m"), bytes));
