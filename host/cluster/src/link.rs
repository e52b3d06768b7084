//! One principal's line to one cluster: credentials, connections, limits. Everything that is sent goes through here.
//!
//! [`Link::read`] is for what may be sent again (reads, dry-runs, access checks): pooled connections, and once more when the
//! server had just closed one, asks to come again in a moment (429), or refused an exec plugin's old credential. [`Link::write_once`] is for writes: a connection of its own, made
//! for this one request and closed after it. No pool, no retry layer and no redirect stands in between, and the moment
//! from which bytes may have left is known. Every call has a deadline, a body limit, and a place among
//! [`CALLS_AT_ONCE_MAX`](crate::limits::CALLS_AT_ONCE_MAX).

mod stream;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use kubechat_core::plan::ClusterPin;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Clock;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};
use tower::{Service as _, ServiceExt as _};

use crate::address::Path;
use crate::credentials::Credentials;
use crate::discovery::Discovery;
use crate::exec::{Credential, Exec};
use crate::kubeconfig::Resolved;
use crate::limits::{BUSY_PAUSE_MAX, Deadlines, OBJECT_BYTES_MAX};
use crate::refusal::{Unanswered, unreachable};
use crate::transport::Transport;
pub(crate) use stream::Opened;

/// `Accept` of everything that isn't discovery.
pub(crate) const JSON: &str = "application/json";
const AGENT: &str = concat!("kubechat/", env!("CARGO_PKG_VERSION"));

/// One request, ready but for credentials.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: Path,
    pub(crate) accept: &'static str,
    /// Content type and content.
    pub(crate) body: Option<(&'static str, Bytes)>,
    /// Longest answer.
    pub(crate) answer_bytes_max: usize,
}

impl Call {
    /// A GET of one object.
    pub(crate) fn get(path: Path) -> Self {
        Self { method: Method::GET, path, accept: JSON, body: None, answer_bytes_max: OBJECT_BYTES_MAX }
    }

