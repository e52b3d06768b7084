//! A line that says what is under way and for how long: on standard error, on a terminal that can write over a line, in place,
//! and gone when the answer stands there.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

use super::out::safe;

/// How often it is written anew; what is answered sooner has no such line.
pub(super) const TICK: Duration = Duration::from_secs(1);
/// Most characters of the line, and how wide a terminal is that does not say so.
const CHARS_MAX: usize = 60;
/// Least characters, for terminals that say they have none.
const CHARS_MIN: usize = 10;

/// Something that is waited for.
#[derive(Debug)]
pub(super) struct Waiting {
    begun: Instant,
    what: String,
    is_shown: bool,
    stands: bool,
}

impl Waiting {
    /// Begins; a quiet one shows nothing.
    pub(super) fn begin(what: &str, quiet: bool) -> Self {
        let can_write_over = stderr().is_terminal() && std::env::var("TERM").is_ok_and(|term| term != "dumb");
        Self { begun: Instant::now(), what: what.to_owned(), is_shown: can_write_over && !quiet, stands: false }
    }

    /// What is under way now.
    pub(super) fn is_now(&mut self, what: &str) {
        self.what = what.to_owned();
    }

    /// Another tick is over.
    pub(super) fn tick(&mut self) {
        if self.is_shown {
            let width = crossterm::terminal::size().map_or(0, |(width, _)| usize::from(width));
            let _ = write!(stderr(), "\r\u{1b}[K{}", line(&self.what, self.begun.elapsed(), width));
            self.stands = true;
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.stands {
            let _ = write!(stderr(), "\r\u{1b}[K");
        }
    }
}

/// One line that fits a terminal of this width, so that it is written over and not below.
fn line(what: &str, since: Duration, width: usize) -> String {
    let room = if width == 0 { CHARS_MAX } else { width.saturating_sub(1).clamp(CHARS_MIN, CHARS_MAX) };
    let line = format!("  {} s · {}", since.as_secs(), safe(what).replace('\n', " "));
    line.chars().take(room).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_one_short_line_that_steers_nothing() {
        assert_eq!(line("ran logs", Duration::from_millis(3_900), 80), "  3 s · ran logs");
        assert_eq!(line("ran logs", Duration::from_millis(3_900), 12), "  3 s · ran");
        let long = line(&"\u{1b}[2J\n".repeat(100), Duration::ZERO, 0);
        assert!(long.chars().count() == CHARS_MAX && !long.contains(['\u{1b}', '\n']), "{long:?}");
    }
}
