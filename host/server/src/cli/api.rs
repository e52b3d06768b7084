//! The HTTP client: one host on loopback, a token from its file, problems as failures. Over HTTPS only the certificate that
//! the host names beside its tokens is believed.
//!
//! Every wait has a deadline. A write is never repeated by this side, except `execute`, whose `Idempotency-Key` makes a
//! repetition safe; it does not repeat by itself either.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::client::Global;
use super::out::Failure;
use super::trust::trust;
use crate::auth::{CERTIFICATE, run_folder};

/// How long an answer may take; planning against a slow cluster is the longest.
const ANSWER_DEADLINE: Duration = Duration::from_secs(60);
/// How long connecting on loopback may take.
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);
/// Most bytes of one answer.
const ANSWER_BYTES_MAX: usize = 32 << 20;

/// A host, as one principal.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    scheme: &'static str,
    server: SocketAddr,
    token: String,
    principal: String,
}

impl Client {
    /// Finds the token; the host is not asked yet.
    pub(crate) fn connect(global: &Global) -> Result<Self, Failure> {
        let folder = folder(global.server)?;
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).map(|text| text.trim().to_owned());
        let missing = |name: &str| {
            let detail = format!("no token for {name} in {}", folder.display());
            Failure::new(
                1,
                "unauthenticated",
                detail,
                format!("is a host running on {}? start one: kubechat serve", global.server),
            )
        };
        let principal = match &global.principal {
            Some(name) => name.clone(),
            None => read("default").map_err(|_| missing("the default principal"))?,
        };
        if principal.contains(['/', '\0']) || principal.starts_with('.') {
            return Err(Failure::usage(format!("{principal:?} is no principal's name"), ""));
        }
        let token = read(&format!("{principal}.token")).map_err(|_| missing(&principal))?;
        let pinned = read(CERTIFICATE).ok().map(PathBuf::from);
        let scheme = if pinned.is_some() { "https" } else { "http" };
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(CONNECT_DEADLINE));
        tcp.enforce_http(false);
        let tls = trust(pinned.as_deref()).map_err(|error| {
            Failure::new(1, "certificate", error, "restart the host with a certificate it can read")
        })?;
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        let connector = connector.wrap_connector(tcp);
        let http = HttpClient::builder(TokioExecutor::new()).retry_canceled_requests(false).build(connector);
        Ok(Self { http, scheme, server: global.server, token, principal })
    }

    /// Who we are.
    pub(crate) fn principal(&self) -> &str {
        &self.principal
    }

    /// GET.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.json(Method::GET, path, None, &[]).await
    }

    /// POST.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value, Failure> {
        self.json(Method::POST, path, Some(body), &[]).await
    }

    /// Any method with extra headers; JSON or nothing comes back.
    pub(crate) async fn json(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Result<Value, Failure> {
        let work = async {
            let response = self.send(method, path, body, headers).await?;
            let bytes = collect(response.into_body()).await?;
            if bytes.is_empty() {
                return Ok(Value::Null);
            }
            serde_json::from_slice(&bytes)
                .map_err(|e| Failure::new(1, "bad-answer", format!("the host's answer: {e}"), ""))
        };
        tokio::time::timeout(ANSWER_DEADLINE, work).await.unwrap_or_else(|_| {
            let detail = format!("the host did not answer within {} s", ANSWER_DEADLINE.as_secs());
            Err(Failure::new(
                124,
                "timeout",
                detail,
                "look at the state with `kubechat plan list` before repeating a write",
            ))
        })
    }

    /// A response whose body is read by the caller (a stream); problems are failures already.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Result<Response<Incoming>, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}://{}{path}", self.scheme, self.server))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header("x-kubechat", "1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let request = request.body(Full::new(bytes)).map_err(|e| Failure::usage(format!("the request: {e}"), ""))?;
        let response = self.http.request(request).await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let body = collect(response.into_body()).await?;
        Err(problem(status, &body))
    }

    /// The whole body of a response, within the deadline.
    pub(crate) async fn whole(response: Response<Incoming>) -> Result<Bytes, Failure> {
        tokio::time::timeout(ANSWER_DEADLINE, collect(response.into_body())).await.unwrap_or_else(|_| {
            let detail = format!("the host did not answer within {} s", ANSWER_DEADLINE.as_secs());
            Err(Failure::new(124, "timeout", detail, ""))
        })
    }

    fn unreachable(&self, error: &hyper_util::client::legacy::Error) -> Failure {
        // The outermost words are the library's; what happened stands at the end of the chain.
        let chain = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
        let cause = chain.last().map(ToString::to_string).unwrap_or_default();
        let detail = format!("no host answers on {}: {cause}", self.server);
        Failure::new(1, "unreachable", detail, "start one: kubechat serve, or name another with --server")
    }
}

/// The folder with the token files of a host.
pub(crate) fn folder(server: SocketAddr) -> Result<PathBuf, Failure> {
    run_folder(server, |name| std::env::var_os(name))
        .ok_or_else(|| Failure::new(1, "unauthenticated", "neither XDG_RUNTIME_DIR nor HOME is set", "set HOME"))
}

async fn collect(body: Incoming) -> Result<Bytes, Failure> {
    let limited = Limited::new(body, ANSWER_BYTES_MAX);
    let bytes =
        limited.collect().await.map_err(|e| Failure::new(1, "bad-answer", format!("the host's answer: {e}"), ""))?;
    Ok(bytes.to_bytes())
}

fn problem(status: u16, body: &[u8]) -> Failure {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
    let code: Option<kubechat_core::problem::Code> = serde_json::from_value(problem["code"].clone()).ok();
    Failure {
        exit: code.map_or(1, kubechat_core::problem::Code::exit),
        code: if text("code").is_empty() { format!("http-{status}") } else { text("code") },
        detail: if text("detail").is_empty() { format!("the host answered {status}") } else { text("detail") },
        hint: text("hint"),
        trace_id: text("trace_id"),
    }
}
