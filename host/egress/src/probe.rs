//! Requests the host makes by itself: a trial of a destination, and one look for Ollama on this machine.
//!
//! Both go the way of every other request, so both stand in the log and neither leaves an air-gapped host. They carry
//! nothing: no body, no class of data.

use std::sync::Arc;
use std::time::Instant;

use hyper::body::Bytes;
use kubechat_core::egress::{Binding, DataClasses, Destination};
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::error::GateError;
use crate::exchange::{Method, Request};
use crate::gate::Gate;
use crate::lane::{Bound, Lane};
use crate::limits::VERSION_BYTES_MAX;
use crate::secret::Secret;

/// What Ollama is called when it is bound.
pub const OLLAMA_DESTINATION: &str = "ollama";
/// Where it listens unless told otherwise.
pub const OLLAMA_URL: &str = "http://127.0.0.1:11434";
const OLLAMA_VERSION_PATH: &str = "/api/version";
const SHOWN_VERSION_CHARS_MAX: usize = 32;

/// What came of trying a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// Whether somebody answered; with which status is another matter.
    pub reached: bool,
    /// Of the answer.
    pub status: Option<u16>,
    /// Until the head of the answer, or the failure.
    pub took_ms: u64,
    /// What went wrong.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

#[derive(Deserialize)]
struct Version {
    version: String,
}

impl Gate {
    /// Sends `GET /` to a destination, with its credential and nothing else.
    pub async fn try_out(&self, destination: &Destination) -> Trial {
        let since = Instant::now();
        let answer = self.send(bare(destination.clone(), "egress test", "/")).await;
        let took_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        match answer {
            Ok(answer) => Trial { reached: true, status: Some(answer.status()), took_ms, detail: None, hint: None },
            Err(error) => Trial {
                reached: false,
                status: None,
                took_ms,
                detail: Some(error.to_string()),
                hint: Some(error.advice()),
            },
        }
    }

    /// Looks once for Ollama on this machine; its version if it is there. Asks nobody when air-gapped or already bound.
    pub async fn find_ollama(&self) -> Option<String> {
        let destination = Destination::parse(OLLAMA_DESTINATION).ok()?;
        if self.is_air_gapped() || self.is_bound(&destination) {
            return None;
        }
        let binding = Binding { internal: true, ..Binding::to(OLLAMA_URL).ok()? };
        let lane = Lane::new(destination.clone(), Bound { binding, secret: Secret::Missing }, &self.inner.caps);
        let request = bare(destination, "first start", OLLAMA_VERSION_PATH);
        let answer = self.run(Some(Arc::new(lane)), request).await;
        let found = match answer {
            Ok(answer) if answer.status() == 200 => version(answer).await,
            Ok(_) | Err(_) => None,
        };
        tracing::info!(target: "kubechat::egress", found = found.is_some(), "looked for Ollama on this machine");
        found
    }
}

fn bare(destination: Destination, caller: &str, path: &str) -> Request {
    Request {
        caller: caller.to_owned(),
        destination,
        method: Method::Get,
        path: path.to_owned(),
        headers: Vec::new(),
        body: Bytes::new(),
        classes: DataClasses::none(),
    }
}

/// The version as the server tells it, cut to what a version can be.
async fn version(mut answer: Answer) -> Option<String> {
    let mut text = Vec::new();
    while let Some(piece) = answer.read().await.unwrap_or_else(|error: GateError| {
        tracing::debug!(%error, "an answer that is no version");
        None
    }) {
        text.extend_from_slice(&piece);
        if text.len() > VERSION_BYTES_MAX {
            return None;
        }
    }
    let Version { version } = serde_json::from_slice(&text).ok()?;
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    Some(version.chars().filter(plain).take(SHOWN_VERSION_CHARS_MAX).collect())
}
