//! The shared reader: framing at any cut, calls in pieces, limits, words.

mod calls;
mod framing;
mod listening;
mod tokens;
mod words;
