//! Paths below a base URL: plain ones only, so that no server and no proxy reads another one out of them.
//!
//! Refused: '.' and '..' segments in any spelling, empty segments, encoded slashes, backslashes and NULs, fragments,
//! anything but visible ASCII. A query may follow; it is data.

use super::{BaseUrl, Reason, Refusal};

/// Longest path with its query.
pub const PATH_BYTES_MAX: usize = 1024;

/// A checked path with its query, as it goes below a base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPath(String);

impl RequestPath {
    /// Checks a path.
    ///
    /// # Errors
    /// Which rule was broken.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        check(text).map(|()| Self(text.to_owned())).map_err(|why| Refusal::new(Reason::Path, format!("the path {why}")))
    }

    /// As it stands in the request line, below the base's own path.
    pub fn below(&self, base: &BaseUrl) -> String {
        format!("{}{}", base.path(), self.0)
    }

    /// Without the query, for the log: a query can hold what was asked.
    pub fn bare(&self) -> &str {
        self.0.split_once('?').map_or(&self.0, |(path, _)| path)
    }
}

fn check(text: &str) -> Result<(), &'static str> {
    if text.len() > PATH_BYTES_MAX {
        return Err("is longer than 1024 bytes");
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("holds something else than visible ASCII");
    }
    if text.contains('#') {
        return Err("holds a fragment");
    }
    check_segments(text.split_once('?').map_or(text, |(path, _)| path))
}

/// The part before the query.
pub(super) fn check_segments(path: &str) -> Result<(), &'static str> {
    let Some(rest) = path.strip_prefix('/') else { return Err("does not begin with '/'") };
    if !path.bytes().all(|b| b.is_ascii_graphic()) || path.contains(['\\', '#', '?', ';']) {
        return Err("holds a character no plain path has");
    }
    let segments: Vec<&str> = rest.split('/').collect();
    let (last, before) = segments.split_last().unwrap_or((&"", &[]));
    if before.iter().any(|segment| segment.is_empty()) {
        return Err("holds '//'");
    }
    before.iter().chain([last]).try_for_each(|segment| check_segment(segment))
}

fn check_segment(segment: &str) -> Result<(), &'static str> {
    let plain = decoded(segment)?;
    if matches!(plain.as_slice(), b"." | b"..") {
        return Err("holds a '.' or '..' segment");
    }
    if plain.iter().any(|b| matches!(b, b'/' | b'\\' | b'%' | b';') || b.is_ascii_control()) {
        return Err("holds an encoded separator");
    }
    Ok(())
}

fn decoded(segment: &str) -> Result<Vec<u8>, &'static str> {
    let (mut plain, mut rest) = (Vec::with_capacity(segment.len()), segment.as_bytes());
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            plain.push(*byte);
            continue;
        }
        let [high, low, after @ ..] = rest else { return Err("holds a '%' without two digits") };
        let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let (Some(high), Some(low)) = (digit(high), digit(low)) else { return Err("holds a '%' without two digits") };
        plain.push(high << 4 | low);
        rest = after;
    }
    Ok(plain)
}
