//! The whole path on a real cluster: what the tests in `tests/suite` stand on.
//!
//! A [`World`] is one test's namespace with a [`Flow`](kubechat_flow::Flow) of its own over the real adapters: the real
//! API server, the real components, a real database. Components are loaded once per process and compiled once per
//! build. [`reach`] compares what the API server's audit log says was changed with what a plan predicted. The program
//! `kubechat-suite-child` runs plans in a process that may be killed, and is the compiling child of the components.
//!
//! What it deliberately doesn't do: HTTP, the command line (`host/server` tests those), fakes.

pub mod child;
pub mod components;
pub mod machine;
pub mod reach;
pub mod world;

pub use world::{Kit, Tested, World};
