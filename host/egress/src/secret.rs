//! Credentials by reference: read when one is needed, never shown, never logged.
//!
//! A file is read anew for each request, so a rotated key works at once. What is no single line of visible ASCII is refused:
//! it could end its header. What was read is held, so that it is masked wherever it turns up.

use std::path::{Path, PathBuf};

use http::HeaderValue;
use kubechat_core::egress::{Destination, Injection, Reason};
use kubechat_core::redact;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::AsyncReadExt as _;

use crate::error::GateError;
use crate::limits::SECRET_BYTES_MAX;

/// Where a credential is.
#[derive(Debug, Clone)]
pub enum Secret {
    /// Taken from the environment at the start.
    Held(SecretString),
    /// In a file.
    File(PathBuf),
    /// Referred to, and not there.
    Missing,
}

impl Secret {
    /// The header value, marked so that no debug output shows it.
    pub(crate) async fn header(&self, how: &Injection, to: &Destination) -> Result<HeaderValue, GateError> {
        let refused = |why: &str| GateError::refused(Reason::Credential, format!("the credential of {to} {why}"));
        let secret = match self {
            Self::Held(secret) => secret.clone(),
            Self::File(path) => read(path).await.map_err(|_| refused("can't be read from its file"))?,
            Self::Missing => return Err(refused("is not there")),
        };
        let text = secret.expose_secret().trim();
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            return Err(refused("is no single line of visible ASCII"));
        }
        // A file's is read for each request and may be another one then.
        if matches!(self, Self::File(_)) {
            redact::hold_for_now(text)
        } else {
            redact::hold(text)
        }
        let mut value =
            HeaderValue::from_str(&format!("{}{text}", how.prefix)).map_err(|_| refused("fits in no header"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

async fn read(path: &Path) -> std::io::Result<SecretString> {
    let mut text = String::new();
    tokio::fs::File::open(path).await?.take(SECRET_BYTES_MAX).read_to_string(&mut text).await?;
    Ok(text.into())
}