    /// A POST of JSON.
    pub(crate) fn post(path: Path, body: &serde_json::Value) -> Self {
        Self { method: Method::POST, body: Some((JSON, body.to_string().into())), ..Self::get(path) }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What became of a write.
#[derive(Debug)]
pub(crate) enum Sent {
    /// The server answered.
    Answered(Answer),
    /// No byte of it left.
    Never(Problem),
    /// Bytes may have left; no whole answer came.
    Lost(Problem),
}

/// A principal's line to a cluster.
pub(crate) struct Link {
    pub(crate) resolved: Resolved,
    pub(crate) discovery: Discovery,
    pub(crate) waits: Deadlines,
    pub(crate) clock: Arc<dyn Clock>,
    credentials: Credentials,
    exec: Option<Exec>,
    transport: Mutex<Arc<Transport>>,
    pub(crate) places: Arc<Places>,
    /// What this line was last seen to lead to.
    pub(crate) seen: Mutex<Option<ClusterPin>>,
    /// Why the label of its `kube-system` says production, when it was seen to.
    pub(crate) labelled: Mutex<Option<String>>,
}

/// How much may be under way to one cluster, over all principals.
pub(crate) struct Places {
    pub(crate) calls: Semaphore,
    pub(crate) writes: Semaphore,
    /// Open streams of log lines; each keeps its place as long as it lives.
    pub(crate) log_streams: Arc<Semaphore>,
}

/// What a request needs besides itself.
struct Ready {
    transport: Arc<Transport>,
    header: Option<HeaderValue>,
    credential: Option<Arc<Credential>>,
}

impl Link {
    /// Prepares a line; nothing is sent or run yet.
    pub(crate) fn new(
        resolved: Resolved,
        waits: Deadlines,
        clock: Arc<dyn Clock>,
        places: Arc<Places>,
    ) -> Result<Self, Problem> {
        let credentials = Credentials::of(&resolved.config.auth_info, &resolved.source)?;
        let exec = resolved.exec.clone().map(|exec| Exec::new(exec, resolved.source.clone(), waits.exec));
        let transport = Mutex::new(Arc::new(Transport::new(&resolved, None, &waits)?));
        let discovery = Discovery::default();
        let (seen, labelled) = (Mutex::default(), Mutex::default());
        Ok(Self { resolved, discovery, waits, clock, credentials, exec, transport, places, seen, labelled })
    }

    /// The server's URL as people read it.
    pub(crate) fn server(&self) -> String {
        self.resolved.server.to_string().trim_end_matches('/').to_owned()
    }

    /// Sends something that may be sent again.
    #[tracing::instrument(level = "debug", skip_all, fields(method = %call.method, path = call.path.bare()))]
    pub(crate) async fn read(&self, call: &Call, wait: Duration) -> Result<Answer, Problem> {
        let until = Instant::now() + wait;
        let _place = self.place(&self.places.calls, until, wait).await?;
        let ready = self.ready().await?;
        let answer = self.pooled(call, &ready, until, wait).await?;
        let (StatusCode::UNAUTHORIZED, Some(exec), Some(refused)) = (answer.status, &self.exec, &ready.credential)
        else {
            return Ok(answer);
        };
        exec.forget(refused).await;
        let ready = self.ready().await?;
        self.pooled(call, &ready, until.max(Instant::now() + self.waits.connect), wait).await
    }

    /// The same, but an answer is an answer: nothing is sent again because of a 429.
    pub(crate) async fn read_once(&self, call: &Call, wait: Duration) -> Result<Answer, Problem> {
        let until = Instant::now() + wait;
        let _place = self.place(&self.places.calls, until, wait).await?;
        let ready = self.ready().await?;
        self.try_pooled(call, &ready, until, wait).await?.map_err(Unanswered::into_problem)
    }

    /// Looks whether anybody answers: without a place, so that other calls can't make it wait. Any answer is one.
    pub(crate) async fn ping(&self, call: &Call, wait: Duration) -> Result<Answer, Problem> {
        let until = Instant::now() + wait;
        let ready = timeout_at(until, self.ready()).await.map_err(|_| self.late(wait))??;
        match self.try_pooled(call, &ready, until, wait).await? {
            Err(unanswered) if unanswered.is_cut_off() => {
                self.try_pooled(call, &ready, until, wait).await?.map_err(Unanswered::into_problem)
            }
            answer => answer.map_err(Unanswered::into_problem),
        }
    }

    /// Over a pooled connection; once more when the server had just closed it, or asks to come again in a moment.
    async fn pooled(&self, call: &Call, ready: &Ready, until: Instant, wait: Duration) -> Result<Answer, Problem> {
        let first = self.try_pooled(call, ready, until, wait).await?;
        match &first {
            Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                let pause = answer.headers.get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse().ok());
                let pause = Duration::from_secs(pause.unwrap_or(u64::MAX));
                if pause > BUSY_PAUSE_MAX || Instant::now() + pause >= until {
                    return first.map_err(Unanswered::into_problem);
                }
                tokio::time::sleep(pause).await;
            }
            Err(unanswered) if unanswered.is_cut_off() => {}
            _ => return first.map_err(Unanswered::into_problem),
        }
        self.try_pooled(call, ready, until, wait).await?.map_err(Unanswered::into_problem)
    }

    async fn try_pooled(
        &self,
        call: &Call,
        ready: &Ready,
        until: Instant,
        wait: Duration,
    ) -> Result<Result<Answer, Unanswered>, Problem> {
        let request = self.request(call, ready, true)?;
        let late = |_| self.late(wait);
        let response = match timeout_at(until, ready.transport.pooled.request(request)).await.map_err(late)? {
            Ok(response) => response,
            Err(error) => return Ok(Err(unreachable(&self.server(), &error))),
        };
        let (head, body) = response.into_parts();
        let body = timeout_at(until, self.body(body, call.answer_bytes_max)).await.map_err(late)??;
        Ok(Ok(Answer { status: head.status, headers: head.headers, body }))
    }

    /// Sends a write: once, whatever happens.
    #[tracing::instrument(level = "debug", skip_all, fields(method = %call.method, path = call.path.bare()))]
    pub(crate) async fn write_once(&self, call: &Call) -> Sent {
        let wait = self.waits.write;
        let until = Instant::now() + wait;
        let prepared = async {
            let place = self.place(&self.places.writes, until, wait).await?;
            let ready = self.ready().await?;
            let request = self.request(call, &ready, false)?;
            let sender = self.connect(&ready.transport).await?;
            Ok((place, request, sender))
        };
        let (_place, request, mut sender) = match prepared.await {
            Ok(prepared) => prepared,
            Err(problem) => return Sent::Never(problem),
        };
        // From here on bytes may leave; every failure is "who knows".
        let answered = async {
            let response =
                sender.send_request(request).await.map_err(|e| unreachable(&self.server(), &e).into_problem())?;
            let (head, body) = response.into_parts();
            let body = self.body(body, call.answer_bytes_max).await?;
            Ok(Answer { status: head.status, headers: head.headers, body })
        };
        match timeout_at(until, answered).await {
            Ok(Ok(answer)) => Sent::Answered(answer),
            Ok(Err(problem)) => Sent::Lost(problem),
            Err(_) => Sent::Lost(self.late(wait)),
        }
    }

