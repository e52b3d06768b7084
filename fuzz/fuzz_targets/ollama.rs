//! Fuzz target: any bytes, cut anywhere, to the reader of `provider-ollama`'s stream.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provider_ollama::Chat;
use replay::fuzzed;

fuzz_target!(|bytes: &[u8]| fuzzed(|| Chat::new("m"), bytes));
