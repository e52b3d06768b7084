//! `GET /models`: every model in the order in which they are asked: how it stands, what it used today, how its last call ended.
//!
//! Told from what the host knows; nobody is asked.

use axum::Json;
use axum::extract::State;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::provider::Task;
use kubechat_plugin::PluginStatus;
use serde::Serialize;

use crate::config::Money;
use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::models::{self, Last, Left, Seat, Used, Way};

/// The order.
#[derive(Debug, Serialize)]
pub struct ModelsView {
    /// By their places.
    items: Vec<ModelView>,
    /// Whether rules are asked before any of them.
    rules_first: bool,
}

/// One model.
#[derive(Debug, Serialize)]
struct ModelView {
    /// Its place; what `/models/{index}/test` takes.
    index: usize,
    /// The component's id.
    provider: String,
    /// The component's version; absent where it is not loaded.
    version: Option<String>,
    /// The model that the settings choose; absent where they choose none.
    model: Option<String>,
    /// What it is asked for.
    tasks: Vec<Task>,
    /// Whether no byte of a request leaves this machine.
    local: bool,
    destinations: Vec<Way>,
    state: models::State,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    usage_today: UsageView,
    budget: BudgetView,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Last>,
}

/// What it used since 00:00 UTC.
#[derive(Debug, Serialize)]
struct UsageView {
    #[serde(flatten)]
    used: Used,
    /// At the entry's prices; absent where it says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Money>,
}

/// What it may use a day; nothing stands here where the operator set no limit.
#[derive(Debug, Serialize)]
struct BudgetView {
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_per_day: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_per_day: Option<Money>,
    /// Until 00:00 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Left>,
}

/// Lists them.
pub async fn list(State(app): State<App>, Actor(_): Actor) -> Json<ModelsView> {
    let components = app.plugins.list();
    let items = app.models.all().iter().enumerate();
    let items = items.map(|(index, seat)| view(index, seat, &app, &components)).collect();
    Json(ModelsView { items, rules_first: app.models.rules_first })
}

fn view(index: usize, seat: &Seat, app: &App, components: &[PluginStatus]) -> ModelView {
    let standing = seat.standing(components, &app.way_out.gate);
    ModelView {
        index,
        provider: seat.entry.provider.clone(),
        version: seat.handle.as_ref().ok().map(|handle| handle.version().to_owned()),
        model: seat.entry.model().map(str::to_owned),
        tasks: Task::ALL.into_iter().filter(|task| seat.entry.takes(*task)).collect(),
        local: standing.local,
        destinations: standing.ways,
        state: standing.state,
        reason: standing.reason,
        usage_today: UsageView { used: seat.account.today(), cost: seat.account.cost() },
        budget: budget(seat),
        last: seat.account.last(),
    }
}

fn budget(seat: &Seat) -> BudgetView {
    let said = seat.entry.budget.unwrap_or_default();
    BudgetView { tokens_per_day: said.tokens_per_day, cost_per_day: said.cost_per_day, left: seat.account.left() }
}

/// The model at a place.
pub(super) fn at<'a>(app: &'a App, index: &str) -> Result<&'a Seat, ApiError> {
    let place = index.parse::<usize>();
    let place = place.map_err(|_| ApiError::new(Code::BadInput, format!("{index:?} is no place in the order")))?;
    app.models.all().get(place).ok_or_else(|| {
        let there = app.models.all().len();
        let detail = format!("there is no model {place}: {there} are configured, counted from 0");
        let hint = "`kubechat provider list` shows them, `kubechat provider use` adds one";
        ApiError(Problem::new(Code::NotFound, detail).hint(hint))
    })
}
