//! `POST /redact`: what would be masked in a text before it leaves, and why: line, sort, field and rule of every find.
//!
//! The text is looked at and forgotten: it goes into no row, no log and no trace. No value comes back, only the text as it
//! would go out. A body's limits hold ([`kubechat_core::limits::BODY_BYTES_MAX`]).

use axum::Json;
use kubechat_core::problem::Code;
use kubechat_core::redact::{self, Explained};
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;

/// The text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    text: String,
}

/// Looks at it, beside the requests: a long text takes many milliseconds.
pub async fn post(Actor(_): Actor, Checked(body): Checked<Body>) -> Result<Json<Explained>, ApiError> {
    let looked = tokio::task::spawn_blocking(move || redact::explain(&body.text)).await;
    looked.map(Json).map_err(|_| ApiError::new(Code::Fault, "the text could not be looked at"))
}
