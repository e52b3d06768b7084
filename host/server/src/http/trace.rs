//! Trace ids: one per request, in every log line of it and in every problem it gets.

use tracing::Span;

tokio::task_local! {
    static TRACE: String;
}

/// Runs a request under its trace id.
pub async fn scope<F: Future>(id: String, request: F) -> F::Output {
    TRACE.scope(id, request).await
}

/// The present request's trace id; empty outside of one.
pub fn current() -> String {
    TRACE.try_with(Clone::clone).unwrap_or_default()
}

/// The span every log line of a request is under.
pub fn span(id: &str, method: &str, path: &str) -> Span {
    tracing::info_span!("request", trace_id = id, method, path)
}
