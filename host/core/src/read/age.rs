//! How long ago, as kubectl writes it: `42s`, `3m10s`, `5h`, `3d4h`, `2y30d`.
//!
//! Coarser the older it is, so that a column stays narrow. An unreadable or missing time is `<unknown>`; a time ahead of
//! ours (clocks differ) is `0s`.

use crate::time::Timestamp;

/// The age of a time written as RFC 3339.
pub(crate) fn since(text: &str, now: Timestamp) -> String {
    match text.parse::<Timestamp>() {
        Ok(then) => span(now.since_ms(then)),
        Err(_) => "<unknown>".to_owned(),
    }
}

/// A span of milliseconds in at most two units.
pub(crate) fn span(ms: i64) -> String {
    let seconds = (ms / 1000).max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let two = |big: i64, big_unit: char, small: i64, small_unit: char| match small {
        0 => format!("{big}{big_unit}"),
        _ => format!("{big}{big_unit}{small}{small_unit}"),
    };
    match () {
        () if seconds < 120 => format!("{seconds}s"),
        () if minutes < 10 => two(minutes, 'm', seconds % 60, 's'),
        () if minutes < 180 => format!("{minutes}m"),
        () if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        () if hours < 48 => format!("{hours}h"),
        () if days < 8 => two(days, 'd', hours % 24, 'h'),
        () if days < 730 => format!("{days}d"),
        () if days < 2920 => two(days / 365, 'y', days % 365, 'd'),
        () => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_reads_as_kubectl_writes_it() {
        let cases = [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (190, "3m10s"),
            (601, "10m"),
            (3 * 3600 + 120, "3h2m"),
            (47 * 3600, "47h"),
            (50 * 3600, "2d2h"),
            (100 * 86_400, "100d"),
            (800 * 86_400, "2y70d"),
            (-5, "0s"),
        ];
        for (seconds, text) in cases {
            assert_eq!(span(seconds * 1000), text, "{seconds}");
        }
        assert_eq!(since("no time", Timestamp(0)), "<unknown>");
    }
}
