//! The egress gate: the host's one way out to anything that is not a cluster.
//!
//! A caller names a logical destination and a path; [`Gate::send`] looks the bound host up, judges *every* address it got,
//! dials one of the judged addresses itself (nobody looks the name up a second time), speaks TLS for the bound name, puts the
//! credential in, and hands the answer on piece by piece. What to let through is decided in `kubechat_core::egress`.
//!
//! Units: bytes, `Duration`. Errors: [`GateError`], whose texts name the destination and never an address or a secret.
//! Limits: [`Caps`]. Cancelling is dropping: a dropped request or [`Answer`] closes its connection. Deliberately not here:
//! proxy variables, cookies, decompression, HTTP/2, retries (a request is sent again only if not one byte of it had left),
//! and clusters, which `kubechat-cluster` speaks to under rules of its own.

mod answer;
mod counters;
mod dial;
mod error;
mod exchange;
mod gate;
mod lane;
mod limits;
mod link;
mod log;
mod open;
mod probe;
mod proxy;
mod resolve;
mod secret;
mod servers;
mod tls;

pub use answer::Answer;
pub use counters::Counts;
pub use dial::{Dial, SystemDialler};
pub use error::GateError;
pub use exchange::{Method, Request};
pub use gate::{Gate, GateConfig, LaneStatus, Surveyor};
pub use lane::Bound;
pub use limits::Caps;
pub use log::LogEntry;
pub use probe::{OLLAMA_DESTINATION, OLLAMA_URL, Trial};
pub use resolve::{Resolve, SystemResolver};
pub use secret::Secret;
