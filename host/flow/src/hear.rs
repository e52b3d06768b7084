//! Hearing a provider out: what it says grows in the turn's row while it speaks.
//!
//! Text is masked as a whole each time it is shown, and shown up to the last blank only, because half a token can't be
//! recognised. It is written down and told every [`TELL_EVERY`], together with a look whether the turn's owner wants it to
//! stop; then the provider's call is dropped, which ends it. An answer that breaks off stays, marked as partial; one longer
//! than [`ANSWER_BYTES_MAX`] is cut off there. Calls of tools are given out only when the provider ended well.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use futures_util::stream::BoxStream;
use kubechat_core::problem::{Code, Problem};

use crate::ask::Work;
use crate::ports::provider::{Event, Finish, Provider, Request, ToolCall};
use crate::turn::Part;
use crate::{Answered, Flow};

/// How often growing text is written down and told.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Longest answer of one round, bytes; the contract's cap of a replayed message.
const ANSWER_BYTES_MAX: usize = 256 << 10;

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
    calls: Vec<ToolCall>,
    /// Which part shows it, once something is to be shown.
    part: Option<usize>,
    /// How much of it was shown last, bytes.
    shown: usize,
}

impl Flow {
    /// Asks the provider and writes down what it says.
    pub(crate) async fn hear(&self, work: &mut Work, provider: &dyn Provider, request: Request) -> Answered<Heard> {
        let mut growing = Growing::default();
        let ended = self.listen(work, provider.complete(request), &mut growing).await;
        let whole = matches!(&ended, Ok(Some(finish)) if *finish != Finish::Length);
        growing.show(work, if whole { Shown::Whole } else { Shown::Half });
        Ok(match ended? {
            Some(finish) => Heard::Ended { text: growing.text, calls: growing.calls, finish },
            None => Heard::Stopped,
        })
    }

    /// Until the provider ends, or its turn's owner has it stopped: then none.
    async fn listen(
        &self,
        work: &mut Work,
        mut events: BoxStream<'static, Event>,
        growing: &mut Growing,
    ) -> Answered<Option<Finish>> {
        let mut pause = self.ports.work.wait(TELL_EVERY);
        loop {
            let event = match select(events.next(), &mut pause).await {
                Either::Left((event, _)) => event,
                Either::Right(((), _)) => {
                    if self.cancelled(work).await? {
                        return Ok(None);
                    }
                    if growing.text.len() > growing.shown && growing.show(work, Shown::Half) {
                        self.save(work, Vec::new()).await?;
                    }
                    pause = self.ports.work.wait(TELL_EVERY);
                    continue;
                }
            };
            match event {
                Some(Event::Text(delta)) => {
                    growing.text.push_str(&delta);
                    if growing.text.len() > ANSWER_BYTES_MAX {
                        let detail = format!("the answer is longer than ANSWER_BYTES_MAX, {ANSWER_BYTES_MAX} bytes");
                        return Err(Problem::new(Code::LimitExceeded, detail).hint("ask for less at a time"));
                    }
                }
                Some(Event::Call(call)) => growing.calls.push(call),
                Some(Event::Note(note)) => {
                    let text = work.vault.shown(&note);
                    work.turn.parts.push(Part::Note { text });
                }
                Some(Event::Usage(usage)) => work.turn.usage.get_or_insert_default().add(usage),
                Some(Event::End(end)) => return end.map(Some),
                None => return Err(Problem::new(Code::Component, "the provider stopped without an end")),
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
        let partial = how == Shown::Half;
        let part = Part::Text { text: work.vault.shown(known), partial, cites: Vec::new(), unproven: false };
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
