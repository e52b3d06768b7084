//! `POST /plans` makes a plan from typed operations or a manifest; `GET /plans` lists them, newest first.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::Response;
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::operation::Operation;
use kubechat_core::operation::apply::{Apply, parse_manifest};
use kubechat_core::plan::Origin;
use kubechat_core::problem::{Code, Problem};
use serde::Deserialize;

use crate::http::actor::Actor;
use crate::http::body::Checked;
use crate::http::error::ApiError;
use crate::http::page::{Listed, PageQuery};
use crate::http::state::App;
use crate::http::views::PlanView;

/// What is to be done, and where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    cluster: Option<ClusterName>,
    operations: Option<Vec<Operation>>,
    manifest: Option<String>,
    namespace: Option<Namespace>,
}

/// Makes a plan.
pub async fn post(
    State(app): State<App>,
    Actor(who): Actor,
    Checked(body): Checked<Body>,
) -> Result<Response, ApiError> {
    let cluster = app.flow.ports().cluster.known(&who, body.cluster.as_ref())?.name;
    let operations = match (body.operations, body.manifest) {
        (Some(operations), None) => operations,
        (None, Some(manifest)) => {
            let objects = parse_manifest(&manifest).map_err(Problem::from)?;
            vec![Operation::Apply(Apply { objects, namespace: body.namespace })]
        }
        _ => return Err(ApiError::new(Code::BadInput, "give either operations or manifest")),
    };
    let plan = app.flow.plan(&who, &cluster, operations, Origin::Api, Vec::new()).await?;
    super::plan_created(&app, &who, plan.id).await
}

/// Lists plans.
pub async fn list(
    State(app): State<App>,
    Actor(who): Actor,
    Query(query): Query<PageQuery>,
) -> Result<Json<Listed<PlanView>>, ApiError> {
    let page = query.page()?;
    let mut items = Vec::new();
    for (position, plan) in app.flow.list_plans(page.clone()).await? {
        items.push((position, super::view(&app, &who, plan.id).await?));
    }
    Ok(Json(Listed::new(items, &page)))
}
