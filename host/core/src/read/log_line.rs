//! Lines of a log as they come: their time, their text as it may be shown, and from where a reader goes on.
//!
//! Units: [`LogTime`] is nanoseconds since the Unix epoch, as the container runtime stamps them. A line is masked and
//! cleaned before it is cut, so that a cut never uncovers half of a secret. Filters look at what is shown, never at what
//! is masked. Limits: [`LINE_BYTES_MAX`] of one line are kept, [`LINE_CHARS_MAX`] shown.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::shown;
use crate::redact;
use crate::time::Timestamp;

/// Most bytes kept of one line; the rest of a longer one is counted, not kept.
pub const LINE_BYTES_MAX: usize = 16 << 10;
/// Most characters shown of one line.
pub const LINE_CHARS_MAX: usize = 2_000;
/// Longest filter, characters.
pub const FILTER_CHARS_MAX: usize = 256;

/// When a line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogTime(pub i64);

impl LogTime {
    /// To the millisecond below.
    pub fn timestamp(self) -> Timestamp {
        Timestamp(self.0.div_euclid(1_000_000))
    }
}

impl From<Timestamp> for LogTime {
    fn from(at: Timestamp) -> Self {
        Self(at.0.saturating_mul(1_000_000))
    }
}

impl FromStr for LogTime {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        let nanoseconds = text.parse::<jiff::Timestamp>()?.as_nanosecond();
        Ok(Self(i64::try_from(nanoseconds).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for LogTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(at) => write!(f, "{at:.9}"),
            Err(_) => write!(f, "{}ns", self.0),
        }
    }
}

impl Serialize for LogTime {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// A line as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLine {
    /// When it was written, where the server said so.
    pub time: Option<LogTime>,
    /// Its text, at most [`LINE_BYTES_MAX`] bytes of it.
    pub text: String,
    /// How long it is, bytes.
    pub bytes: u64,
}

impl RawLine {
    /// A line that begins with its time, as the API server gives it with `timestamps=true`.
    pub fn stamped(text: &str, bytes: u64) -> Self {
        let stamp =
            text.split_once(' ').and_then(|(time, rest)| Some((time.parse().ok()?, rest, time.len() as u64 + 1)));
        match stamp {
            Some((time, rest, stamp)) => {
                Self { time: Some(time), text: rest.to_owned(), bytes: bytes.saturating_sub(stamp) }
            }
            None => Self { time: None, text: text.to_owned(), bytes },
        }
    }
}

/// A line as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLine {
    /// When it was written.
    pub time: Option<LogTime>,
    /// Its text; a cut one says so at its end.
    pub text: String,
    /// Whether it was cut.
    pub cut: bool,
}

/// Which lines are wanted, by what they show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A text they hold.
    pub include: Option<String>,
    /// A text they don't hold.
    pub exclude: Option<String>,
}

impl Filter {
    fn takes(&self, text: &str) -> bool {
        self.include.as_ref().is_none_or(|wanted| text.contains(wanted.as_str()))
            && self.exclude.as_ref().is_none_or(|unwanted| !text.contains(unwanted.as_str()))
    }
}

/// Where a reader of one log is: the time of its last line, and how many lines of that very time it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPlace {
    /// The last line's time.
    pub time: LogTime,
    /// How many lines of that time were read.
    pub lines: u32,
}

impl fmt::Display for LogPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{:x}", self.time.0, self.lines)
    }
}

impl FromStr for LogPlace {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (time, lines) = text.split_once('.').ok_or(())?;
        let time = i64::from_str_radix(time, 16).map_err(drop)?;
        Ok(Self { time: LogTime(time), lines: u32::from_str_radix(lines, 16).map_err(drop)? })
    }
}

/// One log on its way to a reader: goes on where he was, masks, cleans, filters.
#[derive(Debug, Clone)]
pub struct LogReader {
    mask: redact::Lines,
    filter: Filter,
    since: Option<LogTime>,
    /// Where he was when he came, until that is passed: lines of its time that are still to be skipped.
    skip: Option<LogPlace>,
    place: Option<LogPlace>,
}

impl LogReader {
    /// A reader from `since` on who had read as far as `place`.
    pub fn new(filter: Filter, since: Option<LogTime>, place: Option<LogPlace>) -> Self {
        Self { mask: redact::Lines::default(), filter, since, skip: place, place }
    }

    /// From when on the log must be asked for.
    pub fn from(&self) -> Option<LogTime> {
        self.place.map(|place| place.time).or(self.since)
    }

    /// Where he is now.
    pub fn place(&self) -> Option<LogPlace> {
        self.place
    }

    /// The next line, if it is one for him.
    pub fn next(&mut self, raw: &RawLine) -> Option<ShownLine> {
        let shown = self.shown(raw);
        let known = self.passes_by(raw.time);
        (!known && self.filter.takes(&shown.text)).then_some(shown)
    }

