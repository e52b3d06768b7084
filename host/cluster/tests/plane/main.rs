//! The adapter against real API servers, and against raw sockets where a server must misbehave exactly.

mod exec;
mod kubeconfigs;
mod once;
mod reads;
mod support;
mod trouble;
mod writes;
