//! Every route in one list, with what guards all of them.
//!
//! A route's name is its file in `routes` (two methods of one path may share it). Order of layers, outermost first: trace,
//! span, headers and counters; the Host header and the origin of writes; the route; there the credential, then the body.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use kubechat_core::limits::BODY_BYTES_MAX;

use super::guard;
use super::routes::{
    access_reviews, audit, audit_verify, clusters, complete, doctor, egress, egress_log, egress_test, events, findings,
    kinds, livez, login, logs, metrics, model_offered, model_test, models, namespaces, object, object_changes,
    object_events, object_history, object_related, object_yaml, openapi, plan, plan_approve, plan_cancel, plan_execute,
    plan_export, plan_radius, plan_refresh, plan_reject, plan_rollback, plan_stream, plans, plugins, preview, prompts,
    readyz, redact, resources, runs, session, settings, support_bundle, thread, thread_turns, threads, turn_cancel,
    turn_stream, turns, undo, version,
};
use super::state::App;

/// One method of one path.
pub struct Route {
    /// The file in `routes`.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// The pattern.
    pub path: &'static str,
    /// Whether it answers without a credential.
    pub open: bool,
    handler: MethodRouter<App>,
}

fn at(name: &'static str, method: Method, path: &'static str, handler: MethodRouter<App>) -> Route {
    Route { name, method, path, open: false, handler }
}

fn open(name: &'static str, method: Method, path: &'static str, handler: MethodRouter<App>) -> Route {
    Route { open: true, ..at(name, method, path, handler) }
}

/// All routes, in the order of the documentation.
pub fn routes() -> Vec<Route> {
    [probes(), people(), asking(), plans_of(), looking()].into_iter().flatten().collect()
}

fn probes() -> Vec<Route> {
    vec![
        open("livez", Method::GET, "/livez", get(livez::get)),
        open("livez", Method::GET, "/healthz", get(livez::get)),
        open("readyz", Method::GET, "/readyz", get(readyz::get)),
        open("version", Method::GET, "/version", get(version::get)),
        open("openapi", Method::GET, "/openapi.json", get(openapi::get)),
        at("metrics", Method::GET, "/metrics", get(metrics::get)),
    ]
}

fn people() -> Vec<Route> {
    vec![
        open("session", Method::POST, "/api/v1/session", post(session::post)),
        at("session", Method::GET, "/api/v1/session", get(session::get)),
        at("session", Method::DELETE, "/api/v1/session", delete(session::delete)),
        at("login", Method::POST, "/api/v1/login-code", post(login::post)),
    ]
}

fn asking() -> Vec<Route> {
    vec![
        at("prompts", Method::POST, "/api/v1/prompts", post(prompts::post)),
        at("turns", Method::GET, "/api/v1/turns/{id}", get(turns::get)),
        at("turn_cancel", Method::POST, "/api/v1/turns/{id}/cancel", post(turn_cancel::post)),
        at("threads", Method::GET, "/api/v1/threads", get(threads::list)),
        at("threads", Method::POST, "/api/v1/threads", post(threads::post)),
        at("thread", Method::GET, "/api/v1/threads/{id}", get(thread::get)),
        at("thread", Method::PATCH, "/api/v1/threads/{id}", patch(thread::patch)),
        at("thread", Method::DELETE, "/api/v1/threads/{id}", delete(thread::delete)),
        at("thread_turns", Method::GET, "/api/v1/threads/{id}/turns", get(thread_turns::list)),
        at("turn_stream", Method::GET, "/api/v1/turns/{id}/stream", get(turn_stream::get)),
    ]
}

