//! The adapter against real API servers, and against raw sockets where a server must misbehave exactly.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod exec;
mod kubeconfigs;
mod live;
mod once;
mod reads;
mod scripted;
mod support;
mod trouble;
mod views;
mod writes;
