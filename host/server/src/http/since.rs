//! `since` in a query: so many seconds back, or a time (RFC 3339). What lies in the future, or further back than
//! [`SINCE_SECONDS_MAX`], is refused.

use kubechat_core::problem::Code;
use kubechat_core::time::Timestamp;
use serde::{Deserialize, Deserializer};

use super::error::ApiError;

/// Furthest back, seconds: a year.
pub const SINCE_SECONDS_MAX: i64 = 366 * 24 * 3_600;

/// A point in time as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// So many seconds back.
    Seconds(i64),
    /// This time.
    At(Timestamp),
}

impl<'de> Deserialize<'de> for Since {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bad = || serde::de::Error::custom("since is a number of seconds, or a time such as 2026-03-01T21:04:00Z");
        match text.parse::<i64>() {
            Ok(seconds) => Ok(Self::Seconds(seconds)),
            // A `+` of an offset that nobody encoded arrives as a blank.
            Err(_) => text.replace(' ', "+").parse().map(Self::At).map_err(|_| bad()),
        }
    }
}

impl Since {
    /// The time it means.
    ///
    /// # Errors
    /// A time to come, or one too far back.
    pub fn at(self, now: Timestamp) -> Result<Timestamp, ApiError> {
        let back_ms = match self {
            Self::Seconds(seconds) => seconds.saturating_mul(1_000),
            Self::At(at) => now.since_ms(at),
        };
        if !(0..=SINCE_SECONDS_MAX * 1_000).contains(&back_ms) {
            let detail =
                format!("since is a time gone by, at most SINCE_SECONDS_MAX = {SINCE_SECONDS_MAX} seconds back");
            return Err(ApiError::new(Code::BadInput, detail));
        }
        Ok(now.plus_ms(-back_ms))
    }

    /// The whole minutes back that hold it, at least one.
    ///
    /// # Errors
    /// As of [`Since::at`].
    pub fn minutes(self, now: Timestamp) -> Result<u32, ApiError> {
        let back_ms = now.since_ms(self.at(now)?);
        Ok(u32::try_from(back_ms.saturating_add(59_999) / 60_000).unwrap_or(u32::MAX).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Since, serde_json::Error> {
        serde_json::from_value(serde_json::Value::String(text.to_owned()))
    }

    #[test]
    fn seconds_and_times_are_read_and_nothing_else() {
        let now: Timestamp = "2026-03-01T21:04:00Z".parse().unwrap();
        let ten = now.plus_ms(-600_000);
        for text in ["600", "2026-03-01T20:54:00Z", "2026-03-01T21:54:00 01:00"] {
            assert_eq!(read(text).unwrap().at(now).unwrap(), ten, "{text}");
            assert_eq!(read(text).unwrap().minutes(now).unwrap(), 10, "{text}");
        }
        assert_eq!(read("61").unwrap().minutes(now).unwrap(), 2, "the minutes hold it");
        for text in ["", "10m", "yesterday", "1e3"] {
            assert!(read(text).is_err(), "{text}");
        }
        for text in ["-1", "2026-03-02T00:00:00Z", "9223372036854775807", "1970-01-01T00:00:00Z"] {
            assert_eq!(read(text).unwrap().at(now).unwrap_err().0.code, Code::BadInput, "{text}");
        }
    }
}
