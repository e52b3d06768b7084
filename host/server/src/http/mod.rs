//! HTTP: the accept loop, what guards every request, bodies, problems, and one file per endpoint in `routes`.

pub mod accept;
pub mod body;
pub mod error;
pub mod trace;
