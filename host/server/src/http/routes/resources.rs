//! `GET /resources/{gvr}`: a list of any kind as the API server prints it, page by page; projections, not objects.
//!
//! `gvr` is written as kubectl takes it: `pods`, `deployments.apps`, `deployments.v1.apps`. Without `namespace` it is asked
//! for everywhere. An old `continue` is answered with a first page and `restarted`.

use axum::Json;
use axum::extract::{Path, Query, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::problem::Code;
use kubechat_flow::resources::{AppliedTo, Next, ResourceAsk, ResourcePage, ResourceRow};
use serde::{Deserialize, Serialize};

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Rows when none were asked for.
const LIMIT: u32 = 100;
/// Longest `continue`, characters.
const CONTINUE_CHARS_MAX: usize = 8_192;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Asked {
    cluster: Option<ClusterName>,
    namespace: Option<Namespace>,
    label_selector: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    fields: Option<String>,
    limit: Option<u32>,
    #[serde(rename = "continue")]
    token: Option<String>,
}

/// What a word meant.
#[derive(Debug, Serialize)]
pub struct KindView {
    group: String,
    version: String,
    kind: String,
    plural: String,
    namespaced: bool,
}

/// A page.
#[derive(Debug, Serialize)]
pub struct TableView {
    cluster: ClusterName,
    kind: KindView,
    columns: Vec<String>,
    items: Vec<ResourceRow>,
    /// Ask again with this for the next page.
    #[serde(rename = "continue", skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// How many rows follow, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<u64>,
    /// Whether this is a first page again, because the continuation was too old.
    restarted: bool,
    /// To what `q` and `sort` were applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    applied_to: Option<AppliedTo>,
    /// The list's version.
    resource_version: String,
}

/// Lists.
pub async fn list(
    State(app): State<App>,
    Actor(who): Actor,
    Path(gvr): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<TableView>, ApiError> {
    let cluster = app.flow.ports().cluster.known(&who, asked.cluster.as_ref())?.name;
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    let ask = ResourceAsk {
        kind: super::id(&gvr)?,
        namespace: asked.namespace,
        selector: said(asked.label_selector),
        q: said(asked.q),
        sort: said(asked.sort),
        fields: said(asked.fields),
        limit: asked.limit.unwrap_or(LIMIT),
        next: asked.token.as_deref().map(decode).transpose()?,
    };
    let page = app.flow.resources(&who, &cluster, &ask).await?;
    Ok(Json(view(cluster, page)))
}

fn view(cluster: ClusterName, page: ResourcePage) -> TableView {
    let ResourcePage { api, columns, rows, next, remaining, restarted, applied_to, resource_version } = page;
    let kind = KindView {
        group: api.group,
        version: api.version,
        kind: api.kind,
        plural: api.plural,
        namespaced: api.namespaced,
    };
    let token = next.as_ref().map(encode);
    TableView { cluster, kind, columns, items: rows, token, remaining, restarted, applied_to, resource_version }
}

/// A letter for the sort of continuation, then it.
fn encode(next: &Next) -> String {
    let text = match next {
        Next::Token(token) => format!("t{token}"),
        Next::Offset(offset) => format!("o{offset}"),
    };
    URL_SAFE_NO_PAD.encode(text)
}

fn decode(token: &str) -> Result<Next, ApiError> {
    let text = Some(token).filter(|token| token.len() <= CONTINUE_CHARS_MAX);
    let text =
        text.and_then(|token| URL_SAFE_NO_PAD.decode(token).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
    let next = text.as_deref().and_then(|text| match text.split_at_checked(1)? {
        ("t", token) if !token.is_empty() => Some(Next::Token(token.to_owned())),
        ("o", offset) => offset.parse().ok().map(Next::Offset),
        _ => None,
    });
    next.ok_or_else(|| ApiError::new(Code::BadInput, "continue is not from a list of ours"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_continuation_reads_back_and_another_text_is_refused() {
        for next in [Next::Token("eyJ2IjoibWV0YSJ9".to_owned()), Next::Offset(100)] {
            assert_eq!(decode(&encode(&next)).unwrap(), next);
        }
        for foreign in ["", "AAAAAAAAABE", "dA", "b3g", "%%"] {
            assert!(decode(foreign).is_err(), "{foreign:?}");
        }
    }
}
