//! From the wire to the person: pieces are read as they come, and what they mean goes out at once.
//!
//! Text that came in one piece goes out as one event. An answer that never ends is cut at [`TEXT_BYTES_MAX`],
//! [`EVENTS_MAX`] or [`PIECES_MAX`], with a note, and counts as [`Reason::Length`]. When nobody reads any more the answer
//! is dropped, which closes the connection. A model that says nothing at all has not answered.

use crate::{
    chat::{Error, Event, Finish, Progress, Reason, Sink},
    decoder::{Decoder, Vendor},
    exchange::of_http,
    http::{Answer, HttpError},
    words::clipped,
};

/// Most text of one answer; the contract's cap of an assistant's message, which this becomes.
pub const TEXT_BYTES_MAX: usize = 256 << 10;
/// Most events of one answer; the contract takes 20000, notes among them.
pub const EVENTS_MAX: usize = 19_000;
/// Most pieces read; empty ones count, so a reader can't be kept busy with nothing.
pub(crate) const PIECES_MAX: usize = 200_000;
/// Most text of one event; the contract's cap.
pub(crate) const DELTA_BYTES_MAX: usize = 16 << 10;
/// Most of a note; the contract's cap.
const NOTE_BYTES_MAX: usize = 1 << 10;

/// Hears an answer to its end.
///
/// # Errors
/// What the vendor says went wrong, a stream that can't be understood, or one that broke off. What was said before is out.
pub fn listen<V: Vendor>(answer: &mut dyn Answer, vendor: V, sink: &mut dyn Sink) -> Result<Finish, Error> {
    let mut decoder = Decoder::new(vendor);
    let mut mouth = Mouth { sink, text_bytes: 0, events: 0, calls: 0 };
    for _ in 0..PIECES_MAX {
        let mut events = Vec::new();
        let piece = match answer.read() {
            Ok(Some(piece)) => piece,
            Ok(None) => {
                let end = decoder.end(&mut events);
                return mouth.say(events).map_or_else(|| end.map(|finish| mouth.closing(finish)), Ok);
            }
            Err(HttpError::Cancelled) => return Ok(nobody_listens()),
            Err(why) => return Err(of_http::<V>(why, true)),
        };
        let fed = decoder.feed(&piece, &mut events);
        if let Some(cut) = mouth.say(events) {
            return Ok(cut);
        }
        fed?;
        if decoder.done() {
            let mut last = Vec::new();
            let end = decoder.end(&mut last);
            return mouth.say(last).map_or_else(|| end.map(|finish| mouth.closing(finish)), Ok);
        }
    }
    Ok(mouth.cut(&format!("{PIECES_MAX} pieces")))
}

/// Says events, and knows when it has said enough.
struct Mouth<'a> {
    sink: &'a mut dyn Sink,
    text_bytes: usize,
    events: usize,
    calls: usize,
}

impl Mouth<'_> {
    /// Gives events out; some finish if that ends the answer.
    fn say(&mut self, events: Vec<Event>) -> Option<Finish> {
        for event in joined(events) {
            let cut = match event {
                Event::Text(text) => self.text(&text),
                Event::Call(call) => {
                    self.calls += 1;
                    self.one(Event::Call(call))
                }
                Event::Note(note) => self.one(Event::Note(clipped(&note, NOTE_BYTES_MAX).to_owned())),
            };
            if cut.is_some() {
                return cut;
            }
        }
        None
    }

    fn text(&mut self, text: &str) -> Option<Finish> {
        let mut rest = clipped(text, TEXT_BYTES_MAX - self.text_bytes);
        let cut = rest.len() < text.len();
        self.text_bytes += rest.len();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(clipped(rest, DELTA_BYTES_MAX).len());
            rest = later;
            if let Some(end) = self.one(Event::Text(now.to_owned())) {
                return Some(end);
            }
        }
        cut.then(|| self.cut(&format!("{TEXT_BYTES_MAX} bytes")))
    }

    fn one(&mut self, event: Event) -> Option<Finish> {
        if self.events >= EVENTS_MAX {
            return Some(self.cut(&format!("{EVENTS_MAX} pieces")));
        }
        self.events += 1;
        (self.sink.emit(event) == Progress::Stop).then(nobody_listens)
    }

    fn cut(&mut self, limit: &str) -> Finish {
        let note = format!("the answer grew past {limit} and was cut off here; ask for less at once");
        // It is the end either way.
        let _ = self.sink.emit(Event::Note(note));
        Finish { reason: Reason::Length, usage: None }
    }

    fn closing(&self, finish: Finish) -> Finish {
        let silent = finish.reason == Reason::Stop && self.text_bytes == 0 && self.calls == 0;
        if silent {
            let why = "the model ended without saying anything; ask again, or choose another model".to_owned();
            return Finish { reason: Reason::Other(why), ..finish };
        }
        finish
    }
}

/// Neighbouring texts as one.
fn joined(events: Vec<Event>) -> Vec<Event> {
    let mut joined: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        match (joined.last_mut(), event) {
            (Some(Event::Text(before)), Event::Text(text)) => before.push_str(&text),
            (_, event) => joined.push(event),
        }
    }
    joined
}

fn nobody_listens() -> Finish {
    Finish { reason: Reason::Other("nobody listens any more".to_owned()), usage: None }
}
