//! `POST /session` exchanges a one-time code for a cookie; `GET` says who one is; `DELETE` logs out.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use kubechat_core::audit::EntryKind;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use serde::Deserialize;

use crate::http::actor::{Actor, cookie};
use crate::http::body::Checked;
use crate::http::error::ApiError;
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
    let value = format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict", app.cookie_name());
    if let Ok(value) = HeaderValue::from_str(&value) {
        answer.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(answer)
}

/// Who this is.
pub async fn get(Actor(who): Actor) -> Json<Principal> {
    Json(who)
}

/// The session cookie of a request.
#[derive(Debug)]
pub struct Cookie(Option<String>);

impl FromRequestParts<App> for Cookie {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(cookie(parts, &app.cookie_name()).map(str::to_owned)))
    }
}

/// Logs out.
pub async fn delete(State(app): State<App>, Actor(_): Actor, Cookie(cookie): Cookie) -> StatusCode {
    if let Some(cookie) = cookie {
        app.sessions().end(&cookie);
    }
    StatusCode::NO_CONTENT
}
