//! One stream read to its end: frames in, events out, and a finish only if the stream said that it is over.
//!
//! Events that came before an error in the same piece are given out before it: what was said stays said, wherever the
//! bytes were cut.

use serde::Deserialize;

use crate::{
    chat::{Error, Event, Finish},
    exchange::Peer,
    frames::{Frame, Framer, Framing},
    words::told,
};

/// What a vendor's frames mean.
pub trait Vendor {
    /// Who is spoken to.
    const PEER: Peer;
    /// How its streams are cut.
    const FRAMING: Framing;

    /// Takes a frame; what it means goes to `events`.
    ///
    /// # Errors
    /// A frame that can't be understood, or one that says what went wrong.
    fn take(&mut self, frame: Frame<'_>, events: &mut Vec<Event>) -> Result<(), Error>;

    /// Whether the end mark was there: nothing more is waited for.
    fn done(&self) -> bool;

    /// The stream is over.
    ///
    /// # Errors
    /// When it ended without its end mark.
    fn end(self, events: &mut Vec<Event>) -> Result<Finish, Error>;

    /// The error for a stream that can't be understood.
    fn unreadable(what: &str) -> Error {
        Error::BadResponse(format!("{} {}; what was shown is a fragment, ask again", Self::PEER.name, told(what)))
    }

    /// The error for a stream that broke off.
    fn broken_off() -> Error {
        Error::Unavailable(format!(
            "{} ended in the middle of its answer, without its end mark; what was shown is a fragment, ask again",
            Self::PEER.name
        ))
    }
}

/// A frame's data as an object of a shape.
///
/// # Errors
/// When it is none; the vendor's own error.
pub fn object_of<'a, V: Vendor, T: Deserialize<'a>>(data: &'a str) -> Result<T, Error> {
    // A list would do for a struct, field by field.
    if !data.trim_start().starts_with('{') {
        return Err(V::unreadable("sent something that is no JSON object"));
    }
    serde_json::from_str(data).map_err(|why| V::unreadable(&format!("sent something it does not document ({why})")))
}

/// Reads one stream.
#[derive(Debug)]
pub struct Decoder<V> {
    framer: Framer,
    vendor: V,
}

impl<V: Vendor> Decoder<V> {
    /// For a stream that begins.
    pub fn new(vendor: V) -> Self {
        Self { framer: Framer::new(V::FRAMING), vendor }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// See [`Vendor::take`]; also a line too long or not UTF-8.
    pub fn feed(&mut self, piece: &[u8], events: &mut Vec<Event>) -> Result<(), Error> {
        let Self { framer, vendor } = self;
        framer.feed(piece, |what| V::unreadable(&what), |frame| heard(vendor, frame, events))
    }

    /// Whether the end mark was there.
    pub fn done(&self) -> bool {
        self.vendor.done()
    }

    /// The stream is over.
    ///
    /// # Errors
    /// See [`Vendor::end`].
    pub fn end(mut self, events: &mut Vec<Event>) -> Result<Finish, Error> {
        if let Some(data) = self.framer.rest().map_err(|what| V::unreadable(&what))? {
            heard(&mut self.vendor, Frame { name: "", data: &data }, events)?;
        }
        self.vendor.end(events)
    }
}

/// What comes after the end mark means nothing.
fn heard<V: Vendor>(vendor: &mut V, frame: Frame<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
    if vendor.done() { Ok(()) } else { vendor.take(frame, events) }
}
