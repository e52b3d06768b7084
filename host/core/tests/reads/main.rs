//! Reads on whole clusters: diagnosis, name resolution, and every other answer, with rights taken away and hostile data.

#![expect(clippy::unwrap_used, reason = "what a test builds must be well formed, or the test is wrong")]

mod answers;
mod cascades;
mod changes;
mod cluster;
mod details;
mod diagnose;
mod faults;
mod healthy;
mod hostile;
mod kinds;
mod objects;
mod related;
mod resolve;
mod table;
mod usage;
