//! Free text, whole or as it comes in pieces: what was found in it is replaced, and the rest stays as it is.
//!
//! A [`Stream`] gives the same as the whole text at every split point. It holds back what is not decided: a few hundred bytes
//! behind plain text, at most [`HOLD_BYTES_MAX`] behind a value that does not end.

use std::cell::Cell;

use super::Redacted;
use super::kind::{Found, OneWay, Sink, Where};
use super::known::Known;
use super::rules::Rules;
use super::scan::{Eyes, HISTORY_BYTES, Look, Scan};
use super::view::View;

/// Most of a stream that is held back, bytes.
pub const HOLD_BYTES_MAX: usize = 192 << 10;
/// Less than this is not looked at by itself while there is much to look at again, bytes.
const PIECE_BYTES_MIN: usize = 256;

/// The text with everything found in it replaced; none when nothing was.
pub(super) fn whole(text: &str, eyes: Eyes<'_>, field: &str, sink: &mut dyn Sink) -> Option<String> {
    let looked = Cell::new(0);
    let view = View { text, said: eyes.look == Look::Said, whole: true, looked: &looked };
    let mut scan = Scan::default();
    scan.advance(eyes, &view);
    if scan.spans.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    render(text, &mut scan, text.len(), &mut Output { eyes, field, sink, before: 0, out: &mut out });
    Some(out)
}

/// Bytes looked at for a text: what tests hold to be linear.
#[cfg(test)]
pub(super) fn work(text: &str, eyes: Eyes<'_>) -> u64 {
    let looked = Cell::new(0);
    Scan::default().advance(eyes, &View { text, said: eyes.look == Look::Said, whole: true, looked: &looked });
    looked.get()
}

/// Where finds go.
struct Output<'a, 's> {
    eyes: Eyes<'a>,
    field: &'a str,
    sink: &'s mut dyn Sink,
    /// Bytes of the text that are gone.
    before: usize,
    out: &'s mut String,
}

/// Hands out everything up to there.
fn render(text: &str, scan: &mut Scan, to: usize, output: &mut Output<'_, '_>) {
    let mut at = scan.emitted;
    let done = scan.spans.iter().take_while(|span| span.to <= to).count();
    for span in scan.spans.drain(..done) {
        output.out.push_str(&text[at..span.from]);
        if !span.silent {
            let name = span.name.and_then(|(back, length)| {
                let start = span.from.checked_sub(back)?;
                text.get(start..start + length)
            });
            let place = Where::Text { at: output.before + span.from, name };
            let (kind, rule) = (span.kind, output.eyes.rules.name(span.rule));
            let secret = &text[span.from..span.to];
            output.sink.put(&Found { kind, rule, secret, place, field: output.field }, output.out);
        }
        at = span.to;
    }
    output.out.push_str(&text[at..to]);
    scan.emitted = to;
}

/// A text that comes in pieces.
pub struct Stream<'a> {
    eyes: Eyes<'a>,
    sink: Box<dyn Sink + Send + 'a>,
    text: String,
    scan: Scan,
    /// How long the text was when it was last looked at.
    seen: usize,
    /// Bytes of the text that are gone.
    before: usize,
}

impl std::fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream({} bytes held back)", self.held_bytes())
    }
}

impl<'a> Stream<'a> {
    /// A stream whose secrets are masked and do not come back.
    pub fn masking(known: Option<&'a Known>) -> Self {
        Self::with(Eyes { rules: Rules::standard(), known, look: Look::Everything }, Box::new(OneWay))
    }

    pub(super) fn with(eyes: Eyes<'a>, sink: Box<dyn Sink + Send + 'a>) -> Self {
        Self { eyes, sink, text: String::new(), scan: Scan::default(), seen: 0, before: 0 }
    }

    /// How much is held back.
    pub fn held_bytes(&self) -> usize {
        self.text.len() - self.scan.emitted
    }

    /// The next piece; gives what is certain by now.
    pub fn push(&mut self, piece: &str) -> Redacted<String> {
        self.text.push_str(piece);
        // What waits is looked at again with every look: by and by as much has to come as waits, or a share of it.
        let waits = self.seen - self.scan.emitted.min(self.seen);
        if waits > 2 * PIECE_BYTES_MIN && self.text.len() - self.seen < (waits / 4).max(PIECE_BYTES_MIN) {
            return Redacted(String::new());
        }
        self.look(false)
    }

    /// The rest.
    pub fn finish(mut self) -> Redacted<String> {
        self.look(true)
    }

    fn look(&mut self, whole: bool) -> Redacted<String> {
        let looked = Cell::new(0);
        let view = View { text: &self.text, said: self.eyes.look == Look::Said, whole, looked: &looked };
        self.scan.advance(self.eyes, &view);
        let to = self.scan.settled(&view);
        let mut out = String::new();
        let sink = &mut *self.sink;
        let mut output = Output { eyes: self.eyes, field: "", sink, before: self.before, out: &mut out };
        render(&self.text, &mut self.scan, to, &mut output);
        self.seen = self.text.len();
        self.forget();
        Redacted(out)
    }

    /// Keeps what decisions may look back at.
    fn forget(&mut self) {
        let mut gone = self.scan.emitted.saturating_sub(HISTORY_BYTES);
        while !self.text.is_char_boundary(gone) {
            gone -= 1;
        }
        if gone < HISTORY_BYTES {
            return;
        }
        self.text.drain(..gone);
        self.scan.forget(gone);
        self.seen -= gone;
        self.before += gone;
    }
}
