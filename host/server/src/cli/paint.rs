//! Colour for people: only on a terminal, never with `NO_COLOR`, and never the only carrier of meaning.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

/// Whether standard output shows colour.
fn on() -> bool {
    static ON: OnceLock<bool> = OnceLock::new();
    *ON.get_or_init(|| {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        wanted && std::io::stdout().is_terminal() && std::env::var("TERM").is_ok_and(|term| term != "dumb")
    })
}

fn paint(code: &str, text: &str) -> String {
    if on() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Good.
pub(crate) fn green(text: &str) -> String {
    paint("32", text)
}
/// Look.
pub(crate) fn yellow(text: &str) -> String {
    paint("33", text)
}
/// Bad.
pub(crate) fn red(text: &str) -> String {
    paint("31", text)
}
/// Less important.
pub(crate) fn dim(text: &str) -> String {
    paint("2", text)
}
/// More important.
pub(crate) fn bold(text: &str) -> String {
    paint("1", text)
}

/// A risk level or severity in its colour.
pub(crate) fn level(level: &str) -> String {
    match level {
        "critical" | "high" => red(level),
        "medium" => yellow(level),
        _ => green(level),
    }
}
