//! What the providers that speak HTTP share: everything but the vendor's own words.
//!
//! Flow of a completion: a provider makes an [`Outgoing`] from the [`Request`], [`send`](Wire::send)s it, and
//! [`listen`]s: bytes become frames ([`Framing`]), the vendor's [`Vendor`] makes events of frames, the events go to the
//! person's [`Sink`]. All of it is ordinary Rust over two traits, [`Wire`] and [`Sink`]; `guest` puts the contract's
//! imports behind them. Nothing here knows an address, a credential or a clock.
//!
//! Units: bytes of UTF-8, whole seconds. Errors: [`Error`], always in words with what to do next. Limits: the `*_MAX`
//! constants of each module. A finish reason is the return value: a stream that ends without its end mark is an error,
//! never [`Reason::Stop`]. It never sends a request twice.

mod calls;
mod chat;
mod decoder;
mod exchange;
mod frames;
mod http;
mod lines;
mod listen;
mod provider;
mod shape;
mod tokens;
mod words;

#[cfg(target_arch = "wasm32")]
pub mod guest;

pub use calls::{Assembler, CALLS_MAX, Piece, object};
pub use chat::{
    Assistant, Call, Error, Event, Finish, Limits, Message, Progress, Reason, Request, Sink, Tool, ToolResult, Usage,
};
pub use decoder::{Decoder, Vendor, object_of};
pub use exchange::{Peer, Reply, ask, failure, of_http, reply, seconds, send};
pub use frames::{DATA_BYTES_MAX, Frame, Framer, Framing};
pub use http::{Answer, HttpError, Method, Outgoing, Wire};
pub use listen::{EVENTS_MAX, TEXT_BYTES_MAX, listen};
pub use provider::{Health, Model, Provider, below, health_of, model_of, output_tokens_of, settings, text_of};
pub use shape::{Step, context_line, raw, sentence_with_context, steps};
pub use tokens::{at_least, at_most};
pub use words::{clipped, told};
