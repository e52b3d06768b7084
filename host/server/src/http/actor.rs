//! Who a request is from. As an extractor before the body it refuses with 401 before anything of the body is read.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use kubechat_core::principal::Principal;
use kubechat_core::problem::Code;

use super::error::ApiError;
use super::state::App;
use crate::auth::SessionId;

/// A principal with a valid token or session.
#[derive(Debug, Clone)]
pub struct Actor(pub Principal);

impl FromRequestParts<App> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        Self::from_parts(parts, app)
    }
}

/// A principal with a valid token: a program of his, not a browser that only holds a cookie.
#[derive(Debug, Clone)]
pub struct TokenActor(pub Principal);

impl FromRequestParts<App> for TokenActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match bearer(parts) {
            Some(_) => Actor::from_parts(parts, app).map(|Actor(who)| Self(who)),
            None => Err(ApiError::new(Code::Unauthenticated, "this needs a token; a browser's session is not enough")),
        }
    }
}

/// A principal who opens a stream, and the session it ends with; none for a token, which lasts as long as the host.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Who listens.
    pub who: Principal,
    /// The session he is logged in by.
    pub session: Option<SessionId>,
}

impl FromRequestParts<App> for Listener {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        Self::from_parts(parts, app)
    }
}

impl Listener {
    /// Whose request this is, by token or cookie.
    fn from_parts(parts: &Parts, app: &App) -> Result<Self, ApiError> {
        let found = match bearer(parts) {
            Some(token) => app.tokens.owner(token).map(|who| Self { who: who.clone(), session: None }),
            None => cookie(&parts.headers, &app.cookie_name())
                .and_then(|value| app.sessions().used(value, app.flow.ports().clock.now()))
                .map(|(id, who)| Self { who, session: Some(id) }),
        };
        found.ok_or_else(|| ApiError::new(Code::Unauthenticated, "no valid token or session"))
    }
}

impl Actor {
    /// Whose request this is, by token or cookie.
    pub fn from_parts(parts: &Parts, app: &App) -> Result<Self, ApiError> {
        Listener::from_parts(parts, app).map(|Listener { who, .. }| Self(who))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The value of a cookie of this name.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|all| all.split(';')).find_map(|one| {
        let (key, value) = one.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}
