//! `POST /session` exchanges a one-time code for a cookie; `GET` says who one is, as whom one works where, what waits, and what
//! the limits are; `DELETE` logs out.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use kubechat_core::audit::EntryKind;
use kubechat_core::limits;
use kubechat_core::names::ClusterName;
use kubechat_core::operation::read::LOG_LINES_MAX;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::inbox::Inbox;
use kubechat_flow::logs::LOG_PODS_MAX;
use kubechat_flow::look::ACCESS_REVIEWS_MAX;
use kubechat_flow::ports::cluster::{ClusterView, Mode};
use kubechat_flow::threads::THREAD_TITLE_CHARS_MAX;
use serde::{Deserialize, Serialize};

use super::readyz::{self, Check};
use crate::http::actor::{Actor, cookie};
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::follow_logs::{FOLLOW_BYTES_MAX, FOLLOW_S_MAX, LINES_PER_SECOND_MAX};
use crate::http::page::LIMIT_MAX;
use crate::http::seats::STREAMS_OF_ONE_MAX;
use crate::http::state::App;

/// The code of the start-up link.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    code: String,
}

/// Logs in. The only call without a credential that changes anything.
pub async fn post(State(app): State<App>, Checked(body): Checked<Body>) -> Result<Response, ApiError> {
    let now = app.flow.ports().clock.now();
    let redeemed = app.sessions().redeem(&body.code, now);
    let Some((secret, who)) = redeemed else {
        let tell = app.sessions().count_refusal(now);
        if tell {
            let nobody = Principal::local("nobody", &[]);
            let entry = app.flow.entry(&nobody, EntryKind::SessionRefused, Code::Unauthenticated.as_str());
            super::note_if_possible(&app, entry).await;
        }
        return Err(ApiError(
            Problem::new(Code::Unauthenticated, "this code is wrong, used or older than a minute")
                .hint("`kubechat login` prints a new link"),
        ));
    };
    let entry = app.flow.entry(&who, EntryKind::SessionOpened, "opened");
    super::note_if_possible(&app, entry).await;
    let mut answer = Json(who).into_response();
    let secure = if app.tls.is_some() { "; Secure" } else { "" };
    let value = format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}", app.cookie_name());
    if let Ok(value) = HeaderValue::from_str(&value) {
        answer.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(answer)
}

/// Who this is, and what he has to know before he begins.
#[derive(Debug, Serialize)]
pub struct SessionView {
    #[serde(flatten)]
    who: Principal,
    clusters: Vec<Identity>,
    provider: Check,
    egress: Egress,
    /// What waits for him; absent while the database can't be read.
    inbox: Option<Inbox>,
    limits: BTreeMap<&'static str, usize>,
}

/// What components reach outside of this host.
#[derive(Debug, Serialize)]
pub struct Egress {
    /// Whether any destination is open.
    open: bool,
    /// The destinations an operator opened, by their logical names.
    destinations: Vec<String>,
    detail: &'static str,
}

/// What is bound now. Bound is open, whether or not anybody has sent something yet.
pub(crate) fn egress(app: &App) -> Egress {
    let gate = &app.way_out.gate;
    let lanes = if gate.is_air_gapped() { Vec::new() } else { gate.lanes() };
    let destinations: Vec<String> = lanes.iter().map(|lane| lane.destination.to_string()).collect();
    let detail = match (gate.is_air_gapped(), lanes.iter().all(|lane| lane.bound.binding.internal)) {
        (true, _) => "air-gapped: nothing leaves this host but what goes to its clusters",
        (false, true) if destinations.is_empty() => {
            "closed: components reach no network, and sentences stay on this host"
        }
        (false, true) => "open to destinations inside: this machine, a private network or a cluster",
        (false, false) => "open: what people ask can reach the destinations named here",
    };
    Egress { open: !destinations.is_empty(), destinations, detail }
}

/// As whom he works on a cluster.
#[derive(Debug, Serialize)]
pub struct Identity {
    name: ClusterName,
    /// The name the API server knows him by, when it answered.
    user: Option<String>,
    mode: Mode,
    /// Why it is stricter than the host's configuration, when it is.
    mode_reason: Option<String>,
    production: bool,
    problem: Option<Problem>,
}

impl From<ClusterView> for Identity {
    fn from(view: ClusterView) -> Self {
        let ClusterView { name, user, mode, mode_reason, production, problem, .. } = view;
        Self { name, user, mode, mode_reason, production, problem }
    }
}

/// Who this is. His clusters are asked with a short deadline.
pub async fn get(State(app): State<App>, Actor(who): Actor) -> Json<SessionView> {
    let (clusters, inbox) = tokio::join!(app.flow.ports().cluster.clusters(&who), app.flow.inbox(&who));
    let clusters = clusters.into_iter().map(Identity::from).collect();
    let inbox = inbox.inspect_err(|problem| tracing::warn!(detail = %problem.detail, "no inbox")).ok();
    Json(SessionView { who, clusters, provider: readyz::provider(&app), egress: egress(&app), inbox, limits: limits() })
}

/// The limits a client meets, by their names.
fn limits() -> BTreeMap<&'static str, usize> {
    BTreeMap::from([
        ("ACCESS_REVIEWS_MAX", ACCESS_REVIEWS_MAX),
        ("BODY_BYTES_MAX", limits::BODY_BYTES_MAX),
        ("FOLLOW_BYTES_MAX", FOLLOW_BYTES_MAX),
        ("FOLLOW_S_MAX", usize::try_from(FOLLOW_S_MAX).unwrap_or(usize::MAX)),
        ("LIMIT_MAX", LIMIT_MAX as usize),
        ("LINES_PER_SECOND_MAX", LINES_PER_SECOND_MAX as usize),
        ("LOG_LINES_MAX", LOG_LINES_MAX as usize),
        ("LOG_PODS_MAX", LOG_PODS_MAX),
        ("MANIFEST_BYTES_MAX", limits::MANIFEST_BYTES_MAX),
        ("PLAN_STEPS_MAX", limits::PLAN_STEPS_MAX),
        ("SENTENCE_BYTES_MAX", limits::SENTENCE_BYTES_MAX),
        ("STREAMS_OF_ONE_MAX", STREAMS_OF_ONE_MAX),
        ("THREAD_TITLE_CHARS_MAX", THREAD_TITLE_CHARS_MAX),
    ])
}

/// The session cookie of a request.
#[derive(Debug)]
pub struct Cookie(Option<String>);

impl FromRequestParts<App> for Cookie {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(cookie(&parts.headers, &app.cookie_name()).map(str::to_owned)))
    }
}

/// Logs out.
pub async fn delete(State(app): State<App>, Actor(_): Actor, Cookie(cookie): Cookie) -> StatusCode {
    if let Some(cookie) = cookie {
        app.sessions().end(&cookie);
    }
    StatusCode::NO_CONTENT
}
