//! A reading line by line: what is told of it where it is too long to be told whole, and how the rest is paged.
//!
//! Every answer is the same here: numbered lines from 0, a summary, and an order of what matters most, made by its kind
//! ([`logs`], [`rows`], [`outline`]). [`Reading::brief`] shows the first of that order in the order of the source;
//! [`Reading::page`] shows everything, once, from a line on. Units: bytes of compact JSON. A line longer than
//! [`LINE_BYTES_MAX`] goes on in the next, with `…` where one ends and the other begins: what masks it later looks there for
//! the halves of what it knows. Pure, and the same for the same answer: nothing here ranks by anything but the
//! answer. It masks nothing: what comes in is masked, and whoever sends it on masks it again.

mod logs;
mod outline;
mod rows;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::fit::{bytes, fit};

/// Longest line, bytes of text; what is longer goes on in the next line.
const LINE_BYTES_MAX: usize = 400;
/// Stands where a line goes on in the next.
const GOES_ON: &str = "…";
/// Longest summary, bytes of JSON.
const SUMMARY_BYTES_MAX: usize = 512;
/// Smallest limit of a brief or a page, bytes: below it not even one line would fit beside its frame.
pub const READING_BYTES_MIN: usize = 4 << 10;
/// Kept for the frame around the lines: names, numbers and the next call.
const FRAME_BYTES: usize = 256;

/// An answer as lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Which kind of answer.
    answer: &'static str,
    /// What it comes to, in a line.
    summary: String,
    lines: Vec<String>,
    /// What matters, most first; a line that is not here is only paged.
    order: Vec<Pick>,
}

/// A line that is worth being shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pick {
    line: usize,
    /// How many lines say the same, itself among them.
    alike: usize,
}

/// Lines as they are gathered.
#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    /// Adds a text and gives the numbers of its lines; what is too long is split where a character ends.
    fn push(&mut self, text: &str) -> std::ops::Range<usize> {
        let begun = self.0.len();
        let (mut rest, mut goes_on) = (text, "");
        while rest.len() + goes_on.len() > LINE_BYTES_MAX {
            let (line, more) = rest.split_at(rest.floor_char_boundary(LINE_BYTES_MAX - 2 * GOES_ON.len()));
            self.0.push(format!("{goes_on}{line}{GOES_ON}"));
            (rest, goes_on) = (more, GOES_ON);
        }
        self.0.push(format!("{goes_on}{rest}"));
        begun..self.0.len()
    }
}

/// Lines of a kind of answer, before they are a reading.
struct Made {
    answer: &'static str,
    summary: String,
    lines: Lines,
    order: Vec<Pick>,
}

impl Pick {
    fn one(line: usize) -> Self {
        Self { line, alike: 1 }
    }

    fn all(lines: impl IntoIterator<Item = usize>) -> impl Iterator<Item = Self> {
        lines.into_iter().map(Self::one)
    }
}

impl Reading {
    /// An answer as lines.
    pub fn of(answer: &Answer) -> Self {
        let Made { answer, summary, lines, order } = match answer {
            Answer::Logs(found) => logs::made(found),
            Answer::Table(table) => rows::of_table(table),
            Answer::Events(events) => rows::of_events(events),
            Answer::Changes(changes) => rows::of_changes(changes),
            Answer::Listing(listing) => rows::of_listing(listing),
            Answer::Object { object, content } => outline::of_object(object, content),
            Answer::Description(description) => outline::of_description(description),
            Answer::Findings(findings) => outline::of_findings(findings),
        };
        Self { answer, summary, lines: lines.0, order }
    }

    /// How many lines it has.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// What it takes in memory, bytes of text.
    pub fn bytes(&self) -> usize {
        self.summary.len() + self.lines.iter().map(String::len).sum::<usize>()
    }

    /// What matters of it within a limit, at least [`READING_BYTES_MIN`]: a summary, the lines by their numbers, how many are
    /// left, and the call that pages it. `of` is the number it is cited by.
    pub fn brief(&self, of: u32, limit_bytes: usize) -> Value {
        let mut frame = self.frame(fit(&json!(self.summary), SUMMARY_BYTES_MAX));
        let mut left = limit_bytes.saturating_sub(bytes(&Value::Object(frame.clone())) + FRAME_BYTES);
        let mut shown: Vec<(usize, Value)> = Vec::new();
        let mut told = vec![false; self.lines.len()];
        for pick in &self.order {
            let line = self.shown(*pick);
            let size = bytes(&line) + 1;
            if size <= left && !std::mem::replace(&mut told[pick.line], true) {
                left -= size;
                shown.push((pick.line, line));
            }
        }
        shown.sort_by_key(|(line, _)| *line);
        frame.insert("left".to_owned(), json!(self.lines.len() - shown.len()));
        frame.insert("lines".to_owned(), shown.into_iter().map(|(_, line)| line).collect());
        frame.insert("next".to_owned(), next(of, 0));
        Value::Object(frame)
    }

    /// Its lines from one on, as many as fit; none where it has no such line. Following `next` until there is none gives
    /// every line once.
    pub fn page(&self, of: u32, at: usize, limit_bytes: usize) -> Option<Value> {
        let rest = self.lines.get(at..).filter(|rest| !rest.is_empty())?;
        let mut frame = self.frame(Value::Null);
        frame.insert("at".to_owned(), json!(at));
        let mut left = limit_bytes.saturating_sub(FRAME_BYTES);
        let mut page: Vec<&String> = Vec::new();
        for line in rest {
            let size = bytes(&json!(line)) + 1;
            if size > left {
                break;
            }
            left -= size;
            page.push(line);
        }
        let after = at + page.len();
        frame.insert("left".to_owned(), json!(self.lines.len() - after));
        if after < self.lines.len() {
            frame.insert("next".to_owned(), next(of, after));
        }
        frame.insert("lines".to_owned(), json!(page));
        Some(Value::Object(frame))
    }

    fn frame(&self, summary: Value) -> Map<String, Value> {
        let mut frame = Map::from_iter([("answer".to_owned(), json!(self.answer))]);
        if !summary.is_null() {
            frame.insert("summary".to_owned(), summary);
        }
        frame
    }

    /// A line with its number, and how many are like it.
    fn shown(&self, pick: Pick) -> Value {
        let text = &self.lines[pick.line];
        match pick.alike {
            0 | 1 => json!(format!("{}: {text}", pick.line)),
            alike => json!(format!("{}: {text} (×{alike})", pick.line)),
        }
    }
}

/// The call that shows the lines from one on.
fn next(of: u32, at: usize) -> Value {
    json!({"op": "more", "of": of, "at": at})
}

/// Takes one of each in turn until all are taken: no list keeps the others out.
fn woven<T: Copy>(lists: &[Vec<T>]) -> Vec<T> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|at| lists.iter().filter_map(move |list| list.get(at).copied())).collect()
}

/// `8 Pending, 3 Running`: how often each stands there, the most first.
fn counted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// `; 3 more were not read`, where that is so.
fn unread(omitted: u64, unseen: usize) -> String {
    let more = if omitted > 0 { format!("; {omitted} more are left out") } else { String::new() };
    let hidden = if unseen > 0 { format!("; {unseen} could not be looked at") } else { String::new() };
    format!("{more}{hidden}")
}
