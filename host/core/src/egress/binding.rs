//! A binding: what a logical destination really is, as the operator decided.
//!
//! Checked once when the configuration is read; a [`Binding`] can't be half of one. The credential is a reference kept by
//! whoever holds the secret: here stands only where it is put in.

use super::header::is_token;
use super::{AddressKind, BadUrl, BaseUrl, DataClasses, Host, Perimeter, Scheme, Verdict, classify};

const PREFIX_BYTES_MAX: usize = 64;

/// Where a credential goes in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Injection {
    /// Lower-case header.
    pub header: String,
    /// What stands before the secret, such as `Bearer `.
    pub prefix: String,
}

impl Default for Injection {
    fn default() -> Self {
        Self { header: "authorization".to_owned(), prefix: "Bearer ".to_owned() }
    }
}

/// What a destination is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Below this everything is sent.
    pub base: BaseUrl,
    /// The one CA that may vouch for it, PEM; none: the system's.
    pub ca_pem: Option<String>,
    /// An HTTP proxy that is asked to connect; none: dialled directly.
    pub proxy: Option<BaseUrl>,
    /// Where its credential goes; none: it takes none.
    pub credential: Option<Injection>,
    /// What may go there.
    pub classes: DataClasses,
    /// Whether it may lie inside: on this machine, in a private network, in a cluster.
    pub internal: bool,
}

/// Why a binding is refused before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// The base URL.
    #[error("url: {0}")]
    Url(#[source] BadUrl),
    /// The proxy's URL.
    #[error("proxy: {0}")]
    Proxy(#[source] BadUrl),
    /// A proxy over TLS, or one with a path.
    #[error("proxy: must be http://host:port")]
    ProxyForm,
    /// In the clear to outside.
    #[error("url: http is for internal destinations; use https, or say `internal = true`")]
    Clear,
    /// An address that may not be dialled.
    #[error("url: its host is {0}{advice}", advice = inside(*.0))]
    Address(AddressKind),
    /// In the clear through somebody else.
    #[error("proxy: http through a proxy lets it read everything; use https")]
    ProxyClear,
    /// A proxy that is to lead inside.
    #[error("proxy: the url's host is {0}; a proxy leads to nothing inside, bind that without one")]
    ProxyInside(AddressKind),
    /// A header that is no header, or one that frames the request.
    #[error("credential_header: {0:?} can't carry a credential")]
    Header(String),
    /// A prefix that is no text.
    #[error("credential_prefix: at most {PREFIX_BYTES_MAX} bytes of visible ASCII")]
    Prefix,
    /// Not PEM.
    #[error("ca: no PEM certificate in it")]
    Ca,
}

fn inside(kind: AddressKind) -> &'static str {
    if kind.fits_internal() { "; say `internal = true` if that is meant" } else { ", which is never dialled" }
}

/// Headers that frame or route a request; a credential in one of them would be another request.
const NO_CREDENTIAL: [&str; 8] =
    ["host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer", "expect"];

impl Binding {
    /// A binding of this URL with nothing else said: nothing inside, no credential, the usual classes.
    ///
    /// # Errors
    /// Why the URL can't be one.
    pub fn to(url: &str) -> Result<Self, BindingError> {
        let base = BaseUrl::parse(url).map_err(BindingError::Url)?;
        let classes = DataClasses::usual();
        Ok(Self { base, ca_pem: None, proxy: None, credential: None, classes, internal: false })
    }

    /// Holds the parts against each other.
    ///
    /// # Errors
    /// The first that does not fit, by the name of its setting.
    pub fn checked(self) -> Result<Self, BindingError> {
        if self.base.scheme == Scheme::Http && !self.internal {
            return Err(BindingError::Clear);
        }
        if let Host::Address(address) = self.base.host
            && let Verdict::Refused(kind) = classify(address)
            && !(self.internal && kind.fits_internal())
        {
            return Err(BindingError::Address(kind));
        }
        if self.proxy.as_ref().is_some_and(|proxy| proxy.scheme != Scheme::Http || !proxy.path().is_empty()) {
            return Err(BindingError::ProxyForm);
        }
        self.check_behind_proxy()?;
        if self.ca_pem.as_ref().is_some_and(|pem| !pem.contains("-----BEGIN CERTIFICATE-----")) {
            return Err(BindingError::Ca);
        }
        if let Some(injection) = &self.credential {
            check_injection(injection)?;
        }
        Ok(self)
    }

    /// What a proxy dials, nobody here judges: so it gets TLS that it can't read, and no host that is inside by its very name.
    fn check_behind_proxy(&self) -> Result<(), BindingError> {
        if self.proxy.is_none() {
            return Ok(());
        }
        if self.base.scheme == Scheme::Http {
            return Err(BindingError::ProxyClear);
        }
        // What lies around is not known here: the gate asks again.
        Perimeter::default().admit_behind_proxy(&self.base.host).map_err(BindingError::ProxyInside)
    }

    /// The header that carries its credential.
    pub fn credential_header(&self) -> Option<&str> {
        self.credential.as_ref().map(|injection| injection.header.as_str())
    }
}

fn check_injection(injection: &Injection) -> Result<(), BindingError> {
    let Injection { header, prefix } = injection;
    let token = !header.is_empty() && header.len() <= 64 && header.bytes().all(is_token);
    if !token || header.starts_with("proxy-") || NO_CREDENTIAL.contains(&header.as_str()) {
        return Err(BindingError::Header(header.chars().take(64).collect()));
    }
    if prefix.len() > PREFIX_BYTES_MAX || !prefix.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        return Err(BindingError::Prefix);
    }
    Ok(())
}
