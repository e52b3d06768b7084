//! For the providers' tests: recorded traffic played back in every way it can be cut, and a plain TCP wire for real servers.
//!
//! [`Replay`] answers requests with what was recorded and keeps what was asked. [`same_at_every_split`] holds a vendor's
//! reader to one rule: where the bytes are cut changes nothing. [`hostile`] makes bytes no server sends. Nothing here is
//! part of a component.

mod cuts;
mod fuzzed;
pub mod manifest;
mod tcp;

pub use cuts::{Heard, heard, hostile, same_at_every_split};
pub use fuzzed::{RUNS, fuzzed, fuzzed_by_seed};
pub use tcp::Tcp;

use std::{cell::RefCell, collections::VecDeque};

use wire::{Answer, Event, HttpError, Message, Outgoing, Progress, Request, Sink, Tool, Wire};

/// One recorded answer.
#[derive(Debug, Clone)]
pub struct Recorded {
    status: u16,
    headers: Vec<(String, String)>,
    pieces: VecDeque<Vec<u8>>,
    /// How it ends; none: as it should.
    breaks: Option<HttpError>,
}

impl Recorded {
    /// An answer with this body.
    pub fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self { status, headers: Vec::new(), pieces: VecDeque::from([body.as_ref().to_vec()]), breaks: None }
    }

    /// The same with a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same in pieces of so many bytes.
    #[must_use]
    pub fn in_pieces(mut self, bytes: usize) -> Self {
        let body: Vec<u8> = self.pieces.into_iter().flatten().collect();
        self.pieces = body.chunks(bytes.max(1)).map(<[u8]>::to_vec).collect();
        self
    }

    /// The same, but after its last byte the connection ends like this.
    #[must_use]
    pub fn then(mut self, breaks: HttpError) -> Self {
        self.breaks = Some(breaks);
        self
    }
}

impl Answer for Recorded {
    fn status(&self) -> u16 {
        self.status
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, HttpError> {
        match (self.pieces.pop_front(), &self.breaks) {
            (None, Some(why)) => Err(why.clone()),
            (piece, _) => Ok(piece),
        }
    }
}

/// Answers requests with what was recorded, in this order.
#[derive(Debug, Default)]
pub struct Replay {
    answers: RefCell<VecDeque<Result<Recorded, HttpError>>>,
    asked: RefCell<Vec<Outgoing>>,
}

impl Replay {
    /// With these answers.
    pub fn of(answers: impl IntoIterator<Item = Recorded>) -> Self {
        Self { answers: RefCell::new(answers.into_iter().map(Ok).collect()), asked: RefCell::default() }
    }

    /// With no answer but this error.
    pub fn failing(why: HttpError) -> Self {
        Self { answers: RefCell::new(VecDeque::from([Err(why)])), asked: RefCell::default() }
    }

    /// What was asked.
    pub fn asked(&self) -> Vec<Outgoing> {
        self.asked.borrow().clone()
    }

    /// The body of the last request, as text.
    ///
    /// # Panics
    /// When nothing was asked.
    pub fn last_body(&self) -> String {
        let asked = self.asked.borrow();
        String::from_utf8_lossy(&asked.last().expect("something was asked").body).into_owned()
    }
}

impl Wire for Replay {
    fn send(&self, request: &Outgoing) -> Result<Box<dyn Answer>, HttpError> {
        self.asked.borrow_mut().push(request.clone());
        let none = || Err(HttpError::Other("nothing more was recorded".to_owned()));
        let next = self.answers.borrow_mut().pop_front().unwrap_or_else(none);
        next.map(|recorded| Box::new(recorded) as Box<dyn Answer>)
    }
}

/// Hears everything; leaves after so many events, if it leaves.
#[derive(Debug, Default)]
pub struct Listener {
    /// What was heard.
    pub events: Vec<Event>,
    /// How many are heard; none: all.
    pub leaves_after: Option<usize>,
}

impl Listener {
    /// All the text.
    pub fn text(&self) -> String {
        let text = |event: &Event| if let Event::Text(text) = event { Some(text.clone()) } else { None };
        self.events.iter().filter_map(text).collect()
    }

    /// All the notes.
    pub fn notes(&self) -> String {
        let note = |event: &Event| if let Event::Note(note) = event { Some(note.clone()) } else { None };
        self.events.iter().filter_map(note).collect::<Vec<_>>().join("\n")
    }

    /// All the calls, as `name arguments`.
    pub fn calls(&self) -> Vec<String> {
        let call = |event: &Event| match event {
            Event::Call(call) => Some(format!("{} {}", call.name, call.arguments_json)),
            _ => None,
        };
        self.events.iter().filter_map(call).collect()
    }
}

impl Sink for Listener {
    fn emit(&mut self, event: Event) -> Progress {
        if self.leaves_after.is_some_and(|most| self.events.len() >= most) {
            return Progress::Stop;
        }
        self.events.push(event);
        Progress::Continue
    }
}

/// A question with one tool.
pub fn question(model: &str, sentence: &str) -> Request {
    Request {
        model: model.to_owned(),
        system: "You plan changes of a cluster.".to_owned(),
        messages: vec![Message::User(sentence.to_owned())],
        tools: vec![scale()],
        context_json: r#"{"cluster":"demo","namespace":"shop"}"#.to_owned(),
        ..Request::default()
    }
}

/// A tool like the host's.
pub fn scale() -> Tool {
    Tool {
        name: "scale".to_owned(),
        description: "Sets the replicas of a workload.".to_owned(),
        schema_json: r#"{"type":"object","properties":{"name":{"type":"string"},"replicas":{"type":"integer"}},"required":["name","replicas"]}"#.to_owned(),
    }
}
