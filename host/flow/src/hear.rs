//! Hearing a provider out: what it says grows in the turn's row while it speaks.
//!
//! Text is masked as a whole each time it is shown, and shown up to the last blank only, because half a token can't be
//! recognised. It is written down and told every [`TELL_EVERY`], together with a look whether the turn's owner wants it to
//! stop; then the provider's call is dropped, which ends it. An answer that breaks off stays, marked as partial; one longer
//! than [`ANSWER_BYTES_MAX`] is cut off there. Calls of tools are given out only when the provider ended well.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use kubechat_core::mask;
use kubechat_core::problem::{Code, Problem};

use crate::ask::Work;
use crate::ports::provider::{Event, Finish, Request, ToolCall};
use crate::turn::Part;
use crate::{Answered, Flow};

/// How often growing text is written down and told.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Longest answer of one round, bytes; the contract's cap of a replayed message.
pub(crate) const ANSWER_BYTES_MAX: usize = 256 << 10;

/// What a provider said in one round.
pub(crate) enum Heard {
    /// It ended.
    Ended { text: String, calls: Vec<ToolCall>, finish: Finish },
    /// The turn's owner stopped it.
    Stopped,
}

/// The answer as far as it is known.
#[derive(Default)]
struct Growing {
    text: String,
    /// Which part shows it, once something is to be shown.
    part: Option<usize>,
    /// How much of it was shown last, bytes.
    shown: usize,
}

impl Flow {
    /// Asks the provider and writes down what it says.
    pub(crate) async fn hear(&self, work: &mut Work, request: Request) -> Answered<Heard> {
        let mut events = self.ports.provider.complete(request);
        let (mut growing, mut calls) = (Growing::default(), Vec::new());
        let mut pause = self.ports.work.wait(TELL_EVERY);
        loop {
            match select(events.next(), &mut pause).await {
                Either::Right(((), _)) => {
                    if self.cancelled(work).await? {
                        growing.show(work, Shown::Half);
                        return Ok(Heard::Stopped);
                    }
                    if growing.text.len() > growing.shown && growing.show(work, Shown::Half) {
                        self.save(work, Vec::new()).await?;
                    }
                    pause = self.ports.work.wait(TELL_EVERY);
                }
                Either::Left((Some(Event::Text(delta)), _)) => {
                    growing.text.push_str(&delta);
                    if growing.text.len() > ANSWER_BYTES_MAX {
                        growing.show(work, Shown::Half);
                        let detail = format!("the answer is longer than ANSWER_BYTES_MAX, {ANSWER_BYTES_MAX} bytes");
                        return Err(Problem::new(Code::LimitExceeded, detail).hint("ask for less at a time"));
                    }
                }
                Either::Left((Some(Event::Call(call)), _)) => calls.push(call),
                Either::Left((Some(Event::Note(note)), _)) => {
                    work.turn.parts.push(Part::Note { text: mask::text(&note).into_inner() });
                }
                Either::Left((Some(Event::End(Ok(finish))), _)) => {
                    let whole = if finish == Finish::Length { Shown::Half } else { Shown::Whole };
                    growing.show(work, whole);
                    return Ok(Heard::Ended { text: growing.text, calls, finish });
                }
                Either::Left((Some(Event::End(Err(problem))), _)) => {
                    growing.show(work, Shown::Half);
                    return Err(problem);
                }
                Either::Left((None, _)) => {
                    growing.show(work, Shown::Half);
                    return Err(Problem::new(Code::Component, "the provider stopped without an end"));
                }
            }
        }
    }
}

/// Whether all of an answer is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Whole,
    Half,
}

impl Growing {
    /// Puts the answer as it is into the turn; false when there is nothing to show.
    fn show(&mut self, work: &mut Work, how: Shown) -> bool {
        let known = match how {
            Shown::Whole => self.text.as_str(),
            Shown::Half => up_to_blank(&self.text),
        };
        self.shown = self.text.len();
        if known.trim().is_empty() {
            return false;
        }
        let part = Part::Text { text: mask::text(known).into_inner(), partial: how == Shown::Half };
        match self.part {
            Some(at) => {
                work.turn.parts[at] = part;
                // Listeners know this part already: it is told again from here on.
                work.told = work.told.min(at);
            }
            None => {
                self.part = Some(work.turn.parts.len());
                work.turn.parts.push(part);
            }
        }
        true
    }
}

/// A text up to its last blank: what comes after may be half a word.
fn up_to_blank(text: &str) -> &str {
    text.rfind(char::is_whitespace).map_or("", |at| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_word_is_not_shown() {
        assert_eq!(up_to_blank("the token is ghp_0123"), "the token is");
        assert_eq!(up_to_blank("ghp_0123"), "");
        assert_eq!(up_to_blank("a\u{3000}b"), "a");
    }
}
