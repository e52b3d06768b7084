//! The doors: HTTP, the command line, configuration and wiring. What things mean lives in core, their order in flow.

pub mod auth;
pub mod cli;
pub mod config;
pub mod console;
pub mod embedded;
pub mod http;
pub mod log;
pub mod log_tail;
pub mod metrics;
pub mod models;
pub mod runtime;
pub mod start_note;
pub mod wiring;
