//! Ollama: what version 0.24 really sends, replayed at every cut; every refusal; the requests; and a real server.

mod failures;
mod hostile;
mod manifest;
mod real;
mod requests;
mod streams;
