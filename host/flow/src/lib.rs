//! Use cases over ports: ask, plan, approve, execute, undo. No runtime, no adapter, no IO of its own.
//!
//! Ports are async traits in [`ports`]; `plugin`, `cluster` and `store` implement them and never meet each other. Meaning
//! lives in `kubechat-core`; this crate decides the order of things and what is written down when. What is *not* here:
//! HTTP, Kubernetes, SQL, WebAssembly, tokio.

pub mod ports;
pub mod turn;
