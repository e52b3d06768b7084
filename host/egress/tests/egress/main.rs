//! The gate against real sockets: what goes out, what does not, and how it ends.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod airgap;
mod cancel;
mod caps;
mod log;
mod pieces;
mod proxied;
mod redirects;
mod sending;
mod server;
mod servers;
mod ssrf;
mod support;
mod tls;
