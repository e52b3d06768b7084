//! The HTTP API from outside: bytes on a socket to a host in this process, over a real ledger and a real cluster.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod asked;
mod asked_real;
mod audited;
mod authorization;
mod canaries;
mod commands;
mod console;
mod contract;
mod described;
mod door;
mod doors;
mod egress;
mod failing;
mod kept_back;
mod kinds;
mod lists;
mod live;
mod logs;
mod long;
mod model_api;
mod models;
mod modes;
mod packets;
mod poisoned;
mod reach;
mod reads;
mod relations;
mod scripted;
mod secured;
mod shared;
mod streams;
mod terminal;
mod together;
mod vendors;
mod wire;
