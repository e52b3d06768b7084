//! What a guest can call of the host: one file per capability, each granted by name or not linked.

pub(crate) mod event_sink;
pub(crate) mod http;
pub(crate) mod log;
