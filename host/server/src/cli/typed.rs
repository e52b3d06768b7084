//! What was typed before a question stood on the terminal is no answer to it: it is forgotten before the question is shown.
//!
//! A second Enter, or a text pasted behind a sentence, would otherwise run a plan that nobody has seen.

use std::io::{Error, Result, stdin};
use std::time::Duration;

use crossterm::event::{poll, read};
use rustix::termios::{QueueSelector, tcflush};

/// Most keys forgotten that were read already; more can only come from something that goes on typing.
const KEYS_MAX: usize = 10_000;

/// Forgets the lines of standard input, which must be a terminal.
pub(super) fn forget_lines() -> Result<()> {
    Ok(tcflush(stdin(), QueueSelector::IFlush)?)
}

/// Forgets the keys, in raw mode: the kernel's, then those that stand read.
pub(super) fn forget_keys() -> Result<()> {
    forget_lines()?;
    for _ in 0..KEYS_MAX {
        if !poll(Duration::ZERO)? {
            return Ok(());
        }
        read()?;
    }
    Err(Error::other("keys come in without end"))
}
