//! `POST /plans` makes a plan from typed operations or a manifest; `GET /plans` lists them, newest first.
//!
//! `cluster` is for all operations that name none of their own; without either it is the first one configured.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::Response;
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::operation::Operation;
use kubechat_core::operation::apply::{Apply, parse_manifest};
use kubechat_core::plan::{Asked, Origin, PlanState, Proposed, Wanted};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::inbox::PlanFilter;
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
    operations: Option<Vec<Wanted>>,
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
        (Some(operations), None) => operations.into_iter().map(|wanted| wanted.on(&cluster)).collect(),
        (None, Some(manifest)) => {
            let objects = parse_manifest(&manifest).map_err(Problem::from)?;
            vec![Asked::on(&cluster, Operation::Apply(Apply { objects, namespace: body.namespace }))]
        }
        _ => return Err(ApiError::new(Code::BadInput, "give either operations or manifest")),
    };
    let plan = app.flow.plan(&who, operations, Origin::Api, Proposed::default()).await?;
    super::plan_created(&app, &who, plan.id).await
}

/// Which plans.
#[derive(Debug, Deserialize)]
pub struct Filter {
    state: Option<PlanState>,
    cluster: Option<ClusterName>,
}

/// Lists plans. A page under a filter may be short and still go on.
pub async fn list(
    State(app): State<App>,
    Actor(who): Actor,
    Query(query): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Json<Listed<PlanView>>, ApiError> {
    let filter = PlanFilter { state: filter.state, cluster: filter.cluster };
    let found = app.flow.find_plans(&filter, query.page()?).await?;
    let mut items = Vec::new();
    for plan in found.plans {
        items.push(super::view(&app, &who, plan.id).await?);
    }
    Ok(Json(Listed::until(items, found.next)))
}
