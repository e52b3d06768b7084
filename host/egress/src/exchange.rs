//! One request and the head of its answer: checked, given its credential, sent once, redirected within the origin.
//!
//! A request goes out again only if the connection took none of it, which hyper tells by handing it back. A redirect is
//! followed for GET alone, and without the credential: who redirects does not say who may read it there.

use std::sync::Arc;
use std::time::Duration;

use http::header::{self, HeaderName, HeaderValue};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use kubechat_core::egress::{
    DataClasses, Destination, Header, REDIRECTS_MAX, Reason, RequestPath, check_headers, redirected,
};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use crate::answer::{Account, Answer};
use crate::error::GateError;
use crate::gate::Inner;
use crate::lane::Lane;
use crate::limits::HEAD_BYTES_MAX;
use crate::link::Link;
use crate::open::open;

const USER_AGENT: &str = concat!("kubechat/", env!("CARGO_PKG_VERSION"));

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Asks with a body; never sent twice.
    Post,
}

impl Method {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What a caller asks the gate to send.
#[derive(Debug, Clone)]
pub struct Request {
    /// The component, or the part of the host; for the log.
    pub caller: String,
    /// Where to, by its logical name.
    pub destination: Destination,
    /// How.
    pub method: Method,
    /// Below the bound base URL.
    pub path: String,
    /// The caller's own.
    pub headers: Vec<Header>,
    /// Empty for GET.
    pub body: Bytes,
    /// What the body holds, as the host knows it.
    pub classes: DataClasses,
}

/// A request that passed every check, on its way.
struct Checked {
    method: Method,
    path: RequestPath,
    headers: Vec<Header>,
    body: Bytes,
    credential: Option<HeaderValue>,
}

/// The head of an answer and what belongs to its body.
pub(crate) struct Received {
    pub(crate) lane: Arc<Lane>,
    pub(crate) link: Link,
    pub(crate) response: http::Response<Incoming>,
    pub(crate) slot: OwnedSemaphorePermit,
    pub(crate) deadline: Instant,
}

/// Runs a request to the head of its answer. Whatever becomes of it stands in the log.
pub(crate) async fn run(inner: Arc<Inner>, lane: Option<Arc<Lane>>, request: Request) -> Result<Answer, GateError> {
    let mut account = Account::open(&inner, lane.clone(), &request);
    match attempt(&inner, lane, request, &mut account).await {
        Ok(received) => Ok(Answer::new(inner, received, account)),
        Err(error) => {
            account.failed(&error);
            Err(error)
        }
    }
}

async fn attempt(
    inner: &Inner,
    lane: Option<Arc<Lane>>,
    request: Request,
    account: &mut Account,
) -> Result<Received, GateError> {
    if inner.air_gapped {
        let why = format!("{}: this host is air-gapped; nothing leaves it", request.destination);
        return Err(GateError::refused(Reason::AirGapped, why));
    }
    let Some(lane) = lane else {
        let why = format!("{} is not bound", request.destination);
        return Err(GateError::refused(Reason::NotBound, why));
    };
    let mut checked = check(inner, &lane, request, account).await?;
    let slot = lane.slot()?;
    let deadline = Instant::now() + inner.caps.total;
    for _ in 0..=REDIRECTS_MAX {
        let (link, response) = send(inner, &lane, &checked, deadline, account).await?;
        account.status(response.status().as_u16());
        match target(&lane, checked.method, &response)? {
            None => {
                check_head(&lane, &response)?;
                return Ok(Received { lane, link, response, slot, deadline });
            }
            Some(path) => {
                checked.path = path;
                checked.credential = None;
            }
        }
    }
    Err(GateError::refused(Reason::Redirect, format!("{} redirects more than {REDIRECTS_MAX} times", lane.destination)))
}

async fn check(inner: &Inner, lane: &Lane, request: Request, account: &mut Account) -> Result<Checked, GateError> {
    let binding = &lane.bound.binding;
    let Request { method, path, headers, body, classes, .. } = request;
    let path = RequestPath::parse(&path)?;
    account.path(path.bare());
    check_headers(&headers, binding.credential_header())?;
    let most = if method == Method::Get { 0 } else { inner.caps.request_bytes };
    if body.len() > most {
        let (to, method, size) = (&lane.destination, method.as_str(), body.len());
        return Err(GateError::Limit(format!("{to}: a body of {size} bytes; a {method} may have {most}")));
    }
    binding.classes.permit(&classes, &lane.destination)?;
    let credential = match &binding.credential {
        Some(how) => Some(lane.bound.secret.header(how, &lane.destination).await?),
        None => None,
    };
    Ok(Checked { method, path, headers, body, credential })
}

/// Sends it over a kept connection or a new one, and waits for the head.
async fn send(
    inner: &Inner,
    lane: &Lane,
    checked: &Checked,
    deadline: Instant,
    account: &mut Account,
) -> Result<(Link, http::Response<Incoming>), GateError> {
    let to = &lane.destination;
    let mut request = written(lane, checked)?;
    let mut kept = lane.kept.take().await;
    loop {
        let fresh = kept.is_none();
        let mut link = match kept.take() {
            Some(link) => link,
            None => open(inner, lane).await?,
        };
        let until = deadline.min(Instant::now() + inner.caps.head);
        match timeout_at(until, link.sender.try_send_request(request)).await {
            Ok(Ok(response)) => {
                account.sent(checked.body.len());
                return Ok((link, response));
            }
            Ok(Err(mut error)) => match error.take_message() {
                Some(untouched) if !fresh => request = untouched,
                _ => {
                    account.sent(checked.body.len());
                    tracing::debug!(destination = %to, error = %error.error(), "no answer");
                    return Err(GateError::unreachable(to, "the connection broke before an answer"));
                }
            },
            Err(_) => {
                account.sent(checked.body.len());
                return Err(GateError::timeout(to, "no answer", inner.caps.head.min(inner.caps.total)));
            }
        }
    }
}

fn written(lane: &Lane, checked: &Checked) -> Result<http::Request<Full<Bytes>>, GateError> {
    let binding = &lane.bound.binding;
    let defect = |_| GateError::unreachable(&lane.destination, "its request can't be written");
    let mut request = http::Request::builder()
        .method(checked.method.as_str())
        .uri(checked.path.below(&binding.base))
        .header(header::HOST, binding.base.authority())
        .header(header::USER_AGENT, USER_AGENT)
        // Not decoded here, so not asked for: an answer is as long as its bytes.
        .header(header::ACCEPT_ENCODING, "identity");
    for Header { name, value } in &checked.headers {
        request = request.header(name, value);
    }
    let mut request = request.body(Full::new(checked.body.clone())).map_err(defect)?;
    if let (Some(how), Some(value)) = (&binding.credential, &checked.credential) {
        let name = HeaderName::from_bytes(how.header.as_bytes());
        let name = name.map_err(|_| GateError::unreachable(&lane.destination, "its request can't be written"))?;
        request.headers_mut().insert(name, value.clone());
    }
    Ok(request)
}

/// Where a redirect leads that is followed; none for any other answer.
fn target(lane: &Lane, method: Method, response: &http::Response<Incoming>) -> Result<Option<RequestPath>, GateError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    if method == Method::Post {
        let why = format!("{} redirects a POST, which is never sent twice", lane.destination);
        return Err(GateError::refused(Reason::Redirect, why));
    }
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    Ok(Some(redirected(&lane.bound.binding.base, location)?))
}

/// Held to its size, and to being plain: one that would have to be decoded could be a thousand times as long as it looks.
fn check_head(lane: &Lane, response: &http::Response<Incoming>) -> Result<(), GateError> {
    let size: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > HEAD_BYTES_MAX {
        let to = &lane.destination;
        return Err(GateError::Limit(format!("{to}: the head of its answer is longer than {HEAD_BYTES_MAX} bytes")));
    }
    let plain = |name: HeaderName, word: &str| {
        response.headers().get_all(name).iter().all(|value| value.as_bytes().eq_ignore_ascii_case(word.as_bytes()))
    };
    if plain(header::CONTENT_ENCODING, "identity") && plain(header::TRANSFER_ENCODING, "chunked") {
        return Ok(());
    }
    let why = format!("{} answers in an encoding nobody asked for", lane.destination);
    Err(GateError::refused(Reason::Encoding, why))
}

/// The earlier of a silence that begins now and the end of everything.
pub(crate) fn until(silence: Duration, deadline: Instant) -> Instant {
    deadline.min(Instant::now() + silence)
}
