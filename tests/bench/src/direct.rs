//! The API server asked directly: what a list or a watch costs without us in between.
//!
//! One connection that is kept, TLS with the control plane's authority, the editor's token. As little as possible is done
//! with what comes back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kubechat_harness::{Plane, User};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::Trouble;

/// What the API server prints a list as.
pub(crate) const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

/// Asks the API server.
pub(crate) struct Direct {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    server: String,
    token: String,
}

impl Direct {
    /// As this user.
    pub(crate) fn of(plane: &Plane, user: User) -> Result<Self, Trouble> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut roots = RootCertStore::empty();
        let pem = STANDARD.decode(plane.ca())?;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            roots.add(certificate.map_err(|error| error.to_string())?)?;
        }
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        let client = Client::builder(TokioExecutor::new()).build(connector.wrap_connector(tcp));
        let token = plane.token(user).ok_or("this user has no token")?.to_owned();
        Ok(Self { client, server: plane.url().to_owned(), token })
    }

    /// The whole of an answer.
    pub(crate) async fn get(&self, path: &str, accept: &str) -> Result<Bytes, Trouble> {
        let request = self.request(Method::GET, path).header("accept", accept).body(Full::default())?;
        Ok(self.send(request).await?.into_body().collect().await?.to_bytes())
    }

    /// An answer as it comes.
    pub(crate) async fn open(&self, path: &str, accept: &str) -> Result<Incoming, Trouble> {
        let request = self.request(Method::GET, path).header("accept", accept).body(Full::default())?;
        Ok(self.send(request).await?.into_body())
    }

    /// A merge patch.
    pub(crate) async fn patch(&self, path: &str, body: String) -> Result<(), Trouble> {
        let request = self.request(Method::PATCH, path).header("content-type", "application/merge-patch+json");
        self.send(request.body(Full::from(body))?).await?.into_body().collect().await?;
        Ok(())
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        let authorization = format!("Bearer {}", self.token);
        Request::builder().method(method).uri(format!("{}{path}", self.server)).header("authorization", authorization)
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Trouble> {
        let answer = self.client.request(request).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        Err(format!("the API server: {status}: {}", String::from_utf8_lossy(&body)).into())
    }
}
