//! Names of logical destinations: what a component says instead of a host name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Longest name.
const BYTES_MAX: usize = 64;

/// A name such as `ollama` or `openai`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Destination(String);

/// A text that is no name of a destination.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{shown:?} names no destination: 1 to {BYTES_MAX} of a-z, 0-9 and '-', a letter first")]
pub struct DestinationError {
    shown: String,
}

impl Destination {
    /// Checks the name.
    ///
    /// # Errors
    /// What a name may hold.
    pub fn parse(text: &str) -> Result<Self, DestinationError> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let edges = text.starts_with(|c: char| c.is_ascii_lowercase()) && !text.ends_with('-');
        if plain && edges && text.len() <= BYTES_MAX {
            return Ok(Self(text.to_owned()));
        }
        Err(DestinationError { shown: text.chars().take(BYTES_MAX).collect() })
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl FromStr for Destination {
    type Err = DestinationError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Destination {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_or_an_address_is_no_destination() {
        for bad in ["", "api.openai.com", "127.0.0.1", "a:80", "http://a", "A", "1a", "a-", "a/b", &"a".repeat(65)] {
            assert!(Destination::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Destination::parse("provider-2").unwrap().as_str(), "provider-2");
    }
}
