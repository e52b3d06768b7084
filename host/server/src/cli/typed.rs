//! What was typed before a question stood on the terminal is no answer to it: it is forgotten before the question is shown.
//!
//! A second Enter, a key that is held down, or a text pasted behind a sentence, would otherwise run a plan that nobody has
//! seen. Somebody who types on within [`QUIET`] is waited for.

use std::io::{Error, Result, stdin};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyModifiers, poll, read};
use rustix::termios::{QueueSelector, tcflush};

/// How long no key may come before a question is shown: longer than a held key needs to come again, or a second tap.
const QUIET: Duration = Duration::from_millis(250);
/// Most keys forgotten; more can only come from something that goes on typing.
const KEYS_MAX: usize = 10_000;
/// Longest line that can be an answer.
const LINE_BYTES_MAX: usize = 64;

/// Whether a key is Ctrl-C, which raw mode makes no signal of.
pub(super) fn is_interrupt(event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

/// Forgets keys, in raw mode, until none comes any more; false where Ctrl-C was among the last of them.
pub(super) fn forget_keys() -> Result<bool> {
    tcflush(stdin(), QueueSelector::IFlush)?;
    for _ in 0..KEYS_MAX {
        if !poll(QUIET)? {
            // What the reader had no room for.
            tcflush(stdin(), QueueSelector::IFlush)?;
            return Ok(true);
        }
        if is_interrupt(&read()?) {
            return Ok(false);
        }
    }
    Err(Error::other("keys come in without end"))
}

/// Asks with these words, and takes one line typed after them; standard input must be a terminal.
///
/// The line is read past every buffer, so that a second one is never kept for the next question; two at once are no answer.
pub(super) fn line_after(question: &str) -> Result<String> {
    tcflush(stdin(), QueueSelector::IFlush)?;
    eprint!("{question}");
    let mut bytes = [0; LINE_BYTES_MAX];
    let count = rustix::io::read(stdin(), &mut bytes)?;
    let line = String::from_utf8_lossy(&bytes[..count]).into_owned();
    Ok(line.strip_suffix('\n').filter(|line| !line.contains('\n')).unwrap_or_default().to_owned())
}
