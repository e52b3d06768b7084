//! The last warnings and errors of this process, for the support bundle: a ring in memory, nothing on disk.
//!
//! Limits: [`LINES_MAX`] lines of [`LINE_BYTES_MAX`] bytes. What is in it was a line of the log already; it is masked once more by
//! whoever shows it.

use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// Most lines kept.
pub const LINES_MAX: usize = 200;
/// Longest line kept, bytes.
pub const LINE_BYTES_MAX: usize = 2_000;

static TAIL: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// The lines, oldest first.
pub fn lines() -> Vec<String> {
    tail().iter().cloned().collect()
}

fn tail() -> MutexGuard<'static, VecDeque<String>> {
    // Every change is one push or pop.
    TAIL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps what is written to it.
#[derive(Debug, Clone, Copy)]
pub struct Keep;

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let kept = &bytes[..bytes.len().min(LINE_BYTES_MAX)];
        let text = String::from_utf8_lossy(kept).trim_end().to_owned();
        let mut tail = tail();
        tail.push_back(text);
        while tail.len() > LINES_MAX {
            tail.pop_front();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Keep {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn the_newest_lines_stay_and_none_is_longer_than_its_limit() {
        for n in 0..LINES_MAX + 5 {
            writeln!(Keep, "line {n}").unwrap();
        }
        Keep.write_all(&vec![b'x'; LINE_BYTES_MAX * 2]).unwrap();
        let lines = lines();
        assert_eq!(lines.len(), LINES_MAX);
        assert_eq!(lines.last().unwrap().len(), LINE_BYTES_MAX);
        assert!(!lines.contains(&"line 0".to_owned()));
    }
}
