//! Problems over HTTP: `application/problem+json` (RFC 9457) with our stable code, a hint, and the trace id.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact;
use serde_json::json;

/// A problem on its way out. Made from any [`Problem`] by `?`.
#[derive(Debug)]
pub struct ApiError(pub Problem);

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl ApiError {
    /// A problem from its code and detail.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Problem::new(code, detail))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        problem_response(status, &self.0)
    }
}

/// The response of a problem under a status of its own (404 of a route, 405, 415).
pub fn problem_response(status: StatusCode, problem: &Problem) -> Response {
    let body = json!({
        "type": format!("urn:kubechat:problem:{}", problem.code.as_str()),
        "title": problem.code.as_str().replace('-', " "),
        "status": status.as_u16(),
        "code": problem.code,
        // Words of a cluster or a vendor may stand in it.
        "detail": redact::text(&problem.detail).into_inner(),
        "hint": redact::without_held(problem.advice()),
        "retryable": problem.code.retryable(),
        "trace_id": super::trace::current(),
    });
    let mut response = (status, body.to_string()).into_response();
    let json = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
