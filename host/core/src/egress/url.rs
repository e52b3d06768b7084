//! The base URL of a binding: scheme, host, port and a path that everything sent lies below.
//!
//! Parsed by our own few rules, because a parser that repairs what it reads decides in our place where a request goes.
//! Refused are userinfo, queries, fragments, backslashes, spaces, and address forms that are not plain ([`Host`]).

use std::fmt;

use super::path::check_segments;
use super::{BadHost, Host};

/// Longest base URL.
const URL_BYTES_MAX: usize = 1024;

/// How a destination is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// In the clear; only for internal destinations.
    Http,
    /// TLS.
    Https,
}

impl Scheme {
    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }
}

/// A checked base URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    /// How it is spoken to.
    pub scheme: Scheme,
    /// Whom it names.
    pub host: Host,
    /// Always known.
    pub port: u16,
    /// Empty, or begins with '/' and does not end with one.
    path: String,
}

/// Why a text is no base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Neither `http://` nor `https://`.
    #[error("it must begin with https:// (or http:// for an internal destination)")]
    Scheme,
    /// What it names.
    #[error("its host: {0}")]
    Host(#[from] BadHost),
    /// Not 1 to 65535 in plain digits.
    #[error("its port must be 1 to 65535")]
    Port,
    /// A query, a fragment, a dot segment, an odd character.
    #[error("its path may hold plain segments only: no '?', '#', '//', '.' or '..'")]
    Path,
    /// Over the cap.
    #[error("longer than {URL_BYTES_MAX} bytes")]
    TooLong,
}

impl BaseUrl {
    /// Parses a base URL.
    ///
    /// # Errors
    /// Which rule was broken.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        if text.len() > URL_BYTES_MAX {
            return Err(BadUrl::TooLong);
        }
        let (scheme, rest) = split_scheme(text)?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = split_port(authority)?;
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.contains('?') || (!path.is_empty() && check_segments(path).is_err()) {
            return Err(BadUrl::Path);
        }
        let host = Host::parse(host)?;
        Ok(Self { scheme, host, port: port.unwrap_or(scheme.port()), path: path.to_owned() })
    }

    /// What stands in the `Host` header: the port only where it is not the scheme's own.
    pub fn authority(&self) -> String {
        if self.port == self.scheme.port() { self.host.to_string() } else { format!("{}:{}", self.host, self.port) }
    }

    /// Scheme, host and port; nothing of the path, which a gateway may keep something of its own in.
    pub fn origin(&self) -> String {
        format!("{}{}", self.scheme.prefix(), self.authority())
    }

    /// The path every request begins with; empty if there is none.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether a URL names the same origin.
    pub fn same_origin(&self, other: &Self) -> bool {
        (self.scheme, &self.host, self.port) == (other.scheme, &other.host, other.port)
    }
}

fn split_scheme(text: &str) -> Result<(Scheme, &str), BadUrl> {
    for scheme in [Scheme::Http, Scheme::Https] {
        let prefix = scheme.prefix();
        if text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
            return Ok((scheme, &text[prefix.len()..]));
        }
    }
    Err(BadUrl::Scheme)
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), BadUrl> {
    let host_ends = if authority.starts_with('[') { authority.find(']').map_or(0, |at| at + 1) } else { 0 };
    let Some(colon) = authority[host_ends..].find(':').map(|at| host_ends + at) else { return Ok((authority, None)) };
    let (host, digits) = (&authority[..colon], &authority[colon + 1..]);
    if host.contains('@') || digits.contains('@') {
        return Err(BadUrl::Host(BadHost::UserInfo));
    }
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    match digits.parse::<u16>() {
        Ok(port) if plain => Ok((host, Some(port))),
        _ => Err(BadUrl::Port),
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.scheme.prefix(), self.authority(), self.path)
    }
}
