//! The doors: HTTP, the command line, configuration and wiring. What things mean lives in core, their order in flow.

pub mod auth;
pub mod http;
pub mod runtime;
