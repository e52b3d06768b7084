//! `POST /login-code`: a new one-time code for the caller's own browser; a program with a token asks for it. A session
//! can't: it would outlive its own end that way.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::http::actor::TokenActor;
use crate::http::state::App;

/// The link with the code in its fragment, so that it reaches no server log.
#[derive(Debug, Serialize)]
pub struct Link {
    url: String,
    seconds: i64,
}

/// Makes a code.
pub async fn post(State(app): State<App>, TokenActor(who): TokenActor) -> Json<Link> {
    let code = app.sessions().issue_code(&who, app.flow.ports().clock.now());
    Json(Link { url: format!("{}/#code={code}", app.url()), seconds: crate::auth::CODE_LIFE_MS / 1000 })
}
