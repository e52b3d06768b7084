//! HTTP: the accept loop, what guards every request, bodies, problems, and one file per endpoint in `routes`.

pub mod accept;
pub mod actor;
pub mod beside;
pub mod body;
pub mod bundle;
pub mod error;
pub mod follow;
pub mod follow_logs;
pub mod guard;
pub mod health;
pub mod live;
pub mod openapi;
pub mod page;
pub mod router;
pub mod routes;
pub mod seats;
pub mod since;
pub mod sse;
pub mod state;
pub mod subscriptions;
pub mod tls;
pub mod trace;
pub mod views;
pub mod vote;
