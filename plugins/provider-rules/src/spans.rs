//! Spans of time in a sentence: where they end, and how long they are.
//!
//! Only an exact one has a length: "recently" is understood and cuts nothing. A time of day (`since 10:00`) is UTC, as the host
//! shows times; how long ago it is is known when the turn is worked on.

use crate::intent::Span;
use crate::numbers::{self, Number};
use crate::tokens::Token;

pub(crate) const MINUTES_A_DAY: u32 = 24 * 60;
const UNITS: [(&str, u32); 17] = [
    ("second", 0),
    ("seconds", 0),
    ("minute", 1),
    ("minutes", 1),
    ("min", 1),
    ("mins", 1),
    ("hour", 60),
    ("hours", 60),
    ("hr", 60),
    ("hrs", 60),
    ("day", MINUTES_A_DAY),
    ("days", MINUTES_A_DAY),
    ("week", 7 * MINUTES_A_DAY),
    ("weeks", 7 * MINUTES_A_DAY),
    ("night", MINUTES_A_DAY / 2),
    ("month", 30 * MINUTES_A_DAY),
    ("months", 30 * MINUTES_A_DAY),
];
/// Words that are a span by themselves. A day is the last 24 hours: whose midnight it would be is not known here.
const WHOLE: [(&str, Option<u32>); 6] = [
    ("today", Some(MINUTES_A_DAY)),
    ("yesterday", Some(2 * MINUTES_A_DAY)),
    ("overnight", Some(MINUTES_A_DAY / 2)),
    ("recently", None),
    ("lately", None),
    ("tonight", Some(MINUTES_A_DAY / 2)),
];

/// `in the last 10 minutes`, `since 1h`, `today`: where it ends, and the span.
pub(crate) fn span_at(tokens: &[Token], at: usize) -> Option<(usize, Span)> {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is_one_of(words));
    let spans = |end: usize, minutes: Option<u32>| Some((end, Span { minutes, clock: None }));
    if is(at, &["since", "from", "after"])
        && let Some(minute) = tokens.get(at + 1).and_then(clock)
    {
        let zone = usize::from(is(at + 2, &["utc"]));
        return Some((at + 2 + zone, Span { minutes: None, clock: Some(minute) }));
    }
    let mut next = at + usize::from(is(at, &["in", "from", "of", "over", "during", "for", "since", "within", "this"]));
    let whole = |at: usize| WHOLE.iter().find(|(word, _)| is(at, &[word]));
    if let Some((_, minutes)) = whole(at).or_else(|| whole(next).filter(|_| is(at, &["since", "from"]))) {
        return spans(if whole(at).is_some() { at + 1 } else { next + 1 }, *minutes);
    }
    next += usize::from(is(next, &["the"]));
    let last = is(next, &["last", "past"]);
    next += usize::from(last);
    if next == at {
        return None;
    }
    if let Some(minutes) = tokens.get(next).and_then(short) {
        return spans(next + 1, minutes);
    }
    let unit = |at: usize| UNITS.iter().find(|(word, _)| is(at, &[word])).map(|(_, minutes)| *minutes);
    let exact = |count: u32, unit: u32| count.checked_mul(unit).filter(|minutes| *minutes > 0);
    if (last || is(at, &["this"]))
        && let Some(one) = unit(next)
    {
        return spans(next + 1, exact(1, one));
    }
    let (counted, count) = match numbers::at(tokens, next) {
        Some((end, Number::Exact(count))) => (end, Some(count)),
        _ if is(next, &["a", "an"]) => (next + 1, Some(1)),
        _ if is(next, &["half"]) && is(next + 1, &["an", "a"]) => (next + 2, None),
        _ => return None,
    };
    let one = unit(counted)?;
    let minutes = match count {
        Some(count) => exact(count, one),
        None => Some(one / 2).filter(|minutes| *minutes > 0),
    };
    spans(counted + 1 + usize::from(is(counted + 1, &["ago"])), minutes)
}

/// Where a span ends.
pub(crate) fn span_end(tokens: &[Token], at: usize) -> Option<usize> {
    span_at(tokens, at).map(|(end, _)| end)
}

/// `10:00`, `9:30`, `3pm`: the minute of the day.
fn clock(token: &Token) -> Option<u32> {
    let number = |text: &str| {
        let plain = !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| plain && !token.quoted)
    };
    let (time, half) = match (token.low.strip_suffix("am"), token.low.strip_suffix("pm")) {
        (Some(time), _) => (time, Some(0)),
        (_, Some(time)) => (time, Some(12)),
        _ => (token.low.as_str(), None),
    };
    let (hour, minute) = match time.split_once(':') {
        Some((hour, minute)) => (number(hour)?, number(minute).filter(|_| minute.len() == 2)?),
        // A bare number is no time of day.
        None => (number(time).filter(|_| half.is_some())?, 0),
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// `10m`, `1h`, `2d`: its minutes, if there is at least one.
fn short(token: &Token) -> Option<Option<u32>> {
    let digits = token.low.trim_end_matches(['s', 'm', 'h', 'd']);
    let unit = match &token.low[digits.len()..] {
        "s" => 0,
        "m" => 1,
        "h" => 60,
        "d" => MINUTES_A_DAY,
        _ => return None,
    };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let count = digits.parse::<u32>().ok().filter(|_| plain)?;
    Some(count.checked_mul(unit).filter(|minutes| *minutes > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_read_in_its_usual_forms_and_a_number_is_none() {
        let minute = |text: &str| clock(&Token::plain(text));
        let read = ["10:00", "9:30", "3pm", "12am", "12:15pm", "23:59"].map(minute);
        assert_eq!(read, [Some(600), Some(570), Some(900), Some(0), Some(735), Some(1_439)]);
        for other in ["10", "24:00", "10:60", "10:5", "13pm", "0am", ":00", "web:1"] {
            assert_eq!(minute(other), None, "{other}");
        }
    }

    #[test]
    fn an_hour_still_to_come_was_yesterdays() {
        let span = Span { minutes: None, clock: Some(600) };
        assert_eq!(
            [span.back(Some(720)), span.back(Some(540)), span.back(Some(600)), span.back(None)],
            [Some(120), Some(1_380), Some(1), None]
        );
    }
}
