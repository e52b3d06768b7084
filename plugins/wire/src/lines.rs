//! Bytes to lines, however the bytes are cut: `\n`, `\r\n` and a lone `\r` end a line, and a line is decoded when it is
//! whole, so a character cut in two is never half read.
//!
//! Limit: [`LINE_BYTES_MAX`]. A line that is not UTF-8 or longer is an error. The last line needs no end.

/// Longest line. Ollama and Gemini send a whole tool call in one; its arguments may be 64 KiB and are escaped.
pub(crate) const LINE_BYTES_MAX: usize = 1 << 20;

/// What was wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadLine {
    /// Longer than [`LINE_BYTES_MAX`].
    TooLong,
    /// Not UTF-8.
    NotText,
}

/// Collects bytes until they are a line.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    begun: Vec<u8>,
    /// The byte before was `\r`: a `\n` now belongs to the same end.
    after_return: bool,
}

impl Lines {
    /// Takes a piece and gives every line that ended in it to `line`, which may stop the reading.
    ///
    /// # Errors
    /// What `line` says, or what is wrong with a line (by `bad`).
    pub(crate) fn feed<E>(
        &mut self,
        piece: &[u8],
        bad: impl Fn(BadLine) -> E,
        mut line: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = piece;
        while !rest.is_empty() {
            if std::mem::take(&mut self.after_return) && rest[0] == b'\n' {
                rest = &rest[1..];
                continue;
            }
            let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                return self.keep(rest).map_err(bad);
            };
            self.keep(&rest[..end]).map_err(&bad)?;
            self.after_return = rest[end] == b'\r';
            rest = &rest[end + 1..];
            let whole = std::mem::take(&mut self.begun);
            line(std::str::from_utf8(&whole).map_err(|_| bad(BadLine::NotText))?)?;
        }
        Ok(())
    }

    /// What came after the last end of a line.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub(crate) fn rest(&mut self) -> Result<Option<String>, BadLine> {
        let rest = std::mem::take(&mut self.begun);
        if rest.is_empty() {
            return Ok(None);
        }
        String::from_utf8(rest).map(Some).map_err(|_| BadLine::NotText)
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), BadLine> {
        if self.begun.len() + bytes.len() > LINE_BYTES_MAX {
            return Err(BadLine::TooLong);
        }
        self.begun.extend_from_slice(bytes);
        Ok(())
    }
}