    /// Whether he had it already, or it is older than he wants. Goes on by a line.
    fn passes_by(&mut self, time: Option<LogTime>) -> bool {
        let Some(time) = time else { return false };
        if self.since.is_some_and(|since| time < since) {
            return true;
        }
        if let Some(skip) = &mut self.skip {
            if time < skip.time {
                return true;
            }
            if time == skip.time && skip.lines > 0 {
                skip.lines -= 1;
                return true;
            }
            self.skip = None;
        }
        self.place = Some(match self.place {
            Some(place) if place.time == time => LogPlace { lines: place.lines + 1, ..place },
            _ => LogPlace { time, lines: 1 },
        });
        false
    }

    fn shown(&mut self, raw: &RawLine) -> ShownLine {
        let text = self.mask.next(&shown::clean(&raw.text)).into_inner();
        let kept = raw.bytes <= raw.text.len() as u64;
        if kept && text.chars().nth(LINE_CHARS_MAX).is_none() {
            return ShownLine { time: raw.time, text, cut: false };
        }
        let said = format!("… (cut: the line has {} bytes)", raw.bytes);
        let text: String = text.chars().take(LINE_CHARS_MAX - said.chars().count()).collect();
        ShownLine { time: raw.time, text: text + &said, cut: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: i64, text: &str) -> RawLine {
        RawLine { time: Some(LogTime(time)), text: text.to_owned(), bytes: text.len() as u64 }
    }

    fn told(reader: &mut LogReader, lines: &[RawLine]) -> Vec<String> {
        lines.iter().filter_map(|line| reader.next(line)).map(|line| line.text).collect()
    }

    #[test]
    fn a_stamp_is_read_to_the_nanosecond_and_is_no_part_of_the_line() {
        let line = RawLine::stamped("2026-11-23T12:00:00.123456789Z ready now", 40);
        assert_eq!((line.text.as_str(), line.bytes), ("ready now", 9));
        assert_eq!(line.time.unwrap().to_string(), "2026-11-23T12:00:00.123456789Z");
        assert_eq!(RawLine::stamped("no stamp", 8).time, None);
    }

    #[test]
    fn who_comes_back_hears_no_line_twice_and_loses_none() {
        let log = [at(1, "a"), at(2, "b"), at(2, "c"), at(2, "d"), at(3, "e")];
        for read in 0..=log.len() {
            let mut first = LogReader::new(Filter::default(), None, None);
            let before = told(&mut first, &log[..read]);
            let place = first.place().map(|place| place.to_string().parse().unwrap());
            // The server answers whole seconds, so what was read comes again.
            let mut again = LogReader::new(Filter::default(), None, place);
            let after = told(&mut again, &log);
            assert_eq!([before, after].concat(), ["a", "b", "c", "d", "e"], "after {read}");
        }
    }

    #[test]
    fn a_filter_sees_what_is_shown_and_not_what_is_masked() {
        let filter = |word: &str| Filter { include: Some(word.to_owned()), exclude: None };
        let line = [at(1, "login with password=hunter2-and-more")];
        assert!(told(&mut LogReader::new(filter("hunter2"), None, None), &line).is_empty(), "no oracle");
        assert_eq!(told(&mut LogReader::new(filter("login"), None, None), &line).len(), 1);
        let without = Filter { include: None, exclude: Some("debug".to_owned()) };
        assert_eq!(told(&mut LogReader::new(without, None, None), &[at(1, "debug a"), at(2, "info b")]), ["info b"]);
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut_and_says_how_long_it_was() {
        let mut reader = LogReader::new(Filter::default(), None, None);
        let raw = RawLine { time: None, text: "x".repeat(LINE_BYTES_MAX), bytes: 1 << 20 };
        let line = reader.next(&raw).unwrap();
        assert!(line.cut && line.text.ends_with("… (cut: the line has 1048576 bytes)"), "{}", line.text);
        assert_eq!(line.text.chars().count(), LINE_CHARS_MAX);
    }

    #[test]
    fn a_private_key_over_several_lines_is_never_shown() {
        let mut reader = LogReader::new(Filter::default(), None, None);
        let log = [at(1, "-----BEGIN PRIVATE KEY-----"), at(2, "MIIEvQIBADANBg"), at(3, "-----END PRIVATE KEY-----")];
        assert!(!told(&mut reader, &log).concat().contains("MIIE"));
    }

    #[test]
    fn lines_before_the_asked_time_are_left_out() {
        let mut reader = LogReader::new(Filter::default(), Some(LogTime(2)), None);
        assert_eq!(told(&mut reader, &[at(1, "a"), at(2, "b")]), ["b"]);
    }
}
