//! The host of a base URL: a name, or an address in its one plain form.
//!
//! Whatever another parser could read as an address is an address or nothing: octal, decimal, hexadecimal, short and
//! padded forms are refused, and so is anything with a zone, a percent sign, userinfo or letters beyond ASCII.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest DNS name.
const NAME_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// Whom a base URL names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// Lower-case, checked.
    Name(String),
    /// Not looked up, but judged like any other address.
    Address(IpAddr),
}

/// Why a text is no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHost {
    /// Nothing there.
    #[error("there is no host")]
    Empty,
    /// `user@` or `user:password@`.
    #[error("it names a user; credentials are bound by reference")]
    UserInfo,
    /// `0177.0.0.1`, `2130706433`, `0x7f.1`, `127.1`.
    #[error("an address in another form than four plain decimal numbers")]
    AddressForm,
    /// A bracket that holds no plain IPv6 address.
    #[error("no IPv6 address between the brackets")]
    Bracket,
    /// A dot at the end: another name for TLS than for DNS.
    #[error("it ends in a dot")]
    TrailingDot,
    /// A character no DNS name has; international names are written in their `xn--` form.
    #[error("only letters, digits, '-' and '.' (write an international name in its xn-- form)")]
    Character,
    /// A label that is empty, too long or starts or ends with `-`.
    #[error("an empty or malformed part between the dots")]
    Label,
    /// Longer than DNS allows.
    #[error("longer than {NAME_BYTES_MAX} bytes")]
    TooLong,
}

impl Host {
    /// Parses the host of an authority, brackets included, port excluded.
    ///
    /// # Errors
    /// Which rule was broken.
    pub fn parse(text: &str) -> Result<Self, BadHost> {
        if text.contains('@') {
            return Err(BadHost::UserInfo);
        }
        if let Some(inner) = text.strip_prefix('[') {
            let inner = inner.strip_suffix(']').ok_or(BadHost::Bracket)?;
            return inner.parse::<Ipv6Addr>().map(|v6| Self::Address(v6.into())).map_err(|_| BadHost::Bracket);
        }
        let text = text.to_ascii_lowercase();
        check_characters(&text)?;
        if looks_numeric(&text) {
            return plain_v4(&text).map(|v4| Self::Address(v4.into())).ok_or(BadHost::AddressForm);
        }
        check_labels(&text)?;
        Ok(Self::Name(text))
    }

    /// Whether it means this machine by the way it is written.
    pub fn is_localhost(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Self::Address(address) => address.is_loopback(),
        }
    }
}

fn check_characters(text: &str) -> Result<(), BadHost> {
    if text.is_empty() {
        return Err(BadHost::Empty);
    }
    if text.len() > NAME_BYTES_MAX {
        return Err(BadHost::TooLong);
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') {
        return Err(BadHost::Character);
    }
    if text.ends_with('.') {
        return Err(BadHost::TrailingDot);
    }
    Ok(())
}

fn check_labels(text: &str) -> Result<(), BadHost> {
    let good = |label: &str| {
        !label.is_empty() && label.len() <= LABEL_BYTES_MAX && !label.starts_with('-') && !label.ends_with('-')
    };
    if text.split('.').all(good) { Ok(()) } else { Err(BadHost::Label) }
}

/// Whether some parser would take it for an IPv4 address: its last part is a number in some base.
fn looks_numeric(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    hex || (!last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()))
}

/// Four decimal numbers without leading zeros.
fn plain_v4(text: &str) -> Option<Ipv4Addr> {
    let address: Ipv4Addr = text.parse().ok()?;
    (address.to_string() == text).then_some(address)
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V6(v6)) => write!(f, "[{v6}]"),
            Self::Address(IpAddr::V4(v4)) => write!(f, "{v4}"),
        }
    }
}