fn plans_of() -> Vec<Route> {
    vec![
        at("plans", Method::POST, "/api/v1/plans", post(plans::post)),
        at("plans", Method::GET, "/api/v1/plans", get(plans::list)),
        at("plan", Method::GET, "/api/v1/plans/{id}", get(plan::get)),
        at("plan", Method::PATCH, "/api/v1/plans/{id}", patch(plan::patch)),
        at("plan_refresh", Method::POST, "/api/v1/plans/{id}/refresh", post(plan_refresh::post)),
        at("plan_approve", Method::POST, "/api/v1/plans/{id}/approve", post(plan_approve::post)),
        at("plan_reject", Method::POST, "/api/v1/plans/{id}/reject", post(plan_reject::post)),
        at("plan_execute", Method::POST, "/api/v1/plans/{id}/execute", post(plan_execute::post)),
        at("plan_cancel", Method::POST, "/api/v1/plans/{id}/cancel", post(plan_cancel::post)),
        at("plan_rollback", Method::POST, "/api/v1/plans/{id}/rollback", post(plan_rollback::post)),
        at("plan_export", Method::GET, "/api/v1/plans/{id}/export", get(plan_export::get)),
        at("plan_radius", Method::GET, "/api/v1/plans/{id}/radius", get(plan_radius::get)),
        at("plan_stream", Method::GET, "/api/v1/plans/{id}/stream", get(plan_stream::get)),
        at("undo", Method::POST, "/api/v1/undo", post(undo::post)),
        at("runs", Method::GET, "/api/v1/runs/{id}", get(runs::get)),
    ]
}

fn looking() -> Vec<Route> {
    vec![
        at("events", Method::GET, "/api/v1/events", get(events::get)),
        at("events", Method::PUT, "/api/v1/events/{stream}/topics", put(events::put_topics)),
        at("clusters", Method::GET, "/api/v1/clusters", get(clusters::list)),
        at("complete", Method::GET, "/api/v1/complete", get(complete::get)),
        at("preview", Method::POST, "/api/v1/preview", post(preview::post)),
        at("redact", Method::POST, "/api/v1/redact", post(redact::post)),
        at("kinds", Method::GET, "/api/v1/clusters/{c}/kinds", get(kinds::list)),
        at("namespaces", Method::GET, "/api/v1/clusters/{c}/namespaces", get(namespaces::list)),
        at("access_reviews", Method::POST, "/api/v1/access-reviews", post(access_reviews::post)),
        at("resources", Method::GET, "/api/v1/resources/{gvr}", get(resources::list)),
        at("object", Method::GET, "/api/v1/objects/{c}/{gvr}/{ns}/{name}", get(object::get)),
        at("object_yaml", Method::GET, "/api/v1/objects/{c}/{gvr}/{ns}/{name}/yaml", get(object_yaml::get)),
        at("object_events", Method::GET, "/api/v1/objects/{c}/{gvr}/{ns}/{name}/events", get(object_events::get)),
        at("object_related", Method::GET, "/api/v1/objects/{c}/{gvr}/{ns}/{name}/related", get(object_related::get)),
        at("object_changes", Method::GET, "/api/v1/objects/{c}/{gvr}/{ns}/{name}/changes", get(object_changes::get)),
        at("object_history", Method::GET, "/api/v1/objects/{c}/{gvr}/{ns}/{name}/history", get(object_history::get)),
        at("logs", Method::GET, "/api/v1/logs", get(logs::get)),
        at("findings", Method::GET, "/api/v1/findings", get(findings::get)),
        at("audit", Method::GET, "/api/v1/audit", get(audit::list)),
        at("audit_verify", Method::GET, "/api/v1/audit/verify", get(audit_verify::get)),
        at("plugins", Method::GET, "/api/v1/plugins", get(plugins::list)),
        at("settings", Method::GET, "/api/v1/settings", get(settings::list)),
        at("egress", Method::GET, "/api/v1/egress", get(egress::list)),
        at("egress_log", Method::GET, "/api/v1/egress/log", get(egress_log::list)),
        at("egress_test", Method::POST, "/api/v1/egress/{destination}/test", post(egress_test::post)),
        at("models", Method::GET, "/api/v1/models", get(models::list)),
        at("model_test", Method::POST, "/api/v1/models/{index}/test", post(model_test::post)),
        at("model_offered", Method::GET, "/api/v1/models/{index}/offered", get(model_offered::list)),
        at("doctor", Method::GET, "/api/v1/doctor", get(doctor::get)),
        at("support_bundle", Method::GET, "/api/v1/support-bundle", get(support_bundle::get)),
    ]
}

/// The whole of it.
pub fn router(app: App) -> Router {
    let mut all = Router::new();
    for Route { path, handler, .. } in routes() {
        all = all.route(path, handler);
    }
    all.method_not_allowed_fallback(guard::no_such_method)
        .fallback(guard::elsewhere)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::origin))
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::frame))
        .with_state(app)
}
