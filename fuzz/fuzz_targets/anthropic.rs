//! Fuzz target: any bytes, cut anywhere, to the reader of `provider-anthropic`'s stream.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provider_anthropic::Messages;
use replay::fuzzed;

fuzz_target!(|bytes: &[u8]| fuzzed(|| Messages::new("m"), bytes));
