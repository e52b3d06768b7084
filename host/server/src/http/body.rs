//! Bodies: bounded, of the right type, no deeper than the limit, and parsed into closed types.
//!
//! Depth is counted over the raw bytes before any parser builds a tree, so a bomb of brackets costs one pass.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use kubechat_core::limits::{BODY_BYTES_MAX, JSON_DEPTH_MAX};
use kubechat_core::problem::{Code, Problem};
use serde::de::DeserializeOwned;

use super::error::{ApiError, problem_response};

/// How long a body may take to arrive.
pub const BODY_DEADLINE: std::time::Duration = std::time::Duration::from_secs(10);

/// A JSON body, checked. An empty body reads as `{}`: several calls have no required field.
#[derive(Debug)]
pub struct Checked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Checked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let is_json = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let declared = kind.is_empty();
        let bytes = read(request.into_body()).await.map_err(|problem| ApiError(problem).into_response())?;
        if !(is_json || declared && bytes.is_empty()) {
            let problem = Problem::new(Code::BadInput, "the body is not application/json");
            return Err(problem_response(StatusCode::UNSUPPORTED_MEDIA_TYPE, &problem));
        }
        parse(&bytes).map(Self).map_err(|problem| ApiError(problem).into_response())
    }
}

async fn read(body: Body) -> Result<axum::body::Bytes, Problem> {
    let whole = tokio::time::timeout(BODY_DEADLINE, to_bytes(body, BODY_BYTES_MAX)).await;
    let late = || {
        Problem::new(
            Code::BadInput,
            format!("the body did not arrive within {} s (BODY_DEADLINE)", BODY_DEADLINE.as_secs()),
        )
    };
    whole.map_err(|_| late())?.map_err(|error| {
        // axum wraps the length error; its text is the only thing it shows of it.
        if error.to_string().contains("length limit") {
            Problem::new(
                Code::LimitExceeded,
                format!("the body is longer than BODY_BYTES_MAX = {BODY_BYTES_MAX} bytes"),
            )
        } else {
            Problem::new(Code::BadInput, "the body could not be read to its end")
        }
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if depth(bytes) > JSON_DEPTH_MAX {
        let detail = format!("the body nests deeper than JSON_DEPTH_MAX = {JSON_DEPTH_MAX}");
        return Err(Problem::new(Code::LimitExceeded, detail));
    }
    let bytes = if bytes.iter().all(u8::is_ascii_whitespace) { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| Problem::new(Code::BadInput, format!("the body: {error}")))
}

/// Deepest bracket nesting outside of strings.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_inside_strings_do_not_count() {
        assert_eq!(depth(br#"{"a": "[[[[{{{\"[["}"#), 1);
        assert_eq!(depth(b"[[[]]]"), 3);
    }

    #[test]
    fn a_bomb_is_refused_by_the_limits_name() {
        let bomb = "[".repeat(100_000);
        let problem = parse::<serde_json::Value>(bomb.as_bytes()).unwrap_err();
        assert!(problem.detail.contains("JSON_DEPTH_MAX"));
    }
}
