//! A line that says what is under way and for how long: on standard error, on a terminal only, written over in place, and gone
//! when the answer stands there.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

use super::out::safe;

/// How often it is written anew; what is answered sooner has no such line.
pub(super) const TICK: Duration = Duration::from_secs(1);
/// Most characters of what is under way, so that the line stays one.
const WHAT_CHARS_MAX: usize = 50;

/// Something that is waited for.
#[derive(Debug)]
pub(super) struct Waiting {
    begun: Instant,
    what: String,
    on_terminal: bool,
    stands: bool,
}

impl Waiting {
    /// Begins.
    pub(super) fn begin(what: &str) -> Self {
        Self { begun: Instant::now(), what: what.to_owned(), on_terminal: stderr().is_terminal(), stands: false }
    }

    /// What is under way now.
    pub(super) fn is_now(&mut self, what: &str) {
        self.what = what.to_owned();
    }

    /// Another tick is over.
    pub(super) fn tick(&mut self) {
        if self.on_terminal {
            let _ = write!(stderr(), "\r\u{1b}[K  {}", line(&self.what, self.begun.elapsed()));
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

fn line(what: &str, since: Duration) -> String {
    let what: String = safe(what).replace('\n', " ").chars().take(WHAT_CHARS_MAX).collect();
    format!("{what} · {} s", since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_one_short_line_that_steers_nothing() {
        assert_eq!(line("reads logs", Duration::from_millis(3_900)), "reads logs · 3 s");
        let long = line(&"\u{1b}[2J\n".repeat(100), Duration::ZERO);
        assert!(long.chars().count() < 60 && !long.contains(['\u{1b}', '\n']), "{long:?}");
    }
}
