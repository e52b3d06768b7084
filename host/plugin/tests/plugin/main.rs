//! The plugin host against real components: small ones written by hand, and the hostile guests of `tests/guests`.
//!
//! Nothing is faked but the breaker's clock. Components are compiled by the real child process and run by the real
//! engines. Waiting is always for a condition with a deadline.

mod cache;
mod calls;
mod compiling;
mod first_party;
mod hostile;
mod loading;
mod ports;
mod reaching;
mod support;
