//! When a cron schedule was last due: the five fields of `man 5 crontab`, and the `@` words Kubernetes takes.
//!
//! Times are UTC. Errors: a schedule we can't read is nothing, and no finding rests on it. Looks back at most
//! [`DAYS_MAX`] days.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::time::Timestamp;

/// How far back a due time is looked for: a yearly schedule is due within.
const DAYS_MAX: usize = 367;

/// A schedule, as the values each field allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schedule {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether days and weekdays are both restricted: then either suffices.
    either_day: bool,
}

impl Schedule {
    /// Reads the five fields.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = match text.trim() {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            other => other,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields.as_slice() else { return None };
        let weekdays = field(weekday, 0, 7, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"])?;
        let names = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        Some(Self {
            minutes: field(minute, 0, 59, &[])?,
            hours: field(hour, 0, 23, &[])?,
            days: field(day, 1, 31, &[])?,
            months: field(month, 1, 12, &names)?,
            // 7 is Sunday too.
            weekdays: weekdays | (weekdays >> 7 & 1),
            either_day: !day.starts_with(['*', '?']) && !weekday.starts_with(['*', '?']),
        })
    }

    /// The last time it was due, at `until` or before.
    pub(super) fn last_due(&self, until: Timestamp) -> Option<Timestamp> {
        let now = jiff::Timestamp::from_millisecond(until.0).ok()?.to_zoned(TimeZone::UTC).datetime();
        let mut date = now.date();
        let mut latest = (now.hour(), now.minute());
        for _ in 0..DAYS_MAX {
            let due = if self.is_day(date) { self.last_in_day(latest) } else { None };
            if let Some((hour, minute)) = due {
                let at = date.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC).ok()?;
                return Some(Timestamp(at.timestamp().as_millisecond()));
            }
            date = date.yesterday().ok()?;
            latest = (23, 59);
        }
        None
    }

    fn is_day(&self, date: Date) -> bool {
        let has = |set: u64, value: i8| u32::try_from(value).is_ok_and(|value| set >> value & 1 == 1);
        let by_day = has(self.days, date.day());
        let by_weekday = has(self.weekdays, date.weekday().to_sunday_zero_offset());
        let day = if self.either_day { by_day || by_weekday } else { by_day && by_weekday };
        has(self.months, date.month()) && day
    }

    fn last_in_day(&self, (hour, minute): (i8, i8)) -> Option<(i8, i8)> {
        let top = |set: u64, most: i8| (0..=most).rev().find(|value| set >> value & 1 == 1);
        let last = top(self.hours, hour)?;
        if last == hour {
            if let Some(minute) = top(self.minutes, minute) {
                return Some((hour, minute));
            }
            let before = top(self.hours, hour - 1).filter(|_| hour > 0)?;
            return Some((before, top(self.minutes, 59)?));
        }
        Some((last, top(self.minutes, 59)?))
    }
}

/// The values a field allows, as bits: `*`, `1,5`, `1-5`, `*/15`, `mon-fri`.
fn field(text: &str, least: u32, most: u32, names: &[&str]) -> Option<u64> {
    let value = |text: &str| {
        let named = names.iter().position(|name| !name.is_empty() && text.eq_ignore_ascii_case(name));
        let value = named.and_then(|index| u32::try_from(index).ok()).or_else(|| text.parse().ok())?;
        (least..=most).contains(&value).then_some(value)
    };
    let mut allowed = 0_u64;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0)?),
            None => (part, 1_usize),
        };
        let (from, to) = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => (least, most),
            Some((from, to)) => (value(from)?, value(to)?),
            None if part.contains('/') => (value(range)?, most),
            None => (value(range)?, value(range)?),
        };
        allowed |= (from..=to).step_by(step).fold(0, |bits, value| bits | 1 << value);
    }
    (allowed != 0).then_some(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_schedule_was_last_due_when_cron_says_so() {
        // A Monday.
        let now: Timestamp = "2026-11-23T12:00:30Z".parse().unwrap();
        let cases = [
            ("* * * * *", Some("2026-11-23T12:00:00.000Z")),
            ("*/15 * * * *", Some("2026-11-23T12:00:00.000Z")),
            ("5 * * * *", Some("2026-11-23T11:05:00.000Z")),
            ("30 23 * * *", Some("2026-11-22T23:30:00.000Z")),
            ("30 14 * * 1-5", Some("2026-11-20T14:30:00.000Z")),
            ("0 3 * * SUN", Some("2026-11-22T03:00:00.000Z")),
            ("0 3 * * 7", Some("2026-11-22T03:00:00.000Z")),
            ("0 0 1 * *", Some("2026-11-01T00:00:00.000Z")),
            ("0 0 1 * FRI", Some("2026-11-20T00:00:00.000Z")),
            ("0 0 29 2 *", None),
            ("@yearly", Some("2026-01-01T00:00:00.000Z")),
            ("@hourly", Some("2026-11-23T12:00:00.000Z")),
            ("5 0 * 8 *", Some("2026-08-31T00:05:00.000Z")),
        ];
        for (text, expected) in cases {
            let due = Schedule::parse(text).unwrap().last_due(now).map(|due| due.to_string());
            assert_eq!(due.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_schedule_is_nothing() {
        for bad in ["", "* * * *", "60 * * * *", "* * * * * *", "a * * * *", "*/0 * * * *", "5-1 * * * *", "@often"] {
            assert_eq!(Schedule::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_schedule_or_nothing(text in ".{0,40}", at in any::<i64>()) {
            if let Some(schedule) = Schedule::parse(&text) {
                let _ = schedule.last_due(Timestamp(at));
            }
        }

        #[test]
        fn a_due_time_is_never_ahead(minute in 0u32..60, hour in 0u32..24, at in 0i64..4_000_000_000_000) {
            let due = Schedule::parse(&format!("{minute} {hour} * * *")).unwrap().last_due(Timestamp(at)).unwrap();
            prop_assert!(due.0 <= at && at - due.0 <= 24 * 3_600_000);
        }
    }
}
