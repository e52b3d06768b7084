//! TCP and TLS to one API server: a pool of connections for reads, and fresh connections for writes.
//!
//! Both come from one connector (one TLS session cache). HTTP/1.1: that is what kube's connector speaks. A pooled
//! connection the server has closed meanwhile costs a read nothing (the pool sends it again when no byte had left); for a
//! write it would be the difference between "not done" and "who knows", so writes never use the pool.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::ConfigExt as _;
use kubechat_core::digest::Digest;
use kubechat_core::problem::{Code, Problem};

use crate::exec::Identity;
use crate::kubeconfig::Resolved;
use crate::limits::{CALLS_AT_ONCE_MAX, Deadlines, KEEPALIVE};

/// What a connection is made with.
pub(crate) type Connector = HttpsConnector<HttpConnector>;

/// Connections to one API server under one TLS identity.
pub(crate) struct Transport {
    /// For reads.
    pub(crate) pooled: Client<Connector, Full<Bytes>>,
    /// For a write's own connection.
    pub(crate) connector: Connector,
    /// Digest of the plugin-given identity, to notice a renewed one.
    pub(crate) identity: Option<Digest>,
}

impl Transport {
    /// Sets TLS up; nothing is sent yet.
    pub(crate) fn new(from: &Resolved, identity: Option<&Identity>, waits: &Deadlines) -> Result<Self, Problem> {
        // One provider for the whole process; a second call finds it there.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut config = from.config.clone();
        if let Some(identity) = identity {
            let auth = &mut config.auth_info;
            auth.client_certificate_data = Some(STANDARD.encode(&identity.certificate_pem));
            auth.client_key_data = Some(STANDARD.encode(&identity.key_pem).into());
        }
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // A log that is followed may be silent for hours; a server that is gone must not look like one.
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_connect_timeout(Some(waits.connect));
        let connector = config.rustls_https_connector_with_connector(tcp).map_err(|e| {
            let detail = format!("{}: context {:?}: {e}", from.source.display(), from.context);
            Problem::new(Code::Kubeconfig, detail).hint("correct the certificates of this context")
        })?;
        let pooled =
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(CALLS_AT_ONCE_MAX).build(connector.clone());
        Ok(Self { pooled, connector, identity: identity.map(Identity::digest) })
    }
}
