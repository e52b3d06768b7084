//! TLS for one destination: its own CA if it has one, else the system's; never none.

use std::io;
use std::sync::Arc;

use kubechat_core::egress::{BaseUrl, Binding, Host, Scheme};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How a binding's server is believed; none for plain HTTP.
#[derive(Clone)]
pub(crate) struct Tls(Option<(TlsConnector, ServerName<'static>)>);

impl Tls {
    /// Sets it up; nothing is sent.
    ///
    /// # Errors
    /// Why no server could ever be believed.
    pub(crate) fn of(binding: &Binding) -> Result<Self, String> {
        if binding.base.scheme == Scheme::Http {
            return Ok(Self(None));
        }
        let roots = match &binding.ca_pem {
            Some(pem) => given(pem)?,
            None => system()?,
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Some((TlsConnector::from(Arc::new(config)), name(&binding.base)?))))
    }

    /// Whether a connection has to be wrapped.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Wraps a connection; for the bound name, whatever address it goes to.
    pub(crate) async fn wrap(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        match &self.0 {
            Some((connector, name)) => connector.connect(name.clone(), stream).await,
            None => Err(io::Error::other("this destination speaks no TLS")),
        }
    }
}

fn name(base: &BaseUrl) -> Result<ServerName<'static>, String> {
    match &base.host {
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|error| error.to_string()),
        Host::Address(address) => Ok(ServerName::from(*address)),
    }
}

fn given(pem: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| format!("its CA is no PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("its CA can't be used: {error}"))?;
    }
    if roots.is_empty() { Err("its CA holds no certificate".to_owned()) } else { Ok(roots) }
}

fn system() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() { Err("this system trusts no CA; bind one with `ca`".to_owned()) } else { Ok(roots) }
}
