//! A proxy's consent: `CONNECT`, so that it carries bytes and reads none of what TLS covers.
//!
//! It gets the bound host's name and nothing else: no credential, no header of the caller. Anything but a plain 200 with
//! nothing behind it is refused.

use std::io;

use kubechat_core::egress::BaseUrl;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::limits::PROXY_HEAD_BYTES_MAX;

const HEAD_ENDS: &[u8] = b"\r\n\r\n";

/// Asks the proxy at the other end to connect to a destination.
pub(crate) async fn connect(stream: &mut TcpStream, base: &BaseUrl) -> io::Result<()> {
    let to = format!("{}:{}", base.host, base.port);
    stream.write_all(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes()).await?;
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(HEAD_ENDS) {
        if head.len() >= PROXY_HEAD_BYTES_MAX {
            return Err(io::Error::other("the proxy's answer is too long"));
        }
        // Byte by byte: what follows belongs to the destination, not to us.
        head.push(stream.read_u8().await?);
    }
    let consent = head.starts_with(b"HTTP/1.1 200 ") || head.starts_with(b"HTTP/1.0 200 ");
    if consent { Ok(()) } else { Err(io::Error::other("the proxy refuses to connect")) }
}
