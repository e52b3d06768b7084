//! Capability `http`: a guest's requests to logical destinations, through whatever gate the host puts behind [`Egress`].
//!
//! Here stands what is the guest's: the destinations its manifest names, how many requests one call may make, and the
//! answers it holds. An answer lives in the call's store, so a trap, the end of the call and a reader that left all drop it,
//! and dropping it closes its connection. What may be sent to whom is the gate's business. `describe` reaches nobody: it must
//! not depend on anything.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use kubechat_core::egress::{DataClasses, Destination, Header};
use wasmtime::component::{Resource, ResourceTable};

use crate::bindings::provider::kubechat::plugin::http::{Host, HostAnswer, HttpError, Method, Outgoing};
use crate::manifest::Manifest;
use crate::provider::ProviderState;
use crate::text;

/// Requests of one call.
const REQUESTS_MAX: u32 = 64;
/// Longest body of a request.
const BODY_BYTES_MAX: usize = 4 << 20;
/// Longest text of an error.
const ERROR_BYTES_MAX: usize = 1024;

/// What the host's gate does for guests.
#[async_trait]
pub trait Egress: Send + Sync {
    /// Sends one request; returns with the head of its answer. Dropping the future closes the connection.
    ///
    /// # Errors
    /// What was refused, or why nobody answered. Texts name the destination, never an address.
    async fn send(&self, request: EgressRequest) -> Result<Box<dyn EgressAnswer>, EgressError>;
}

/// An answer as it arrives. Dropping it closes the connection.
#[async_trait]
pub trait EgressAnswer: Send {
    /// The HTTP status.
    fn status(&self) -> u16;
    /// A header by its lower-case name.
    fn header(&self, name: &str) -> Option<String>;
    /// The next piece, at most 64 KiB; none at the end.
    ///
    /// # Errors
    /// Too long, too slow, or broken off.
    async fn read(&mut self) -> Result<Option<Vec<u8>>, EgressError>;
}

/// A guest's request, with what only the host knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressRequest {
    /// Who asks.
    pub plugin: String,
    /// Named by its manifest.
    pub destination: Destination,
    /// POST, else GET.
    pub post: bool,
    /// Not checked yet.
    pub path: String,
    /// Not checked yet.
    pub headers: Vec<Header>,
    /// At most 4 MiB.
    pub body: Vec<u8>,
    /// What the call's own input holds.
    pub classes: DataClasses,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EgressError {
    /// The operator has not bound the destination.
    NotBound,
    /// A rule.
    Refused(String),
    /// Nobody there.
    Unreachable(String),
    /// Too slow.
    Timeout(String),
    /// Too much.
    Limit(String),
    /// Anything else.
    Other(String),
}

/// A gate that is shut: nothing is bound.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWayOut;

#[async_trait]
impl Egress for NoWayOut {
    async fn send(&self, _request: EgressRequest) -> Result<Box<dyn EgressAnswer>, EgressError> {
        Err(EgressError::NotBound)
    }
}

/// What a plugin as a whole may ask of the gate.
#[derive(Clone)]
pub(crate) struct WayOut {
    egress: Arc<dyn Egress>,
    plugin: Arc<str>,
    declared: Arc<BTreeSet<Destination>>,
}

impl WayOut {
    pub(crate) fn of(manifest: &Manifest, egress: Arc<dyn Egress>) -> Self {
        let declared = manifest.destinations.iter().map(|asked| asked.name.clone()).collect();
        Self { egress, plugin: manifest.id.as_str().into(), declared: Arc::new(declared) }
    }

    /// What may be lifted out of the guest at once: with a way out, a whole request.
    pub(crate) fn lift_bytes(&self, otherwise: usize) -> usize {
        if self.declared.is_empty() { otherwise } else { otherwise + BODY_BYTES_MAX }
    }
}

/// A guest's side of one call.
pub(crate) struct GuestHttp {
    way: WayOut,
    /// None: this call asks nobody.
    carries: Option<DataClasses>,
    sent: u32,
    answers: ResourceTable,
}

/// An answer that a guest holds; empty once it was taken away.
#[expect(unreachable_pub, reason = "the generated bindings re-export it from their own public module")]
pub struct GuestAnswer(Option<Box<dyn EgressAnswer>>);

impl GuestHttp {
    pub(crate) fn new(way: WayOut, carries: Option<DataClasses>) -> Self {
        let mut answers = ResourceTable::new();
        answers.set_max_capacity(REQUESTS_MAX as usize);
        Self { way, carries, sent: 0, answers }
    }