    /// A connection for one write.
    async fn connect(&self, transport: &Transport) -> Result<SendRequest<Full<Bytes>>, Problem> {
        let server = self.server();
        let failed = |cause: Unanswered| cause.into_problem();
        let mut connector = transport.connector.clone();
        let connecting = async {
            let io = connector.ready().await?.call(self.resolved.server.clone()).await?;
            let (sender, connection) = hyper::client::conn::http1::handshake(io).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>((sender, connection))
        };
        let (sender, connection) = match tokio::time::timeout(self.waits.connect, connecting).await {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => return Err(failed(unreachable(&server, error.as_ref()))),
            Err(_) => return Err(self.late(self.waits.connect)),
        };
        // Ends when the sender is dropped or the server closes; an error reaches the sender too.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a write's connection ended with an error");
            }
        });
        Ok(sender)
    }

    async fn place<'a>(
        &self,
        places: &'a Semaphore,
        until: Instant,
        wait: Duration,
    ) -> Result<SemaphorePermit<'a>, Problem> {
        match timeout_at(until, places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            _ => {
                let detail =
                    format!("other calls to {} kept this one waiting for {} ms", self.server(), wait.as_millis());
                Err(Problem::new(Code::Busy, detail))
            }
        }
    }

    async fn ready(&self) -> Result<Ready, Problem> {
        let current = || self.transport.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(exec) = &self.exec else {
            let header = self.credentials.header(self.clock.as_ref())?;
            return Ok(Ready { transport: current(), header, credential: None });
        };
        let credential = exec.current(self.clock.as_ref()).await?;
        let mut transport = current();
        if let Some(identity) = &credential.identity
            && transport.identity != Some(identity.digest())
        {
            transport = Arc::new(Transport::new(&self.resolved, Some(identity), &self.waits)?);
            *self.transport.lock().unwrap_or_else(PoisonError::into_inner) = transport.clone();
        }
        Ok(Ready { transport, header: credential.header.clone(), credential: Some(credential) })
    }

    /// `whole`: with scheme and host in the request line, as the pool wants it.
    fn request(&self, call: &Call, ready: &Ready, whole: bool) -> Result<Request<Full<Bytes>>, Problem> {
        let server = &self.resolved.server;
        let path = format!("{}{}", server.path().trim_end_matches('/'), call.path.as_str());
        let fault =
            |e: &dyn std::fmt::Display| Problem::new(Code::Fault, format!("no request can be made of {path}: {e}"));
        let authority = server.authority().map(ToString::to_string).unwrap_or_default();
        let mut uri = Uri::builder().path_and_query(path.as_str());
        if whole {
            uri = uri.scheme(server.scheme_str().unwrap_or("https")).authority(authority.as_str());
        }
        let (content_type, body) = call.body.clone().map_or((None, Bytes::new()), |(kind, body)| (Some(kind), body));
        let mut request = Request::builder().method(call.method.clone()).uri(uri.build().map_err(|e| fault(&e))?);
        request = request.header(USER_AGENT, AGENT).header(ACCEPT, call.accept);
        if !whole {
            request = request.header(HOST, authority);
        }
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        if let Some(header) = &ready.header {
            request = request.header(AUTHORIZATION, header.clone());
        }
        for (name, value) in &self.credentials.impersonate {
            request = request.header(name, value);
        }
        request.body(Full::new(body)).map_err(|e| fault(&e))
    }

    async fn body(&self, body: Incoming, bytes_max: usize) -> Result<Bytes, Problem> {
        let too_long = || {
            let detail = format!("the answer of {} is longer than {bytes_max} bytes", self.server());
            Problem::new(Code::LimitExceeded, detail).hint("ask for less: one namespace, or by label")
        };
        if body.size_hint().lower() > bytes_max as u64 {
            return Err(too_long());
        }
        match Limited::new(body, bytes_max).collect().await {
            Ok(whole) => Ok(whole.to_bytes()),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_long()),
            Err(error) => Err(unreachable(&self.server(), error.as_ref()).into_problem()),
        }
    }

    pub(crate) fn late(&self, wait: Duration) -> Problem {
        Problem::new(Code::Timeout, format!("{} gave no answer within {} ms", self.server(), wait.as_millis()))
            .hint("the API server is slow or out of reach; other clusters work on")
    }
}
