//! Results on standard output as table, JSON or YAML; problems on standard error with their hint and exit code.

use std::fmt::Write as _;
use std::process::ExitCode;

use kubechat_core::inert::hides;
use serde_json::{Value, json};

/// Writes to standard output. A reader that has left (`| head`) ends the command quietly; any other failure ends it with 1.
pub(crate) fn write_out(text: std::fmt::Arguments<'_>) {
    use std::io::Write as _;
    if let Err(error) = std::io::stdout().lock().write_fmt(text) {
        let quiet = error.kind() == std::io::ErrorKind::BrokenPipe;
        if !quiet {
            eprintln!("error: standard output: {error}");
        }
        std::process::exit(i32::from(!quiet));
    }
}

/// `print!` that doesn't panic when nobody reads.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::out::write_out(format_args!($($text)*)) };
}

/// `println!` that doesn't panic when nobody reads.
macro_rules! sayln {
    () => { $crate::cli::out::write_out(format_args!("\n")) };
    ($($text:tt)*) => { $crate::cli::out::write_out(format_args!("{}\n", format_args!($($text)*))) };
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For scripts.
    Json,
    /// For people who like YAML.
    Yaml,
}

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Exit code.
    pub(crate) exit: u8,
    /// Stable code.
    pub(crate) code: String,
    /// What happened.
    pub(crate) detail: String,
    /// What to do next.
    pub(crate) hint: String,
    /// The request's trace id, if there was a request.
    pub(crate) trace_id: String,
}

impl From<kubechat_core::problem::Problem> for Failure {
    fn from(problem: kubechat_core::problem::Problem) -> Self {
        let hint = problem.advice().to_owned();
        Self::new(problem.code.exit(), problem.code.as_str(), problem.detail, hint)
    }
}

impl Failure {
    /// A failure of this side.
    pub(crate) fn new(exit: u8, code: &str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit, code: code.to_owned(), detail: detail.into(), hint: hint.into(), trace_id: String::new() }
    }

    /// Wrong words on the command line.
    pub(crate) fn usage(detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(2, "usage", detail, hint)
    }

    /// Prints it and gives the exit code.
    pub(crate) fn report(&self, format: Format) -> ExitCode {
        if format == Format::Json {
            let problem =
                json!({"code": self.code, "detail": self.detail, "hint": self.hint, "trace_id": self.trace_id});
            eprintln!("{problem}");
        } else {
            eprintln!("error: {} ({})", safe(&self.detail), self.code);
            if !self.hint.is_empty() {
                eprintln!("hint: {}", safe(&self.hint));
            }
        }
        ExitCode::from(self.exit)
    }
}

/// Prints a value in the wanted format; `table` is made only for people.
pub(crate) fn print(format: Format, value: &Value, table: impl FnOnce(&Value) -> String) {
    match format {
        Format::Table => sayln!("{}", table(value).trim_end()),
        Format::Json => sayln!("{}", serde_json::to_string_pretty(value).unwrap_or_default()),
        Format::Yaml => say!("{}", serde_yaml_ng::to_string(value).unwrap_or_default()),
    }
}

/// Columns as kubectl draws them: upper-case heads, three spaces between.
pub(crate) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let clean: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| safe(cell).replace('\n', "⏎")).collect()).collect();
    let width = |column: usize| {
        let cells = clean.iter().map(|row| row.get(column).map_or(0, |cell| cell.chars().count()));
        cells.chain([heads[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut row = String::new();
        for (cell, width) in cells.zip(&widths) {
            let _ = write!(row, "{cell:<width$}   ");
        }
        text.push_str(row.trim_end());
        text.push('\n');
    };
    line(&mut heads.iter().copied());
    for row in &clean {
        line(&mut row.iter().map(String::as_str));
    }
    text
}

/// Text from a cluster, safe for a terminal: control characters (escape sequences above all) become visible marks.
pub(crate) fn safe(text: &str) -> String {
    // Marks that reorder or hide text are as good as escape sequences for telling a lie.
    let bad = |c: char| (c.is_control() && c != '\n' && c != '\t') || hides(c);
    text.chars().map(|c| if bad(c) { '\u{fffd}' } else { c }).collect()
}

/// The text at a JSON pointer, or empty.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The items at a JSON pointer.
pub(crate) fn items<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_cluster_cannot_drive_the_terminal() {
        assert_eq!(safe("a\u{1b}[2Jb\u{7}\r"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}");
        assert_eq!(safe("a\u{202e}b"), "a\u{fffd}b", "no text that reads backwards");
        assert_eq!(safe("a\u{2062}b"), "a\u{fffd}b", "nothing that is there and not seen");
    }

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["web".to_owned(), "3".to_owned()], vec!["checkout".to_owned(), "1".to_owned()]];
        assert_eq!(table(&["NAME", "READY"], &rows), "NAME       READY\nweb        3\ncheckout   1\n");
    }
}
