//! `GET /livez`, also `/healthz`: the process answers. Says nothing about what it could do; that is `/readyz`.

/// Alive.
pub async fn get() -> &'static str {
    "ok"
}
