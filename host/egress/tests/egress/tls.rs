//! TLS against a real server with a CA of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kubechat_core::egress::Binding;
use kubechat_egress::{Gate, GateError};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::server::{Reply, Server, ok};
use crate::support::{Names, PUBLIC, Wires, all, bare, config, get, send};

const HOST: &str = "model.example.com";
/// Enough for a handshake on a busy machine, and not long where none comes.
const HANDSHAKE: Duration = Duration::from_secs(3);

/// How they were made stands beside them.
const OUR_CA: &str = include_str!("certificates/ours-ca.pem");

struct Identity {
    certificate: &'static str,
    key: &'static str,
}

const MODEL: Identity =
    Identity { certificate: include_str!("certificates/model.pem"), key: include_str!("certificates/model-key.pem") };
const OTHER: Identity =
    Identity { certificate: include_str!("certificates/other.pem"), key: include_str!("certificates/other-key.pem") };
const STRANGER: Identity = Identity {
    certificate: include_str!("certificates/stranger.pem"),
    key: include_str!("certificates/stranger-key.pem"),
};

/// A server that shows this certificate.
async fn server(identity: Identity) -> Server {
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Server::start_with(Some(TlsAcceptor::from(Arc::new(config))), |_| Reply::Then(ok("safe"))).await
}

fn gate(to: SocketAddr) -> Gate {
    let binding = Binding { ca_pem: Some(OUR_CA.to_owned()), ..Binding::to(&format!("https://{HOST}/v1")).unwrap() };
    let mut config = config(bare(binding.checked().unwrap()));
    (config.resolver, config.dialler) = (Names::of(&[PUBLIC]), Wires::to(to));
    config.caps.handshake = HANDSHAKE;
    Gate::new(config)
}

#[tokio::test]
async fn the_bound_ca_vouches_for_the_bound_name_whatever_address_is_dialled() {
    let server = server(MODEL).await;
    let mut answer = send(&gate(server.address), get("/x")).await.unwrap();
    assert_eq!(all(&mut answer).await.unwrap(), b"safe");
    assert_eq!(server.story().seen[0].header("host"), Some(HOST));
}

#[tokio::test]
async fn a_certificate_of_another_ca_or_another_name_is_refused_and_nothing_is_sent() {
    for identity in [STRANGER, OTHER] {
        let server = server(identity).await;
        let error = send(&gate(server.address), get("/")).await.unwrap_err();
        assert!(matches!(&error, GateError::Unreachable(why) if why.contains("certificate")), "{error:?}");
        assert!(server.story().seen.is_empty());
    }
}

#[tokio::test]
async fn plain_http_behind_an_https_binding_is_refused() {
    let plain = Server::start(|_| Reply::Close(ok("gotcha"))).await;
    let error = send(&gate(plain.address), get("/")).await.unwrap_err();
    assert!(matches!(error, GateError::Unreachable(_) | GateError::Timeout(_)), "{error:?}");
    assert!(plain.story().seen.is_empty(), "not one line in the clear");
}
