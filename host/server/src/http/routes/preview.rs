//! `POST /preview`: what a sentence would become if it were sent, as `POST /prompts` takes it. Nothing is kept and nothing is
//! tried.

use axum::Json;
use axum::extract::State;
use kubechat_flow::preview::Preview;

use super::prompts::Body;
use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Says it.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Checked(body): Checked<Body>,
) -> Result<Json<Preview>, ApiError> {
    let (sentence, place) = body.said();
    Ok(Json(app.flow.preview(&who, &sentence, place).await?))
}