    /// Holds a request to the manifest and to this call.
    fn admit(&mut self, outgoing: Outgoing) -> Result<EgressRequest, HttpError> {
        let Some(classes) = self.carries.clone() else {
            return Err(HttpError::Refused("`describe` may ask nobody".to_owned()));
        };
        if self.sent >= REQUESTS_MAX {
            return Err(HttpError::Limit(format!("a call may send {REQUESTS_MAX} requests")));
        }
        self.sent += 1;
        if outgoing.body.len() > BODY_BYTES_MAX {
            return Err(HttpError::Limit(format!("a body may have {BODY_BYTES_MAX} bytes")));
        }
        let destination = Destination::parse(&outgoing.destination).map_err(|error| refused(&error.to_string()))?;
        if !self.way.declared.contains(&destination) {
            return Err(refused(&format!("the manifest does not name {destination}")));
        }
        let headers = outgoing.headers.into_iter().map(|header| Header { name: header.name, value: header.value });
        Ok(EgressRequest {
            plugin: self.way.plugin.to_string(),
            destination,
            post: outgoing.method == Method::Post,
            path: outgoing.path,
            headers: headers.collect(),
            body: outgoing.body,
            classes,
        })
    }
}

fn refused(why: &str) -> HttpError {
    HttpError::Refused(text::short_line(why, ERROR_BYTES_MAX))
}

impl From<EgressError> for HttpError {
    fn from(error: EgressError) -> Self {
        let line = |text: String| text::short_line(&text, ERROR_BYTES_MAX);
        match error {
            EgressError::NotBound => Self::NotBound,
            EgressError::Refused(why) => Self::Refused(line(why)),
            EgressError::Unreachable(why) => Self::Unreachable(line(why)),
            EgressError::Timeout(why) => Self::Timeout(line(why)),
            EgressError::Limit(why) => Self::Limit(line(why)),
            EgressError::Other(why) => Self::Other(line(why)),
        }
    }
}

impl ProviderState {
    /// Ends when nobody reads the completion any more; never in a call that has no reader.
    fn reader_left(&self) -> impl Future<Output = ()> + Send + 'static {
        let left = self.sink.as_ref().map(super::event_sink::Sink::left);
        async move {
            match left {
                Some(left) => left.await,
                None => std::future::pending().await,
            }
        }
    }
}

impl Host for ProviderState {
    async fn send(&mut self, outgoing: Outgoing) -> wasmtime::Result<Result<Resource<GuestAnswer>, HttpError>> {
        self.meter.count_host_call()?;
        let request = match self.http.admit(outgoing) {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        let answer = tokio::select! {
            answer = self.http.way.egress.send(request) => answer,
            () = self.reader_left() => return Ok(Err(HttpError::Cancelled)),
        };
        match answer {
            Ok(answer) => Ok(Ok(self.http.answers.push(GuestAnswer(Some(answer)))?)),
            Err(error) => Ok(Err(error.into())),
        }
    }
}

impl HostAnswer for ProviderState {
    fn status(&mut self, answer: Resource<GuestAnswer>) -> wasmtime::Result<u16> {
        self.meter.count_host_call()?;
        Ok(self.http.answers.get(&answer)?.0.as_ref().map_or(0, |answer| answer.status()))
    }

    fn header(&mut self, answer: Resource<GuestAnswer>, name: String) -> wasmtime::Result<Option<String>> {
        self.meter.count_host_call()?;
        Ok(self.http.answers.get(&answer)?.0.as_ref().and_then(|answer| answer.header(&name)))
    }

    async fn read(&mut self, answer: Resource<GuestAnswer>) -> wasmtime::Result<Result<Option<Vec<u8>>, HttpError>> {
        self.meter.count_host_call()?;
        let left = self.reader_left();
        let held = self.http.answers.get_mut(&answer)?;
        let Some(open) = &mut held.0 else { return Ok(Err(HttpError::Cancelled)) };
        tokio::select! {
            piece = open.read() => Ok(piece.map_err(HttpError::from)),
            () = left => {
                held.0 = None; // the connection closes now, whatever the guest does next
                Ok(Err(HttpError::Cancelled))
            }
        }
    }

    fn drop(&mut self, answer: Resource<GuestAnswer>) -> wasmtime::Result<()> {
        self.http.answers.delete(answer)?;
        Ok(())
    }
}
