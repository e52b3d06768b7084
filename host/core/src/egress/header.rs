//! Headers a component may send: few, plain, and none that says where a request goes, as whom, or how it is framed.
//!
//! What the host sets itself, what authenticates, what hops, and what names somebody else is refused by name rather than
//! dropped, so an author learns of it at once.

use super::{Reason, Refusal};

/// Most headers of one request.
pub const HEADERS_MAX: usize = 32;
const NAME_BYTES_MAX: usize = 64;
const VALUE_BYTES_MAX: usize = 1024;

/// One header as a component gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Lower-case token.
    pub name: String,
    /// Visible ASCII.
    pub value: String,
}

/// The host's own, framing, and credentials under their usual names.
const REFUSED: [&str; 26] = [
    "accept-encoding",
    "api-key",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "range",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-api-key",
    "x-auth-token",
    "x-goog-api-key",
];
/// Whole families: proxies, browsers, impersonation, and whoever a request is said to come from or to be.
const REFUSED_STARTS: [&str; 11] = [
    "proxy-",
    "sec-",
    "impersonate-",
    "x-forwarded",
    "x-real-ip",
    "x-http-method",
    "x-method-override",
    "x-original",
    "x-rewrite",
    "x-remote-",
    "metadata",
];

/// Checks all headers of a request. `credential` is the header the host injects, if any.
///
/// # Errors
/// The first header that may not go, by its name.
pub fn check_headers(headers: &[Header], credential: Option<&str>) -> Result<(), Refusal> {
    if headers.len() > HEADERS_MAX {
        let why = format!("{} headers; at most {HEADERS_MAX} go", headers.len());
        return Err(Refusal::new(Reason::Header, why));
    }
    for (at, header) in headers.iter().enumerate() {
        check(header, credential)?;
        if headers[..at].iter().any(|before| before.name == header.name) {
            return Err(refused(&header.name, "is there twice"));
        }
    }
    Ok(())
}

fn check(header: &Header, credential: Option<&str>) -> Result<(), Refusal> {
    let Header { name, value } = header;
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.bytes().all(is_token) {
        return Err(refused(name, "is no lower-case token of at most 64 bytes"));
    }
    let by_name = REFUSED.contains(&name.as_str()) || REFUSED_STARTS.iter().any(|start| name.starts_with(start));
    if by_name || credential == Some(name.as_str()) {
        return Err(refused(name, "is the host's to set, or nobody's"));
    }
    let plain = value.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if value.len() > VALUE_BYTES_MAX || !plain || value.starts_with(' ') || value.ends_with(' ') {
        return Err(refused(name, "has a value that is not at most 1024 bytes of visible ASCII"));
    }
    Ok(())
}

/// RFC 9110 `tchar`, without capitals.
pub(super) fn is_token(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&b)
}

fn refused(name: &str, why: &str) -> Refusal {
    let name: String = name.chars().take(NAME_BYTES_MAX).filter(|c| !c.is_control()).collect();
    Refusal::new(Reason::Header, format!("the header {name:?} {why}"))
}
