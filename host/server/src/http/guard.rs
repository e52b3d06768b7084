//! What guards every request: the Host header, the origin of writes, security headers, a trace id and a deadline.
//!
//! Rebinding: only loopback names with our port are answered. Cross-site: a request that is not GET needs the custom header
//! and, where a browser says where it comes from, the same origin. There is no CORS at all.

use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use kubechat_core::problem::{Code, Problem};
use tracing::Instrument as _;

use super::actor::cookie;
use super::error::{ApiError, problem_response};
use super::state::App;
use super::trace;
use crate::console;

/// The header that no plain form or link can send.
pub const CUSTOM_HEADER: &str = "x-kubechat";

/// Outermost: trace id, span, headers, counters.
pub async fn frame(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = hex::encode(rand::random::<[u8; 8]>());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let begun = Instant::now();
    let span = trace::span(&id, method.as_str(), &path);
    let mut response = trace::scope(id.clone(), next.run(request)).instrument(span.clone()).await;
    span.in_scope(|| {
        tracing::debug!(status = response.status().as_u16(), elapsed_ms = begun.elapsed().as_millis(), "answered")
    });
    app.metrics.request(&method, route.as_deref().unwrap_or("none"), response.status(), begun.elapsed());
    harden(response.headers_mut(), &id);
    response
}

fn harden(headers: &mut HeaderMap, trace_id: &str) {
    const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
        connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
        require-trusted-types-for 'script'; trusted-types 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(trace_id) {
        headers.insert("x-trace-id", id);
    }
}

/// Refuses foreign hosts and foreign origins before anything is read.
pub async fn origin(State(app): State<App>, request: Request, next: Next) -> Response {
    if let Err(problem) = check(&app, request.method(), request.uri(), request.headers()) {
        return ApiError(problem).into_response();
    }
    next.run(request).await
}

fn check(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let host =
        headers.get(header::HOST).and_then(|host| host.to_str().ok()).or_else(|| uri.authority().map(|a| a.as_str()));
    if !host.is_some_and(|host| is_ours(host, app.listen.port())) {
        let detail = "the Host header does not name this host's loopback address";
        return Err(Problem::new(Code::CrossSite, detail).hint(format!("use {}", app.url())));
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    if !headers.contains_key(CUSTOM_HEADER) {
        return Err(Problem::new(Code::CrossSite, "the X-Kubechat header is missing").hint("send `X-Kubechat: 1`"));
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?").to_owned());
    let same_site = text("sec-fetch-site").is_none_or(|site| matches!(site.as_str(), "same-origin" | "none"));
    let same_origin = text("origin").is_none_or(|origin| {
        let host = origin.strip_prefix(app.scheme()).and_then(|rest| rest.strip_prefix("://"));
        host.is_some_and(|host| is_ours(host, app.listen.port()))
    });
    if same_site && same_origin {
        Ok(())
    } else {
        Err(Problem::new(Code::CrossSite, "the request comes from another site"))
    }
}

/// Whether a `host:port` is a loopback name with our port.
fn is_ours(host: &str, port: u16) -> bool {
    let Some((name, given)) = host.rsplit_once(':') else { return false };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let loopback = name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    loopback && given.parse() == Ok(port)
}

/// The answer to a path that isn't one of the API's: a file or page of the console, or that there is nothing.
pub async fn elsewhere(State(app): State<App>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let looked_at = matches!(method, Method::GET | Method::HEAD) && !uri.path().starts_with("/api/");
    if let Some(console) = app.console.as_ref().filter(|_| looked_at)
        && let Some(response) = console::answer(console, uri.path(), &headers, || logged_in(&app, &headers))
    {
        return response;
    }
    let problem = Problem::new(Code::NotFound, "there is no such path").hint("GET /openapi.json lists them");
    problem_response(StatusCode::NOT_FOUND, &problem)
}

/// Whether a browser's cookie is a session that lives. To look is no use of it.
fn logged_in(app: &App, headers: &HeaderMap) -> bool {
    let now = app.flow.ports().clock.now();
    cookie(headers, &app.cookie_name()).is_some_and(|cookie| app.sessions().known(cookie, now))
}

/// The answer to a method a path does not have.
pub async fn no_such_method() -> Response {
    let problem =
        Problem::new(Code::BadInput, "this path does not have that method").hint("GET /openapi.json lists them");
    problem_response(StatusCode::METHOD_NOT_ALLOWED, &problem)
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_loopback_names_with_our_port_are_ours() {
        for ours in ["127.0.0.1:7080", "localhost:7080", "LOCALHOST:7080", "[::1]:7080"] {
            assert!(is_ours(ours, 7080), "{ours}");
        }
        for foreign in
            ["127.0.0.1", "127.0.0.1:80", "evil.example:7080", "127.0.0.1.evil.example:7080", "10.0.0.1:7080", ""]
        {
            assert!(!is_ours(foreign, 7080), "{foreign}");
        }
    }
}
