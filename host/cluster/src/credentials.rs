//! How requests of one context authenticate, apart from client certificates (those are the transport's).
//!
//! Token, token file (read again as it ages), basic, or an exec plugin's token. `as:` in a kubeconfig is honoured as
//! kubectl does: the user configured it, with his own right to do so. Header values are marked sensitive, so they are
//! left out of debug output, and held, so that they are masked wherever they turn up.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use kube::config::AuthInfo;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact;
use kubechat_core::time::{Clock, Timestamp};

use crate::limits::TOKEN_FILE_AGE_MS_MAX;

/// The part that does not come from an exec plugin.
pub(crate) struct Credentials {
    authorization: Authorization,
    /// `Impersonate-*` of the kubeconfig.
    pub(crate) impersonate: HeaderMap,
}

enum Authorization {
    None,
    Fixed(HeaderValue),
    File { path: PathBuf, read: Mutex<Option<(Timestamp, HeaderValue)>> },
}

/// `Bearer …` of a token that will be renewed, marked sensitive.
pub(crate) fn bearer(token: &str) -> Option<HeaderValue> {
    redact::hold_for_now(token);
    sensitive(&format!("Bearer {}", token.trim()))
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl Credentials {
    /// Takes them from a user entry.
    pub(crate) fn of(user: &AuthInfo, source: &Path) -> Result<Self, Problem> {
        let bad = |what: &str| {
            let detail = format!("{}: {what} fits no HTTP header", source.display());
            Problem::new(Code::Kubeconfig, detail).hint("correct it in this file")
        };
        let authorization = if let Some(token) = &user.token {
            use secrecy::ExposeSecret as _;
            redact::hold(token.expose_secret());
            Authorization::Fixed(bearer(token.expose_secret()).ok_or_else(|| bad("the token"))?)
        } else if let Some(path) = user.token_file.as_deref().filter(|path| !path.is_empty()) {
            Authorization::File { path: path.into(), read: Mutex::new(None) }
        } else if let (Some(name), Some(password)) = (&user.username, &user.password) {
            use secrecy::ExposeSecret as _;
            redact::hold(password.expose_secret());
            let pair = STANDARD.encode(format!("{name}:{}", password.expose_secret()));
            redact::hold(&pair);
            Authorization::Fixed(sensitive(&format!("Basic {pair}")).ok_or_else(|| bad("the password"))?)
        } else {
            Authorization::None
        };
        let impersonate = impersonation(user).ok_or_else(|| bad("the identity to act as"))?;
        Ok(Self { authorization, impersonate })
    }

    /// `Authorization` for the next request.
    pub(crate) fn header(&self, clock: &dyn Clock) -> Result<Option<HeaderValue>, Problem> {
        match &self.authorization {
            Authorization::None => Ok(None),
            Authorization::Fixed(value) => Ok(Some(value.clone())),
            Authorization::File { path, read } => {
                let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((at, value)) = &*read
                    && clock.now().since_ms(*at) < TOKEN_FILE_AGE_MS_MAX
                {
                    return Ok(Some(value.clone()));
                }
                let value = from_file(path)?;
                *read = Some((clock.now(), value.clone()));
                Ok(Some(value))
            }
        }
    }
}

fn from_file(path: &Path) -> Result<HeaderValue, Problem> {
    let refuse = |why: String| {
        let detail = format!("the token file {} can't be used: {why}", path.display());
        Problem::new(Code::Kubeconfig, detail).hint("put a fresh token there")
    };
    let token = std::fs::read_to_string(path).map_err(|e| refuse(e.to_string()))?;
    bearer(&token).ok_or_else(|| refuse("it holds no token".to_owned()))
}

fn impersonation(user: &AuthInfo) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    let mut add = |name: HeaderName, value: &str| {
        headers.append(name, HeaderValue::from_str(value).ok()?);
        Some(())
    };
    if let Some(name) = &user.impersonate {
        add(HeaderName::from_static("impersonate-user"), name)?;
    }
    if let Some(uid) = &user.impersonate_uid {
        add(HeaderName::from_static("impersonate-uid"), uid)?;
    }
    for group in user.impersonate_groups.iter().flatten() {
        add(HeaderName::from_static("impersonate-group"), group)?;
    }
    for (key, values) in user.impersonate_user_extra.iter().flatten() {
        let name = HeaderName::from_bytes(format!("impersonate-extra-{}", key.to_lowercase()).as_bytes()).ok()?;
        for value in values {
            add(name.clone(), value)?;
        }
    }
    Some(headers)
}
