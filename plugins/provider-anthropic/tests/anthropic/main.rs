//! Anthropic: documented traffic replayed at every cut, every failing status, the requests as they go out.

mod failures;
mod hostile;
mod manifest;
mod requests;
mod streams;
