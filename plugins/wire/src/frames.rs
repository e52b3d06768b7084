//! Lines to frames: server-sent events as the WHATWG specification parses them, or one JSON text a line.
//!
//! Of an event, its name and its data are kept; `id` and `retry` are for clients that connect again, and this one never
//! does. Comments keep a connection alive and mean nothing. An event that lacks its blank line at the end of the stream
//! is dropped, as the specification has it: it may be half. A last JSON line without its line end is taken: it parses or
//! it does not. Limit: [`DATA_BYTES_MAX`].

use crate::lines::{BadLine, LINE_BYTES_MAX, Lines};

/// Most data of one event, over all its lines.
pub const DATA_BYTES_MAX: usize = 1 << 20;
/// Longest event name kept.
const NAME_BYTES_MAX: usize = 256;
/// May open a stream, and is no part of it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// How a stream is cut into frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// `text/event-stream`.
    Events,
    /// One JSON text a line.
    Lines,
}

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The event's name; empty when it has none.
    pub name: &'a str,
    /// What it carries.
    pub data: &'a str,
}

/// Makes frames.
#[derive(Debug)]
pub struct Framer {
    framing: Framing,
    lines: Lines,
    /// No line was seen yet.
    fresh: bool,
    event: Event,
}

/// An event under way.
#[derive(Debug, Default)]
struct Event {
    name: String,
    data: String,
    /// A `data` field was there, even if empty.
    some: bool,
}

impl Framer {
    /// For a stream that begins.
    pub fn new(framing: Framing) -> Self {
        Self { framing, lines: Lines::default(), fresh: true, event: Event::default() }
    }

    /// Takes a piece and gives every frame that ended in it to `frame`.
    ///
    /// # Errors
    /// What `frame` says, or what is wrong with the stream (in words, by `bad`).
    pub fn feed<E>(
        &mut self,
        piece: &[u8],
        bad: impl Fn(String) -> E,
        mut frame: impl FnMut(Frame<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { framing, lines, fresh, event } = self;
        lines.feed(
            piece,
            |line| bad(said(line)),
            |line| {
                let line =
                    if std::mem::take(fresh) { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
                match framing {
                    Framing::Lines if line.trim().is_empty() => Ok(()),
                    Framing::Lines => frame(Frame { name: "", data: line }),
                    Framing::Events if line.is_empty() => event.dispatch(&mut frame),
                    Framing::Events => event.field(line).map_err(&bad),
                }
            },
        )
    }

    /// The stream is over: a last JSON line that lacks its end.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn rest(&mut self) -> Result<Option<String>, String> {
        match self.framing {
            Framing::Events => Ok(None),
            Framing::Lines => self.lines.rest().map(|rest| rest.filter(|rest| !rest.trim().is_empty())).map_err(said),
        }
    }
}

impl Event {
    fn dispatch<E>(&mut self, frame: &mut impl FnMut(Frame<'_>) -> Result<(), E>) -> Result<(), E> {
        let Self { name, data, some } = std::mem::take(self);
        if some { frame(Frame { name: &name, data: &data }) } else { Ok(()) }
    }

    fn field(&mut self, line: &str) -> Result<(), String> {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" if value.len() <= NAME_BYTES_MAX => value.clone_into(&mut self.name),
            "event" => return Err(format!("sent an event name of more than {NAME_BYTES_MAX} bytes")),
            "data" => {
                if self.data.len() + value.len() + 1 > DATA_BYTES_MAX {
                    return Err(format!("sent an event of more than {DATA_BYTES_MAX} bytes"));
                }
                if self.some {
                    self.data.push('\n');
                }
                self.some = true;
                self.data.push_str(value);
            }
            // `id`, `retry`, a comment (no name before its colon), or something of tomorrow.
            _ => {}
        }
        Ok(())
    }
}

fn said(line: BadLine) -> String {
    match line {
        BadLine::TooLong => format!("sent a line of more than {LINE_BYTES_MAX} bytes"),
        BadLine::NotText => "sent bytes that are not UTF-8".to_owned(),
    }
}
